"""Reads shaped for the pages of the documents' desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.rules import Person
from catalog.models import Document, DocumentQuerySet
from catalog.states import DisclosureAttribute
from disclosure import rules
from disclosure.models import DocumentEvent, ImportRemark, ImportRun
from search.text import index_number_key, number_keys

PAGE = 30
MOST_COUNTED = 1000
MOST_COMPARED = 50_000


@dataclass(frozen=True)
class Page:
    """Rows of one page and the key after which the next one starts, None on the last."""

    rows: Sequence[Any]
    after: int | None


def document_page(user: Person, wanted: Mapping[str, Any], *, before: int | None) -> Page:
    """Documents at a desk, newest first, paged by key so that the last page costs what the first costs."""
    found = _filtered(rules.documents_visible_to(user), wanted)
    if wanted.get("attribute"):
        found = found.filter(disclosure_attribute=wanted["attribute"])
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.for_lists().order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def attribute_counts(user: Person, wanted: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(attribute, label, how many) among the documents ``user`` sees under the other filters, up to 1,000+. For desks
    only: citizens are never told how much is not public (rulings 19)."""
    found = _filtered(rules.documents_visible_to(user), wanted)
    return [
        (value, label, _up_to_a_thousand(found.filter(disclosure_attribute=value)))
        for value, label in DisclosureAttribute.choices
    ]


def _up_to_a_thousand(found: DocumentQuerySet) -> str:
    count = found.order_by("-pk")[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _filtered(found: DocumentQuerySet, wanted: Mapping[str, Any]) -> DocumentQuerySet:
    if wanted.get("department"):
        found = found.filter(department=wanted["department"])
    if wanted.get("state"):
        found = found.filter(state=wanted["state"])
    words = str(wanted.get("q") or "").replace("\x00", "").strip()
    return found.filter(_matches(words), pk__gt=_reach(wanted)) if words else found


def _reach(wanted: Mapping[str, Any]) -> int:
    """Titles are compared one by one: in all of a department, else in the newest 50,000 documents."""
    newest = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return 0 if wanted.get("department") else newest - MOST_COMPARED


def _matches(words: str) -> Q:
    """A document number however typed, an index number, or a part of the title."""
    condition = Q(title__icontains=words) | Q(index_number=words)
    if keys := number_keys(words):
        condition |= ~Q(number_key="") & Q(number_key__in=keys)
    if index_number := index_number_key(words):
        condition |= Q(index_number=index_number)
    return condition


def history(document: Document) -> list[DocumentEvent]:
    """The record of one document, oldest first; an imported one begins with its batch."""
    own = Q(subject_type=Document._meta.label_lower, subject_id=document.pk)
    run = ImportRun.objects.filter(documents=document.pk).first()
    if run is not None:
        own |= Q(subject_type=ImportRun._meta.label_lower, subject_id=run.pk, target=_first_state(document))
    return list(DocumentEvent.objects.filter(own).select_related("actor").order_by("at", "number"))


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
