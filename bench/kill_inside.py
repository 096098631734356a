"""What `bench/kill_and_count.py` starts and kills: a web page that hands in, the day's reminders; and what it counts."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from datetime import time as hours
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from bench.requests_year import City, add

# isort: split
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from accounts.models import Department
from accounts.roles import Role
from accounts.rules import people_with_role
from bench.submit_together import application as asked
from jobs.models import Job
from jobs.services import run_waiting
from notices import delivery, outside
from notices.models import Delivery, DeliveryState, Notice, OutsideMail
from notices.reminders import LATE
from notices.services import DELIVER
from requests_app.cases.services import submit
from requests_app.models import CaseDue, CaseEvent, DueKind, InformationRequest, RegisterNumber, Wish
from requests_app.watch import selectors, services
from requests_app.watch.plans import step_today
from requests_app.watch.telling import People
from workdays.selectors import current_calendar

DAYS = 10
DRAIN_SECONDS = 130


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The web server's one page: hands in what the query names and answers with its number."""
    close_old_connections()
    try:
        department = Department.objects.get(code="jyj")
        case, _ = submit(application=asked(department, environ["QUERY_STRING"]), at=timezone.now())
    except Exception:
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Length", str(len(case.number)))])
    return [case.number.encode()]


def prepare(waiting: int) -> None:
    """The demo city and so many applications, nearly all of them open."""
    call_command("prepare", "--demo", verbosity=0, stdout=StringIO())
    city = City()
    add(city, [city.today - timedelta(days=number % 28) for number in range(waiting)])


def mornings() -> Iterator[datetime]:
    """Nine o'clock on the next working days."""
    day, calendar = timezone.localdate(), current_calendar()
    for count in range(1, DAYS + 1):
        yield timezone.make_aware(datetime.combine(calendar.add_workdays(day, count).on, hours(9)))


def remind() -> None:
    """The reminders of the days to come, a few at a time so that there is something to kill; from the first day on."""
    for moment in mornings():
        for _ in services.remind(at=moment):
            pass


def reminders_for_ever() -> None:
    """Until killed; a database that is away is tried again, as a job is."""
    selectors.AT_ONCE = 3
    while True:
        try:
            close_old_connections()
            remind()
        except Exception:
            time.sleep(0.5)
        time.sleep(0.2)


# --- counting ----------------------------------------------------------------------------------------------------------------


def finish(told: list[str]) -> dict[str, Any]:
    """Do the work that is left, then count."""
    remind()
    until = time.monotonic() + DRAIN_SECONDS
    while Job.objects.unfinished().filter(kind=DELIVER).exists() and time.monotonic() < until:
        run_waiting()
        time.sleep(2)  # the lease of a killed worker runs out
    later = timezone.now() + timedelta(days=2)
    delivery.catch_up(at=later)
    while delivery.deliver_next(at=later) or outside.deliver_next(at=later):
        pass
    left = Job.objects.unfinished().filter(kind=DELIVER).count()
    return {**applications(told), **reminders(), **mails(), "left": left}


def applications(told: list[str]) -> dict[str, Any]:
    """What the register holds of what was handed in."""
    found = InformationRequest.objects.filter(matter__startswith="kill-")
    numbers = set(found.values_list("number", flat=True))
    titles = Counter(Wish.objects.filter(case__in=found).values_list("title", flat=True))
    whole = found.filter(applicant__isnull=False, wish__isnull=False, numbers__isnull=False, dues__kind=DueKind.CONFIRM)
    events = CaseEvent.objects.filter(subject_type=selectors.CASE, number=1, subject_id__in=found.values("pk")).count()
    places = RegisterNumber.objects.filter(department__code="jyj", year=timezone.localdate().year)
    positions = sorted(places.values_list("position", flat=True))
    return {
        "cases": len(numbers),
        "lost": len(set(told) - numbers),
        "told_twice": len(told) - len(set(told)),
        "handed_in_twice": sum(count - 1 for count in titles.values()),
        "not_whole": len(numbers) - min(whole.count(), events),
        "gaps": positions[-1] - len(positions),
    }


def reminders() -> dict[str, int]:
    """Messages about answers that were due, against what the plan gives without any killing."""
    days, calendar, people = [timezone.localdate(moment) for moment in mornings()], current_calendar(), People()
    expected = 0
    for due in CaseDue.objects.filter(kind=DueKind.REPLY).select_related("case__department"):
        steps = {step_today(due.kind, due.on, day, calendar) for day in days} - {None}
        if due.case.clock_state == "paused":
            steps &= {LATE}
        charged = {person.pk for person in people.in_charge(due.case)}
        expected += len(steps - {LATE}) * len(charged)
        if LATE in steps:
            expected += len(charged | {person.pk for person in people.heads(due.case.department)})
    root = Department.objects.get(depth=1)
    about = Notice.objects.filter(kind__in=["request_due_reply", "request_late_reply"])
    return {
        "reminders": about.count(),
        "reminders_expected": expected,
        "digests": Notice.objects.filter(kind="request_digest").count(),
        "digests_expected": len(days) * people_with_role(Role.SUPERVISOR, root).count(),
    }


def mails() -> dict[str, Any]:
    """How each mail ended, by the key that its Message-ID bears."""
    states = {str(row.key): row.state for row in OutsideMail.objects.all()}
    for row in Delivery.objects.order_by("pk"):
        states.setdefault(str(row.digest or row.key), row.state)
    submitted = InformationRequest.objects.filter(matter__startswith="kill-").count()
    outside_rows = OutsideMail.objects.filter(kind="request_applicant").count()
    return {
        "states": states,
        "outside_expected": submitted,
        "outside": outside_rows,
        "queued": DeliveryState.QUEUED.value,
    }


def main() -> None:
    """One of the parts, named by the first argument."""
    part = sys.argv[1]
    if part == "prepare":
        prepare(int(sys.argv[2]))
    elif part == "remind":
        reminders_for_ever()
    else:
        print(json.dumps(finish(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
