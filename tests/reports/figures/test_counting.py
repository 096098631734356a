"""Numbers by month out of the rooms below: they agree with the annual report, with the desks, and with their cases."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Department
from disclosure.models import Revision
from disclosure.review.overview import overview as publishing_overview
from disclosure.services import withdraw_document
from reports.annual.counting import ROW_OF, table3, table4
from reports.annual.tables import DECIDED, TOTAL
from reports.bodies import body_of_each
from reports.figures.behind import cases_behind
from reports.figures.counting import Span, count_all
from reports.figures.measures import ALL, KEYS, OF_CASES, Measure, Stock, is_key, key_label
from reports.figures.periods import last_day
from requests_app.handling import services as handling
from requests_app.ledger.overview import overview as ledger_overview
from requests_app.models import InformationRequest, RemedyKind
from requests_app.outcomes import OUTCOMES
from tests.catalog.make import Press
from tests.disclosure.drafting import Way
from tests.reports.figures.filling import fill
from tests.requests_app.casework import Office, at

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 12, 31, 12))
Counts = Counter[tuple[int, Measure, str]]


def span(first: date, last: date, *bodies: Department, moment: datetime = NOW) -> Span:
    keys = [body.pk for body in bodies] or list(Department.objects.bodies().values_list("pk", flat=True))
    return Span(tuple(keys), first, last, moment)


def of(counts: Counts, measure: Measure) -> dict[str, int]:
    """Keys of one measure over all bodies."""
    found: Counter[str] = Counter()
    for (_, each, key), value in counts.items():
        if each == measure:
            found[key] += value
    return dict(found)


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


def months_of(number: int) -> list[Span]:
    firsts = [date(number, month, 1) for month in range(1, 13)]
    return [span(first, last_day(first)) for first in firsts]


# --- applications ------------------------------------------------------------------------------------------------------


@pytest.fixture
def years(office: Office) -> Office:
    cast = office.cast
    fill(cast, [cast.jyj, cast.wjw, cast.qxq_jyj], count=2500, first=date(2024, 10, 1), last=date(2026, 12, 31))
    return office


@pytest.mark.law("条例§46", "条例§49")
def test_twelve_months_are_what_the_annual_report_counts(years: Office) -> None:
    bodies = span(*year(2025)).bodies
    counts = sum((count_all(each) for each in months_of(2025)), Counter())
    rows = table3(bodies, 2025)
    assert sum(of(counts, Measure.CHANNEL).values()) == rows["new_received"][TOTAL] > 900
    assert sum(of(counts, Measure.OUTCOME).values()) == rows["total_processed"][TOTAL] > 700
    for row in DECIDED:
        codes = [code for code, name in ROW_OF.items() if name == row]
        assert sum(of(counts, Measure.OUTCOME).get(code, 0) for code in codes) == rows[row][TOTAL], row
    applicants = of(counts, Measure.APPLICANT)
    assert applicants["natural_person"] == rows["new_received"]["natural_person"]
    concluded = of(counts, Measure.REMEDY)
    table = table4(bodies, 2025)
    assert concluded["reconsideration.correct"] == table["reconsideration"]["corrected"] > 0
    assert sum(concluded.values()) == sum(row[TOTAL] - row["pending"] for row in table.values())


def test_months_and_bodies_add_up(years: Office) -> None:
    whole = count_all(span(*year(2025)))
    assert sum((count_all(each) for each in months_of(2025)), Counter()) == whole
    parts = [count_all(span(*year(2025), body)) for body in Department.objects.bodies()]
    assert sum(parts, Counter()) == whole


def test_behind_every_number_stand_as_many_cases_as_it_says(years: Office) -> None:
    asked = span(date(2026, 3, 1), date(2026, 3, 31))
    counts = count_all(asked)
    for measure in OF_CASES - {Measure.REMEDY}:
        keys = of(counts, measure)
        assert keys
        for key, number in keys.items():
            assert is_key(measure, key)
            assert cases_behind(asked, measure, key).count() == number, (measure, key)
        if measure != Measure.LENGTHENED:  # a case may be both extended and paused
            assert cases_behind(asked, measure, ALL).count() == sum(keys.values())
    granted = sum(of(counts, Measure.OUTCOME).get(code, 0) for code in ("grant_provide", "grant_already_public"))
    assert cases_behind(asked, Measure.OUTCOME, "family.granted").count() == granted > 0
    about = cases_behind(asked, Measure.REMEDY)
    assert {case.remedies.filter(concluded_on__range=asked.days).exists() for case in about} == {True}
    assert 0 < about.count() <= sum(of(counts, Measure.REMEDY).values())


@pytest.mark.law("条例§50")
def test_what_is_in_hand_is_what_the_annual_report_carries_over(years: Office) -> None:
    whole = span(*year(2025))
    rows = table3(whole.bodies, 2025)
    assert cases_behind(whole, Stock.CARRIED).count() == rows["carried_over"][TOTAL] > 0
    assert cases_behind(whole, Stock.OPEN).count() == rows["carried_forward"][TOTAL] > 0


def test_answers_are_those_of_the_overview_of_applications(years: Office) -> None:
    # The overview also looks after corrections of one's own record, which no report counts.
    InformationRequest.objects.update(kind="information", first_received_on=F("received_on"))
    today = date(2026, 12, 31)
    first = today - timedelta(days=365)
    counts = count_all(span(first, today))
    standings = ledger_overview(years.cast.qianqi, list(Department.objects.bodies()), today=today)
    answered = of(counts, Measure.ANSWERED)
    assert answered["on_time"] == sum(row.on_time for row in standings)
    assert sum(answered.values()) == sum(row.answered for row in standings)
    took = sum((Counter(row.took) for row in standings), Counter())
    assert of(counts, Measure.WORKDAYS) == {str(days): number for days, number in took.items()}


def test_a_case_is_counted_where_it_went_and_when_it_came(office: Office) -> None:
    day, later = date(2026, 3, 31), date(2026, 4, 7)
    office.submitted(day)  # nobody has confirmed it
    office.answered(office.handling(day), later)
    march, april = count_all(span(date(2026, 3, 1), day)), count_all(span(date(2026, 4, 1), date(2026, 4, 30)))
    assert of(march, Measure.CHANNEL) == {"online": 1} and of(march, Measure.OUTCOME) == {}
    assert of(april, Measure.CHANNEL) == {} and of(april, Measure.OUTCOME) == {"grant_provide": 1}
    assert of(april, Measure.ANSWERED) == {"on_time": 1} and of(april, Measure.WORKDAYS) == {"4": 1}
    assert {body for body, _, _ in march} == {office.cast.jyj.pk}


def test_remedies_and_ratings_count_in_the_month_of_their_own_day(office: Office) -> None:
    day = date(2026, 3, 10)
    case = office.answered(office.handling(date(2026, 3, 3)), day)
    said = {"kind": RemedyKind.RECONSIDERATION, "body": "市政府", "filed_on": day}
    remedy = handling.record_remedy(actor=office.cast.lisi, case=case, at=at(day, 17), **said)
    end = date(2026, 5, 6)
    handling.conclude_remedy(actor=office.cast.lisi, remedy=remedy, result="correct", concluded_on=end, at=at(end))
    handling.rate(case=case, stars=4, text="", at=at(date(2026, 4, 30), 23))
    of_month = {month: count_all(span(date(2026, month, 1), last_day(date(2026, month, 1)))) for month in (3, 4, 5)}
    assert of(of_month[4], Measure.RATING) == {"4": 1} and of(of_month[5], Measure.RATING) == {}
    assert of(of_month[3], Measure.REMEDY) == {}
    assert of(of_month[5], Measure.REMEDY) == {"reconsideration.correct": 1}


# --- publishing --------------------------------------------------------------------------------------------------------


def test_documents_count_by_column_in_the_citys_month_while_they_are_public(press: Press) -> None:
    late = timezone.make_aware(datetime.fromisoformat("2026-10-31T23:30"))
    first = press.document(published_at=late)
    press.document(published_at=late + timedelta(hours=1), column="policy")
    press.document(published_at=NOW + timedelta(days=1))  # not yet
    october = span(date(2026, 10, 1), date(2026, 10, 31))
    counts = of(count_all(october), Measure.PUBLISHED)
    assert counts == {ALL: 1, str(first.column_id): 1}
    assert of(count_all(span(date(2026, 11, 1), date(2026, 12, 31))), Measure.PUBLISHED)[ALL] == 1
    withdraw_document(actor=press.cast.wangwu, document=first, reason="有误", at=NOW)
    assert of(count_all(october), Measure.PUBLISHED) == {}


def test_an_internal_office_counts_with_its_body(press: Press) -> None:
    press.document(department="jyj-bgs", published_at=NOW - timedelta(days=1))
    cast = press.cast
    assert body_of_each()[cast.jyj_bgs.pk] == cast.jyj.pk and body_of_each()[cast.qxq_jyj.pk] == cast.qxq_jyj.pk
    counts = count_all(span(*year(2026)))
    assert {body for body, _, _ in counts} == {cast.jyj.pk}
    assert sum(count_all(span(*year(2026), cast.wjw)).values()) == 0


@pytest.mark.law("条例§26")
def test_timeliness_and_policies_are_those_of_the_overview_of_publishing(office: Office, reference: None) -> None:
    way, today = Way(office.cast), timezone.localdate()
    way.published(formed_or_changed_on=today)
    way.published(formed_or_changed_on=today - timedelta(days=3))
    late = way.published(formed_or_changed_on=today - timedelta(days=90))
    policy = way.draft(is_policy=True, plan="一图读懂")
    interpretation = way.draft(column="interpretation", interprets=policy.document, interpretation_kind="qa")
    way.to_approval(interpretation)
    way.published(policy)
    Revision.objects.filter(document=late).update(is_policy=True, waiver="")
    counts = count_all(span(today.replace(day=1), last_day(today.replace(day=1)), moment=timezone.now()))
    timely, explained = of(counts, Measure.TIMELINESS), of(counts, Measure.POLICIES)
    assert timely["same_day"] >= 1 and timely["late"] >= 1 and timely["in_time"] >= 1
    assert explained == {"explained": 1, "without": 1}
    (row,) = [row for row in publishing_overview(office.cast.wangwu, today=today, after="", is_late=False).standings
              if row.department == office.cast.jyj]  # fmt: skip
    assert sum(timely.values()) == row.published and timely["same_day"] + timely["in_time"] == row.on_time
    assert (row.policies, row.explained, row.waived) == (2, 1, 0)


def test_every_outcome_of_the_national_table_has_its_words() -> None:
    assert {code for code, outcome in OUTCOMES.items() if outcome.row} == set(KEYS[Measure.OUTCOME])
    assert not is_key(Measure.OUTCOME, "rectify_done") and not is_key(Measure.WORKDAYS, "-1")
    assert is_key(Measure.OUTCOME, "family.denied") and not is_key(Measure.OUTCOME, "family.x")
    assert key_label(Measure.OUTCOME, "family.denied") == "不予公开" and key_label(Stock.OPEN, "") == ""
    assert is_key(Stock.OPEN, "") and not is_key(Stock.OPEN, "x")
    assert is_key(Measure.WORKDAYS, "20") and is_key(Measure.CHANNEL, "fax") and not is_key(Measure.CHANNEL, "x")
