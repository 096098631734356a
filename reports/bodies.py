"""Which body answers for which department (rulings 20: internal offices count with theirs)."""

from collections.abc import Iterable

from accounts.models import Department, DepartmentKind


def body_of_each() -> dict[int, int]:
    """Department → the body it is, or is an office of; one question however many there are."""
    found: dict[int, int] = {}
    by_path: dict[str, int] = {}
    for pk, path, kind in Department.objects.order_by("path").values_list("pk", "path", "kind"):
        above = by_path.get(path[: -Department.steplen], pk)
        found[pk] = by_path[path] = above if kind == DepartmentKind.INTERNAL else pk
    return found


def offices_of(bodies: Iterable[int]) -> dict[int, int]:
    """The departments whose documents these bodies answer for, themselves among them → the body; one question."""
    wanted = set(bodies)
    return {pk: body for pk, body in body_of_each().items() if body in wanted}
