"""What a page of figures was asked for: a period that was counted, and a body or the whole city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, QueryDict

from accounts.models import Department
from reports.figures.periods import RECENT, Period, period_of, recent
from reports.figures.selectors import Counted, counted


@dataclass(frozen=True)
class Asked:
    """A checked question. ``counted_at`` is empty where a month of the period was never counted; ``has_city``: the whole
    city may be asked for."""

    period: Period
    body: Department | None
    bodies: Sequence[Department]
    years: Sequence[Period]
    counted_at: datetime | None
    has_city: bool = True

    @property
    def choices(self) -> list[Period]:
        """Periods to choose from."""
        return [recent(self.period.today), *self.years]

    @property
    def query(self) -> str:
        """The question as the query of an address."""
        own = f"&department={self.body.code}" if self.body else ""
        return f"period={self.period.slug}{own}"


def asked_in(query: QueryDict, bodies: Sequence[Department], *, today: date, has_city: bool = True) -> Asked:
    """Read an address; without a body the whole city, or the first where that is not to be had.

    Raises Http404 for a period or a body there is nothing of.
    """
    known: Counted = counted()
    years = known.years(today)
    text = query.get("period", "") or RECENT
    period = period_of(text, today)
    if period is None or period.slug not in {RECENT, *(year.slug for year in years)}:
        raise Http404
    body = body_in(query, bodies) or (None if has_city else bodies[0])
    return Asked(period, body, bodies, years, known.last(period), has_city)


def body_in(query: QueryDict, bodies: Sequence[Department]) -> Department | None:
    """The body an address names; None for the whole city. Raises Http404 for one that is not among ``bodies``."""
    if not (code := query.get("department", "")):
        return None
    found = next((body for body in bodies if body.code == code), None)
    if found is None:
        raise Http404
    return found
