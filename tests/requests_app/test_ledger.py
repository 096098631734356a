"""The ledger: whose rows, which queue, which filters; names, counts, pages, exports, views, assigning."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from files.spreadsheets import safe
from requests_app.cases import services as register
from requests_app.handling import services as handling
from requests_app.ledger import export
from requests_app.ledger.overview import median
from requests_app.ledger.queues import QUEUES, reader_of, within
from requests_app.letters import services as letters
from requests_app.models import CaseEvent, InformationRequest, SavedView
from requests_app.rules import cases_visible_to
from tests.requests_app.casework import ID_NUMBER, Office, at, fresh

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
LEDGER = "/desk/requests/"
TODAY = date(2026, 3, 31)


def shown(client: Client, query: str = "") -> list[str]:
    """Numbers of the rows on the page, in order."""
    answer = client.get(f"{LEDGER}?{query}")
    assert answer.status_code == 200
    return [row.case.number for row in answer.context["page"].rows]


def recently(days: int = 5) -> date:
    return timezone.localdate() - timedelta(days=days)


# --- who sees what -----------------------------------------------------------------------------------------------------


def test_each_person_sees_in_the_ledger_what_the_rule_allows(office: Office) -> None:
    cast = office.cast
    mine = office.handling(date(2026, 3, 3))
    handling.ask_to_co_handle(actor=cast.lisi, case=mine, person=cast.sunba, at=at(TODAY))
    for name, person in cast.people.items():
        if not isinstance(person, User):
            continue
        reader = reader_of(person)
        seen = {pk for queue in reader.queues for pk in within(reader, queue, today=TODAY).values_list("pk", flat=True)}
        assert seen == set(cases_visible_to(person).values_list("pk", flat=True)), name


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lisi", 200), ("wangwu", 200), ("zhaoliu", 200), ("qianqi", 200), ("fenger", 200),
        ("sunba", 404), ("zhoujiu", 404), ("wushi", 404), ("zhengyi", 404), ("root", 404), ("zhangsan", 404),
    ],
)  # fmt: skip
def test_the_ledger_is_for_who_answers_and_who_oversees(
    office: Office, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(getattr(office.cast, who)).get(LEDGER).status_code == status


def test_another_department_sees_no_row(office: Office, signed_in: SignedIn) -> None:
    office.handling(date(2026, 3, 3))
    assert shown(signed_in(office.cast.zhaoliu), "tab=all") == []
    assert shown(signed_in(office.cast.lisi), "tab=all") == ["JYJ-2026-00001"]


@pytest.mark.parametrize(("who", "name"), [("lisi", "张三"), ("wangwu", "张三"), ("qianqi", "张*"), ("fenger", "张*")])
def test_names_stand_in_full_only_for_the_body_that_answers(
    office: Office, signed_in: SignedIn, who: str, name: str
) -> None:
    office.handling(date(2026, 3, 3))
    client = signed_in(getattr(office.cast, who))
    answer = client.get(f"{LEDGER}?tab=all")
    assert answer.context["page"].rows[0].name == name
    table = b"".join(client.get(f"{LEDGER}export/?tab=all&format=csv")).decode()  # type: ignore[arg-type]
    assert f",{name}," in table
    for hidden in (ID_NUMBER, "13800001234", "zhangsan@example.cn", "书院路"):
        assert hidden not in answer.content.decode() + table


def test_a_co_handler_finds_the_case_without_the_name(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(date(2026, 3, 3))
    handling.ask_to_co_handle(actor=office.cast.lisi, case=case, person=office.cast.sunba, at=at(TODAY))
    answer = signed_in(office.cast.sunba).get(LEDGER)
    assert [tab["label"] for tab in answer.context["queues"][0]["items"]] == ["我协办的", "全部"]
    assert [(row.case.number, row.name) for row in answer.context["page"].rows] == [(case.number, "张*")]


# --- queues ------------------------------------------------------------------------------------------------------------


def test_every_state_has_its_queue(office: Office, signed_in: SignedIn) -> None:
    day = recently()
    cast = office.cast
    submitted, registered, own = office.submitted(day), office.in_person(day), office.handling(day)
    waiting = office.corrected_asked(office.handling(day), day)
    signing, answered = office.handling(day), office.handling(day)
    office.decided(signing, day)
    letter = signing.letters.get()
    letters.submit(actor=cast.lisi, letter=letter, at=at(day, 13))
    office.out(office.decided(answered, day), day, serve=False)
    late = office.handling(date(2026, 1, 5))
    client = signed_in(cast.lisi)
    found = {queue.slug: set(shown(client, f"tab={queue.slug}")) for queue in QUEUES if queue.slug != "helping"}
    assert found["confirm"] == {submitted.number}
    unconfirmed = client.get(f"{LEDGER}?tab=confirm").context["page"].rows[0].clock
    assert unconfirmed.words.startswith("待双方确认，")
    assert unconfirmed.on == submitted.dues.get(kind="confirm").on
    table = client.get(f"{LEDGER}export/?tab=confirm&format=csv")
    assert unconfirmed.words in b"".join(table).decode()  # type: ignore[arg-type]
    assert found["accept"] == {registered.number}
    assert found["waiting"] == {waiting.number}
    assert found["sign"] == {signing.number}
    assert found["deliver"] == {answered.number}
    assert found["late"] == {late.number}
    assert found["mine"] == {own.number, waiting.number, signing.number, late.number}
    assert len(found["all"]) == 7
    tabs = {tab["label"]: tab["count"] for tab in client.get(LEDGER).context["queues"][0]["items"]}
    assert (tabs["待确认"], tabs["我承办的"], tabs["超期"], tabs["全部"]) == ("1", "4", "1", None)


def test_open_queues_are_soonest_first_and_the_whole_newest_first(office: Office, signed_in: SignedIn) -> None:
    early, later = office.handling(date(2026, 3, 3)), office.handling(date(2026, 3, 2))
    client = signed_in(office.cast.lisi)
    assert shown(client, "tab=mine") == [later.number, early.number]
    assert shown(client, "tab=all") == [later.number, early.number]
    newest = office.handling(date(2026, 3, 9))
    assert shown(client, "tab=mine")[-1] == newest.number
    assert shown(client, "tab=all")[0] == newest.number


@pytest.mark.parametrize("tab", ["all", "mine", "accept"])
def test_pages_follow_each_other_without_gap_or_double(office: Office, signed_in: SignedIn, tab: str) -> None:
    case = office.handling(date(2026, 3, 3)) if tab != "accept" else office.confirmed(date(2026, 3, 3))
    twin(case, 70)
    InformationRequest.objects.filter(pk__gt=case.pk + 50).update(due_on=None)
    client, found, after = signed_in(office.cast.lisi), [], ""
    for _ in range(5):
        answer = client.get(f"{LEDGER}?tab={tab}&after={after}")
        found += [row.case.pk for row in answer.context["page"].rows]
        after = answer.context["page"].after
        if not after:
            break
    assert len(found) == len(set(found)) == 71


@pytest.mark.parametrize(
    "query", ["after=x", "after=9999-99-99.1", "tab=nothing", "after=2026-01-01.", "tab=mine&after=none.5"]
)
def test_a_wrong_place_is_no_fault(office: Office, signed_in: SignedIn, query: str) -> None:
    assert signed_in(office.cast.lisi).get(f"{LEDGER}?{query}").status_code == 200


def twin(case: InformationRequest, count: int, **said: Any) -> None:
    """Rows like ``case`` for reading, with applicants; made in bulk because only lists are looked at."""
    wanted = InformationRequest.objects.values().get(pk=case.pk) | said
    wanted.pop("id")
    number = wanted.pop("number")
    made = InformationRequest.objects.bulk_create(
        InformationRequest(**wanted, number=f"{number}-{place}") for place in range(count)
    )
    applicant = type(case.applicant)
    applicant.objects.bulk_create(applicant(case=row, name="李一") for row in made)


def test_the_ledger_asks_as_often_for_one_row_as_for_thirty(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(date(2026, 3, 3))

    def asked(who: User, query: str) -> int:
        client = signed_in(who)
        client.get(f"{LEDGER}?{query}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{LEDGER}?{query}")
        return len(captured)

    views = [
        (who, query)
        for who in (office.cast.lisi, office.cast.wangwu, office.cast.qianqi)
        for query in ("tab=all", "tab=late")
    ]
    few = [asked(*view) for view in views]
    twin(case, 40)
    many = [asked(*view) for view in views]
    assert all(after <= before for before, after in zip(few, many, strict=True)), (few, many)
    assert max(many) <= 34, many


def test_no_list_reads_what_is_sealed(office: Office, signed_in: SignedIn) -> None:
    office.handling(date(2026, 3, 3))
    client = signed_in(office.cast.lisi)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{LEDGER}?tab=all")
    assert not [row["sql"] for row in captured.captured_queries if "_sealed" in row["sql"]]


# --- filters -----------------------------------------------------------------------------------------------------------


def test_filters_narrow_the_rows_and_show_as_chips(office: Office, signed_in: SignedIn) -> None:
    one = office.answered(office.handling(date(2026, 3, 3)), date(2026, 3, 10))
    two = office.in_person(date(2026, 3, 9), title="校车采购合同", assistance="large_print")
    client = signed_in(office.cast.lisi)
    for query, found in {
        "q=校车": [two.number],
        f"q={one.number.lower()}": [one.number],
        "state=registered": [two.number],
        "channel=in_person": [two.number],
        "type=natural_person": [two.number, one.number],
        "type=commercial": [],
        "outcome=grant_provide": [one.number],
        "outcome=family.granted": [one.number],
        "outcome=family.denied": [],
        "on_time=yes": [one.number],
        "on_time=no": [],
        "year=2026": [two.number, one.number],
        "year=2025": [],
        "received_from=2026-03-04": [two.number],
        "received_to=2026年3月4日": [one.number],
        "due_from=2026-04-02": [two.number],
        "answered_from=2026-03-10&answered_to=2026-03-10": [one.number],
        "open=on": [two.number],
        "helped=on": [two.number],
        "provisional=on": [],
        "excessive=on": [],
        "kind=rectification": [],
        f"officer={office.cast.lisi.pk}": [one.number],
    }.items():
        assert shown(client, f"tab=all&{query}") == found, query
    answer = client.get(f"{LEDGER}?tab=all&state=registered&q=校车")
    labels = [chip["label"] for chip in answer.context["chosen"]]
    assert labels == ["编号或内容包含：校车", "状态：已登记"]
    assert "state=" not in answer.context["chosen"][1]["remove_url"]


def test_all_filters_stand_on_the_page_of_who_asks_for_them(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(date(2026, 3, 3)), signed_in(office.cast.lisi)
    plain = client.get(f"{LEDGER}?tab=mine").content.decode()
    assert 'name="q"' in plain
    assert 'name="outcome"' not in plain
    opened = client.get(f"{LEDGER}?tab=mine&filters=1").content.decode()
    assert 'name="outcome"' in opened
    assert case.number in opened
    assert 'name="outcome"' in client.get(f"{LEDGER}?tab=mine&q=学位").content.decode()


@pytest.mark.parametrize(
    "query", ["state=nothing", "received_from=2026-13-45", "year=x", "year=3000", "officer=0", "outcome=x"]
)
def test_a_wrong_filter_is_told_and_shows_nothing(office: Office, signed_in: SignedIn, query: str) -> None:
    office.in_person(date(2026, 3, 3))
    answer = signed_in(office.cast.lisi).get(f"{LEDGER}?tab=all&{query}")
    assert answer.status_code == 200
    assert list(answer.context["page"].rows) == []
    assert "需要改正" in answer.content.decode()


def test_the_supervisor_chooses_a_body(office: Office, signed_in: SignedIn) -> None:
    case = office.in_person(date(2026, 3, 3))
    client = signed_in(office.cast.qianqi)
    assert shown(client, "tab=all&department=jyj") == [case.number]
    assert shown(client, "tab=all&department=wjw") == []
    assert shown(client, "tab=all&q=学位") == [case.number]
    assert "按证件号码" not in client.get(LEDGER).content.decode()


# --- search by identity ------------------------------------------------------------------------------------------------


def test_an_identity_number_is_found_and_stands_in_no_address(
    office: Office, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    case = office.in_person(date(2026, 3, 3))
    office.in_person(date(2026, 3, 3), id_number="440308199901101512", name="王明")
    client = signed_in(office.cast.lisi)
    answer = client.post(f"{LEDGER}find/", {"identity": "１１０１０５ 19491231002x"})
    assert answer.status_code == 302
    assert ID_NUMBER not in answer["Location"]
    assert shown(client, "tab=all") == [case.number]
    assert ID_NUMBER not in str(dict(client.session)) + caplog.text
    client.post(f"{LEDGER}find/", {"forget": "1"})
    assert len(shown(client, "tab=all")) == 2


def test_an_organisation_is_found_by_its_code(office: Office, signed_in: SignedIn) -> None:
    code = "91110000600037341L"
    case = office.in_person(
        date(2026, 3, 3), applicant_type="commercial", name="某公司", id_number="", id_kind="", credit_code=code
    )
    client = signed_in(office.cast.lisi)
    client.post(f"{LEDGER}find/", {"identity": code.lower()})
    assert shown(client, "tab=all") == [case.number]


def test_who_oversees_does_not_search_by_identity(office: Office, signed_in: SignedIn) -> None:
    assert signed_in(office.cast.qianqi).post(f"{LEDGER}find/", {"identity": ID_NUMBER}).status_code == 404
    wrong = signed_in(office.cast.lisi).post(f"{LEDGER}find/", {"identity": "1"})
    assert (wrong.status_code, "请核对" in wrong.content.decode()) == (422, True)


def test_a_number_of_another_body_finds_nothing(office: Office, signed_in: SignedIn) -> None:
    office.in_person(date(2026, 3, 3))
    client = signed_in(office.cast.zhaoliu)
    client.post(f"{LEDGER}find/", {"identity": ID_NUMBER})
    assert shown(client, "tab=all") == []


# --- views of one's own ------------------------------------------------------------------------------------------------


def test_a_view_is_saved_used_and_deleted(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    said = {"name": "网上来的", "query": "tab=all&channel=online&after=5&format=x"}
    assert client.post(f"{LEDGER}views/", said).status_code == 302
    view = SavedView.objects.get()
    assert (view.user, view.query) == (office.cast.lisi, "tab=all&channel=online")
    assert "网上来的" in client.get(LEDGER).content.decode()
    assert "网上来的" not in signed_in(office.cast.wangwu).get(LEDGER).content.decode()
    assert signed_in(office.cast.wangwu).post(f"{LEDGER}views/{view.pk}/drop/").status_code == 404
    assert client.post(f"{LEDGER}views/{view.pk}/drop/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name_and_filters(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    assert "请填写视图名称" in client.post(f"{LEDGER}views/", {"query": "tab=all"}).content.decode()
    refused = client.post(f"{LEDGER}views/", {"name": "空", "query": ""})
    assert (refused.status_code, "没有筛选条件" in refused.content.decode()) == (422, True)


# --- taking it away ----------------------------------------------------------------------------------------------------


def test_the_export_has_what_the_page_shows(office: Office, signed_in: SignedIn) -> None:
    office.in_person(date(2026, 3, 3))
    other = office.in_person(date(2026, 3, 4), title="=cmd|' /C calc'!A0", name="某公司", applicant_type="commercial")
    client = signed_in(office.cast.lisi)
    answer = client.get(f"{LEDGER}export/?tab=all&format=csv")
    text = b"".join(answer).decode("utf-8")  # type: ignore[arg-type]
    assert text.startswith("\ufeff登记编号,")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == [other.number, "JYJ-2026-00001"]
    assert rows[1][2] == "'=cmd|' /C calc'!A0"
    book = client.get(f"{LEDGER}export/?tab=all&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book))).active  # type: ignore[arg-type]
    assert sheet is not None
    assert [cell.value for cell in sheet["C"]][1:] == ["'=cmd|' /C calc'!A0", "2025年义务教育阶段学校学位预警名单"]
    assert client.get(f"{LEDGER}export/?format=exe").status_code == 404
    one = client.get(f"{LEDGER}export/?tab=all&format=csv&q=学位")
    assert len(b"".join(one).decode().splitlines()) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n+"])
def test_no_text_is_taken_for_a_formula(start: str) -> None:
    assert safe(f"{start}1").startswith("'")
    assert safe("某年－某月") == "某年－某月"
    assert safe("坏\x07字") == "坏字"


def test_a_long_export_says_that_it_was_cut(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    case = office.confirmed(date(2026, 3, 3))
    twin(case, 4, due_on=None)
    client = signed_in(office.cast.lisi)
    for tab in ("all", "accept"):
        lines = b"".join(client.get(f"{LEDGER}export/?tab={tab}&format=csv")).decode().splitlines()  # type: ignore[arg-type]
        assert len(lines) == 5, tab
        assert "其余未导出" in lines[-1]


# --- assigning ---------------------------------------------------------------------------------------------------------


def mark(case: InformationRequest) -> str:
    return f"{case.pk}|{case.state}"


def test_the_head_hands_out_several(office: Office, signed_in: SignedIn) -> None:
    one, two = office.in_person(date(2026, 3, 3)), office.handling(date(2026, 3, 3))
    client = signed_in(office.cast.wangwu)
    said = {"rows": [mark(one), f"{two.pk}|registered"], "officer": office.cast.lisi.pk, "query": "tab=all"}
    answer = client.post(f"{LEDGER}assign/", said)
    assert answer.status_code == 200
    assert [bool(row.refusal) for row in answer.context["found"]] == [False, True]
    assert "已经变为“办理中”" in answer.content.decode()
    assert fresh(one).officer == office.cast.lisi
    assert CaseEvent.objects.filter(action="assign").count() == 1


def test_assigning_is_refused_without_rows_person_or_right(office: Office, signed_in: SignedIn) -> None:
    case, cast = office.in_person(date(2026, 3, 3)), office.cast
    client = signed_in(cast.wangwu)
    empty = client.post(f"{LEDGER}assign/", {"officer": cast.lisi.pk})
    assert (empty.status_code, "请先在台账中勾选" in empty.content.decode()) == (422, True)
    stranger = client.post(f"{LEDGER}assign/", {"officer": cast.zhaoliu.pk, "rows": [mark(case)]})
    assert (stranger.status_code, "请重新选择承办人" in stranger.content.decode()) == (422, True)
    assert (
        signed_in(cast.lisi).post(f"{LEDGER}assign/", {"officer": cast.lisi.pk, "rows": [mark(case)]}).status_code
        == 404
    )
    assert client.get(f"{LEDGER}assign/").status_code == 405
    register.void(actor=cast.wangwu, case=fresh(case), reason="重复", at=at(date(2026, 3, 4)))
    late = client.post(f"{LEDGER}assign/", {"officer": cast.lisi.pk, "rows": [f"{case.pk}|voided"]})
    assert "不再分派" in late.content.decode()
    assert fresh(case).officer is None


# --- overview ----------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_overview_leads_to_its_rows(office: Office, signed_in: SignedIn) -> None:
    day = recently(20)
    office.answered(office.handling(day), day)
    office.submitted(recently())
    office.handling(date(2026, 1, 5))
    client = signed_in(office.cast.wangwu)
    ((department, figures),) = client.get(f"{LEDGER}overview/").context["rows"]
    assert department == office.cast.jyj
    assert [figure.text for figure in figures] == ["2", "1", "0", "1", "0", "1", "100.0%", "0"]
    for figure in figures:
        if figure.url:
            assert len(client.get(figure.url).context["page"].rows) == int(figure.text), figure
    city = signed_in(office.cast.qianqi).get(f"{LEDGER}overview/")
    assert [row[0] for row in city.context["rows"]] == [office.cast.jyj]
    assert "department=jyj" in city.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("wangwu", 200), ("qianqi", 200), ("fenger", 200), ("lisi", 404), ("zhaoliu", 404), ("sunba", 404), ("zhengyi", 404), ("zhangsan", 404)],
)  # fmt: skip
def test_the_overview_is_for_heads_and_who_oversees(office: Office, signed_in: SignedIn, who: str, status: int) -> None:
    assert signed_in(getattr(office.cast, who)).get(reverse("requests_desk:overview")).status_code == status


@pytest.mark.parametrize(
    ("values", "middle"), [([], None), ([3], 3), ([1, 2], 1), ([5, 1, 1, 9, 7], 5), ([2, 2, 8, 8], 2), ([2, 8, 8], 8)]
)
def test_the_median_is_the_days_within_which_half_are_answered(values: list[int], middle: int | None) -> None:
    assert median({value: values.count(value) for value in values}) == middle
