"""Reads shaped for the clerk's desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.desks import key_of
from accounts.rules import Person, can_see_everything
from catalog import body, selectors, services
from catalog.models import Document
from disclosure.models import Opinion, Revision, RevisionFile
from disclosure.review.selectors import IN_TIME, MOST_COUNTED, counted, finished_on_time, place_of
from disclosure.states import OPEN_STATES, SEND_BACK, RevisionState
from disclosure.versions import rules
from disclosure.versions.clocks import clock_of
from disclosure.versions.content import missing_for_submission, to_content
from disclosure.versions.dues import due_of
from files.models import StoredFile
from workdays.due import Due
from workdays.selectors import current_calendar

PAGE = 30
TABS = {"mine": "我的草稿", "under_way": "在审的", "returned": "退回给我的", "due": "期限", "all": "本机构全部"}
UNDER_WAY = sorted(OPEN_STATES - {RevisionState.DRAFT.value})
SHOWN = ("title", "number", "state", "due_on", "updated_at", "is_erratum", "interprets_id", "department__name")
WRITER = ("written_by__username", "written_by__full_name")


@dataclass(frozen=True)
class DraftPage:
    """Rows of one page; ``after`` is the cursor of the next one, empty on the last."""

    rows: list[Revision]
    after: str


def tabs_of(user: Person) -> dict[str, str]:
    """The tabs of the list, value → label; who sees every department is told so."""
    return {**TABS, "all": "全市"} if can_see_everything(user) else TABS


def draft_page(user: Person, tab: str, *, cursor: str, today: date) -> DraftPage:
    """One tab of the list, each row with `.clock` and `.returned` (the opinion it came back with).

    Keys first, out of the indexes alone; then thirty rows.
    """
    is_by_day = tab == "due"
    found = _after(_of_tab(user, tab), cursor, by_day=is_by_day)
    ordered = found.order_by("due_on", "pk") if is_by_day else found.order_by("-pk")
    keys = list(ordered.values_list("due_on", "pk")[: PAGE + 1] if is_by_day else
                ((None, pk) for pk in ordered.values_list("pk", flat=True)[: PAGE + 1]))  # fmt: skip
    shown = keys[:PAGE]
    loaded = Revision.objects.select_related("department", "written_by").only(*SHOWN, *WRITER)
    by_key = loaded.in_bulk([pk for _, pk in shown])
    rows = [by_key[pk] for _, pk in shown if pk in by_key]
    _attach(rows, today)
    if len(keys) <= PAGE:
        return DraftPage(rows, "")
    on, last = shown[-1]
    return DraftPage(rows, f"{on}.{last}" if is_by_day else str(last))


def _of_tab(user: Person, tab: str) -> QuerySet[Revision]:
    seen = rules.revisions_visible_to(user)
    if tab == "all":
        return seen
    if tab == "due":
        return seen.filter(state__in=OPEN_STATES, due_on__isnull=False)
    if tab == "under_way":
        return seen.filter(written_by=user.pk, state__in=UNDER_WAY)
    mine = seen.filter(written_by=user.pk, state=RevisionState.DRAFT)
    if tab == "mine":
        return mine
    last = Opinion.objects.filter(revision=OuterRef("pk")).order_by("-pk").values("action")[:1]
    return mine.alias(last_action=Subquery(last)).filter(last_action=SEND_BACK)


def _after(found: QuerySet[Revision], cursor: str, *, by_day: bool) -> QuerySet[Revision]:
    """Rows after the cursor; nonsense is the first page."""
    if by_day:
        on, pk = place_of(cursor)
        return found.filter(Q(due_on__gt=on) | Q(due_on=on, pk__gt=pk)) if on else found
    last = key_of(cursor)
    return found.filter(pk__lt=last) if last else found


def returned_total(user: Person) -> str:
    """How many drafts came back to ``user``, as desks show it."""
    return counted(_of_tab(user, "returned").order_by()[:MOST_COUNTED].count())


def _attach(rows: Iterable[Revision], today: date) -> None:
    """`.clock` and `.returned` of every row; two queries for all."""
    shown, calendar = list(rows), current_calendar()
    drafts = [row.pk for row in shown if row.state == RevisionState.DRAFT]
    opinions = Opinion.objects.filter(revision__in=drafts).select_related("written_by").order_by("pk")
    last = {opinion.revision_id: opinion for opinion in opinions}
    for row in shown:
        row.clock = clock_of(row.due_on if row.state in OPEN_STATES else None, today, calendar)  # type: ignore[attr-defined]
        opinion = last.get(row.pk)
        row.returned = opinion if opinion and opinion.action == SEND_BACK else None  # type: ignore[attr-defined]


def standing(revision: Revision, today: date) -> dict[str, Any]:
    """What stands beside the editor: the clock with its derivation, and what is still missing. A finished version has
    no clock any more, but may have been in time."""
    due: Due | None = due_of(revision) if revision.state in OPEN_STATES else None
    last = revision.opinions.select_related("written_by").order_by("pk").last()
    return {
        "due": due,
        "clock": clock_of(due.on if due else None, today, current_calendar()),
        "missing": missing_for_submission(revision),
        "in_time": IN_TIME[finished_on_time(revision)],
        "returned": last if last and last.action == SEND_BACK else None,
    }


@dataclass(frozen=True)
class ShownFile:
    """An attachment of a version, as the public page lists attachments."""

    title: str
    file: StoredFile
    address: str

    def get_absolute_url(self) -> str:
        """Address of the download at the desk."""
        return self.address


def shown_files(revision: Revision) -> list[ShownFile]:
    """Attachments of a version for `ui/files.html`."""
    return [
        ShownFile(row.title, row.file, reverse("disclosure:revision_file", args=[revision.pk, row.pk]))
        for row in files_of(revision)
    ]


def files_of(revision: Revision) -> list[RevisionFile]:
    """Attachments of a version in their order."""
    return list(revision.files.select_related("file"))


def preview_context(revision: Revision, at: datetime) -> dict[str, Any]:
    """The page of the document as citizens would see it with this version; nothing is written."""
    document = Document.objects.select_related("department", "column", "topic__parent", "genre").get(
        pk=revision.document_id
    )
    content = to_content(revision, published_at=document.published_at or at)
    services.copy_content(document, content, at=document.updated_at)
    context = selectors.document_context(document, at)
    html = revision.html
    interprets = [revision.interprets] if revision.interprets is not None else []
    return {
        **context,
        "body_html": html,
        "toc": body.contents(html),
        "attachments": shown_files(revision),
        "interprets": interprets or context["interprets"],
        "crumbs": [{"label": "公开目录", "url": reverse("catalog:columns")}],
        "revision": revision,
    }


def open_version_of(document: Document) -> Revision | None:
    """The version under way, None when there is none."""
    return document.revisions.filter(state__in=OPEN_STATES).first()
