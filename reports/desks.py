"""What every desk of the room asks: is it the department in charge, was it written or refused; and how it shows a page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.desks import staff
from accounts.models import User
from reports.rules import is_in_charge
from workflow.services import Refused


def in_charge(request: HttpRequest) -> User:
    """The department in charge. Raises Http404 for everybody else."""
    actor = staff(request)
    if not is_in_charge(actor):
        raise Http404
    return actor


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What was typed and the files with it, for a form; nothing where the page is only asked for."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def saved(request: HttpRequest, form: BaseForm, write: Callable[[], object], done: str) -> bool:
    """True when it is written, which is said; what was refused stands above the form."""
    try:
        write()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, done)
    return True


def taken(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """True when a step was taken, which is said, as is why it was not; for buttons without a form."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


def desk_page(
    folder: str, request: HttpRequest, page: str, heading: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the desk whose templates stand in ``folder``."""
    return render(request, f"desk/{folder}/{page}.html", {"heading": heading, **context}, status=status)
