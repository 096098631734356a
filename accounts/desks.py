"""What every page of a desk asks: who is there, which row is meant, with which status a form is answered."""

from django.forms import BaseForm
from django.http import Http404, HttpRequest

from accounts.models import User
from accounts.rules import holds_any_role

MOST_DIGITS = 18  # of a key that fits a database's big integer


def staff(request: HttpRequest) -> User:
    """The signed-in person at a desk. Raises Http404 for everybody else."""
    if not isinstance(request.user, User) or not holds_any_role(request.user):
        raise Http404
    return request.user


def key_of(text: str | None) -> int | None:
    """A row's key from the address bar or a form; None for anything that cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def status_of(form: BaseForm | None) -> int:
    """409 where the form as a whole was refused, which is said above its fields; else 200."""
    return 409 if form is not None and form.is_bound and form.non_field_errors() else 200
