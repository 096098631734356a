"""Rules and normative documents of table two out of the catalogue (条例§20(1), §50(1)): made, ended, in force."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db.models import Count, DateField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, TruncDate

from catalog.models import Document, DocumentRelation
from catalog.states import OVER, DocumentState, RelationKind
from disclosure.models import RoundItem
from disclosure.rounds.states import ENDING
from reports.annual.tables import MADE
from reports.bodies import offices_of

COLUMN_OF = {"regulations": "regulation", "reg_docs": "normative"}
# Public once and still to be answered for; drafts were never made, what was withdrawn was published in error.
COUNTED = (DocumentState.PUBLISHED, DocumentState.ARCHIVED)
NEVER, _DAY = date(9999, 12, 31), timedelta(days=1)
_FAR = Value(NEVER, output_field=DateField())


def dated_documents(
    departments: Collection[int], item: str, within: QuerySet[Document] | None = None
) -> QuerySet[Document]:
    """条例§20(1): the documents of an item of table two.

    ``made_on``; ``acted_on``: the first day on which a public document has repealed them or a clean-up has ended them; their
    own last day is ``expires_on``.
    """
    repealing = DocumentRelation.objects.filter(
        target=OuterRef("pk"), kind=RelationKind.REPEALS, source__state__in=COUNTED
    )
    repealed = repealing.annotate(day=Coalesce("source__effective_on", "source__formed_on")).exclude(day=None)
    cleaned = RoundItem.objects.filter(document=OuterRef("pk"), conclusion__in=sorted(ENDING)).order_by("concluded_at")
    everything = Document.objects.all() if within is None else within
    found = everything.filter(
        column__slug=COLUMN_OF[item], department__in=list(departments), state__in=COUNTED, interpretation_kind=""
    )
    return found.annotate(
        made_on=Coalesce("formed_on", TruncDate("published_at")),
        acted_on=Least(
            Coalesce(Subquery(repealed.order_by("day").values("day")[:1]), _FAR),
            Coalesce(TruncDate(Subquery(cleaned.values("concluded_at")[:1])), _FAR),
        ),
    ).order_by()


def of_kind(kind: str, year: int) -> Q:
    """made: formed in the year; repealed: no longer in force since a day in it; valid: in force on its last day.

    What is over without anybody having written down since when counts as neither (`undated`).
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    if kind == "made":
        return Q(made_on__range=(first, last))
    if kind == "repealed":
        return _in_force_before(first) & ~_in_force_before(last + _DAY)
    return Q(made_on__lte=last) & _in_force_before(last + _DAY) & ~undated()


def _in_force_before(day: date) -> Q:
    """Neither ended by an act before ``day``, nor run out before its eve."""
    return Q(acted_on__gte=day) & (Q(expires_on=None) | Q(expires_on__gte=day - _DAY))


def undated() -> Q:
    """Over, since a day that nobody has written down."""
    return Q(acted_on=NEVER, expires_on=None, validity__in=sorted(OVER))


def documents_behind(
    bodies: Sequence[int], year: int, item: str, kind: str, within: QuerySet[Document] | None = None
) -> QuerySet[Document]:
    """The documents behind one cell of table two; ``within``: only those of these."""
    return dated_documents(offices_of(bodies), item, within).filter(of_kind(kind, year))


def counted_documents(bodies: Sequence[int], year: int) -> dict[str, dict[str, int]]:
    """条例§50(1): item → kind → number, internal offices with their body (rulings 20). Every cell is the count of
    `documents_behind` it."""
    table, offices = {}, offices_of(bodies)
    for item in COLUMN_OF:
        counts = {kind: Count("pk", filter=of_kind(kind, year)) for kind in MADE}
        table[item] = dated_documents(offices, item).aggregate(**counts)
    return table


def undated_count(bodies: Sequence[int], item: str) -> int:
    """How many are over without a known day: the clerk has to say when, or count by hand."""
    return dated_documents(offices_of(bodies), item).filter(undated()).count()
