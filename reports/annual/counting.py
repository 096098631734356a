"""Tables three and four of a year out of the register of applications (条例§50(2), (3))."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from reports.annual.tables import COLUMNS, DECIDED, GROUPS, NAME_OF, PATHS, RESULTS, TOTAL
from requests_app.models import ApplicantType, CaseKind, InformationRequest, Remedy, RemedyKind, RemedyResult
from requests_app.outcomes import OUTCOMES

# The register's words and the report's, where they differ.
COLUMN_OF = {each.value: each.value for each in ApplicantType} | {ApplicantType.SOCIAL_WELFARE.value: "public_welfare"}
ROW_OF = {code: NAME_OF[outcome.row] for code, outcome in OUTCOMES.items() if outcome.row}
GROUP_OF = {
    RemedyKind.RECONSIDERATION: "reconsideration",
    RemedyKind.LITIGATION: "litigation_direct",
    RemedyKind.LITIGATION_AFTER: "litigation_after_review",
}
RESULT_OF = {
    RemedyResult.MAINTAIN: "maintained",
    RemedyResult.CORRECT: "corrected",
    RemedyResult.OTHER: "other",
    RemedyResult.UNFINISHED: "pending",
}
Table = dict[str, dict[str, int]]
Counted = Iterable[tuple[str, str, int]]


def counted_cases(
    bodies: Sequence[int], within: QuerySet[InformationRequest] | None = None
) -> QuerySet[InformationRequest]:
    """Applications that count: received, for information, and not gone into others or voided (those end undecided).

    What was split counts as its parts, what was merged as the one it went into. ``ended_on``: the day of the answer,
    which is corrected with its evidence, else the day the case was closed. ``within``: only those of these.
    """
    everything = InformationRequest.objects.all() if within is None else within
    cases = everything.filter(department__in=bodies, kind=CaseKind.INFORMATION)
    cases = cases.filter(first_received_on__isnull=False).exclude(outcome="", concluded_on__isnull=False)
    return cases.annotate(ended_on=Coalesce("stopped_on", "concluded_on")).order_by()


def cases_behind(
    bodies: Sequence[int],
    year: int,
    row: str,
    column: str = TOTAL,
    within: QuerySet[InformationRequest] | None = None,
) -> QuerySet[InformationRequest]:
    """The applications behind one cell of table three; ``within``: only those of these."""
    cases = counted_cases(bodies, within)
    found = cases.filter(_of_row(row, year))
    kinds = [kind for kind, name in COLUMN_OF.items() if name == column]
    return found if column == TOTAL else found.filter(applicant_type__in=kinds)


def in_hand(on: date) -> Q:
    """条例§50: of `counted_cases` those received by the end of that day and not ended by then (结转)."""
    return Q(first_received_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))


def _of_row(row: str, year: int) -> Q:
    first, last = date(year, 1, 1), date(year, 12, 31)
    ended = Q(ended_on__range=(first, last))
    if row == "new_received":
        return Q(first_received_on__range=(first, last))
    if row == "carried_over":
        return in_hand(first - timedelta(days=1))
    if row == "carried_forward":
        return in_hand(last)
    if row == "total_processed":
        return ended
    return ended & Q(outcome__in=[code for code, name in ROW_OF.items() if name == row])


def table3(bodies: Sequence[int], year: int) -> Table:
    """条例§50(2): row → column → number. Every cell is the count of `cases_behind` it; asked in four groupings."""
    table = {name: dict.fromkeys((*COLUMNS, TOTAL), 0) for name in PATHS}
    cases = counted_cases(bodies)
    for row in ("new_received", "carried_over", "carried_forward"):
        grouped = cases.filter(_of_row(row, year)).values_list("applicant_type").annotate(count=Count("pk"))
        _add(table, ((row, kind, count) for kind, count in grouped))
    decided = cases.filter(_of_row("total_processed", year)).values_list("outcome", "applicant_type")
    results = [(ROW_OF.get(code, ""), kind, count) for code, kind, count in decided.annotate(count=Count("pk"))]
    _add(table, ((row, kind, count) for row, kind, count in results if row in DECIDED))
    _add(table, (("total_processed", kind, count) for _, kind, count in results))
    return table


def _add(table: Table, counted: Counted) -> None:
    for row, kind, count in counted:
        table[row][COLUMN_OF[kind]] += count
        table[row][TOTAL] += count


def remedies_behind(bodies: Sequence[int], year: int, group: str, result: str = TOTAL) -> QuerySet[Remedy]:
    """条例§50(3): the reconsiderations and lawsuits behind one cell of table four: concluded in the year, or open when it
    ended."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    kinds = [kind for kind, name in GROUP_OF.items() if name == group]
    found = Remedy.objects.filter(case__department__in=bodies, filed_on__lte=last, kind__in=kinds).order_by()
    concluded, pending = Q(concluded_on__range=(first, last)), Q(concluded_on=None) | Q(concluded_on__gt=last)
    results = [value for value, name in RESULT_OF.items() if name == result]
    if result == TOTAL:
        return found.filter(concluded | pending)
    return found.filter(pending if result == "pending" else concluded & Q(result__in=results))


def table4(bodies: Sequence[int], year: int) -> Table:
    """条例§50(3): group → result → number: what was concluded in the year, and what was open when it ended."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    remedies = Remedy.objects.filter(case__department__in=bodies, filed_on__lte=last).order_by()
    concluded = remedies.filter(concluded_on__range=(first, last)).values_list("kind", "result")
    pending = remedies.filter(Q(concluded_on=None) | Q(concluded_on__gt=last)).values_list("kind")
    table = {name: dict.fromkeys((*RESULTS, TOTAL), 0) for name in GROUPS}
    for kind, result, count in [
        *concluded.annotate(count=Count("pk")),
        *((kind, RemedyResult.UNFINISHED, count) for kind, count in pending.annotate(count=Count("pk"))),
    ]:
        group = table[GROUP_OF[RemedyKind(kind)]]
        group[RESULT_OF[RemedyResult(result)]] += count
        group[TOTAL] += count
    return table
