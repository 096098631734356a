"""A plan from paper to its end, and what citizens and owners see of it, without scripts and on the narrowest screen."""

from collections.abc import Callable
from datetime import date

from tests.browser.citizens_pages import PUBLIC
from tests.browser.conftest import Address
from tests.browser.desk_pages import DESK
from tests.browser.visit import Visit

Begin = Callable[..., Visit]
YEAR = date.today().year
TITLE = "浏览器里拟定的计划"


def test_a_plan_is_drawn_up_worked_off_and_read_without_scripts(visit: Begin) -> None:
    supervisor = visit(who="qianqi", java_script_enabled=False)
    page = supervisor.open("/desk/reports/plans/")
    page.get_by_role("link", name="拟定计划").click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_role("button", name="建立计划").click()
    page.get_by_role("link", name="列入任务").click()
    page.get_by_label("任务内容").fill("公布校车安全检查结果")
    page.get_by_label("牵头机关").select_option(label="\u3000云岚市教育局")
    page.get_by_label("市公安局", exact=True).check()
    page.get_by_label("完成期限").fill(f"{YEAR}-12-31")
    page.get_by_role("button", name="列入任务").click()
    page.get_by_role("link", name="印发计划").click()
    page.get_by_role("button", name="印发计划").click()
    page.get_by_role("button", name="公开进展").click()
    public = page.get_by_role("link", name="查看公开页面").get_attribute("href") or ""

    officer = visit(who="lisi", java_script_enabled=False)
    desk = officer.open("/desk/reports/plans/")
    desk.get_by_role("link", name="公布校车安全检查结果").click()
    desk.get_by_role("link", name="报告进展").click()
    desk.get_by_label("进展", exact=True).fill("检查 82 辆，结果已公布")
    desk.get_by_label("完成比例（%）").fill("80")
    desk.get_by_label("公开这条进展").check()
    desk.get_by_role("button", name="报告进展").click()
    desk.get_by_role("link", name="报告办结").click()
    desk.get_by_label("完成情况").fill("全部公布")
    desk.get_by_role("button", name="报告办结").click()
    assert "待确认" in desk.inner_text("main")

    page.goto("/desk/reports/plans/?tab=reported")
    page.get_by_role("link", name="公布校车安全检查结果").click()
    page.get_by_role("link", name="确认办结").click()
    page.get_by_role("button", name="确认办结").click()
    citizen = visit(java_script_enabled=False, width=320).open(public)
    read = citizen.inner_text("main")
    assert "1 项任务全部办结" in read and "检查 82 辆，结果已公布" in read and "全部公布" not in read


def test_the_narrowest_screen_needs_no_sideways_scrolling(visit: Begin, address: Address) -> None:
    for name, place in (
        {"plan": PUBLIC["plan"]} | {name: DESK[name] for name in ("tasks", "plan to follow", "watch of the city")}
    ).items():
        person = visit(who=place.who, width=320)
        person.open(address(place))
        assert person.layout_faults() == [], name


def test_an_owner_acknowledges_and_a_failed_job_goes_back(visit: Begin, address: Address) -> None:
    page = visit(who="wangwu").open("/desk/reports/watch/kinds/late_task/")
    page.get_by_role("link", name="登记知悉").click()
    page.get_by_label("处理安排").fill("年底前完成汇总")
    page.get_by_label("处理期限").fill(
        f"{YEAR}-12-31" if date.today() < date(YEAR, 12, 1) else date.today().isoformat()
    )
    page.get_by_role("button", name="登记知悉").click()
    assert "年底前完成汇总" in page.inner_text("main")
    admin = visit(who="zhengyi").open("/desk/reports/watch/jobs/")
    admin.get_by_role("button", name="重新排队").click()
    assert "任务已重新排队" in admin.inner_text("main") and "重新排队" in admin.inner_text(".timeline")
