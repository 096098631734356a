"""The desk of analyses and citizens' pages: the same numbers, each leading to its cases inside, frozen outside."""

import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from reports.figures.periods import ended_quarters
from reports.models import QuarterlyAnalysis
from reports.quarterly import selectors, services
from reports.quarterly.states import AnalysisState
from requests_app.models import InformationRequest
from tests.reports.quarterly.making import NOW, Desk, fresh
from tests.requests_app.casework import Office

pytestmark = pytest.mark.django_db
LIST, PUBLIC = "/desk/reports/quarterly/", "/data/quarterly/"


@pytest.fixture
def desk(office: Office) -> Desk:
    found = Desk(office)
    found.apply()
    return found


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


# --- the desk ----------------------------------------------------------------------------------------------------------


def test_an_analysis_is_begun_written_and_published_by_hand(desk: Desk) -> None:
    cast = desk.office.cast
    lisi, wangwu = client_of(cast.lisi), client_of(cast.wangwu)
    year, quarter = ended_quarters(timezone.localdate(), 1)[0]
    assert "起草季度分析" in words(lisi.get(LIST))
    answer = lisi.post(f"{LIST}begin/", {"subject": "jyj", "quarter": f"{year}.{quarter}"})
    row = QuarterlyAnalysis.objects.get()
    assert answer["Location"] == f"{LIST}{row.pk}/"
    page = words(lisi.get(f"{LIST}{row.pk}/"))
    assert "送负责人签发" in page and "签发公布</a>" not in page and "重新统计" in page
    form = {**row.texts, "edition": row.edition, "problems": "个别答复临近期限。"}
    assert lisi.post(f"{LIST}{row.pk}/write/", form).status_code == 302
    wrong = {**row.texts, "edition": fresh(row).edition, "overview": "本季度收到申请 ９９ 件。"}
    lisi.post(f"{LIST}{row.pk}/write/", wrong)
    for page in (lisi.get(f"{LIST}{row.pk}/"), wangwu.get(f"{LIST}{row.pk}/publish/")):
        assert "“总体情况”中的“99 件”不在统计的数字里，请核对。" in words(page)
    lisi.post(f"{LIST}{row.pk}/write/", form | {"edition": fresh(row).edition})
    assert "不在统计的数字里" not in words(lisi.get(f"{LIST}{row.pk}/"))
    assert "已告知负责人签发" in words(lisi.post(f"{LIST}{row.pk}/hand-in/", follow=True))
    page = words(lisi.get(f"{LIST}{row.pk}/"))
    assert "送负责人签发</button>" not in page and "送负责人签发" in page
    page = words(wangwu.get(f"{LIST}{row.pk}/publish/"))
    assert "个别答复临近期限。" in page
    assert wangwu.post(f"{LIST}{row.pk}/publish/", {"edition": fresh(row).edition}).status_code == 302
    assert fresh(row).state == AnalysisState.PUBLISHED
    page = words(wangwu.get(f"{LIST}{row.pk}/"))
    assert "查看公开的分析" in page and "更正</a>" in page and "重新统计" not in page
    assert "个别答复临近期限。" in words(Client().get(f"{PUBLIC}{row.pk}/"))


def test_numbers_of_the_desk_lead_to_their_cases(desk: Desk) -> None:
    row, client = desk.begin(), client_of(desk.office.cast.lisi)
    page = words(client.get(f"{LIST}{row.pk}/"))
    links = re.findall(r'href="(/desk/reports/figures/cases/[^"]+)"', page)
    assert any("period=2026q3" in link and "department=jyj" in link for link in links)
    for link in links:
        found = client.get(link.replace("&amp;", "&")).context["page"].rows
        assert len(found) == 3, link
    seen = words(client_of(desk.office.cast.zhengyi).get(f"{LIST}{row.pk}/"))  # no business with cases
    assert "/desk/reports/figures/cases/" not in seen


@pytest.mark.parametrize("name", ["recount", "hand-in"])
def test_acts_without_a_page_refuse_get_and_others(desk: Desk, name: str) -> None:
    row, cast = desk.begin(), desk.office.cast
    address = f"{LIST}{row.pk}/{name}/"
    assert client_of(cast.lisi).get(address).status_code == 405
    assert client_of(cast.zhaoliu).post(address).status_code == 404
    assert client_of(cast.fenger).post(address).status_code == 403
    assert Client().post(address)["Location"].startswith("/accounts/login/")
    done = desk.publish(row)
    assert "已经公布" in words(client_of(cast.lisi).post(f"{LIST}{done.pk}/{name}/", follow=True))


@pytest.mark.parametrize("name", ["write", "publish", "revise"])
def test_acts_with_a_page_refuse_others_and_the_wrong_state(desk: Desk, name: str) -> None:
    row, cast = desk.begin(), desk.office.cast
    address = f"{LIST}{row.pk}/{name}/"
    assert client_of(cast.zhaoliu).get(address).status_code == 404
    assert client_of(cast.zhaoliu).post(address).status_code == 404
    assert client_of(cast.qianqi).post(address, {"edition": 1}).status_code == 403
    data = {**row.texts, "edition": row.edition, "reason": "有误"}
    if name != "revise":
        row = desk.publish(row)
    refused = client_of(cast.wangwu).post(address, data)
    assert (refused.status_code == 409 and "只有" in words(refused)) or "已经公布" in words(refused)


def test_the_second_writer_keeps_what_was_typed(desk: Desk) -> None:
    row = desk.begin()
    desk.save(row, texts={"problems": "甲"})
    form = {**row.texts, "edition": row.edition, "problems": "乙写的"}
    answer = client_of(desk.office.cast.wangwu).post(f"{LIST}{row.pk}/write/", form)
    assert answer.status_code == 409 and "乙写的" in words(answer) and "修改了这份分析" in words(answer)


def test_what_is_typed_wrong_is_said_beside_its_field(desk: Desk) -> None:
    year, quarter = ended_quarters(timezone.localdate(), 1)[0]
    row = desk.begin(year=year, quarter=quarter, at=timezone.now())
    client = client_of(desk.office.cast.lisi)
    long = {**row.texts, "edition": row.edition, "problems": "长" * 4001}
    assert "4000" in words(client.post(f"{LIST}{row.pk}/write/", long))
    answer = client.post(f"{LIST}begin/", {"subject": "wjw", "quarter": "2099.1"})
    assert "请选择分析的范围。" in words(answer) and "请选择已经结束的季度。" in words(answer)
    again = client.post(f"{LIST}begin/", {"subject": "jyj", "quarter": f"{year}.{quarter}"})
    assert again.status_code == 409 and "已经起草" in words(again)


def test_a_word_that_nobody_used_is_refused(desk: Desk) -> None:
    row = desk.begin()
    said = {**row.texts, "edition": row.edition, "words": ["火星"]}
    answer = client_of(desk.office.cast.lisi).post(f"{LIST}{row.pk}/write/", said)
    assert "“火星”不在本季度的热点词里" in words(answer)


def test_who_finds_the_desk(desk: Desk) -> None:
    row, cast = desk.begin(), desk.office.cast
    for person in (cast.lisi, cast.wangwu, cast.qianqi, cast.fenger, cast.zhengyi):
        assert client_of(person).get(f"{LIST}{row.pk}/").status_code == 200, person
    assert client_of(cast.zhaoliu).get(LIST).status_code == 200
    assert client_of(cast.zhaoliu).get(f"{LIST}{row.pk}/").status_code == 404
    for person in (cast.sunba, cast.wushi, cast.zhangsan):
        assert client_of(person).get(LIST).status_code == 404
    for person in (cast.fenger, cast.zhengyi):
        assert client_of(person).get(f"{LIST}begin/").status_code == 404


def test_the_page_costs_the_same_for_few_and_many_numbers(desk: Desk) -> None:
    client = client_of(desk.office.cast.lisi)

    def asked(row: QuarterlyAnalysis) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{LIST}{row.pk}/").status_code == 200
        return len(captured)

    empty = desk.begin(quarter=2)
    asked(empty)  # what the process keeps is filled at the first visit
    assert asked(desk.begin()) == asked(empty) <= 10


# --- citizens ----------------------------------------------------------------------------------------------------------


def test_citizens_read_what_was_signed_and_nothing_else(desk: Desk) -> None:
    row = desk.begin()
    assert Client().get(f"{PUBLIC}{row.pk}/").status_code == 404
    assert Client().get(f"{PUBLIC}{row.pk}/figures.xlsx").status_code == 404
    assert row.title not in words(Client().get(PUBLIC))
    row = desk.publish(desk.save(row, words=["学位"]))
    answer = Client().get(f"{PUBLIC}{row.pk}/")
    page = words(answer)
    assert not answer.cookies and row.title in words(Client().get(PUBLIC))
    assert "学位" in page and "预警" not in page and "张三" not in page and "学位预警名单" not in page
    assert "/desk/" not in page.partition("<main")[2].partition("</main>")[0]
    book = openpyxl.load_workbook(io.BytesIO(Client().get(f"{PUBLIC}{row.pk}/figures.xlsx").content))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert "学位" in cells and not any("预警" in cell for cell in cells)
    InformationRequest.objects.all().update(channel="fax")
    assert words(Client().get(f"{PUBLIC}{row.pk}/")) == page


def test_a_correction_is_told_with_the_new_text(desk: Desk) -> None:
    row, cast = desk.publish(desk.begin()), desk.office.cast
    services.revise(actor=cast.wangwu, analysis=row, reason="按时率有误", at=NOW)
    assert "按时率有误" not in words(Client().get(f"{PUBLIC}{row.pk}/"))
    desk.publish(desk.save(fresh(row), texts={"timing": "改正后的时限。"}))
    page = words(Client().get(f"{PUBLIC}{row.pk}/"))
    assert "更正说明：按时率有误" in page and "改正后的时限。" in page


@pytest.fixture
def _kept(settings: Settings) -> Iterator[None]:
    settings.KEEP_PAGES_SECONDS = 30
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def test_visitors_pages_are_kept(desk: Desk, _kept: None) -> None:
    row = desk.publish(desk.begin())
    Client().get(f"{PUBLIC}{row.pk}/")
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(f"{PUBLIC}{row.pk}/").status_code == 200
    assert len(captured) == 1


def test_the_list_goes_on_where_it_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    made = [desk.begin(year=year, quarter=quarter) for year in (2024, 2025) for quarter in (1, 2, 3)]
    shown, after = [], ""
    for _ in range(4):
        page = selectors.page(QuarterlyAnalysis.objects.all(), after)
        shown += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert shown == [row.pk for row in reversed(made)]
    assert selectors.page(QuarterlyAnalysis.objects.all(), "x.1").rows[0].pk == made[-1].pk
    assert "下一页" in words(client_of(desk.office.cast.lisi).get(LIST))
