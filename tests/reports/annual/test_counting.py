"""Tables three and four out of the register: real histories, and thousands of made-up ones that must agree."""

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.annual.breaches import HARD
from reports.annual.building import exchanged, figures_of
from reports.annual.counting import ROW_OF, cases_behind, table3, table4
from reports.annual.identities import breaches
from reports.annual.reading import figures_from
from reports.annual.services import start_correction
from reports.annual.tables import COLUMN_LABELS, DECIDED, PATHS, TOTAL
from requests_app.handling import services as handling
from requests_app.models import ApplicantType, Channel, InformationRequest, RemedyKind
from requests_app.outcomes import OUTCOMES
from requests_app.states import CaseState
from tests.reports.annual.making import moment, published
from tests.requests_app.casework import Office, at

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§49", "条例§50")]
EVE = date(2025, 12, 29)
NEW_YEAR = date(2026, 1, 5)


def filled(table: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Cells that are not zero."""
    rows = {name: {column: number for column, number in row.items() if number} for name, row in table.items()}
    return {name: row for name, row in rows.items() if row}


def test_every_decision_has_its_row_and_every_row_of_results_a_decision() -> None:
    assert set(ROW_OF.values()) == set(DECIDED)
    assert {code for code, outcome in OUTCOMES.items() if code not in ROW_OF and outcome.row} == set()


def test_a_case_is_received_in_one_year_and_ended_in_another(office: Office) -> None:
    case = office.handling(EVE)
    jyj = office.cast.jyj.pk
    one = {"natural_person": 1, "total": 1}
    assert filled(table3([jyj], 2025)) == {"new_received": one, "carried_forward": one}
    office.answered(case, NEW_YEAR)
    assert filled(table3([jyj], 2025)) == {"new_received": one, "carried_forward": one}
    assert filled(table3([jyj], 2026)) == {"carried_over": one, "granted": one, "total_processed": one}
    assert filled(table3([office.cast.wjw.pk], 2026)) == {}


def test_the_year_of_an_answer_moves_with_its_corrected_day(office: Office) -> None:
    case = office.answered(office.handling(EVE), EVE)
    InformationRequest.objects.filter(pk=case.pk).update(stopped_on=NEW_YEAR)
    rows = filled(table3([office.cast.jyj.pk], 2025))
    assert set(rows) == {"new_received", "carried_forward"}


def test_what_was_never_received_or_went_into_others_is_not_counted(office: Office) -> None:
    office.submitted(NEW_YEAR)  # nobody has confirmed it
    split = office.handling(NEW_YEAR)
    handling.split(actor=office.cast.lisi, case=split, matters=["甲", "乙"], at=at(NEW_YEAR, 15))
    InformationRequest.objects.filter(pk=split.pk).update(state=CaseState.ARCHIVED)  # a closed case can be archived
    rows = filled(table3([office.cast.jyj.pk], 2026))
    assert rows == {
        "new_received": {"natural_person": 2, "total": 2},
        "carried_forward": {"natural_person": 2, "total": 2},
    }


def test_remedies_count_when_they_end_and_while_they_last(office: Office) -> None:
    case = office.answered(office.handling(EVE - timedelta(days=40)), EVE)
    said = {"kind": RemedyKind.RECONSIDERATION, "body": "市政府", "filed_on": EVE}
    remedy = handling.record_remedy(actor=office.cast.lisi, case=case, at=at(EVE, 17), **said)
    jyj = [office.cast.jyj.pk]
    assert filled(table4(jyj, 2025)) == {"reconsideration": {"pending": 1, "total": 1}}
    day = NEW_YEAR + timedelta(days=30)
    handling.conclude_remedy(actor=office.cast.lisi, remedy=remedy, result="correct", concluded_on=day, at=at(day))
    assert filled(table4(jyj, 2025)) == {"reconsideration": {"pending": 1, "total": 1}}
    assert filled(table4(jyj, 2026)) == {"reconsideration": {"corrected": 1, "total": 1}}
    assert filled(table4(jyj, 2027)) == {}


@pytest.fixture
def years(office: Office) -> Office:
    """Two thousand applications of three years, whatever happened to them."""
    chance, codes = random.Random(50), [code for code in OUTCOMES if code in ROW_OF]
    now, rows = timezone.make_aware(datetime(2026, 12, 31, 12)), []
    for number in range(2000):
        received = date(2024, 1, 1) + timedelta(days=chance.randrange(1095))
        is_void = chance.random() < 0.05
        is_over = is_void or chance.random() < 0.9
        ended = min(received + timedelta(days=chance.randrange(120)), date(2026, 12, 31)) if is_over else None
        state = CaseState.DELIVERED if is_over else CaseState.HANDLING
        gone = chance.choice([CaseState.VOIDED, CaseState.CLOSED, CaseState.ARCHIVED])
        rows.append(
            InformationRequest(
                number=f"N{number}", department=chance.choice([office.cast.jyj, office.cast.wjw]),
                channel=Channel.ONLINE, applicant_type=chance.choice(ApplicantType.values), matter="甲",
                state=gone if is_void else state, outcome="" if is_void or not is_over else chance.choice(codes),
                first_received_on=received, concluded_on=ended, stopped_on=chance.choice([ended, None]), created_at=now, updated_at=now, waiting_since=now,
            )
        )  # fmt: skip
    InformationRequest.objects.bulk_create(rows)
    return office


def test_whatever_happened_every_identity_holds_and_years_are_tied(years: Office) -> None:
    city, before = years.cast.szf, None
    for year in (2024, 2025, 2026):
        figures = figures_of(city, year, is_consolidated=True)
        assert figures.table3["new_received"][TOTAL] > 500
        assert [each.sentence for each in breaches(figures, before) if each.rule in HARD] == []
        assert exchanged(figures_from(exchanged(figures))) == exchanged(figures)
        parts = [figures_of(body, year) for body in (years.cast.jyj, years.cast.wjw)]
        for row in PATHS:
            for column in COLUMN_LABELS:
                assert figures.table3[row][column] == sum(part.table3[row][column] for part in parts)
        before = figures


def test_behind_every_cell_stand_as_many_cases_as_it_says(years: Office) -> None:
    bodies = [years.cast.jyj.pk]
    for row, cells in table3(bodies, 2025).items():
        for column in ("natural_person", "public_welfare", TOTAL):
            assert cases_behind(bodies, 2025, row, column).count() == cells[column], (row, column)


def test_many_bodies_cost_as_many_questions_as_one(years: Office) -> None:
    counts = []
    for bodies in ([years.cast.jyj.pk], [years.cast.jyj.pk, years.cast.wjw.pk, years.cast.szf.pk]):
        with CaptureQueriesContext(connection) as captured:
            table3(bodies, 2025), table4(bodies, 2025)
        counts.append(len(captured))
    assert counts == [6, 6]


# --- the command -------------------------------------------------------------------------------------------------------


def test_what_the_command_prints_the_other_command_finds_sound(
    years: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    call_command("annual_report", "2025", department="jyj")
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert (data["agency"], data["year"]) == ("市教育局", 2025)
    call_command("check_annual_report", str(path))
    assert "错误 0 处" in capsys.readouterr().out


def test_the_command_prints_the_published_report_while_a_correction_is_under_way(
    office: Office, reference: None, capsys: pytest.CaptureFixture[str]
) -> None:
    first = published(office)
    outputs = []
    for _ in range(2):
        call_command("annual_report", "2025", department="jyj")
        outputs.append(capsys.readouterr().out)
        if len(outputs) == 1:
            start_correction(actor=office.cast.lisi, report=first, reason="漏计", at=moment(date(2026, 6, 1)))
    assert outputs[0] == outputs[1] and json.loads(outputs[0])["number"] == 1


@pytest.mark.parametrize(("year", "code"), [("2025", "nobody"), ("1999", "jyj")])
def test_what_there_is_no_report_of_is_said(office: Office, year: str, code: str) -> None:
    with pytest.raises(CommandError, match="没有"):
        call_command("annual_report", year, department=code)
