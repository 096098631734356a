"""What every desk of the room asks: is it the department in charge, and was it written or refused."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest

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


def saved(request: HttpRequest, form: BaseForm, write: Callable[[], object], done: str) -> bool:
    """True when it is written, which is said; what was refused stands above the form."""
    try:
        write()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, done)
    return True
