"""The dashboard of figures, the applications behind a number, and what visitors did not find."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desks import staff
from accounts.models import Department, User
from catalog.reference import shared
from files.spreadsheets import CSV, csv_lines
from reports.figures import bodies as compared
from reports.figures import rules
from reports.figures.asking import Asked, asked_in, body_in
from reports.figures.counting import Span
from reports.figures.following import case_page, number_of
from reports.figures.links import Links
from reports.figures.measures import (
    ALL,
    BEHIND,
    OF_CASES,
    ON_TIME,
    TERMS,
    Measure,
    Stock,
    is_key,
    key_label,
)
from reports.figures.periods import RECENT, Period, period_of
from reports.figures.sections import Page, Section, grouped, number, sections
from reports.figures.selectors import SEARCHES_DAYS, Counts, counts_by_body, counts_of, empty_searches
from reports.figures.words import mean, percent
from requests_app.ledger.overview import median
from requests_app.ledger.queues import reader_of


@require_safe
@login_required
@never_cache
def dashboard(request: HttpRequest) -> HttpResponse:
    """统计数据: the same numbers as in public, by month and by body, each leading to its cases; of one's own office, or
    of the whole city. Out of the kept numbers alone."""
    actor = staff(request)
    asked = _asked(request, actor)
    links = Links(asked.body, asked.period, rules.can_follow(actor, asked.body))
    counts = counts_of(asked.body, asked.period)
    is_city, today = asked.body is None, asked.period.today
    context = {
        "heading": f"统计数据：{asked.body.name if asked.body else '全市'}",
        "asked": asked,
        "items": _items(counts),
        "groups": grouped(sections(Page(counts, links, shared().columns, hides_few=False))),
        "bodies": _compared(asked, links) if is_city else None,
        "searches": empty_searches(today) if is_city and rules.can_see_searches(actor) else None,
        "searches_days": SEARCHES_DAYS,
        "terms": TERMS,
    }
    return render(request, "desk/reports/figures.html", context)


@require_safe
@login_required
@never_cache
def cases(request: HttpRequest) -> HttpResponse:
    """The applications behind one number, for who may see every one of them; 404 for everybody else."""
    actor, query = staff(request), request.GET
    every = list(Department.objects.bodies())
    body = body_in(query, every)
    if not rules.can_follow(actor, body):
        raise Http404
    measure, key, period = _number(query)
    bodies = tuple(each.pk for each in ([body] if body else every))
    span, reader = Span(bodies, period.first, period.last, timezone.now()), reader_of(actor)
    kept = counts_of(body, period)
    context = {
        "heading": f"{period.label}{BEHIND[measure]}{f'：{key_label(measure, key)}' if key else ''}",
        "body": body,
        "period": period,
        "is_city": reader.is_city_wide,
        "number": number_of(kept, measure, key) if isinstance(measure, Measure) else None,
        "measure": measure,
        "page": case_page(span, measure, key, reader, after=query.get("after", ""), today=timezone.localdate()),
        "back": f"{reverse('reports_desk:figures')}{f'?department={body.code}' if body else ''}",
    }
    return render(request, "desk/reports/figures_cases.html", context)


@require_safe
@login_required
@never_cache
def searches(request: HttpRequest) -> HttpResponseBase:
    """What visitors looked for in vain, as CSV; for the department in charge."""
    if not rules.can_see_searches(staff(request)):
        raise Http404
    today = timezone.localdate()
    lines = [("检索词", f"近 {SEARCHES_DAYS} 天没有结果的次数"), *empty_searches(today)]
    response = StreamingHttpResponse(csv_lines(lines), content_type=CSV)
    name = f"没有结果的检索-{today:%Y%m%d}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


# --- what they share ---------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest, actor: User) -> Asked:
    bodies = list(rules.bodies_measured_for(actor))
    if not bodies:
        raise Http404
    return asked_in(request.GET, bodies, today=timezone.localdate(), has_city=rules.can_measure_city(actor))


def _number(query: QueryDict) -> tuple[Measure | Stock, str, Period]:
    """Which number was followed. Raises Http404 where there is no such number."""
    name, key = query.get("measure", ""), query.get("key", ALL)
    known: dict[str, Measure | Stock] = {each.value: each for each in (*OF_CASES, *Stock)}
    measure = known.get(name)
    period = period_of(query.get("period", "") or RECENT, timezone.localdate())
    if measure is None or period is None or not is_key(measure, key):
        raise Http404
    return measure, key, period


def _items(counts: Counts) -> list[tuple[str, Any]]:
    """The first line of the page."""
    answered, timely = counts.total(Measure.ANSWERED), counts.total(Measure.ANSWERED, ON_TIME)
    middle = median({int(key): value for key, value in counts.parts(Measure.WORKDAYS).items()})
    stars = {int(key): value for key, value in counts.parts(Measure.RATING).items()}
    return [
        ("公开（件）", number(counts.total(Measure.PUBLISHED, ALL))),
        ("收到申请（件）", number(counts.total(Measure.CHANNEL))),
        ("办结（件）", number(counts.total(Measure.OUTCOME))),
        ("按时率", percent(timely, answered)),
        ("用时中位数（工作日）", "—" if middle is None else f"{middle:g}"),
        ("满意度（分）", mean(stars)),
    ]


def _compared(asked: Asked, links: Links) -> Section:
    own = f"{reverse('reports_desk:figures')}?period={asked.period.slug}&department={{}}"
    found = compared.of_bodies(asked.bodies, counts_by_body(asked.period))
    return compared.section(found, links, own, hides_few=False)
