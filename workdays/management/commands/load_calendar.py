"""`manage.py load_calendar`: the published calendar into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from workdays.models import CalendarYear
from workdays.published import published_drafts
from workdays.services import import_years


class Command(BaseCommand):
    """Load the years the product carries; years already there stay as they are, so a later import is not undone."""

    help = "载入已公布的放假安排（2004 年起）；已有的年份保持不变，可以重复运行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and say how many years that was."""
        present = set(CalendarYear.objects.filter(is_published=True).values_list("year", flat=True))
        missing = [draft for draft in published_drafts() if draft.year not in present]
        loaded = [change.year for change in import_years(drafts=missing)] if missing else []
        years = f"{loaded[0]}–{loaded[-1]}" if loaded else ""
        self.stdout.write(f"工作日历：载入 {len(loaded)} 年{years and f'（{years}）'}，已有 {len(present)} 年")
