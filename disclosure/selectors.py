"""Reads shaped for the pages of the documents' desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.rules import Person
from catalog.models import Document, DocumentQuerySet
from catalog.states import DisclosureAttribute, DocumentState
from disclosure import rules
from disclosure.models import DocumentEvent, ImportRemark, ImportRun, Revision
from disclosure.review.selectors import MOST_VERSIONS
from disclosure.states import DOCUMENTS, OPEN_STATES, REVISIONS
from disclosure.versions import content
from disclosure.versions.facts import facts_of
from search.text import index_number_key, number_keys

PAGE = 30
MOST_EVENTS = 100
MOST_COUNTED = 1000
MOST_COMPARED = 50_000
UNDECIDED = ("undecided", "待认定")
UNWRITTEN = (DocumentState.DRAFT, DocumentState.DROPPED)
WRITER = ("written_by__username", "written_by__full_name")


@dataclass(frozen=True)
class Page:
    """Rows of one page and the key after which the next one starts, None on the last."""

    rows: Sequence[Any]
    after: int | None


@dataclass(frozen=True)
class Listed:
    """A row of the list; ``version`` is the one under way of a document that was never public or filed."""

    document: Document
    version: Revision | None = None

    @property
    def attribute(self) -> str:
        """公开属性; a draft may not have one yet."""
        is_undecided = self.document.state in UNWRITTEN and self.document.attribute_reason == content.UNDECIDED
        return UNDECIDED[1] if is_undecided else self.document.get_disclosure_attribute_display()

    @property
    def state(self) -> str:
        """Where it stands: a draft by its step."""
        stands = self.document.get_state_display()
        return f"{stands}（{self.version.get_state_display()}）" if self.version else stands

    @property
    def writer(self) -> User | None:
        """Who drafts it."""
        return self.version.written_by if self.version else None


def document_page(user: Person, wanted: Mapping[str, Any], *, before: int | None) -> Page:
    """Documents at a desk, newest first, paged by key so that the last page costs what the first costs."""
    found = _with_attribute(_filtered(rules.documents_visible_to(user), wanted), wanted.get("attribute") or "")
    if before is not None:
        found = found.filter(pk__lt=before)
    keys = list(found.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])  # out of the index; then thirty rows
    shown = list(Document.objects.filter(pk__in=keys[:PAGE]).for_lists().order_by("-pk"))
    drafts = [row.pk for row in shown if row.state == DocumentState.DRAFT]
    # Which of them are open is seen here: asked for, the state leads a planner through all open versions there are.
    of_drafts = Revision.objects.filter(document__in=drafts).select_related("written_by")
    found_versions = of_drafts.only("document", "state", *WRITER)
    versions = {row.document_id: row for row in found_versions if row.state in OPEN_STATES}
    return Page([Listed(row, versions.get(row.pk)) for row in shown], keys[PAGE - 1] if len(keys) > PAGE else None)


def attribute_counts(user: Person, wanted: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(attribute, label, how many) among the documents ``user`` sees under the other filters, up to 1,000+. For desks
    only: citizens are never told how much is not public (rulings 19)."""
    found = _filtered(rules.documents_visible_to(user), wanted)
    return [
        (value, label, _up_to_a_thousand(_with_attribute(found, value)))
        for value, label in [*DisclosureAttribute.choices, UNDECIDED]
    ]


def _with_attribute(found: DocumentQuerySet, attribute: str) -> DocumentQuerySet:
    """Undecided drafts stand on request until somebody decides; they are listed and counted for themselves."""
    undecided = Q(state__in=UNWRITTEN, attribute_reason=content.UNDECIDED)
    if attribute == UNDECIDED[0]:
        return found.filter(undecided)
    if attribute == DisclosureAttribute.ON_REQUEST:
        found = found.exclude(undecided)
    return found.filter(disclosure_attribute=attribute) if attribute else found


def _up_to_a_thousand(found: DocumentQuerySet) -> str:
    count = found.order_by("-pk")[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def speaking_version(document: Document) -> Revision | None:
    """The version that speaks for a document never public or filed: under way, or given up last; None for others."""
    if document.state not in UNWRITTEN:
        return None
    found = document.revisions.select_related("department", "interprets", "written_by").order_by("-number")
    is_draft = document.state == DocumentState.DRAFT
    return (found.filter(state__in=OPEN_STATES) if is_draft else found).first()


def facts_of_draft(version: Revision) -> list[tuple[str, str]]:
    """(label, value) of a document that nothing was written onto yet: what its version says, and where that stands."""
    said = {"环节": version.get_state_display(), "采编": str(version.written_by), "公开属性": UNDECIDED[1]}
    return list((said | facts_of(version)).items())


def _filtered(found: DocumentQuerySet, wanted: Mapping[str, Any]) -> DocumentQuerySet:
    """What was given up is found only by who asks for it."""
    if wanted.get("department"):
        found = found.filter(department=wanted["department"])
    if wanted.get("state"):
        found = found.filter(state=wanted["state"])
    else:
        found = found.exclude(state=DocumentState.DROPPED)
    words = _words(wanted)
    return found.filter(_matches(words), pk__gt=_reach(wanted)) if words else found


def _words(wanted: Mapping[str, Any]) -> str:
    return str(wanted.get("q") or "").replace("\x00", "").strip()


def _reach(wanted: Mapping[str, Any]) -> int:
    """Titles are compared one by one: in all of a department, else in the newest 50,000 documents."""
    newest = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return 0 if wanted.get("department") else newest - MOST_COMPARED


def _matches(words: str) -> Q:
    """A document number however typed, an index number, or a part of the title."""
    condition = Q(title__icontains=words) | Q(index_number=words)
    if keys := number_keys(words):
        condition |= (~Q(number_key="") & Q(number_key__in=keys)) | (~Q(number_tail="") & Q(number_tail__in=keys))
    if index_number := index_number_key(words):
        condition |= Q(index_number=index_number)
    return condition


@dataclass(frozen=True)
class Recorded:
    """An event as the record shows it; ``number`` of the version it is about, and the key of that version."""

    event: DocumentEvent
    label: str
    number: int | None = None
    version: int | None = None


def history(document: Document, *, after: int | None = None) -> Page:
    """The record of a document and of its versions in one list, oldest first; an imported one begins with its batch."""
    numbers = dict(document.revisions.order_by("-number").values_list("pk", "number")[:MOST_VERSIONS])
    wanted = Q(subject_type=Document._meta.label_lower, subject_id=document.pk)
    if numbers:
        wanted |= Q(subject_type=Revision._meta.label_lower, subject_id__in=list(numbers))
    run = ImportRun.objects.filter(documents=document.pk).first()
    if run is not None:
        wanted |= Q(subject_type=ImportRun._meta.label_lower, subject_id=run.pk, target=_first_state(document))
    found = DocumentEvent.objects.filter(wanted)
    if after and (last := found.filter(pk=after).values_list("at", flat=True).first()):
        found = found.filter(Q(at__gt=last) | Q(at=last, pk__gt=after))
    rows = list(found.select_related("actor").order_by("at", "pk")[: MOST_EVENTS + 1])
    shown = [_recorded(row, numbers) for row in rows[:MOST_EVENTS]]
    return Page(shown, rows[MOST_EVENTS - 1].pk if len(rows) > MOST_EVENTS else None)


def _recorded(event: DocumentEvent, numbers: Mapping[int, int]) -> Recorded:
    if event.subject_type == Revision._meta.label_lower:
        label = REVISIONS.actions.get(event.action, event.action)
        return Recorded(event, label, numbers[event.subject_id], event.subject_id)
    label = DOCUMENTS.actions.get(event.action, event.action)
    about = event.facts.get("revision")
    return Recorded(event, label, numbers.get(about), about if about in numbers else None)


def _first_state(document: Document) -> str:
    return "draft" if document.published_at is None or document.disclosure_attribute != "proactive" else "published"


def run_page(user: Person, *, before: int | None) -> Page:
    """Imports, newest first."""
    found = rules.runs_visible_to(user).select_related("department", "started_by", "approver")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def remark_page(run: ImportRun, *, after: int) -> Page:
    """Remarks of an import by line; ``after`` is the key of the last one shown."""
    last = ImportRemark.objects.filter(run=run, pk=after).values_list("line", "pk").first()
    found = run.remarks.all()
    if last is not None:
        found = found.filter(Q(line__gt=last[0]) | Q(line=last[0], pk__gt=last[1]))
    rows = list(found.order_by("line", "pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)
