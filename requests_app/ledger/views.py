"""Desk pages of the ledger: queues and filters, views of one's own, search by identity, export, assigning."""

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.desks import staff
from accounts.models import User
from files.spreadsheets import csv_lines
from requests_app import rules
from requests_app.ledger import charts, export, services
from requests_app.ledger import overview as overviews
from requests_app.ledger.filters import LedgerFilterSet, is_filtered, kept_query
from requests_app.ledger.forms import AssignForm, FindForm, ViewForm
from requests_app.ledger.queues import ALL, BY_SLUG, Queue, Reader, counts, reader_of, shown_counts, within
from requests_app.ledger.selectors import page, rows_of
from requests_app.models import InformationRequest, SavedView
from workflow.services import Refused

logger = structlog.get_logger(__name__)
IDENTITY = "ledger_identity"  # in the session: the keyed hash of a number that was looked for, never the number


@require_safe
@login_required
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """依申请公开台账: the queues with their counts, the rows of one of them under the filters chosen."""
    return _ledger_page(request, _reader(staff(request)), request.GET)


@require_POST
@login_required
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Look for one applicant's cases by the exact number, or stop looking; only the number's keyed hash is kept."""
    reader = _reader(staff(request))
    if not reader.bodies:
        raise Http404
    if "forget" in request.POST:
        request.session.pop(IDENTITY, None)
        return _back(request)
    form = FindForm(request.POST)
    if not form.is_valid():
        return _ledger_page(request, reader, _posted_query(request), find_form=form)
    request.session[IDENTITY] = form.id_hash
    logger.info("ledger_identity_search", user=reader.user.pk)
    return redirect(f"{reverse('requests_desk:ledger')}?tab={ALL}")


@require_POST
@login_required
@never_cache
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters in use under a name."""
    reader = _reader(staff(request))
    form, query = ViewForm(request.POST), _posted_query(request)
    if form.is_valid():
        try:
            view = services.save_view(user=reader.user, name=form.cleaned_data["name"], query=kept_query(query))
            messages.success(request, f"已保存视图“{view.name}”。")
            return _back(request)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _ledger_page(request, reader, query, view_form=form)


@require_POST
@login_required
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view of one's own."""
    reader = _reader(staff(request))
    if not services.drop_view(user=reader.user, pk=pk):
        raise Http404
    messages.success(request, "视图已删除。")
    return _back(request)


@require_POST
@login_required
@never_cache
def assign(request: HttpRequest) -> HttpResponse:
    """Rulings 18: hand out the cases that were ticked, and say what became of each."""
    reader = _reader(staff(request))
    people = _people(reader.user)
    if people is None:
        raise Http404
    marks = request.POST.getlist("rows")
    form = AssignForm(request.POST, people=people, marks=marks)
    if not form.is_valid():
        return _ledger_page(request, reader, _posted_query(request), assign_form=form, marks=marks)
    officer = form.cleaned_data["officer"]
    found = services.assign_many(actor=reader.user, marks=marks, officer=officer, at=timezone.now())
    context = {
        "heading": "批量分派的结果",
        "found": found,
        "done": sum(not one.refusal for one in found),
        "officer": officer,
        "back": kept_query(_posted_query(request)),
    }
    return render(request, "desk/requests/ledger_assigned.html", context)


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest) -> HttpResponseBase:
    """The rows of the page as CSV or XLSX, exactly what the reader sees, at most 20,000."""
    reader = _reader(staff(request))
    kind = request.GET.get("format", "")
    if kind not in export.TYPES:
        raise Http404
    today = timezone.localdate()
    queue = _queue(reader, request.GET, {})
    filters = LedgerFilterSet(request.GET, _rows(request, reader, queue), reader=reader)
    most = export.MOST_ROWS + 1
    lines = export.table(rows_of(filters.found(), reader, by_due=queue.is_by_due, most=most, today=today))
    used = sorted(name for name, _ in filters.chosen)
    logger.info("ledger_exported", user=reader.user.pk, format=kind, queue=queue.slug, filters=used)
    name = f"依申请公开台账-{today:%Y%m%d}.{kind}"
    if kind == "xlsx":
        return FileResponse(export.as_xlsx(lines), as_attachment=True, filename=name, content_type=export.TYPES[kind])
    response = StreamingHttpResponse(csv_lines(lines), content_type=export.TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """How each body stands, for heads and the supervisor; every number leads to its rows."""
    actor, today = staff(request), timezone.localdate()
    bodies = list(overviews.departments_overseen_by(actor))
    if not bodies:
        raise Http404
    since, standings = today - overviews.PERIOD, overviews.overview(actor, bodies, today=today)
    context = {
        "heading": "申请办理概览",
        "rows": [(row.department, row.figures(since)) for row in standings],
        "columns": overviews.COLUMNS,
        "since": since,
        "standing_plots": charts.standing_plots(standings),
        "flow_plots": charts.flow_plots(bodies, today) if standings else [],
    }
    return render(request, "desk/requests/ledger_overview.html", context)


# --- what they share ---------------------------------------------------------------------------------------------------


def _ledger_page(request: HttpRequest, reader: Reader, query: QueryDict, **refused: Any) -> HttpResponse:
    """The ledger; with a form that was not accepted (`_forms`), what was typed and ticked stays.

    The form of all filters is made only for who asks for it: it costs as much as the rows.
    """
    today = timezone.localdate()
    found = counts(reader, today=today)
    queue = _queue(reader, query, found)
    rows = _rows(request, reader, queue)
    filters = LedgerFilterSet(query, rows, reader=reader) if is_filtered(query) else None
    kept = kept_query(query)
    views = _views(reader.user, kept)
    context = {
        "heading": f"依申请公开台账：{queue.label}",
        "queues": [
            {"title": "申请台账", "items": _tabs(reader, queue, found)},
            *([{"title": "我的视图", "items": views}] if views else []),
        ],
        "views": views,
        "queue": queue,
        "reader": reader,
        "filters": filters,
        "page": page(
            filters.found() if filters else rows,
            reader,
            by_due=queue.is_by_due,
            after=query.get("after", ""),
            today=today,
        ),
        "chosen": _chips(filters, query) if filters else [],
        "is_identity": bool(request.session.get(IDENTITY)),
        "kept": kept,
        "most": export.MOST_ROWS,
        **_forms(reader, refused),
    }
    return render(request, "desk/requests/ledger.html", context, status=422 if refused else 200)


def _forms(reader: Reader, refused: dict[str, Any]) -> dict[str, Any]:
    """The forms of the page by name; those in ``refused`` (find_form, view_form, assign_form with marks) as they came."""
    people = None if "assign_form" in refused else _people(reader.user)
    fresh: dict[str, Any] = {
        "find_form": FindForm(),
        "view_form": ViewForm(),
        "assign_form": None if people is None else AssignForm(people=people),
        "marks": [],
    }
    return fresh | refused


def _reader(user: User) -> Reader:
    reader = reader_of(user)
    if not reader.may_read:
        raise Http404
    return reader


def _queue(reader: Reader, query: QueryDict, found: dict[str, int]) -> Queue:
    """The queue asked for; without one the first in which something waits, or the whole when filters are given."""
    own = {queue.slug for queue in reader.queues}
    wanted = query.get("tab", "")
    if wanted in own:
        return BY_SLUG[wanted]
    waiting = [slug for slug, count in found.items() if count] if not kept_query(query) else []
    return BY_SLUG[waiting[0] if waiting else ALL]


def _rows(request: HttpRequest, reader: Reader, queue: Queue) -> QuerySet[InformationRequest]:
    cases = within(reader, queue, today=timezone.localdate())
    if id_hash := request.session.get(IDENTITY):
        # Whoever looked for a number sees what it finds only where the applicant's data is theirs to see.
        cases = cases.filter(applicant__id_hash=id_hash, department__in=reader.bodies)
    return cases


def _tabs(reader: Reader, current: Queue, found: dict[str, int]) -> list[dict[str, Any]]:
    numbers = shown_counts(found)
    return [
        {
            "label": queue.label,
            "url": f"{reverse('requests_desk:ledger')}?tab={queue.slug}",
            "count": numbers.get(queue.slug),
            "current": queue == current,
        }
        for queue in reader.queues
    ]


def _views(user: User, kept: str) -> list[dict[str, Any]]:
    url = reverse("requests_desk:ledger")
    views = SavedView.objects.filter(user=user).order_by("name")
    return [
        {"label": view.name, "url": f"{url}?{view.query}", "count": None, "current": view.query == kept, "pk": view.pk}
        for view in views
    ]


def _chips(filters: LedgerFilterSet, query: QueryDict) -> list[dict[str, str]]:
    found = []
    for name, label in filters.chosen:
        rest = QueryDict(kept_query(query), mutable=True)
        rest.pop(name, None)
        found.append({"label": label, "remove_url": f"?{rest.urlencode()}"})
    return found


def _people(head: User) -> Any:
    """Officers of the bodies somebody heads; None for who heads none."""
    bodies = list(rules.departments_headed_by(head).bodies())
    people = User.objects.none()
    for body in bodies:
        people = people | rules.officers_of(body)
    return people.order_by("username").distinct() if bodies else None


def _posted_query(request: HttpRequest) -> QueryDict:
    """The ledger as it stood when a form on it was sent."""
    return QueryDict(kept_query(QueryDict(request.POST.get("query", "")[:2000])))


def _back(request: HttpRequest) -> HttpResponse:
    query = kept_query(_posted_query(request))
    return redirect(f"{reverse('requests_desk:ledger')}?{query}" if query else "requests_desk:ledger")
