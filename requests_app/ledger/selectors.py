"""Reads shaped for the ledger: pages of rows with their clocks, never more columns than a row shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.desks import key_of
from disclosure.review.selectors import NO_DUE, keys_by_due
from requests_app.cases.clock import clock_of_row
from requests_app.cases.telling import case_url
from requests_app.clock_words import ClockWords
from requests_app.identity import mask_name
from requests_app.ledger.queues import Reader
from requests_app.models import ApplicantType, CaseDue, DueKind, InformationRequest
from requests_app.outcomes import OUTCOMES
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

PAGE = 30
SHOWN = (
    *"number kind channel state applicant_type matter assistance is_excessive outcome first_received_on received_on".split(),
    *"due_on clock_state provisional stopped_on on_time used_workdays".split(),
    *("department__name", "officer__full_name", "officer__username", "applicant__name"),
)


@dataclass(frozen=True)
class Row:
    """A row of the ledger. ``name`` is as the reader may see it, ``seen`` says in which state it was shown.

    ``outcome`` is the decision in full, ``family`` its group in the national table.
    """

    case: InformationRequest
    name: str
    clock: ClockWords
    outcome: str
    family: str
    seen: str

    @property
    def url(self) -> str:
        """The case at the desk."""
        return case_url(self.case)


@dataclass(frozen=True)
class Page:
    """Rows and the key after which the next page starts; empty on the last."""

    rows: Sequence[Row]
    after: str


def page(found: QuerySet[InformationRequest], reader: Reader, *, by_due: bool, after: str, today: date) -> Page:
    """Soonest due first, those without a day last; else newest first. Keys first, out of an index; then thirty rows."""
    keys = keys_by_due(found, after) if by_due else _keys_by_age(found, after)
    shown_keys = keys[:PAGE]
    rows = for_rows(InformationRequest.objects.filter(pk__in=[pk for _, pk in shown_keys])).in_bulk()
    calendar = current_calendar()
    made = [row_of(rows[pk], reader, today, calendar) for _, pk in shown_keys if pk in rows]
    if len(keys) <= PAGE:
        return Page(made, "")
    day, pk = shown_keys[-1]
    return Page(made, f"{day or NO_DUE}.{pk}" if by_due else str(pk))


def for_rows(found: QuerySet[InformationRequest]) -> QuerySet[InformationRequest]:
    """With everything a row shows, the day to confirm by included (条例§31), and without what is sealed."""
    confirm = CaseDue.objects.filter(case=OuterRef("pk"), kind=DueKind.CONFIRM).values("on")[:1]
    shown = found.annotate(confirm_by=Subquery(confirm)).select_related("department", "officer", "applicant")
    return shown.only(*SHOWN)


def in_order(found: QuerySet[InformationRequest], *, by_due: bool) -> list[QuerySet[InformationRequest]]:
    """The whole in the order of the pages: walks that follow each other, because databases sort no day differently."""
    if not by_due:
        return [found.order_by("-pk")]
    return [found.filter(due_on__isnull=False).order_by("due_on", "pk"), found.filter(due_on=None).order_by("pk")]


def rows_of(
    found: QuerySet[InformationRequest], reader: Reader, *, by_due: bool, most: int, today: date
) -> Iterator[Row]:
    """At most ``most`` rows, read in slices of a thousand."""
    calendar, left = current_calendar(), most
    for walk in in_order(for_rows(found), by_due=by_due):
        for case in walk[:left].iterator(chunk_size=1000):
            left -= 1
            yield row_of(case, reader, today, calendar)
        if left <= 0:
            return


def row_of(case: InformationRequest, reader: Reader, today: date, calendar: Calendar) -> Row:
    """One case of `for_rows` as a row."""
    decided = OUTCOMES.get(case.outcome)
    outcome, family = (decided.label, decided.family.label) if decided else ("", "")
    clock = clock_of_row(case, today, calendar, confirm_by=getattr(case, "confirm_by", None))
    return Row(case, name_for(reader, case), clock, outcome, family, f"{case.pk}|{case.state}")


def name_for(reader: Reader, case: InformationRequest) -> str:
    """The applicant's name in full for the body that answers, 张* for everybody else; bodies have no privacy of name."""
    name = case.applicant.name
    if reader.sees_name_of(case) or case.applicant_type != ApplicantType.NATURAL_PERSON:
        return name
    return mask_name(name)


def _keys_by_age(found: QuerySet[InformationRequest], after: str) -> list[tuple[date | None, int]]:
    last = key_of(after)
    newest = found.filter(pk__lt=last) if last else found
    return [(None, pk) for pk in newest.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1]]
