"""Desk pages of the watch: one page of everything, one kind with its owners and history, failed jobs."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import Department, User
from accounts.rules import can_see_everything
from files.spreadsheets import CSV, csv_lines
from jobs.models import Job
from reports.desks import desk_page
from reports.models import WatchCount
from reports.watch import history, rules, selectors, services
from reports.watch.forms import AcknowledgeForm
from reports.watch.kinds import RUNNING, WatchKind
from reports.watch.looking import scope_of
from workflow.services import Refused, WrongPerson

_render = partial(desk_page, "watch")

HEADS = ("日期", "问题", "机关", "件数", "其中最早")


@require_safe
@login_required
@never_cache
def watch(request: HttpRequest) -> HttpResponse:
    """运行监测: what is late, empty, broken or failed, with owners, on one page."""
    actor, now = _watcher(request), timezone.now()
    today = timezone.localdate(now)
    context = {"watched": selectors.watched(actor, today=today, at=now), "today": today}
    return _render(request, "watch", "运行监测", context)


@require_safe
@login_required
@never_cache
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind: the bodies, who answers and what they said, and how it went in the last 90 days."""
    actor, now = _watcher(request), timezone.now()
    today, what = timezone.localdate(now), _kind(actor, kind)
    body = _body(actor, request.GET.get("department", ""))
    query = urlencode({"kind": what.value, **({"department": body.code} if body else {})})
    context = {
        "kind": what,
        "body": body,
        "places": selectors.places(actor, what, today=today, at=now),
        "plot": selectors.history_plot(actor, what, body, today=today),
        "notes": selectors.newest_notes(actor, what),
        "processes": selectors.processes(now) if what == WatchKind.SILENT_PROCESS else [],
        "late": selectors.late_publications(actor, today=today) if what == WatchKind.PUBLISHED_LATE else [],
        "file_url": f"{reverse('reports_desk:watch_history')}?{query}",
    }
    return _render(request, "kind", what.label, context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def acknowledge(request: HttpRequest, kind: str) -> HttpResponse:
    """An owner says that it is known, and what is done by when."""
    actor, now = _watcher(request), timezone.now()
    today, what = timezone.localdate(now), _kind(actor, kind)
    body = _body(actor, request.GET.get("department", ""))
    if not rules.can_acknowledge(actor, what, body):
        raise PermissionDenied("由公开机构负责人、机构管理员为本机关登记知悉。")
    form = AcknowledgeForm(request.POST or None, today=today, initial={"seen": selectors.last_note(what, body)})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        said["seen"] = said["seen"] or 0
        try:
            services.acknowledge(actor=actor, kind=what, department=body, at=now, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已登记知悉。")
            return redirect("reports_desk:watch_kind", kind=what.value)
    context = {
        "kind": what,
        "body": body,
        "form": form,
        "now": services.open_of(what, body, today=today, at=now),
    }
    where = selectors.name_of(what, body)
    return _render(request, "acknowledge", f"登记知悉：{where}，{what.label}", context, status=status_of(form))


@require_safe
@login_required
@never_cache
def history_file(request: HttpRequest) -> HttpResponseBase:
    """What was written down within a year, as CSV."""
    actor, today = _watcher(request), timezone.localdate()
    asked, body = request.GET.get("kind", ""), _body(actor, request.GET.get("department", ""))
    what = _kind(actor, asked) if asked else None
    rows = history.rows_for(scope_of(actor), today=today, kind=what or "", body=body)
    lines = (_cells(row) for row in rows.iterator(chunk_size=1000))
    response = StreamingHttpResponse(csv_lines(_with_head(lines)), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(True, f"运行监测-{today:%Y%m%d}.csv") or "attachment"
    return response


def _with_head(lines: Any) -> Any:
    yield HEADS
    yield from lines


def _cells(row: WatchCount) -> list[Any]:
    where = row.department.name if row.department else "合计"
    oldest = f"{row.oldest_on:%Y-%m-%d}" if row.oldest_on else ""
    return [f"{row.on:%Y-%m-%d}", row.get_kind_display(), where, row.open, oldest]


# --- failed jobs -------------------------------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """Failed jobs and who settled which; what they were about is for system administrators."""
    actor = _city(request)
    rows, after = selectors.failed_jobs(before=key_of(request.GET.get("before")))
    context = {
        "rows": rows,
        "after": after,
        "may_settle": rules.can_settle_jobs(actor),
        "settled": [(row, services.ACTIONS.get(row.action, row.action)) for row in selectors.settled_jobs()],
    }
    return _render(request, "jobs", "失败的后台任务", context)


@require_POST
@login_required
def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a failed job back."""
    actor = _city(request)
    job = get_object_or_404(Job, pk=pk)
    try:
        services.retry_job(actor=actor, job=job, at=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal)
    messages.success(request, "任务已重新排队，几秒钟后开始执行。")
    return redirect("reports_desk:watch_jobs")


@require_POST
@login_required
def drop_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a failed job rest."""
    actor = _city(request)
    job = get_object_or_404(Job, pk=pk)
    try:
        services.drop_job(actor=actor, job=job, at=timezone.now())
    except Refused as refusal:
        return _refused(request, refusal)
    messages.success(request, "任务已了结，不再提示。")
    return redirect("reports_desk:watch_jobs")


# --- what they share ---------------------------------------------------------------------------------------------------


def _watcher(request: HttpRequest) -> User:
    """Who watches something; 404 for everybody else."""
    actor = staff(request)
    if not rules.can_use_watch(actor):
        raise Http404
    return actor


def _city(request: HttpRequest) -> User:
    """Who watches the running of the portal."""
    actor = staff(request)
    if not can_see_everything(actor):
        raise Http404
    return actor


def _kind(actor: User, slug: str) -> WatchKind:
    """A kind that this person watches."""
    if slug not in WatchKind.values or (slug in RUNNING and not can_see_everything(actor)):
        raise Http404
    return WatchKind(slug)


def _body(actor: User, code: str) -> Department | None:
    """The body of the address, if it is watched; 404 for another one."""
    return get_object_or_404(rules.bodies_watched_by(actor), code=code) if code else None


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 403 if isinstance(refusal, WrongPerson) else 409
    return _render(request, "refused", "没有办理", {"reason": str(refusal)}, status=status)
