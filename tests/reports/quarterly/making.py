"""An analysis of the education bureau, written by 李四; a quarter with applications about the same thing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from reports.models import QuarterlyAnalysis
from reports.quarterly import services
from tests.requests_app.casework import Office

NOW = timezone.make_aware(datetime(2026, 11, 22, 10))
DAY = date(2026, 8, 4)


@dataclass
class Desk:
    """The office's desk of analyses."""

    office: Office

    def apply(self, count: int = 3, on: date = DAY) -> None:
        """So many people ask for the same list."""
        for number in range(count):
            self.office.confirmed(on, title="学位预警名单", id_kind="passport", id_number=f"E{10_000_000 + number}")

    def begin(self, actor: User | None = None, **said: Any) -> QuarterlyAnalysis:
        """Of the third quarter of 2026."""
        wanted = {"department": self.office.cast.jyj, "year": 2026, "quarter": 3, "is_consolidated": False, "at": NOW}
        return services.begin(actor=actor or self.office.cast.lisi, **(wanted | said))

    def save(self, row: QuarterlyAnalysis, actor: User | None = None, **said: Any) -> QuarterlyAnalysis:
        """With what is said changed."""
        wanted = {"texts": row.texts | said.pop("texts", {}), "words": row.words, "edition": row.edition, "at": NOW}
        services.save(actor=actor or self.office.cast.lisi, analysis=row, **(wanted | said))
        return fresh(row)

    def publish(self, row: QuarterlyAnalysis, actor: User | None = None, **said: Any) -> QuarterlyAnalysis:
        """Signed by 王五."""
        wanted = {"edition": row.edition, "at": NOW}
        services.publish(actor=actor or self.office.cast.wangwu, analysis=row, **(wanted | said))
        return fresh(row)


def fresh(row: QuarterlyAnalysis) -> QuarterlyAnalysis:
    """As it is now."""
    return QuarterlyAnalysis.objects.select_related("department").get(pk=row.pk)
