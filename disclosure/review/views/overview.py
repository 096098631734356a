"""Desk page of those who answer for a department's disclosure, and of the supervisor."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desks import staff
from disclosure.review import charts
from disclosure.review import overview as selectors_overview
from disclosure.review.overview import STEPS


@require_safe
@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What is late, what waits and whose turn it is; one department, or all of them in one table."""
    actor = staff(request)
    if not selectors_overview.can_open_overview(actor):
        raise Http404
    is_late = request.GET.get("late") == "1"
    today = timezone.localdate()
    after, code = request.GET.get("after", ""), request.GET.get("department", "")
    found = selectors_overview.overview(actor, today=today, after=after, is_late=is_late, code=code)
    context = {
        "heading": "办理概览",
        "overview": found,
        "steps": STEPS,
        "is_late": is_late,
        "months": charts.months_plot(actor, today),
        "timeliness": charts.timeliness_plot(found.standings),
    }
    return render(request, "desk/review/overview.html", context)
