"""Who may do what with applications: sentences about people and cases, with their queryset twins."""

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Department, DepartmentKind, DepartmentQuerySet, User
from accounts.roles import Role
from accounts.rules import Person, departments_with_role, has_role, is_auditor, is_supervisor, people_with_role
from disclosure.rules import is_the_system
from requests_app.models import InformationRequest
from workflow.transitions import Transition

APPLICANT = "applicant"


def bodies_open_to_applications() -> DepartmentQuerySet:
    """条例§27, §54, §55: bodies that take applications; public enterprises have a door for complaints instead."""
    return Department.objects.active().bodies().exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE)


def departments_handled_by(user: Person) -> DepartmentQuerySet:
    """Departments whose applications ``user`` takes in and answers, or heads."""
    return departments_with_role(user, Role.REQUEST_OFFICER) | departments_with_role(user, Role.OFFICE_HEAD)


def departments_headed_by(user: Person) -> DepartmentQuerySet:
    """Departments whose disclosure office ``user`` heads."""
    return departments_with_role(user, Role.OFFICE_HEAD)


def sees_all_cases(user: Person) -> bool:
    """条例§47: the supervising department and the auditor look at every case, without the applicant's data."""
    return is_supervisor(user) or is_auditor(user)


def cases_visible_to(user: Person) -> QuerySet[InformationRequest]:
    """Cases of one's departments, those one co-handles, and all for the supervisor and the auditor.

    A system administrator has no business with applicants and sees none.
    """
    if not user.is_authenticated or not user.is_active:
        return InformationRequest.objects.none()
    if sees_all_cases(user):
        return InformationRequest.objects.all()
    handled = list(departments_handled_by(user).values_list("pk", flat=True))
    return InformationRequest.objects.filter(
        Q(department__in=handled)
        | Q(pk__in=InformationRequest.co_handlers.through.objects.filter(user=user).values("informationrequest_id"))
    )


def can_see_case(user: Person, case: InformationRequest) -> bool:
    """Twin of `cases_visible_to`."""
    return cases_visible_to(user).filter(pk=case.pk).exists()


def can_handle(user: Person, case: InformationRequest) -> bool:
    """Takes steps with the case: officer or head of its department."""
    return can_take_in_for(user, case.department)


def can_take_in_for(user: Person, department: Department) -> bool:
    """Registers applications of the department: its officers and its head."""
    return has_role(user, Role.REQUEST_OFFICER, department) or has_role(user, Role.OFFICE_HEAD, department)


def can_head(user: Person, case: InformationRequest) -> bool:
    """条例§33: the head of the disclosure office, who signs, extends, voids."""
    return has_role(user, Role.OFFICE_HEAD, case.department)


def can_unmask(user: Person, case: InformationRequest) -> bool:
    """Personal data is for who handles the case, against a reason, never for supervisors or administrators."""
    return can_handle(user, case)


def can_inquire(user: Person, case: InformationRequest) -> bool:
    """条例§46, §47: the supervising department asks after any case."""
    return is_supervisor(user)


def can_co_work(user: Person, case: InformationRequest) -> bool:
    """Writes notes and adds internal material: who handles the case or was asked to help."""
    return can_handle(user, case) or case.co_handlers.filter(pk=user.pk).exists()


def is_shared_counter(department: Department) -> bool:
    """Rulings 9: a shared service counter takes in applications for the bodies that applicants name."""
    return department.code in settings.SHARED_COUNTERS


def departments_taken_in_by(user: Person) -> DepartmentQuerySet:
    """Bodies for which ``user`` registers applications; every body at a shared counter (rulings 9)."""
    handled = departments_handled_by(user)
    if any(is_shared_counter(department) for department in handled):
        return bodies_open_to_applications()
    return bodies_open_to_applications().filter(pk__in=handled)


def officers_of(department: Department) -> QuerySet[User]:
    """Who answers applications there."""
    return people_with_role(Role.REQUEST_OFFICER, department) | people_with_role(Role.OFFICE_HEAD, department)


def heads_of(department: Department) -> QuerySet[User]:
    """Who heads the disclosure office there."""
    return people_with_role(Role.OFFICE_HEAD, department)


def is_an_applicant(user: Person) -> bool:
    """True for the named actor of what applicants do with a query code; nobody can sign in as it."""
    return (
        user.is_authenticated and user.username == APPLICANT and not user.is_active and not user.has_usable_password()
    )


def may(user: Person, case: InformationRequest, row: Transition) -> bool:
    """Whether ``user`` takes the step in ``row``; named actors of the system stand for applicants and for time."""
    if is_the_system(user):
        return True
    if is_an_applicant(user):
        return row.role == "applicant"
    match row.role:
        case "head":
            return can_head(user, case)
        case "supervisor":
            return can_inquire(user, case)
        case "system":
            return False
        case _:
            return can_handle(user, case)
