"""Citizens' pages about applying for information."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Department, DepartmentKind
from requests_app.deadlines import reply_due_on
from workdays.selectors import current_calendar


@require_safe
def apply(request: HttpRequest) -> HttpResponse:
    """How to apply, by which doors, to whom, and by when there will be an answer (条例§27–33 in plain words)."""
    today = timezone.localdate()
    offices = Department.objects.active().bodies().exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    due = reply_due_on(today, current_calendar())
    context = {
        "promise": {"today": today, "due_on": due.on, "provisional": due.provisional},
        "departments": list(offices),
        "labels": [("ColumnName", "依申请公开"), ("ColumnType", "信息公开")],
    }
    return render(request, "requests_app/apply.html", context)
