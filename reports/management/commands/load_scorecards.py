"""`manage.py load_scorecards`: the reference set of indicators; adds it once, changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from disclosure.services import system_actor
from reports.scorecards import shipped


class Command(BaseCommand):
    """Idempotent."""

    help = "Load the reference set of indicators"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or leave it."""
        made = shipped.load(actor=system_actor(), at=timezone.now())
        if options["verbosity"] > 1:
            self.stdout.write(f"{made.name if made else 'nothing new'}")
