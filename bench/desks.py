"""Server time of the desks of publishing with many versions under way. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/desks.py --versions 10000

Prepares the demo city in that database, adds versions under way (spread over its bodies and the five open states) and as
many published ones, starts gunicorn with two workers of four threads, and times each desk page as one signed-in client
sees it over loopback: ten requests to warm up, then sixty. Milliseconds, p50 / p95. Target: p95 ≤ 50.
"""

import argparse
import http.client
import os
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department, User  # noqa: E402
from bench.pages import ALONE, WARM, free_port, p95, serve, wait  # noqa: E402
from catalog.models import Column, Document  # noqa: E402
from catalog.states import DocumentState  # noqa: E402
from disclosure.models import Revision  # noqa: E402
from disclosure.states import OPEN_STATES, RevisionState  # noqa: E402

D = "/desk/documents/"
PLACES = {
    "entrance (writer)": ("lisi", "/desk/"),
    "entrance (head)": ("wangwu", "/desk/"),
    "my drafts": ("lisi", f"{D}drafts/"),
    "sent back": ("lisi", f"{D}drafts/?tab=returned"),
    "clocks running out": ("lisi", f"{D}drafts/?tab=due"),
    "all of the department": ("lisi", f"{D}drafts/?tab=all"),
    "clocks running out, whole city": ("qianqi", f"{D}drafts/?tab=due"),
    "queue of review": ("sunba", f"{D}review/"),
    "queue of signature": ("wangwu", f"{D}review/"),
    "one version to review": ("sunba", "review"),
    "editor": ("lisi", "draft"),
    "overview of a department": ("wangwu", f"{D}overview/"),
    "overview of the city": ("qianqi", f"{D}overview/"),
    "overview of the city, late": ("qianqi", f"{D}overview/?late=1"),
    "documents of a department": ("lisi", D),
    "documents of the city": ("qianqi", D),
}
TEXT = "为做好有关工作，现将有关事项通知如下。各单位应当按照职责分工，认真组织实施。\n" * 60
AT_ONCE = 500


def fill(wanted: int) -> None:
    """Add versions under way and published ones, half of the first in the education bureau so that one desk is full."""
    dice, now = random.Random(7), timezone.now()
    home = Department.objects.get(code="jyj")
    bodies = [home, *Department.objects.active().bodies().exclude(pk=home.pk)[:20]]
    writer, column = User.objects.get(username="lisi"), Column.objects.get(slug="notices")
    states = [*sorted(OPEN_STATES), *[RevisionState.PUBLISHED.value] * len(OPEN_STATES)]
    for start in range(0, 2 * wanted, AT_ONCE):
        said = [(states[number % len(states)], home if dice.random() < 0.5 else dice.choice(bodies)) for number in
                range(start, start + AT_ONCE)]  # fmt: skip
        with transaction.atomic():
            documents = Document.objects.bulk_create(
                [_document(state, body, column, start + place, now) for place, (state, body) in enumerate(said)]
            )
            Revision.objects.bulk_create(
                [
                    _version(document, state, writer, now, dice)
                    for document, (state, _) in zip(documents, said, strict=True)
                ]
            )


def _document(state: str, body: Department, column: Column, number: int, now: datetime) -> Document:
    is_public = state == RevisionState.PUBLISHED
    return Document(
        title=f"关于做好第{number}项工作的通知",
        department=body,
        column=column,
        state=DocumentState.PUBLISHED if is_public else DocumentState.DRAFT,
        disclosure_attribute="proactive" if is_public else "on_request",
        attribute_reason="" if is_public else "公开属性待认定",
        listed_at=now if is_public else None,
        published_at=now if is_public else None,
        created_at=now,
        updated_at=now,
    )


def _version(document: Document, state: str, writer: User, now: datetime, dice: random.Random) -> Revision:
    return Revision(
        document=document,
        number=1,
        department=document.department,
        state=state,
        title=document.title,
        text=TEXT,
        html=f"<p>{TEXT}</p>",
        content={"column_id": document.column_id},
        attribute="proactive",
        ground="20_11",
        formed_or_changed_on=timezone.localdate(now),
        due_on=timezone.localdate(now) + timedelta(days=dice.randint(-20, 40)),
        written_by=writer,
        waiting_since=now,
        created_at=now,
        updated_at=now,
        finished_at=now if state == RevisionState.PUBLISHED else None,
        finished_on=timezone.localdate(now) if state == RevisionState.PUBLISHED else None,
    )


def address(place: str) -> str:
    """The address of a row; a word stands for a version in that desk's state."""
    states = {"review": RevisionState.IN_REVIEW, "draft": RevisionState.DRAFT}
    if place not in states:
        return place
    found = Revision.objects.filter(state=states[place], department__code="jyj").order_by("-pk")[0]
    return f"{D}{'drafts' if place == 'draft' else 'review'}/{found.pk}/"


def times_of(port: int, name: str, path: str) -> list[float]:
    """Milliseconds of one signed-in client, request by request."""
    client = Client()
    client.force_login(User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    link, spent = http.client.HTTPConnection("127.0.0.1", port), []
    for _ in range(WARM + ALONE):
        started = time.perf_counter()
        link.request("GET", path, headers={"Cookie": cookie})
        answer = link.getresponse()
        answer.read()
        spent.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            sys.exit(f"{path} answered {answer.status} to {name}")
    return spent[WARM:]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=10_000, help="versions under way")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    call_command("prepare", "--demo", verbosity=0)
    if Revision.objects.count() < 2 * options.versions:
        fill(options.versions)
    figures: dict[str, Any] = {}
    port = free_port()
    server = serve(port, 0)
    try:
        wait(port)
        for row, (name, place) in PLACES.items():
            if options.only in row:
                figures[row] = times_of(port, name, address(place))
    finally:
        server.terminate()
        server.wait(20)
    print(
        f"\n{options.versions:,} versions under way, {options.versions:,} published\n\n| desk | p50 / p95, ms |\n|---|--:|"
    )
    for row, spent in figures.items():
        print(f"| {row} | {statistics.median(spent):.1f} / {p95(spent):.1f} |")


if __name__ == "__main__":
    main()
