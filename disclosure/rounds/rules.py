"""Who may run rounds of clean-up and re-review, and conclude in them; each with its queryset twin."""

from django.db.models import QuerySet

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person
from disclosure.models import ConversionOffer, Round

SIGNERS = (Role.OFFICE_HEAD, Role.APPROVER)
WORKERS = (Role.CLERK, Role.REVIEWER, *SIGNERS)


def departments_signed_for_by(user: Person) -> DepartmentQuerySet:
    """Departments whose documents ``user`` may declare repealed or invalid."""
    return _held(user, SIGNERS)


def can_sign_in(user: Person, department: Department) -> bool:
    """Twin of `departments_signed_for_by`."""
    return any(accounts.has_role(user, role, department) for role in SIGNERS)


def departments_running_rounds(user: Person) -> DepartmentQuerySet:
    """条例§18: departments in which ``user`` opens, closes and publishes rounds; all for the department in charge."""
    if accounts.is_supervisor(user):
        return Department.objects.all()
    return departments_signed_for_by(user)


def can_run_rounds_in(user: Person, department: Department) -> bool:
    """Twin of `departments_running_rounds`."""
    return accounts.is_supervisor(user) or can_sign_in(user, department)


def departments_concluded_in_by(user: Person) -> DepartmentQuerySet:
    """Departments in whose rounds ``user`` concludes on documents."""
    return _held(user, WORKERS)


def can_conclude_in(user: Person, department: Department) -> bool:
    """Twin of `departments_concluded_in_by`."""
    return any(accounts.has_role(user, role, department) for role in WORKERS)


def can_use_rounds(user: Person) -> bool:
    """True for everybody who finds the desk of rounds, with or without a round on it."""
    return _sees_all(user) or departments_concluded_in_by(user).exists()


def rounds_visible_to(user: Person) -> QuerySet[Round]:
    """Rounds ``user`` looks at: those worked on, all for the department in charge and for auditors."""
    if _sees_all(user):
        return Round.objects.all()
    return Round.objects.filter(department__in=departments_concluded_in_by(user))


def can_see_round(user: Person, round_: Round) -> bool:
    """Twin of `rounds_visible_to`."""
    return _sees_all(user) or can_conclude_in(user, round_.department)


def offers_visible_to(user: Person) -> QuerySet[ConversionOffer]:
    """条例§44: open and settled offers about documents of the departments worked in."""
    if _sees_all(user):
        return ConversionOffer.objects.all()
    return ConversionOffer.objects.filter(document__department__in=departments_concluded_in_by(user))


def can_see_offer(user: Person, offer: ConversionOffer) -> bool:
    """Twin of `offers_visible_to`."""
    return _sees_all(user) or can_conclude_in(user, offer.document.department)


def _sees_all(user: Person) -> bool:
    return accounts.is_supervisor(user) or accounts.is_auditor(user)


def _held(user: Person, roles: tuple[Role, ...]) -> DepartmentQuerySet:
    keys = {key for role in roles for key in accounts.departments_with_role(user, role).values_list("pk", flat=True)}
    return Department.objects.filter(pk__in=keys)
