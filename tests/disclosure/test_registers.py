"""Guides, institutions, directories, gazette, the list of what is withheld, the completeness check."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Department, User
from catalog.models import Column
from disclosure.models import DirectoryEntry, DirectoryVersion, DocumentEvent, Gazette, Guide
from disclosure.registers import completeness, rules, services
from disclosure.services import take_down_document
from files.spreadsheets import XLSX
from search.services import stamp
from tests.cast import Cast
from tests.make import make_document
from workdays.selectors import current_calendar
from workflow.services import Refused

SignedIn = Callable[[User], Client]
DESK = "/desk/documents/registers/"
OFFICE = {
    "office_name": "办公室",
    "office_address": "松涛街58号",
    "office_hours": "工作日 9:00—17:00",
    "phone": "0700-58400031",
    "fax": "0700-58400009",
    "email": "xxgk@example.org",
    "postal_code": "990126",
}
GUIDE: dict[str, str] = dict.fromkeys(services.GUIDE.fields, "写明的内容") | {"by_email": ""}
INSTITUTION = {
    "duties": "组织招生入学。",
    "offices": "基础教育科：义务教育",
    "leaders": "李明，局长：主持全面工作",
    "address": "松涛街58号",
    "hours": "工作日",
    "phone": "0700-1",
}


def give_office(department: Department, **changes: str) -> None:
    Department.objects.filter(pk=department.pk).update(**(OFFICE | changes))


def draft(cast: Cast, kind: services.EditionKind = services.GUIDE, **changes: str) -> Any:
    values = (GUIDE if kind is services.GUIDE else INSTITUTION) | changes
    seen = services.token(services.working_copy(kind, cast.jyj))
    return services.save_edition(
        actor=cast.wushi, kind=kind, department=cast.jyj, values=values, seen=seen, at=timezone.now()
    )


def publish(cast: Cast, kind: services.EditionKind = services.GUIDE) -> Any:
    return services.publish_edition(actor=cast.wangwu, kind=kind, department=cast.jyj, at=timezone.now())


def make_entry(cast: Cast, department: Department | None = None, **said: Any) -> DirectoryEntry:
    values = {
        "matter": "义务教育",
        "sub_matter": "招生入学",
        "elements": "条件、时间",
        "basis": "条例第二十条",
        "limit_days": 20,
        "channels": ["website"],
        "column": Column.objects.get(slug=said.pop("column", "policy")),
    }
    return services.save_entry(actor=cast.qianqi, department=department or cast.jyj, entry=None, values=values | said)


def entry_form(**said: Any) -> dict[str, Any]:
    column = Column.objects.get(slug="policy").pk
    return {
        "matter": "教育收费",
        "elements": "标准",
        "basis": "条例",
        "limit_start": "formed",
        "limit_days": "20",
        "limit_kind": "working",
        "channels": ["website", "board"],
        "column": column,
        "position": "",
    } | said


# --- who ----------------------------------------------------------------------------------------------------------------


def test_the_twins_agree_for_everybody_and_every_body(cast: Cast) -> None:
    for who in cast.people.values():
        kept = set(rules.departments_kept_by(who))
        readable = set(rules.departments_readable_by(who))
        assert kept <= readable
        for body in cast.departments.values():
            assert rules.can_keep(who, body) == (body in kept)
            assert rules.can_read(who, body) == (body in readable)


@pytest.mark.law("条例§4")
def test_keepers_are_administrator_head_and_approver_and_the_supervisor_of_all(cast: Cast) -> None:
    keepers = {name for name, who in cast.people.items() if rules.can_keep(who, cast.jyj)}
    assert keepers == {"wushi", "wangwu", "qianqi"}
    assert {name for name, who in cast.people.items() if rules.can_keep_gazette(who)} == {"qianqi"}


@pytest.mark.parametrize("name", ["lisi", "zhaoliu", "sunba", "zhangsan"])
def test_others_find_no_register_of_the_bureau(cast: Cast, signed_in: SignedIn, name: str) -> None:
    browser = signed_in(getattr(cast, name))
    for path in ["guide/", "institution/", "directory/", "directory/new/", "check/", "exempt/", "exempt.xlsx"]:
        assert browser.get(f"{DESK}jyj/{path}").status_code == 404
    assert browser.post(f"{DESK}jyj/guide/publish/").status_code == 404


def test_the_auditor_reads_and_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.fenger)
    assert browser.get(f"{DESK}jyj/guide/").status_code == 200
    assert browser.get(f"{DESK}check/").status_code == 200
    assert browser.post(f"{DESK}jyj/guide/", GUIDE | {"seen": "1@new"}).status_code == 404
    assert browser.post(f"{DESK}jyj/directory/publish/").status_code == 404
    assert browser.post(f"{DESK}gazette/new/", {}).status_code == 404
    with pytest.raises(PermissionDenied):
        services.publish_directory(actor=cast.fenger, department=cast.jyj, at=timezone.now())


def test_a_department_does_not_see_the_city_wide_check_nor_the_gazette_desk(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.wushi)
    assert browser.get(f"{DESK}check/").status_code == 404
    assert browser.get(f"{DESK}gazette/").status_code == 404


# --- guide and institution ----------------------------------------------------------------------------------------------


@pytest.mark.law("条例§12")
def test_a_guide_is_refused_with_every_missing_part_named(cast: Cast) -> None:
    give_office(cast.jyj, fax="")
    draft(cast, arrangement="", by_post="  ")
    with pytest.raises(Refused) as refusal:
        publish(cast)
    assert "编排体系、传真号码、邮寄申请的使用规则" in str(refusal.value)
    assert "获取方式" not in str(refusal.value)


@pytest.mark.law("条例§55")
def test_the_guide_of_a_public_enterprise_needs_no_channels_of_application(cast: Cast) -> None:
    guide = Guide(
        department=Department(kind="public_enterprise"), **(GUIDE | OFFICE | {"in_person": "", "by_post": ""})
    )
    assert services.missing_in_guide(guide) == []
    guide.department = Department(kind="department")
    assert len(services.missing_in_guide(guide)) == 2


def test_publishing_freezes_the_guide_with_the_office_of_that_day(cast: Cast) -> None:
    give_office(cast.jyj)
    draft(cast)
    before = stamp()
    published = publish(cast)
    give_office(cast.jyj, phone="0700-99999999")
    published.refresh_from_db()
    assert published.phone == OFFICE["phone"] and published.published_by == cast.wangwu
    assert stamp() > before
    event = DocumentEvent.objects.get(subject_type="disclosure.guide", subject_id=published.pk)
    assert event.facts["of"] == "jyj" and event.facts["version"] == 1


def test_the_next_edit_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    give_office(cast.jyj)
    draft(cast, classification="第一版的分类")
    first = publish(cast)
    second = draft(cast, classification="第二版的分类")
    assert (second.number, second.arrangement) == (2, first.arrangement)
    first.refresh_from_db()
    assert first.classification == "第一版的分类"
    publish(cast)
    assert Guide.objects.filter(department=cast.jyj, published_at=None).count() == 0
    with pytest.raises(Refused, match="没有待发布的修改"):
        publish(cast)


def test_the_second_writer_is_told_who_was_first(cast: Cast) -> None:
    draft(cast)
    with pytest.raises(Refused, match="吴十已于"):
        services.save_edition(
            actor=cast.wangwu,
            kind=services.GUIDE,
            department=cast.jyj,
            values=GUIDE,
            seen="1@new",
            at=timezone.now(),
        )


@pytest.mark.law("条例§12", "条例§25")
def test_the_guide_goes_from_the_desk_to_the_public(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    give_office(cast.jyj)
    browser = signed_in(cast.wushi)
    seen = browser.get(f"{DESK}jyj/guide/").context["form"]["seen"].value()
    said = {"online": "在线提交的规则", "reading_places": "云岚市图书馆：学府路5号，周二至周日9:00—17:00"}
    saved = browser.post(f"{DESK}jyj/guide/", GUIDE | {"seen": seen, **said})
    assert saved.status_code == 302
    assert client.get("/guides/jyj/").status_code == 404
    assert browser.post(f"{DESK}jyj/guide/", GUIDE | {"seen": seen}).status_code == 409
    browser.post(f"{DESK}jyj/guide/publish/")
    page = client.get("/guides/jyj/").content.decode()
    assert "<dt>云岚市图书馆</dt><dd>学府路5号，周二至周日9:00—17:00</dd>" in page
    assert "在线提交的规则" in page and OFFICE["phone"] in page and "电子邮件</h3>" not in page
    assert "/guides/jyj/" in client.get("/directory/").content.decode()
    assert browser.get(f"{DESK}jyj/guide/1/").status_code == 200
    assert browser.get(f"{DESK}jyj/guide/2/").status_code == 404


@pytest.mark.law("条例§20")
def test_an_institution_names_its_leaders_or_is_refused(cast: Cast, client: Client) -> None:
    draft(cast, services.INSTITUTION, leaders="")
    with pytest.raises(Refused, match="负责人姓名"):
        publish(cast, services.INSTITUTION)
    draft(cast, services.INSTITUTION)
    publish(cast, services.INSTITUTION)
    page = client.get("/institutions/jyj/").content.decode()
    assert "<dt>李明，局长</dt><dd>主持全面工作</dd>" in page
    assert client.get("/institutions/").status_code == 200
    assert client.get("/institutions/wjw/").status_code == 404


# --- directory ----------------------------------------------------------------------------------------------------------


def test_the_public_reads_the_last_version_and_not_the_work_in_progress(cast: Cast, client: Client) -> None:
    make_entry(cast, sub_matter="招生入学")
    services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    later = make_entry(cast, sub_matter="还在编制的事项")
    make_document(cast.jyj, published_at=timezone.now())
    page = client.get("/directory/jyj/").content.decode()
    assert "招生入学" in page and "还在编制的事项" not in page
    assert "department=jyj&amp;column=policy" in page and "（1 件）" in page
    services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    assert "还在编制的事项" in client.get("/directory/jyj/").content.decode()
    services.set_entry_active(actor=cast.wushi, entry=later, is_active=False)
    third = services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    assert third.number == 3 and len(third.entries) == 1
    assert len(DirectoryVersion.objects.get(department=cast.jyj, number=2).entries) == 2


def test_an_empty_or_unchanged_directory_is_not_published(cast: Cast) -> None:
    with pytest.raises(Refused, match="还没有在用的事项"):
        services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    make_entry(cast)
    services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    with pytest.raises(Refused, match="与现行第 1 版相同"):
        services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())


def test_entries_are_added_changed_and_stopped_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    browser = signed_in(cast.wangwu)
    assert browser.post(f"{DESK}jyj/directory/new/", entry_form()).status_code == 302
    entry = DirectoryEntry.objects.get()
    assert (entry.issuer, entry.position, entry.channels_text) == ("市教育局", 10, "政府网站、公示栏、电子屏")
    assert entry.limit == "自信息形成或者变更之日起 20 个工作日内"
    changed = browser.post(f"{DESK}jyj/directory/{entry.pk}/", entry_form(matter="收费标准", limit_days="15"))
    assert changed.status_code == 302
    browser.post(f"{DESK}jyj/directory/{entry.pk}/active/")
    entry.refresh_from_db()
    assert (entry.matter, entry.limit_days, entry.is_active) == ("收费标准", 15, False)
    assert "已停用" in browser.get(f"{DESK}jyj/directory/").content.decode()
    assert browser.get(f"{DESK}wjw/directory/{entry.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"limit_start": "period", "limit_days": ""}, "请填写间隔天数"),
        ({"limit_days": ""}, "请填写公开时限"),
    ],
)
def test_an_entry_without_a_time_limit_is_refused(
    cast: Cast, signed_in: SignedIn, said: dict[str, str], words: str
) -> None:
    answer = signed_in(cast.wushi).post(f"{DESK}jyj/directory/new/", entry_form(**said))
    assert answer.status_code == 409 and words in answer.content.decode()
    assert not DirectoryEntry.objects.exists()


def test_a_row_of_another_department_cannot_be_changed_through_ones_own(cast: Cast, signed_in: SignedIn) -> None:
    foreign = make_entry(cast, cast.wjw)
    assert signed_in(cast.wushi).post(f"{DESK}jyj/directory/{foreign.pk}/", entry_form()).status_code == 404
    with pytest.raises(PermissionDenied):
        services.save_entry(actor=cast.wushi, department=cast.jyj, entry=foreign, values={"matter": "x"})


def test_the_directory_comes_as_a_sheet_without_formulas(cast: Cast, client: Client, signed_in: SignedIn) -> None:
    make_entry(cast, elements="=HYPERLINK(1)\x07坏字符")
    services.publish_directory(actor=cast.wangwu, department=cast.jyj, at=timezone.now())
    for answer in (
        client.get("/directory/jyj.xlsx"),
        signed_in(cast.fenger).get(f"{DESK}jyj/directory/1.xlsx"),
    ):
        page = load_workbook(io.BytesIO(answer.content)).active
        assert page is not None and page["C2"].value == "=HYPERLINK(1)坏字符" and page["C2"].data_type == "s"
        assert answer["Content-Type"] == XLSX and "attachment" in answer["Content-Disposition"]
    assert client.get("/directory/wjw.xlsx").status_code == 404
    assert client.get("/directory/nothing/").status_code == 404


# --- completeness -------------------------------------------------------------------------------------------------------


def results(cast: Cast) -> list[str]:
    entries = DirectoryEntry.objects.filter(department=cast.jyj).order_by("position")
    return [row.result for row in completeness.check(entries, calendar=current_calendar(), at=timezone.now())]


def test_an_entry_is_filled_by_ones_own_public_document_only(cast: Cast) -> None:
    make_entry(cast)
    make_document(cast.wjw, published_at=timezone.now())
    make_document(cast.jyj, disclosure_attribute="withheld")
    make_document(cast.jyj, column="notices", published_at=timezone.now())
    assert results(cast) == ["空缺"]
    document = make_document(cast.jyj, published_at=timezone.now(), formed_on=timezone.localdate())
    assert results(cast) == ["有内容"]
    take_down_document(actor=cast.wangwu, document=document, at=timezone.now())
    assert results(cast) == ["空缺"]


@pytest.mark.law("条例§26")
def test_a_document_published_after_its_time_limit_makes_the_entry_late(cast: Cast) -> None:
    make_entry(cast, limit_days=20, limit_kind="calendar")
    now = timezone.now()
    make_document(cast.jyj, published_at=now, formed_on=timezone.localdate(now) - timedelta(days=21))
    assert results(cast) == ["超期"]
    make_document(cast.jyj, published_at=now, formed_on=timezone.localdate(now) - timedelta(days=20))
    assert results(cast) == ["有内容"]


def test_a_published_institution_fills_the_entry_of_its_column(cast: Cast) -> None:
    make_entry(cast, column="org")
    draft(cast, services.INSTITUTION)
    assert results(cast) == ["空缺"]
    publish(cast, services.INSTITUTION)
    assert results(cast) == ["有内容"]


@pytest.mark.parametrize(("days_ago", "result"), [(30, "有内容"), (31, "超期")])
def test_a_periodic_entry_is_late_when_its_newest_document_is_older(cast: Cast, days_ago: int, result: str) -> None:
    make_entry(cast, limit_start="period", limit_days=30, limit_kind="calendar")
    make_document(cast.jyj, published_at=timezone.now() - timedelta(days=days_ago))
    make_document(cast.jyj, published_at=timezone.now() - timedelta(days=100))
    assert results(cast) == [result]


def test_the_city_wide_check_counts_by_department_with_a_fixed_number_of_queries(
    cast: Cast, signed_in: SignedIn
) -> None:
    browser = signed_in(cast.qianqi)
    make_entry(cast, column="policy")
    make_document(cast.jyj, published_at=timezone.now(), formed_on=None)
    browser.get(f"{DESK}check/")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(f"{DESK}check/").status_code == 200
            assert browser.get(f"{DESK}jyj/check/").status_code == 200
        return len(captured)

    few = queries()
    for column in ("plan", "stats", "budget", "fees", "land", "welfare", "org", "permit"):
        make_entry(cast, column=column)
        make_entry(cast, cast.wjw, column=column)
    assert queries() == few
    tallies = {row.department.code: row for row in browser.get(f"{DESK}check/").context["tallies"]}
    assert (tallies["jyj"].total, tallies["jyj"].filled, tallies["jyj"].empty) == (9, 1, 8)
    assert (tallies["wjw"].empty, tallies["szf"].total) == (8, 0)


# --- what is withheld ---------------------------------------------------------------------------------------------------


def test_the_exempt_list_holds_reasons_and_stays_inside(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    make_document(cast.jyj, title="涉密的方案", disclosure_attribute="withheld", attribute_reason="条例第十四条")
    make_document(cast.wjw, title="别人的方案", disclosure_attribute="withheld", attribute_reason="条例第十四条")
    browser = signed_in(cast.wangwu)
    page = browser.get(f"{DESK}jyj/exempt/").content.decode()
    assert "涉密的方案" in page and "条例第十四条" in page and "别人的方案" not in page
    book = load_workbook(io.BytesIO(browser.get(f"{DESK}jyj/exempt.xlsx").content))
    assert book.active is not None and [row[1] for row in book.active.values] == ["标题", "涉密的方案"]
    assert client.get(f"{DESK}jyj/exempt.xlsx").status_code == 302
    assert browser.get(f"{DESK}jyj/exempt/?before=nonsense").status_code == 200


# --- gazette ------------------------------------------------------------------------------------------------------------


def issue_form(documents: str = "", **said: Any) -> dict[str, Any]:
    return {
        "year": "2026",
        "number": "3",
        "title": "云岚市人民政府公报",
        "published_on": "2026-03-15",
        "documents": documents,
    } | said


@pytest.mark.law("条例§23")
def test_an_issue_is_made_up_and_published_by_the_supervisor(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    first = make_document(cast.jyj, title="公报第一件", published_at=timezone.now())
    second = make_document(
        cast.jyj, title="公报第二件", document_number="云教发〔2026〕9号", published_at=timezone.now()
    )
    browser = signed_in(cast.qianqi)
    lines = f"云教发〔2026〕9号\n/documents/{first.pk}/\n/documents/{second.pk}/"
    upload = SimpleUploadedFile("第三期.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    made = browser.post(f"{DESK}gazette/new/", issue_form(lines, upload=upload))
    assert made.status_code == 302, made.content.decode()
    issue = Gazette.objects.get()
    assert list(issue.items.values_list("document", flat=True)) == [second.pk, first.pk]
    assert client.get("/gazette/2026/3/").status_code == 404
    assert client.get(issue.file_url).status_code == 404
    browser.post(f"{DESK}gazette/{issue.pk}/publish/")
    page = client.get("/gazette/2026/3/").content.decode()
    assert page.index("公报第二件") < page.index("公报第一件")
    assert b"".join(client.get(issue.file_url).streaming_content).startswith(b"%PDF")
    assert "第 3 期" in client.get("/gazette/").content.decode()
    assert browser.post(f"{DESK}gazette/{issue.pk}/", issue_form(lines)).status_code == 409
    take_down_document(actor=cast.wangwu, document=first, at=timezone.now())
    assert "公报第一件" not in client.get("/gazette/2026/3/").content.decode()


def test_what_is_not_public_cannot_be_listed(cast: Cast, signed_in: SignedIn) -> None:
    hidden = make_document(cast.jyj, title="不公开的", disclosure_attribute="withheld")
    browser = signed_in(cast.qianqi)
    answer = browser.post(f"{DESK}gazette/new/", issue_form(f"/documents/{hidden.pk}/\n没有这个文号"))
    page = answer.content.decode()
    assert page.count("没有对应的公开文件") >= 2 and "不公开的" not in page
    assert not Gazette.objects.exists()


def test_a_document_withdrawn_meanwhile_and_an_empty_issue_are_refused(cast: Cast) -> None:
    document = make_document(cast.jyj, title="先列后撤", published_at=timezone.now())
    values = {"year": 2026, "number": 1, "title": "公报", "published_on": date(2026, 1, 15)}
    issue = services.save_issue(actor=cast.qianqi, issue=None, values=values, documents=[document])
    take_down_document(actor=cast.wangwu, document=document, at=timezone.now())
    with pytest.raises(Refused, match="先列后撤"):
        services.publish_issue(actor=cast.qianqi, issue=issue, at=timezone.now())
    services.save_issue(actor=cast.qianqi, issue=issue, values=values, documents=[])
    with pytest.raises(Refused, match="至少一件"):
        services.publish_issue(actor=cast.qianqi, issue=issue, at=timezone.now())
    with pytest.raises(Refused, match="已经存在"):
        services.save_issue(actor=cast.qianqi, issue=None, values=values, documents=[])
    with pytest.raises(PermissionDenied):
        services.save_issue(actor=cast.wushi, issue=None, values=values | {"number": 2}, documents=[])


# --- pages --------------------------------------------------------------------------------------------------------------


def test_public_pages_need_no_more_queries_for_more_departments(cast: Cast, client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        for path in ("/directory/", "/institutions/", "/guides/"):
            assert client.get(path).status_code == 200
    assert len(captured) <= 6


def test_the_entrance_shows_ones_own_departments(cast: Cast, signed_in: SignedIn) -> None:
    own = signed_in(cast.wushi).get(DESK).content.decode()
    assert "registers/jyj/guide/" in own and "registers/wjw/guide/" not in own
    assert "registers/wjw/guide/" in signed_in(cast.qianqi).get(DESK).content.decode()
    assert signed_in(cast.lisi).get(DESK).status_code == 404
