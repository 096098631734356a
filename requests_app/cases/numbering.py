"""Numbers of the register and of letters: per department and year, without gaps or doubles (rulings 27)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Department
from requests_app.models import InformationRequest, RegisterCounter, RegisterNumber


def next_position(department: Department, year: int, word: str = "") -> int:
    """The next number of a series. The counter's row stays locked until the caller's transaction ends: a number whose
    transaction is rolled back was never given."""
    RegisterCounter.objects.get_or_create(department=department, year=year, word=word)
    counter = RegisterCounter.objects.select_for_update().get(department=department, year=year, word=word)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def written_number(department: Department, year: int, position: int) -> str:
    """`JYJ-2026-00012`: short enough to be typed from paper."""
    return f"{department.code.upper()}-{year}-{position:05d}"


def reserve(department: Department, day: date) -> tuple[int, str]:
    """(position, number) of a new application registered on ``day``."""
    position = next_position(department, day.year)
    return position, written_number(department, day.year, position)


def note_number(case: InformationRequest, *, year: int, position: int, at: datetime) -> None:
    """Write the number down in the register."""
    RegisterNumber.objects.create(
        department=case.department, year=year, position=position, text=case.number, case=case, given_at=at
    )


@transaction.atomic
def renumber(case: InformationRequest, *, department: Department, year: int, reason: str, at: datetime) -> None:
    """A number in another register (received in another year, moved to another body); the old one stays, voided."""
    RegisterNumber.objects.filter(case=case, text=case.number).update(voided_reason=reason[:200])
    position = next_position(department, year)
    case.number = written_number(department, year, position)
    RegisterNumber.objects.create(
        department=department, year=year, position=position, text=case.number, case=case, given_at=at
    )
    InformationRequest.objects.filter(pk=case.pk).update(number=case.number)
