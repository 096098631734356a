"""Where a number leads: to the public list of documents, or to the applications behind it for who may see them."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Department
from catalog.links import browse_url
from reports.figures.measures import ALL, Measure, Stock
from reports.figures.periods import Period, last_day
from workdays.months import month_key


@cache  # a page asks two hundred times, and reversing is slow
def _cases() -> str:
    return reverse("reports_desk:figures_cases")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the numbers of one body (none: the city) in a period; ``follows``: applications may be looked at."""

    body: Department | None
    period: Period
    follows: bool = False

    def cases(self, measure: Measure | Stock, key: str = ALL, month: date | None = None) -> str:
        """The applications behind a number; empty for who sees numbers only."""
        if not self.follows:
            return ""
        query = {"measure": measure.value, "key": key, "period": str(month_key(month)) if month else self.period.slug}
        own = {"department": self.body.code} if self.body else {}
        return f"{_cases()}?{urlencode({**query, **own})}"

    def documents(self, column: str = "", month: date | None = None) -> str:
        """The public list of the documents behind a number."""
        return browse_url(
            department=self.body.code if self.body else None,
            column=column or None,
            since=(month or self.period.first).isoformat(),
            until=min(last_day(month) if month else self.period.last, self.period.today).isoformat(),
        )
