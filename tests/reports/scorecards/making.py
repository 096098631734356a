"""Sets and assessments for tests, made by the services that make them in a city."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Department
from reports.bodies import body_of_each
from reports.models import Assessment, Indicator, IndicatorSet, Objection, Result
from reports.scorecards import assessing, computing, judging, sets
from reports.scorecards.judging import Judgement
from reports.scorecards.measures.base import Asked, Found
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.periods import Period, PeriodKind, period_of
from tests.cast import Cast
from workdays.selectors import current_calendar

NOW = timezone.make_aware(datetime(2026, 10, 12, 10, 0))
TODAY = NOW.date()
QUARTER = period_of(PeriodKind.QUARTER, 2026, 3)
LATER = NOW + timedelta(days=20)
# (name, points, each, source, measure, frequency) of a small set: a computed, a judged and a rated indicator.
SMALL: tuple[tuple[str, int, str, str, str, str], ...] = (
    ("机构职能", 50, "5", "computed", "institution_stated", "quarterly"),
    ("文书规范", 30, "10", "judged", "", "monthly"),
    ("公众评议", 20, "0", "ratings", "ballots", "quarterly"),
)


def values(**said: Any) -> dict[str, Any]:
    """An indicator's values, judged unless it says otherwise."""
    usual = {
        "group": "基础", "name": "文书规范", "text": "答复书要素齐全。", "points": Decimal(30), "each": Decimal(10),
        "frequency": "monthly", "source": "judged", "measure": "", "parameters": {}, "kinds": [],
    }  # fmt: skip
    return usual | said


def edition(row: IndicatorSet) -> int:
    return IndicatorSet.objects.get(pk=row.pk).edition


def add_indicator(cast: Cast, row: IndicatorSet, *, bodies: Sequence[Department] = (), **said: Any) -> Indicator:
    """At the end of the first section."""
    return sets.save_indicator(
        actor=cast.qianqi, section=row.sections.order_by("position")[0], edition=edition(row), indicator=None,
        values=values(**said), bodies=bodies, at=NOW,
    )  # fmt: skip


def draft(cast: Cast) -> IndicatorSet:
    """One section of a hundred points, nothing in it."""
    row = sets.compose(actor=cast.qianqi, name="2026年考核指标", year=2026, note="", at=NOW)
    sets.save_section(actor=cast.qianqi, row=row, edition=0, section=None, name="主动公开", points=Decimal(100), at=NOW)
    row.refresh_from_db()
    return row


def small_set(cast: Cast) -> IndicatorSet:
    """The small set, in use."""
    row = draft(cast)
    for name, points, each, source, measure, frequency in SMALL:
        said = {"points": Decimal(points), "each": Decimal(each), "source": source, "measure": measure}
        add_indicator(cast, row, name=name, frequency=frequency, **said)
    row.refresh_from_db()
    sets.activate(actor=cast.qianqi, row=row, at=NOW)
    return row


def opened(cast: Cast, *, period: Period = QUARTER, bodies: Sequence[Department] = ()) -> Assessment:
    """The small set, opened for two bodies; nothing computed or judged."""
    indicators = IndicatorSet.objects.filter(state="active").first() or small_set(cast)
    return assessing.open_assessment(
        actor=cast.qianqi, indicators=indicators, period=period, bodies=bodies or [cast.jyj, cast.wjw], at=NOW
    )


def computed(row: Assessment, at: datetime = NOW) -> Assessment:
    computing.compute_all(row, at=at, indicators=assessing.covered(row))
    row.refresh_from_db()
    return row


def result(row: Assessment, body: Department, name: str = "文书规范") -> Result:
    found = Result.objects.select_related("indicator", "card__assessment", "card__department")
    return found.get(card__assessment=row, card__department=body, indicator__name=name)


def judge(
    cast: Cast, row: Assessment, body: Department, findings: int = 0, evidence: str = "抽查", **said: Any
) -> Result:
    """What 钱七 found of the judged indicator."""
    one = result(row, body, said.pop("name", "文书规范"))
    judgement = Judgement(one.pk, said.pop("edition", one.edition), findings, evidence, (), **said)
    judging.judge(actor=cast.qianqi, assessment=row, judgements=[judgement], at=NOW)
    one.refresh_from_db()
    return one


def announced(cast: Cast, **said: Any) -> Assessment:
    """Computed, judged (two findings at the education bureau), objections asked for until in five days."""
    row = computed(opened(cast, **said))
    judge(cast, row, cast.jyj, 2)
    judge(cast, row, cast.wjw)
    assessing.announce(actor=cast.qianqi, row=row, until=TODAY + timedelta(days=5), at=NOW)
    return row


def objected(cast: Cast, row: Assessment) -> Objection:
    """王五 objects to the judged result of the education bureau."""
    one = result(row, cast.jyj)
    return judging.object_to(actor=cast.wangwu, result=one, text="材料已经补齐", link="", at=NOW)


def published(cast: Cast, *, is_public: bool = False) -> Assessment:
    row = announced(cast)
    assessing.settle(actor=cast.qianqi, row=row, at=LATER)
    assessing.publish(actor=cast.qianqi, row=row, notice="总体较好。", is_public=is_public, at=LATER)
    return row


def ask(code: str, *bodies: Department, period: Period = QUARTER, at: datetime = NOW, **said: Any) -> dict[int, Found]:
    """What a measure says of these bodies."""
    measure, keys = MEASURES[code], {body.pk for body in bodies}
    asked = Asked(
        {body.pk: body for body in bodies}, {office: body for office, body in body_of_each().items() if body in keys}, period, at, current_calendar(), tuple(said.get("columns", ())),
        said.get("days", measure.days),
    )  # fmt: skip
    return dict(measure.find(asked))


def moment(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))
