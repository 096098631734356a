"""`manage.py recount_applications`: are the days kept with each case those its record gives (cache = fold)?"""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from requests_app.cases.acting import count
from requests_app.models import InformationRequest
from requests_app.states import OPEN_STATES
from requests_app.watch.selectors import batches
from requests_app.watch.services import differences


class Command(BaseCommand):
    """Prints every difference; ends with 1 when there is any that was not put right."""

    help = "逐件按办理记录重新计算期限，与登记簿上保存的日期核对，列出不一致的；以状态 1 结束表示有不一致"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which cases, and whether to put them right."""
        parser.add_argument("--all", action="store_true", help="包括已答复、已终止的，默认只核对未办结的")
        parser.add_argument("--write", action="store_true", help="按办理记录改正")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fold and compare."""
        today = timezone.localdate()
        found = InformationRequest.objects.all()
        cases = found if options["all"] else found.filter(state__in=OPEN_STATES)
        looked = wrong = 0
        for case in chain.from_iterable(batches(cases, "department")):
            looked += 1
            if lines := differences(case, today=today):
                wrong += 1
                self.stdout.write(f"{case.number}：{'；'.join(lines)}")
                if options["write"]:
                    count(case, today=today)
        self.stdout.write(f"核对 {looked} 件，不一致 {wrong} 件{'，已改正' if wrong and options['write'] else ''}")
        if wrong and not options["write"]:
            raise CommandError("登记簿上的日期与办理记录不一致。", returncode=1)
