"""The watch: what is found is kept until a later look does not find it any more; owners are told once a day."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.rules import is_supervisor, people_with_role
from catalog.models import Attachment, Column, Document, DocumentBody
from catalog.reference import Reference
from catalog.states import DocumentState
from disclosure.models import ColumnPromise, FindingKind, WatchFinding, WatchRun
from disclosure.registers import rules
from disclosure.registers.completeness import ORG, institutions_stated
from disclosure.watch import links
from disclosure.watch.outside import fault_of
from jobs.services import enqueue
from notices.services import notify

JOB = "watch_links"
NOTICE = "watch_findings"
DOCUMENTS_AT_ONCE = 200
MOST_OUTSIDE = 200
RECHECKED = 50
OWNERS = (Role.OFFICE_HEAD, Role.DEPARTMENT_ADMIN)


@dataclass(frozen=True)
class Fault:
    """Something wrong; all but `detail` say which."""

    kind: FindingKind
    detail: str
    column_id: int | None = None
    department_id: int | None = None
    document_id: int | None = None
    address: str = ""
    is_external: bool = False

    @property
    def key(self) -> str:
        """The same thing found again has the same key."""
        said = (self.kind, self.column_id, self.department_id, self.document_id, self.address)
        return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


@transaction.atomic
def watch(at: datetime) -> WatchRun:
    """Look once a day: columns now, links in the background. Called again it only makes sure that the links go on."""
    on = timezone.localdate(at)
    last = WatchRun.objects.order_by("-on").first()
    if last is not None and last.on >= on and last.finished_at is not None:
        return last
    start = {"started_at": at, "external_after": last.external_after if last else 0}
    run, is_new = WatchRun.objects.get_or_create(on=on, defaults=start)
    if is_new:
        check_columns(at=at)
    if run.finished_at is None:
        enqueue(kind=JOB, subject=f"disclosure.watchrun:{run.pk}", payload={"run": run.pk}, dedupe=f"{JOB}:{run.pk}")
    return run


# --- columns ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def check_columns(*, at: datetime) -> None:
    """条例§12: find columns without content and columns that break their promise; those that were put right are closed.

    国办秘函〔2019〕19号: no column may be empty, and those that should be updated must be (law.md §6.9).
    """
    promises = list(ColumnPromise.objects.filter(column__is_active=True).select_related("column"))
    newest = newest_by_column(at)
    faults = [
        Fault(FindingKind.EMPTY, f"“{name}”还没有公开的内容", column_id=pk)
        for pk, name in Column.objects.filter(is_active=True).values_list("pk", "name")
        if newest.get(pk) is None
    ]
    own = _newest_of_promises(promises, at)
    faults += [fault for promise in promises if (fault := _broken(promise, newest, own, at))]
    note(faults, at=at)
    looked = WatchFinding.objects.filter(kind__in=[FindingKind.STALE, FindingKind.EMPTY], resolved_at=None)
    looked.exclude(key__in=[fault.key for fault in faults]).update(resolved_at=at)


def newest_by_column(at: datetime) -> dict[int, datetime | None]:
    """When each active column, with the columns below it, last got something public; one index look a column."""
    listed = Document.objects.public(at).filter(column=OuterRef("pk")).order_by("-listed_at", "-id")
    rows = dict(Column.objects.annotate(last=Subquery(listed.values("listed_at")[:1])).values_list("pk", "last"))
    tree = Reference().columns
    if (org := tree.by_slug.get(ORG)) and (stated := institutions_stated()):
        rows[org.pk] = max(filter(None, [rows.get(org.pk), *stated.values()]))
    return {
        pk: max((moment for below in tree.subtree(pk) if (moment := rows.get(below))), default=None)
        for pk in tree.entries
    }


def _newest_of_promises(promises: Sequence[ColumnPromise], at: datetime) -> dict[int, datetime | None]:
    listed = Document.objects.public(at).filter(column=OuterRef("column"), department=OuterRef("department"))
    last = Subquery(listed.order_by("-listed_at", "-id").values("listed_at")[:1])
    rows = ColumnPromise.objects.filter(department__isnull=False).annotate(last=last)
    return dict(rows.order_by().values_list("pk", "last")) if promises else {}


def _broken(
    promise: ColumnPromise, newest: dict[int, datetime | None], own: dict[int, datetime | None], at: datetime
) -> Fault | None:
    last = own.get(promise.pk) if promise.department_id else newest.get(promise.column_id)
    if last is None:
        # A whole column without content is found empty anyway.
        detail = f"“{promise.column}”还没有本机构公开的内容"
        return _fault_of(promise, FindingKind.EMPTY, detail) if promise.department_id else None
    if last + timedelta(days=promise.every_days) >= at:
        return None
    days = (timezone.localdate(at) - timezone.localdate(last)).days
    detail = f"“{promise.column}”已 {days} 天没有更新，应当每 {promise.every_days} 天至少更新一次"
    return _fault_of(promise, FindingKind.STALE, detail)


def _fault_of(promise: ColumnPromise, kind: FindingKind, detail: str) -> Fault:
    return Fault(kind, detail, column_id=promise.column_id, department_id=promise.department_id)


@transaction.atomic
def note(faults: Iterable[Fault], *, at: datetime) -> None:
    """Keep what was found; what had been resolved and is back begins anew."""
    by_key = {fault.key: fault for fault in faults}
    if not by_key:
        return
    back = WatchFinding.objects.filter(key__in=list(by_key), resolved_at__isnull=False)
    back.update(resolved_at=None, first_seen_at=at)
    WatchFinding.objects.bulk_create(
        [
            WatchFinding(
                key=key,
                kind=fault.kind,
                column_id=fault.column_id,
                department_id=fault.department_id,
                document_id=fault.document_id,
                address=fault.address,
                is_external=fault.is_external,
                detail=fault.detail[:300],
                first_seen_at=at,
                last_seen_at=at,
            )
            for key, fault in by_key.items()
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["detail", "last_seen_at"],
    )


# --- links inside -------------------------------------------------------------------------------------------------------


def check_inside(*, run: WatchRun, at: datetime) -> bool:
    """Look at the next documents' links and attachments; False when there are no more. The place moves with the finds."""
    rows = list(
        Document.objects.filter(pk__gt=run.inside_after)
        .order_by("pk")
        .values_list("pk", "department_id", "column_id", "listed_at")[:DOCUMENTS_AT_ONCE]
    )
    public = {pk: (department, column) for pk, department, column, listed in rows if listed and listed <= at}
    wanted = _links_of(public)
    missing = _missing_targets({target for _, _, target in wanted}, at)
    faults = [
        _dead(public, pk, address, "指向的页面或者文件已不存在") for pk, address, target in wanted if target in missing
    ]
    attachments = list(Attachment.objects.filter(document__in=public).select_related("file").order_by("pk"))
    faults += [
        _dead(public, row.document_id, row.get_absolute_url(), f"附件“{row.title}”的文件已丢失")
        for row in attachments
        if not row.file.content.storage.exists(str(row.file.content.name))
    ]
    with transaction.atomic():
        note(faults, at=at)
        run.inside_after = rows[-1][0] if rows else run.inside_after
        run.is_inside_done = len(rows) < DOCUMENTS_AT_ONCE
        run.documents += len(public)
        run.links += len(wanted) + len(attachments)
        run.save(update_fields=["inside_after", "is_inside_done", "documents", "links"])
    return not run.is_inside_done


Target = tuple[str, int]
Places = dict[int, tuple[int, int]]


def _links_of(public: Places) -> list[tuple[int, str, Target]]:
    """(document, address, what it leads to) of every link inside the site."""
    bodies = DocumentBody.objects.filter(document__in=public, html__contains="href=").values_list("document", "html")
    return [
        (pk, address, target)
        for pk, html in bodies
        for address in links.addresses(html)
        if (target := links.inside(address, settings.SITE_URL))
    ]


def _missing_targets(targets: set[Target], at: datetime) -> set[Target]:
    """Those that answer 404 or 410: documents never public or taken down, attachments of such or gone."""
    keys = {word: [key for kind, key in targets if kind == word] for word in ("documents", "files")}
    there = Document.objects.addressable(at).exclude(state=DocumentState.TAKEN_DOWN).filter(pk__in=keys["documents"])
    public = Document.objects.public(at).filter(pk=OuterRef("document"))
    files = Attachment.objects.filter(pk__in=keys["files"], document__in=public.values("pk")) if keys["files"] else ()
    found = {("documents", pk) for pk in there.values_list("pk", flat=True)} if keys["documents"] else set()
    return targets - found - {("files", row.pk) for row in files}


def _dead(public: Places, pk: int, address: str, detail: str, *, is_external: bool = False) -> Fault:
    department, column = public[pk]
    return Fault(FindingKind.DEAD_LINK, detail, column, department, pk, address, is_external)


# --- links outside ------------------------------------------------------------------------------------------------------


def check_outside(
    *, run: WatchRun, at: datetime, tick: Callable[[], None], ask: Callable[[str], str] = fault_of
) -> bool:
    """Ask the sites that the next document with outside links names; False when today's share is done.

    Off unless `LINK_CHECK_EXTERNAL` is set. ``tick`` is called between two sites.
    """
    if not settings.LINK_CHECK_EXTERNAL or run.external_links >= MOST_OUTSIDE:
        return False
    if run.external_links == 0 and _recheck(run=run, at=at, tick=tick, ask=ask):
        return True
    row, end = _next_with_links(run.external_after, at)
    if row is None:
        run.external_after = end or 0
        run.save(update_fields=["external_after"])
        return end is not None
    pk, department, column, html = row
    wanted = [address for address in links.addresses(html) if links.is_outside(address, settings.SITE_URL)]
    faults = []
    for address in wanted[: MOST_OUTSIDE - run.external_links]:
        if wrong := ask(address):
            faults.append(_dead({pk: (department, column)}, pk, address, wrong, is_external=True))
        tick()
    with transaction.atomic():
        note(faults, at=at)
        run.external_after = pk
        run.external_links += max(1, len(wanted))
        run.save(update_fields=["external_after", "external_links"])
    return True


def _next_with_links(after: int, at: datetime) -> tuple[tuple[int, int, int, str] | None, int | None]:
    """The next document with links to other sites among the next `DOCUMENTS_AT_ONCE`, and where those end.

    Never a search through all bodies at once; no end when there are no more documents.
    """
    keys = Document.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:DOCUMENTS_AT_ONCE]
    if not (window := list(keys)):
        return None, None
    rows = Document.objects.filter(pk__in=window, listed_at__lte=at, body__html__contains='href="http')
    return rows.order_by("pk").values_list("pk", "department_id", "column_id", "body__html").first(), window[-1]


def _recheck(*, run: WatchRun, at: datetime, tick: Callable[[], None], ask: Callable[[str], str]) -> bool:
    """Ask again what was dead outside, longest ago first; True if there was any."""
    stale = WatchFinding.objects.filter(is_external=True, resolved_at=None, last_seen_at__lt=run.started_at)
    rows = list(stale.order_by("last_seen_at").select_related("document__body")[:RECHECKED])
    for row in rows:
        if _is_still_linked(row) and (wrong := ask(row.address)):
            WatchFinding.objects.filter(pk=row.pk).update(last_seen_at=at, detail=wrong)
        else:
            WatchFinding.objects.filter(pk=row.pk).update(resolved_at=at)
        tick()
    WatchRun.objects.filter(pk=run.pk).update(external_links=F("external_links") + len(rows))
    run.external_links += len(rows)
    return bool(rows)


def _is_still_linked(finding: WatchFinding) -> bool:
    document = finding.document
    body: DocumentBody | None = getattr(document, "body", None)
    is_public = document is not None and document.listed_at is not None
    return is_public and body is not None and finding.address in links.addresses(body.html)


# --- the end of a look --------------------------------------------------------------------------------------------------


@transaction.atomic
def finish(*, run: WatchRun, at: datetime) -> None:
    """Close what was not found again and tell the owners what is new, one message a person and day."""
    inside = WatchFinding.objects.filter(kind=FindingKind.DEAD_LINK, is_external=False, resolved_at=None)
    inside.filter(last_seen_at__lt=run.started_at).update(resolved_at=at)
    if not WatchRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at):
        return
    new = WatchFinding.objects.filter(resolved_at=None, first_seen_at__gte=run.started_at).select_related("department")
    told: dict[User, list[WatchFinding]] = {}
    owners: dict[int | None, list[User]] = {}
    for finding in new:
        people = owners.setdefault(finding.department_id, _owners(finding.department))
        for person in people:
            told.setdefault(person, []).append(finding)
    for person, findings in told.items():
        words = "；".join(finding.detail for finding in findings[:5])
        title = f"栏目巡查发现 {len(findings)} 个新问题"
        url = reverse("disclosure:watch")
        notify(recipients=[person], kind=NOTICE, subject=run, title=title, text=words, url=url, at=at)


def _owners(department: Department | None) -> list[User]:
    """Who answers for a department's columns; the supervisors for those of the whole city."""
    if department is None:
        return list(people_with_role(Role.SUPERVISOR, Department.objects.get(depth=1)))
    people = {person.pk: person for role in OWNERS for person in people_with_role(role, department)}
    return list(people.values())


# --- promises -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_promise(
    *, actor: User, column: Column, department: Department | None, every_days: int, basis: str
) -> ColumnPromise:
    """Have a column watched: a department's own by its keepers, a whole one by the supervisor."""
    _may_promise(actor, department)
    return ColumnPromise.objects.create(column=column, department=department, every_days=every_days, basis=basis)


@transaction.atomic
def delete_promise(*, actor: User, promise: ColumnPromise) -> None:
    """End the watch; what it found is closed by the next look."""
    _may_promise(actor, promise.department)
    promise.delete()


def _may_promise(actor: User, department: Department | None) -> None:
    is_allowed = is_supervisor(actor) if department is None else rules.can_keep(actor, department)
    if not is_allowed:
        raise PermissionDenied("您不能设定该栏目的更新要求。")
