"""Does every entry of a directory have something behind it, and in time.

The newest public document of (department, column) is asked for each entry by one sub-query that an index answers, and
the documents found are read in a second query, the institutions in a third: three queries a page, however many entries
there are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Department
from catalog.models import Document
from disclosure.models import DirectoryEntry, Institution, LimitKind, LimitStart
from workdays.arithmetic import Calendar

FILLED, LATE, EMPTY = "有内容", "超期", "空缺"
MOST_DAYS = 9999
ORG = "org"  # the column that a published 机构职能 fills without any document


@dataclass(frozen=True)
class Checked:
    """An entry, what was found, and the sentence that says why."""

    entry: DirectoryEntry
    result: str
    newest: Document | None
    reason: str

    @property
    def is_wrong(self) -> bool:
        """True for 超期 and 空缺."""
        return self.result != FILLED


def check(entries: QuerySet[DirectoryEntry], *, calendar: Calendar, at: datetime) -> list[Checked]:
    """条例§12, §26: every active entry of ``entries`` judged at ``at``."""
    found = Document.objects.public(at).filter(department=OuterRef("department"), column=OuterRef("column"))
    newest = Subquery(found.order_by("-listed_at", "-id").values("pk")[:1])
    rows = list(entries.filter(is_active=True).select_related("column", "department").annotate(newest_pk=newest))
    names = ("title", "listed_at", "published_at", "formed_on")
    keys: set[int] = {pk for row in rows if (pk := getattr(row, "newest_pk")) is not None}  # noqa: B009  annotated
    documents = Document.objects.only(*names).in_bulk(keys)
    today = timezone.localdate(at)
    stated = institutions_stated()
    return [
        _stated(row, stated) or _judge(row, documents.get(getattr(row, "newest_pk")), calendar, today)  # noqa: B009
        for row in rows
    ]


def institutions_stated() -> dict[int, datetime]:
    """When each department last published its 机构职能."""
    rows = Institution.objects.filter(published_at__isnull=False).order_by()
    return dict(rows.values_list("department").annotate(last=Max("published_at")))


def _stated(entry: DirectoryEntry, stated: dict[int, datetime]) -> Checked | None:
    if entry.column.slug != ORG or entry.department_id not in stated:
        return None
    on = timezone.localdate(stated[entry.department_id])
    return Checked(entry, FILLED, None, f"机构职能页面 {on:%Y-%m-%d} 发布")


def _judge(entry: DirectoryEntry, newest: Document | None, calendar: Calendar, today: date) -> Checked:
    if newest is None or newest.listed_at is None:
        return Checked(entry, EMPTY, None, "该栏目没有本机构公开的文件")
    listed = timezone.localdate(newest.listed_at)
    if entry.limit_days is None:
        return Checked(entry, FILLED, newest, "没有按天数计算的时限")
    if entry.limit_start == LimitStart.PERIOD:
        due = due_on(entry, listed, calendar)
        if due < today:
            return Checked(entry, LATE, newest, f"应在 {due:%Y-%m-%d} 前更新")
        return Checked(entry, FILLED, newest, f"下次更新不迟于 {due:%Y-%m-%d}")
    if newest.formed_on is None:
        return Checked(entry, FILLED, newest, "文件没有成文日期，无法核对")
    published = timezone.localdate(newest.published_at or newest.listed_at)
    due = due_on(entry, newest.formed_on, calendar)
    if due < published:
        return Checked(entry, LATE, newest, f"成文后应在 {due:%Y-%m-%d} 前公开")
    return Checked(entry, FILLED, newest, f"在 {due:%Y-%m-%d} 前公开")


def due_on(entry: DirectoryEntry, start: date, calendar: Calendar) -> date:
    """条例§26: last day of the entry's own time limit counted from the day after ``start``."""
    days = min(entry.limit_days or 0, MOST_DAYS)
    if entry.limit_kind == LimitKind.WORKING:
        return calendar.add_workdays(start, days).on
    return start + timedelta(days=days)


@dataclass(frozen=True)
class Tally:
    """One department in the city-wide view."""

    department: Department
    total: int
    filled: int
    late: int
    empty: int


def tallies(checked: Iterable[Checked], departments: Iterable[Department]) -> list[Tally]:
    """Counts of results by department, in the order of ``departments``; those without a directory count zero."""
    counts = Counter((row.entry.department_id, row.result) for row in checked)
    return [
        Tally(
            department=department,
            total=sum(counts[department.pk, result] for result in (FILLED, LATE, EMPTY)),
            filled=counts[department.pk, FILLED],
            late=counts[department.pk, LATE],
            empty=counts[department.pk, EMPTY],
        )
        for department in departments
    ]
