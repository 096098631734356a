"""Reads shaped for the pages of the watch: everything on one page, one kind with owners and history, failed jobs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Department, User
from catalog.charts import Plot, TableRow
from jobs.models import Job
from reports.models import ReportEvent, WatchNote
from reports.owners import Owners, owners_of
from reports.watch import rules
from reports.watch.doors import Doors, doors_of
from reports.watch.history import Before, a_week_before, series
from reports.watch.kinds import GROUPS, MILD, OF_BODIES, PROCESSES, RUNNING, SHORT, WatchKind, job_label
from reports.watch.looking import (
    MOST_COUNTED,
    Key,
    Open,
    Scope,
    beats,
    look,
    published_late,
    scope_of,
    silent,
    together,
)

PAGE, MOST_BODIES, MOST_ROWS, MOST_NOTES = 30, 100, 50, 20
WHOLE_CITY, PORTAL = "全市", "本平台"


def shown(count: int) -> str:
    """A count as the page shows it: 1000+ where no more were counted."""
    return f"{MOST_COUNTED}+" if count >= MOST_COUNTED else str(count)


# --- notes of owners ---------------------------------------------------------------------------------------------------


def is_standing(note: WatchNote, now: Open, today: date) -> bool:
    """条例§47: a note holds until its day, and for no more than there were when it was written."""
    return note.until >= today and now.count <= note.open


def notes_standing(seen: dict[Key, Open], today: date) -> dict[Key, WatchNote]:
    """The newest note of each kind and body that holds for what is open; one question, by the day notes run out."""
    found: dict[Key, WatchNote] = {}
    for note in WatchNote.objects.filter(until__gte=today).select_related("written_by").order_by("pk"):
        found[note.kind, note.department_id] = note
    return {key: note for key, note in found.items() if key in seen and is_standing(note, seen[key], today)}


# --- what one person sees ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sight:
    """Everything open that one person watches, the notes that hold, and the pages that may be opened."""

    user: User
    today: date
    scope: Scope
    doors: Doors
    seen: dict[Key, Open]
    notes: dict[Key, WatchNote]

    def of(self, kind: str) -> dict[int | None, Open]:
        """One kind, by body."""
        return {body: now for (each, body), now in self.seen.items() if each == kind}


def sight_of(user: User, *, today: date, at: datetime) -> Sight:
    """One look, in a fixed number of questions however large the city is."""
    scope = scope_of(user)
    seen = look(scope, today=today, at=at)
    return Sight(user, today, scope, doors_of(user, today=today), seen, notes_standing(seen, today))


# --- the page ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One kind: how many, since when, in how many bodies, how many of them said nothing, and how it was a week ago."""

    kind: WatchKind
    now: Open
    bodies: int
    silent: int
    was: int | None
    url: str

    @property
    def shown(self) -> str:
        """How many."""
        return shown(self.now.count)

    @property
    def change(self) -> str:
        """Against a week ago, in words; empty where no day was counted then."""
        if self.was is None:
            return ""
        more = self.now.count - self.was
        return "持平" if not more else f"增加 {more}" if more > 0 else f"减少 {-more}"


@dataclass(frozen=True)
class Cell:
    """A number of the table of bodies and the way to its rows; ``is_known``: its owner said what is done about it."""

    count: int = 0
    url: str = ""
    is_known: bool = False


@dataclass(frozen=True)
class Body:
    """A line of the table of bodies, with who answers for it; without a body what belongs to the whole city."""

    department: Department | None
    owners: Owners
    cells: list[Cell]

    @property
    def name(self) -> str:
        """The body, or that it is nobody's."""
        return str(self.department) if self.department else WHOLE_CITY


@dataclass(frozen=True)
class Watched:
    """The page. ``quiet`` are kinds of which nothing is open, ``since`` is the day it is compared with; ``rest``: how many
    more bodies there are."""

    groups: list[tuple[str, list[Line]]]
    quiet: list[WatchKind]
    bodies: list[Body]
    heads: list[str]
    rest: int
    since: date | None
    is_whole: bool


def watched(user: User, *, today: date, at: datetime) -> Watched:
    """Everything that should worry this person."""
    sight, before = sight_of(user, today=today, at=at), a_week_before(today)
    is_whole = sight.scope.is_whole
    groups = [(title, [_line(sight, kind, before) for kind in kinds if sight.of(kind)]) for title, kinds in GROUPS]
    quiet = [kind for kind in WatchKind if not sight.of(kind) and (is_whole or kind in OF_BODIES)]
    columns = [kind for kind in OF_BODIES if sight.of(kind)]
    bodies, rest = _bodies(sight, columns)
    heads = [SHORT[kind] for kind in columns]
    return Watched([group for group in groups if group[1]], quiet, bodies, heads, rest, before.on, is_whole)


def _line(sight: Sight, kind: WatchKind, before: Before) -> Line:
    rows = sight.of(kind)
    was = before.of(kind, sight.scope) if (kind, None) in before.counts else None
    silent = sum((kind, body) not in sight.notes for body in rows)
    bodies = sum(body is not None for body in rows)
    return Line(kind, together(rows.values()), bodies, silent, was, sight.doors.to(kind))


def _bodies(sight: Sight, columns: Sequence[WatchKind]) -> tuple[list[Body], int]:
    """Worst first: most that is late, then most of all; and how many more there are."""
    weights: Counter[int | None] = Counter()
    for kind in columns:
        for body, now in sight.of(kind).items():
            weights[body] += now.count * (1 if kind in MILD else MOST_COUNTED)
    ordered = sorted(weights, key=lambda body: (-weights[body], body or 0))
    chosen = ordered[:MOST_BODIES]
    departments = Department.objects.in_bulk([body for body in chosen if body])
    owners = owners_of(departments)
    rows = [
        Body(
            departments.get(body or 0),
            owners.get(body or 0, Owners()),
            [_cell(sight, kind, body, departments.get(body or 0)) for kind in columns],
        )
        for body in chosen
    ]
    return rows, len(ordered) - len(chosen)


def _cell(sight: Sight, kind: WatchKind, body: int | None, department: Department | None) -> Cell:
    now = sight.seen.get((kind, body))
    return Cell(now.count, sight.doors.to(kind, department), (kind, body) in sight.notes) if now else Cell()


# --- one kind ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One body in which something of a kind is open: who answers, what they said, where the rows are."""

    kind: WatchKind
    department: Department | None
    now: Open
    owners: Owners
    note: WatchNote | None
    url: str
    may_acknowledge: bool

    @property
    def name(self) -> str:
        """The body, or that it is nobody's."""
        return name_of(self.kind, self.department)

    @property
    def is_running(self) -> bool:
        """True for the running of the portal, which system administrators answer for."""
        return self.kind in RUNNING


def name_of(kind: str, department: Department | None) -> str:
    """Where something is open."""
    return str(department) if department else PORTAL if kind in RUNNING else WHOLE_CITY


def processes(at: datetime) -> list[tuple[str, datetime | None, bool]]:
    """(what it does, last sign of life, is it silent) of each process of the portal."""
    known = beats()
    quiet = silent(known, at)
    return [(label, known[name], name in quiet) for name, label in PROCESSES.items()]


def places(user: User, kind: WatchKind, *, today: date, at: datetime) -> list[Place]:
    """The bodies in which something of this kind is open, oldest first."""
    sight = sight_of(user, today=today, at=at)
    rows = sight.of(kind)
    departments = Department.objects.in_bulk([body for body in rows if body])
    owners, answered = owners_of(departments), set(rules.bodies_answered_for_by(user).values_list("pk", flat=True))
    found = [
        Place(
            kind,
            departments.get(body or 0),
            now,
            owners.get(body or 0, Owners()),
            sight.notes.get((kind, body)),
            sight.doors.to(kind, departments.get(body or 0)),
            body in answered if body else rules.can_acknowledge(user, kind, None),
        )
        for body, now in rows.items()
    ]
    return sorted(found, key=lambda place: (place.now.oldest_on or today, -place.now.count))


def newest_notes(user: User, kind: WatchKind, *, limit: int = MOST_NOTES) -> list[WatchNote]:
    """What owners said about a kind, newest first, as far as this person watches."""
    scope = scope_of(user)
    found = WatchNote.objects.filter(kind=kind).select_related("department", "written_by")
    if scope.bodies is not None:
        found = found.filter(department__in=scope.bodies)
    return list(found.order_by("-pk")[:limit])


def last_note(kind: WatchKind, department: Department | None) -> int:
    """Key of the newest note, 0 for none: what a page shows of it."""
    found = WatchNote.objects.filter(kind=kind, department=department).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0


def history_plot(user: User, kind: WatchKind, body: Department | None, *, today: date) -> Plot:
    """近九十天 of a kind, in one body or all that is watched; days nobody counted are gaps."""
    days = series(kind, scope_of(user), today=today, body=body.pk if body else None)
    if days[-1][1] is None:  # today's count may still come
        days = days[:-1]
    known = [(on, count) for on, count in days if count is not None]
    if not known:
        return Plot("line", "还没有逐日记录", note="每天上午记录一次，第二天起这里画出变化。")
    first = next(number for number, (on, _) in enumerate(days) if on == known[0][0])
    highest = max(count for _, count in known)
    title = f"{known[0][0].month}月{known[0][0].day}日以来每天 {min(count for _, count in known)} 至 {highest} 件，最近一天 {known[-1][1]} 件"
    rows = [TableRow(f"{on:%m-%d}", ("—" if count is None else str(count),)) for on, count in days[first:]]
    gaps = sum(count is None for _, count in days[first:])
    note = f"每天上午记录一次；有 {gaps} 天没有记录，不补。" if gaps else "每天上午记录一次。"
    return Plot("line", title, head=("日期", "件数"), rows=rows, tones=("main",), note=note)


def late_publications(user: User, *, today: date) -> list[object]:
    """What became public this month after its day, newest first: no other page lists it."""
    found = published_late(scope_of(user), today).select_related("department").order_by("-finished_on", "-pk")
    return list(found.only("title", "due_on", "finished_on", "document_id", "department__name")[:MOST_ROWS])


# --- failed jobs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failed:
    """A failed job, without what it was about but for system administrators."""

    job: Job
    label: str


def failed_jobs(*, before: int | None) -> tuple[list[Failed], int | None]:
    """Failed jobs, newest first, and the key after which the next page starts."""
    found = Job.objects.failed().order_by("-pk")
    rows = list((found if before is None else found.filter(pk__lt=before))[: PAGE + 1])
    return [Failed(row, job_label(row.kind)) for row in rows[:PAGE]], rows[PAGE - 1].pk if len(rows) > PAGE else None


def settled_jobs() -> list[ReportEvent]:
    """Who had which job tried again or dropped, newest first; people press these buttons, so all of them are few."""
    found = ReportEvent.objects.filter(subject_type=Job._meta.label_lower).select_related("actor")
    return list(found.order_by("-at", "-pk")[:MOST_NOTES])
