"""Reads shaped for the pages of people and the record."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts import rules
from accounts.models import AccountEvent, AccountEventKind, Department, DepartmentRole, User

PAGE = 50
SIGN_IN_KINDS = [
    AccountEventKind.SIGNED_IN,
    AccountEventKind.SIGN_IN_FAILED,
    AccountEventKind.SECOND_FACTOR_FAILED,
    AccountEventKind.LOCKED_OUT,
]


@dataclass(frozen=True)
class RecordPage:
    """Rows of the record, newest first, and the ids from which the neighbouring pages start."""

    events: Sequence[AccountEvent]
    older_than: int | None


def people_page(actor: User, *, q: str, department: Department | None) -> QuerySet[User]:
    """People ``actor`` sees, in tree order of departments, with roles and whether a second factor is on."""
    people = rules.people_visible_to(actor)
    if q:
        people = people.filter(Q(full_name__icontains=q) | Q(username__icontains=q))
    if department is not None:
        people = people.filter(department=department)
    return with_roles(people).order_by("-is_active", "department__path", "username")


def with_roles(people: QuerySet[User]) -> QuerySet[User]:
    """The same people with ``holdings`` (role, department) and ``has_second_factor``, in two queries however many."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    held = DepartmentRole.objects.select_related("permission", "content_object").order_by("content_object__path", "id")
    return (
        people.select_related("department")
        .annotate(has_second_factor=Exists(factor))
        .prefetch_related(Prefetch("holdings", queryset=held))
    )


def record_page(actor: User, *, person: User | None, before: int | None) -> RecordPage:
    """One page of the rows ``actor`` may see, paged by key so that the last page costs what the first costs."""
    events = rules.events_visible_to(actor)
    if person is not None:
        events = events.filter(user=person)
    if before is not None:
        events = events.filter(id__lt=before)
    rows = list(events.select_related("user", "actor", "department").order_by("-id")[: PAGE + 1])
    return RecordPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def last_sign_ins(user: User, count: int = 10) -> QuerySet[AccountEvent]:
    """The newest sign-ins and failures of one person."""
    return AccountEvent.objects.filter(user=user, kind__in=SIGN_IN_KINDS).order_by("-id")[:count]
