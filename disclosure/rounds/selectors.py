"""Reads shaped for the pages of rounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from accounts.rules import Person
from catalog.models import Document, is_public
from disclosure.models import ConversionOffer, Round, RoundItem
from disclosure.rounds import rules
from disclosure.rounds.states import CONCLUSIONS, RoundKind, RoundState
from disclosure.selectors import PAGE, Page

MOST_COUNTED = 10_000
RESULT_PAGE = 100
RESULT_HEADER = ("标题", "发文字号", "索引号", "结论", "依据文件", "现行有效性", "网址")


@dataclass(frozen=True)
class Progress:
    """How far a round is; both counts stop at 10,000 (`is_bounded`)."""

    done: int
    total: int

    @property
    def is_bounded(self) -> bool:
        """True when there may be more than was counted."""
        return self.total >= MOST_COUNTED


def round_page(user: Person, *, kind: str, before: int | None) -> Page:
    """Rounds, newest first."""
    found = rules.rounds_visible_to(user).select_related("department", "opened_by")
    if kind:
        found = found.filter(kind=kind)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def progress(row: Round) -> Progress:
    """Concluded and all documents of a round, counted up to 10,000 each."""
    total = row.items.order_by()[:MOST_COUNTED].count()
    waiting = row.items.filter(conclusion="").order_by()[:MOST_COUNTED].count()
    return Progress(total - waiting, total)


def work_page(row: Round, *, show: str, after: int) -> Page:
    """Documents of a round by key: ``show`` is ``waiting``, ``done`` or all."""
    found = row.items.select_related("document", "concluded_by", "round").filter(pk__gt=after)
    if show == "waiting":
        found = found.filter(conclusion="")
    elif show == "done":
        found = found.exclude(conclusion="")
    rows = list(found.order_by("pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def offer_page(user: Person, *, after: int) -> Page:
    """Open offers, oldest first."""
    found = rules.offers_visible_to(user).filter(settled_at=None, pk__gt=after)
    rows = list(found.select_related("document__department").order_by("pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def waiting_offers(user: Person) -> int:
    """How many offers wait, up to 100."""
    found: QuerySet[ConversionOffer] = rules.offers_visible_to(user).filter(settled_at=None)
    return found.order_by()[:100].count()


# --- for citizens ------------------------------------------------------------------------------------------------------


def published_rounds() -> QuerySet[Round]:
    """Clean-ups whose result is public."""
    return Round.objects.filter(kind=RoundKind.CLEANUP, state=RoundState.PUBLISHED).select_related("department")


def public_document(pk: int, at: datetime) -> Document | None:
    """A document if everybody may read it now."""
    return Document.objects.public(at).for_cards().filter(pk=pk).first()


def result_items(row: Round, at: datetime) -> QuerySet[RoundItem]:
    """What the public result lists: only what everybody may read now, so nothing taken down is named (rulings 16)."""
    found = RoundItem.objects.filter(is_public(at, "document__"), round=row).exclude(conclusion="")
    return found.select_related("document", "round", "replaced_by").order_by("pk")


def result_counts(row: Round, at: datetime) -> list[tuple[str, int]]:
    """(conclusion in words, how many) of the public result."""
    counted = result_items(row, at).order_by().values_list("conclusion").annotate(count=Count("pk"))
    counts = dict(counted.values_list("conclusion", "count"))
    return [(label, counts.get(value, 0)) for value, label in CONCLUSIONS[row.kind].items()]


def result_page(row: Round, at: datetime, *, after: int) -> Page:
    """A page of the public result, by key; `replacing` is the repealing document where it is public."""
    rows = list(result_items(row, at).filter(pk__gt=after)[: RESULT_PAGE + 1])
    shown = rows[:RESULT_PAGE]
    attach_replacing(shown, at)
    return Page(shown, rows[RESULT_PAGE - 1].pk if len(rows) > RESULT_PAGE else None)


def attach_replacing(rows: list[RoundItem], at: datetime) -> None:
    """Give every item `.replacing`, its repealing document if that is public; one query for all."""
    wanted = {item.replaced_by_id for item in rows if item.replaced_by_id}
    public = Document.objects.public(at).for_cards().in_bulk(wanted) if wanted else {}
    for item in rows:
        item.replacing = public.get(item.replaced_by_id)  # type: ignore[attr-defined]


def result_rows(row: Round, at: datetime) -> Iterator[list[str]]:
    """The public result as cells, header first."""
    yield list(RESULT_HEADER)
    after = 0
    while True:
        page = result_page(row, at, after=after)
        for item in page.rows:
            document = item.document
            cells = [document.title, document.document_number, document.index_number, item.conclusion_label]
            cells += [item.replacing.title if item.replacing else "", document.validity_label]
            yield [*cells, settings.SITE_URL + document.url]
        if page.after is None:
            return
        after = page.after
