"""Who sees which figures on a desk, and who may follow a number to its cases; each with its twin."""

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.rules import Person
from reports import rules as reports
from requests_app import rules as requests


def bodies_measured_for(user: Person) -> DepartmentQuerySet:
    """条例§4, §46: bodies whose figures ``user`` has on the desk: their office's own, all for the city-wide roles."""
    if can_measure_city(user):
        return Department.objects.bodies()
    return reports.bodies_written_for_by(user)


def can_measure(user: Person, body: Department) -> bool:
    """Twin of `bodies_measured_for`."""
    return not body.is_internal and (can_measure_city(user) or reports.can_write_for(user, body))


def can_measure_city(user: Person) -> bool:
    """The figures of the whole city on one desk, for the city-wide roles."""
    return accounts.can_see_everything(user)


def can_follow(user: Person, body: Department | None) -> bool:
    """A number leads to its cases for who may see every case behind it; ``None``: numbers of the whole city."""
    if requests.sees_all_cases(user):
        return True
    return body is not None and requests.can_take_in_for(user, body)


def can_see_searches(user: Person) -> bool:
    """What visitors typed and did not find is for the department in charge alone."""
    return reports.is_in_charge(user)
