"""Citizens' pages about applying for information."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Department, DepartmentKind
from requests_app import rules
from requests_app.deadlines import reply_due_on
from requests_app.intake import drafts
from workdays.selectors import current_calendar


@require_safe
@never_cache
def apply(request: HttpRequest) -> HttpResponse:
    """How to apply, by which doors, to whom, and by when there will be an answer (条例§27–33 in plain words)."""
    at = timezone.now()
    today = timezone.localdate(at)
    due = reply_due_on(today, current_calendar())
    wanted = {name: request.GET[name][:40] for name in ("body", "about") if name in request.GET}
    context = {
        "promise": {"today": today, "due_on": due.on, "provisional": due.provisional},
        "departments": list(rules.bodies_open_to_applications()),
        "enterprises": list(Department.objects.active().filter(kind=DepartmentKind.PUBLIC_ENTERPRISE)),
        "draft": drafts.of_request(request, at=at),
        "query": urlencode(wanted),
        "labels": [("ColumnName", "依申请公开"), ("ColumnType", "信息公开")],
    }
    return render(request, "requests_app/apply.html", context)
