"""Server time of the desks of applications, of the daily reminder run and of the export. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/requests_desks.py [--many 1000000]

Fills the database as `bench/requests_year.py` does unless it is filled, then asks for each page through Django's test
client as one signed-in person: ten requests to warm up, then sixty; milliseconds, p50 / p95. Targets: ledger and case
page p95 ≤ 50 ms, the day's reminders ≤ 60 s on PostgreSQL. A page that is not there is named and left out.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.requests_year import prepare, wanted

# isort: split
from django.contrib.auth import get_user_model
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from bench.pages import ALONE, WARM, p95
from notices.models import Notice
from requests_app.models import InformationRequest
from requests_app.states import OPEN_STATES
from requests_app.watch import services

PLACES = (
    ("ledger of a department", "lisi", "requests_desk:ledger", ""),
    ("ledger, the whole city", "qianqi", "requests_desk:ledger", ""),
    ("case page, open", "lisi", "requests_desk:case", "open"),
    ("case page, answered", "lisi", "requests_desk:case", "answered"),
    ("overview of a department", "wangwu", "requests_desk:overview", ""),
    ("overview of the city", "qianqi", "requests_desk:overview", ""),
    ("reminders planned", "lisi", "requests_desk:reminders", ""),
    ("reminders given", "lisi", "requests_desk:reminders", "?show=sent"),
    ("reminders given, the whole city", "qianqi", "requests_desk:reminders", "?show=sent"),
    ("reminders not delivered", "lisi", "requests_desk:reminders", "?show=failed"),
    ("recounts", "lisi", "requests_desk:recounts", ""),
)


def address(name: str, which: str) -> str:
    """The address of a page; a case page is that of a case of the education bureau."""
    if which.startswith("?") or not which:
        return reverse(name) + which
    found = InformationRequest.objects.filter(department__code="jyj")
    rows = found.filter(state__in=OPEN_STATES) if which == "open" else found.exclude(outcome="")
    return reverse(name, args=[rows.order_by("-pk").values_list("pk", flat=True)[0]])


def signed_in(name: str) -> Client:
    """A browser of that person."""
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(get_user_model().objects.get(username=name), backend=backend)
    return client


def times_of(name: str, path: str) -> list[float]:
    """Milliseconds, request by request."""
    client, spent = signed_in(name), []
    for _ in range(WARM + ALONE):
        started = time.perf_counter()
        answer = client.get(path)
        spent.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{path} answered {answer.status_code} to {name}")
    return spent[WARM:]


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def pages(only: str) -> None:
    """One row a page."""
    for row, person, name, which in PLACES:
        if only not in row:
            continue
        try:
            spent = times_of(person, address(name, which))
        except (NoReverseMatch, IndexError):
            print(f"| {row} | not there |")
            continue
        print(f"| {row} | {statistics.median(spent):.1f} / {p95(spent):.1f} |", flush=True)


def export(kind: str) -> None:
    """The ledger of a department as a file, read to its end."""
    answer = signed_in("lisi").get(f"{reverse('requests_desk:ledger_export')}?format={kind}&tab=all")
    if answer.status_code != 200:
        raise NoReverseMatch(f"answered {answer.status_code}")
    for _ in answer if not answer.streaming else answer.streaming_content:  # type: ignore[attr-defined]
        pass


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = wanted(parser)
    prepare(options)
    print(f"\n{InformationRequest.objects.count():,} applications\n\n| desk | p50 / p95, ms |\n|---|--:|")
    with override_settings(ALLOWED_HOSTS=["*"]):
        now, before = timezone.now(), Notice.objects.count()
        first = seconds(lambda: sum(services.remind(at=now)))
        again = seconds(lambda: sum(services.remind(at=now)))
        pages(options.only)
        print(f"| the day's reminders ({Notice.objects.count() - before:,} messages) | {first:.1f} s |")
        print(f"| the same once more | {again:.1f} s |")
        for kind in ("csv", "xlsx"):
            try:
                spent = f"{seconds(partial(export, kind)):.1f} s"
            except NoReverseMatch as reason:
                spent = f"not there ({reason})"
            print(f"| ledger of a department as {kind} | {spent} |")


if __name__ == "__main__":
    main()
