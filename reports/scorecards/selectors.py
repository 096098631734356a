"""Reads shaped for the pages of scorecards; the number of questions never grows with bodies or indicators."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from accounts.rules import Person
from disclosure.review.selectors import MOST_COUNTED, counted
from disclosure.selectors import Page
from jobs.models import Job, JobState
from reports.models import Assessment, Indicator, IndicatorSet, Objection, ReportEvent, Result, Scorecard, Section
from reports.records import Told, record_of
from reports.rules import bodies_written_for_by
from reports.scorecards import rules
from reports.scorecards.assessing import JOB
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.periods import COVERED, PeriodKind
from reports.scorecards.scoring import Sum
from reports.scorecards.states import ASSESSMENTS, AssessmentState, ObjectionState, SetState, Source

PAGE = 30
BODIES_AT_ONCE = 40
MOST_SETS = 100


# --- sets -------------------------------------------------------------------------------------------------------------------


def sets() -> list[IndicatorSet]:
    """Every set, those in use first, with `.indicator_count`."""
    rows = IndicatorSet.objects.annotate(indicator_count=Count("sections__indicators")).select_related("created_by")
    order = [SetState.ACTIVE, SetState.DRAFT, SetState.TEMPLATE, SetState.CLOSED]
    return sorted(rows.order_by("-year", "-pk")[:MOST_SETS], key=lambda row: order.index(SetState(row.state)))


@dataclass(frozen=True)
class Part:
    """A section with its indicators."""

    section: Section
    indicators: list[Indicator]

    @property
    def total(self) -> Decimal:
        """What the indicators are worth together."""
        return sum((one.points for one in self.indicators), Decimal(0))


def parts_of(row: IndicatorSet, kind: PeriodKind = PeriodKind.YEAR) -> list[Part]:
    """Sections in order with their indicators that are assessed in such a period, each with `.how` (where its result comes
    from) and the bodies it names."""
    found: dict[int, list[Indicator]] = {}
    indicators = Indicator.objects.filter(section__set=row, frequency__in=COVERED[kind])
    for one in indicators.order_by("position", "id").prefetch_related("bodies"):
        one.how = how(one)  # type: ignore[attr-defined]
        found.setdefault(one.section_id, []).append(one)
    return [Part(section, found.get(section.pk, [])) for section in row.sections.order_by("position", "id")]


def how(indicator: Indicator) -> str:
    """Where a result comes from, in words."""
    measure = MEASURES.get(indicator.measure)
    if indicator.source == Source.JUDGED:
        return Source.JUDGED.label
    return f"{indicator.get_source_display()}：{measure.label if measure else '计算方法已停用'}"


# --- assessments ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """An assessment in the list, with the card of the reader's own body, if there is one."""

    assessment: Assessment
    card: Scorecard | None = None


def assessment_page(user: User, *, before: int | None) -> Page:
    """Assessments, newest first; a body's people see their own card in the list."""
    found = rules.assessments_visible_to(user).select_related("set").order_by("-pk")
    found = found if before is None else found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    own = bodies_written_for_by(user).order_by().values("pk")
    cards = rules.cards_visible_to(user).filter(assessment__in=rows[:PAGE], department__in=own)
    by_assessment = {card.assessment_id: card for card in cards.select_related("department").order_by("-pk")}
    listed = [Listed(row, by_assessment.get(row.pk)) for row in rows[:PAGE]]
    return Page(listed, rows[PAGE - 1].pk if len(rows) > PAGE else None)


@dataclass(frozen=True)
class Line:
    """A body in the table of an assessment: its score, of everything and of each section."""

    card: Scorecard
    named: tuple[tuple[str, Decimal | None], ...]

    @property
    def parts(self) -> list[Decimal | None]:
        """Without the names of the sections."""
        return [part for _, part in self.named]


def table_of(row: Assessment) -> tuple[list[Section], list[Line]]:
    """Sections, and the bodies by place; two questions."""
    sections = list(row.set.sections.order_by("position", "id"))
    cards = row.cards.select_related("department").order_by(F("rank").asc(nulls_last=True), "department__path")
    return sections, [Line(card, tuple((one.name, _sum(card, one).rate) for one in sections)) for card in cards]


def _sum(card: Scorecard, section: Section) -> Sum:
    return Sum(*(Decimal(value) for value in card.parts.get(str(section.pk), ("0.00", "0.00"))))


@dataclass(frozen=True)
class Work:
    """How far the computing is."""

    is_moving: bool
    has_failed: bool
    percent: int
    message: str


def computing(row: Assessment) -> Work:
    """The latest job of an assessment."""
    job = Job.objects.filter(kind=JOB, subject=f"reports.assessment:{row.pk}").order_by("-pk").first()
    if job is None or row.state != AssessmentState.OPEN:
        return Work(False, False, 100, "")
    percent = 100 * job.progress_done // job.progress_total if job.progress_total else 0
    is_moving = job.state in (JobState.WAITING, JobState.RUNNING)
    return Work(is_moving, job.state == JobState.FAILED, percent, job.message)


@dataclass(frozen=True)
class Progress:
    """An indicator of an assessment and how far its results are."""

    indicator: Indicator
    total: int
    waiting: int
    findings: int


def progress_of(row: Assessment) -> list[Progress]:
    """Every indicator that is assessed, in order, with how many bodies wait; two questions."""
    results = Q(results__card__assessment=row)
    found = Indicator.objects.filter(results, section__set=row.set_id).annotate(
        total=Count("results", filter=results),
        waiting=Count("results", filter=results & Q(results__computed_at=None, results__judged_at=None)),
        wrong=Count("results", filter=results & Q(results__deducted__gt=0)),
    )
    rows = found.select_related("section").order_by("section__position", "position", "id")
    return [Progress(one, one.total, one.waiting, one.wrong) for one in rows]  # type: ignore[attr-defined]


def results_page(row: Assessment, indicator: Indicator, *, after: str) -> tuple[list[Result], str]:
    """Results of one indicator by body, a page of them, and the path after which the next one starts."""
    found = Result.objects.filter(card__assessment=row, indicator=indicator).select_related(
        "card__department", "indicator", "judged_by"
    )
    rows = list(found.filter(card__department__path__gt=after).order_by("card__department__path")[: BODIES_AT_ONCE + 1])
    shown = rows[:BODIES_AT_ONCE]
    return shown, shown[-1].card.department.path if len(rows) > BODIES_AT_ONCE else ""


@dataclass(frozen=True)
class CardPart:
    """A section on a body's card."""

    section: Section
    points: Sum
    results: list[Result]


def card_parts(card: Scorecard) -> list[CardPart]:
    """Every result of a card by section, with its objection; two questions."""
    by_section: dict[int, list[Result]] = {}
    rows = card.results.select_related("indicator", "objection", "judged_by")
    for result in rows.order_by("indicator__section__position", "indicator__position", "pk"):
        by_section.setdefault(result.indicator.section_id, []).append(result)
    sections = card.assessment.set.sections.order_by("position", "id")
    return [CardPart(one, _sum(card, one), by_section[one.pk]) for one in sections if one.pk in by_section]


def visible_result(user: Person, pk: int) -> QuerySet[Result]:
    """One result with what its page shows, if its card is visible."""
    found = Result.objects.filter(pk=pk, card__in=rules.cards_visible_to(user))
    return found.select_related("card__assessment__set", "card__department", "indicator__section", "judged_by")


# --- objections -------------------------------------------------------------------------------------------------------------


def objection_page(user: Person, *, show: str, before: int | None) -> Page:
    """Objections, newest first; ``show`` = waiting leaves only those without an answer."""
    found = rules.objections_visible_to(user).select_related(
        "result__indicator", "result__card__department", "result__card__assessment", "filed_by"
    )
    if show == "waiting":
        found = found.filter(state=ObjectionState.FILED)
    rows = list((found if before is None else found.filter(pk__lt=before)).order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def waiting_objections(row: Assessment) -> int:
    """How many of an assessment wait."""
    return Objection.objects.filter(result__card__assessment=row, state=ObjectionState.FILED).count()


# --- for everybody ----------------------------------------------------------------------------------------------------------


def objections_total() -> str:
    """How many objections wait for the department in charge, as desks show it."""
    return counted(Objection.objects.filter(state=ObjectionState.FILED).order_by()[:MOST_COUNTED].count())


def public_assessments() -> QuerySet[Assessment]:
    """Results put before the public (条例§50), newest first."""
    return Assessment.objects.filter(public_at__isnull=False, state=AssessmentState.PUBLISHED).order_by(
        "-public_at", "-pk"
    )


def is_over(row: Assessment, on: date) -> bool:
    """Whether the days for objections are over."""
    return row.objections_until is not None and on > row.objections_until


def record_of_assessment(row: Assessment) -> list[Told]:
    """Its record, newest first; of files put beside a result, beside which."""
    found = Result.objects.filter(card__assessment=row, proofs__isnull=False).distinct()
    names = {
        one.pk: f"{one.card.department}：{one.indicator}"
        for one in found.select_related("card__department", "indicator")
    }

    def words(event: ReportEvent) -> str:
        return names.get(event.facts.get("result", 0), "")

    return record_of(row, ASSESSMENTS, words)
