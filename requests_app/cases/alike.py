"""Earlier applications of the same applicant: the same thing asked before (§36), too many (§35). It only suggests."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import Department
from requests_app.models import InformationRequest
from requests_app.repeats import ALIKE, likeness
from requests_app.states import ANSWERED_STATES, OPEN_STATES

LOOKED_BACK = timedelta(days=730)
YEAR = timedelta(days=365)
MOST_COMPARED = 300  # the newest of one applicant at one body; whoever has more is seen by `volume`
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier application that may ask for the same; ``likeness`` from 0.8 to 1."""

    case: InformationRequest
    likeness: float

    @property
    def percent(self) -> int:
        """In full per cent."""
        return round(self.likeness * 100)


@dataclass(frozen=True, slots=True)
class Volume:
    """How many applications one applicant made within 12 months, and in this month; counted up to 1,000."""

    this_year: int
    this_month: int
    is_much: bool


def earlier(case_or_hash: InformationRequest | str, matter: str, department: Department, *, today: date) -> list[Alike]:
    """条例§36: open and answered applications of two years by the same applicant to ``department``, the likest first.

    Only a suggestion: a person decides whether it is a repeat (rulings 28). Without an identity nothing is compared.
    """
    case = case_or_hash if isinstance(case_or_hash, InformationRequest) else None
    id_hash = case.applicant.id_hash if case else str(case_or_hash)
    if not id_hash:
        return []
    found = InformationRequest.objects.filter(
        applicant__id_hash=id_hash,
        department=department,
        state__in=[*OPEN_STATES, *ANSWERED_STATES],
        created_at__gte=_midnight(today - LOOKED_BACK),
    )
    if case:
        found = found.exclude(pk=case.pk)
    rows = found.only("number", "matter", "state", "concluded_on").order_by("-pk")[:MOST_COMPARED]
    compared = [Alike(row, likeness(matter, row.matter)) for row in rows]
    return sorted((one for one in compared if one.likeness >= ALIKE), key=lambda one: -one.likeness)


def volume(id_hash: str, today: date, department: Department | None = None) -> Volume:
    """条例§35: whether number and frequency are worth a look (`VOLUME_WATCH_YEAR`); the head decides, nobody else."""
    if not id_hash:
        return Volume(0, 0, False)
    found = InformationRequest.objects.filter(applicant__id_hash=id_hash)
    if department is not None:
        found = found.filter(department=department)
    newest = found.filter(created_at__gte=_midnight(today - YEAR)).order_by("-pk")
    days = list(newest.values_list("created_at", flat=True)[:MOST_COUNTED])
    month = sum(day >= _midnight(today.replace(day=1)) for day in days)
    return Volume(len(days), month, len(days) >= settings.VOLUME_WATCH_YEAR)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
