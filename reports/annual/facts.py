"""What the texts of a report speak of beside its tables, counted for a body and a year."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Document
from disclosure.models import Guide, Revision, Round
from disclosure.rounds.states import RoundKind, RoundState
from disclosure.states import RevisionState
from reports.annual.counting import counted_cases
from reports.bodies import offices_of
from reports.plans.trainings import trainings_of
from requests_app.models import Channel, Fee, Inquiry


@dataclass(frozen=True, slots=True)
class Facts:
    """Numbers of one year; ``channels`` by door; ``answered``, with their working days, are those of the ``ended`` that were."""

    published: int = 0
    interpretations: int = 0
    dated: int = 0
    on_time: int = 0
    cleanups: int = 0
    rereviews: int = 0
    guides: int = 0
    channels: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    answered: int = 0
    answered_on_time: int = 0
    workdays: int = 0
    inquiries: int = 0
    inquiries_answered: int = 0
    trainings: int = 0
    trained: int = 0


def facts_of(bodies: Sequence[int], year: int) -> Facts:
    """条例§50: all of them, internal offices with their body (rulings 20); a fixed number of questions, each a year of an index."""
    days, moments, offices = _days(year), _moments(year), list(offices_of(bodies))
    listed = Document.objects.filter(department__in=offices, listed_at__range=moments).order_by()
    versions = Revision.objects.filter(
        department__in=offices, state=RevisionState.PUBLISHED, finished_on__range=days, due_on__isnull=False
    ).order_by()
    closed = Round.objects.filter(department__in=offices, closed_at__range=moments).exclude(state=RoundState.OPEN)
    asked = Inquiry.objects.filter(case__department__in=bodies, at__range=moments).order_by()
    taught = trainings_of(bodies, year).whole
    rounds = dict(closed.order_by().values_list("kind").annotate(count=Count("pk")))
    return Facts(
        **listed.aggregate(published=Count("pk"), interpretations=Count("pk", filter=~Q(interpretation_kind=""))),
        **versions.aggregate(dated=Count("pk"), on_time=Count("pk", filter=Q(due_on__gte=F("finished_on")))),
        cleanups=rounds.get(RoundKind.CLEANUP, 0),
        rereviews=rounds.get(RoundKind.REREVIEW, 0),
        guides=Guide.objects.filter(department__in=offices, published_at__range=moments).count(),
        **asked.aggregate(inquiries=Count("pk"), inquiries_answered=Count("pk", filter=Q(answered_at__isnull=False))),
        trainings=taught.trainings,
        trained=taught.people,
        **_answers(bodies, year),
    )


def fees_of(bodies: Sequence[int], year: int) -> tuple[int, int]:
    """条例§42: processing fees paid in the year: how many, and yuan."""
    paid = Fee.objects.filter(paid_on__range=_days(year), case__department__in=bodies)
    found = paid.aggregate(count=Count("pk"), yuan=Sum("amount"))
    return found["count"], found["yuan"] or 0


def _answers(bodies: Sequence[int], year: int) -> dict[str, Any]:
    cases: QuerySet[Any] = counted_cases(bodies)
    received = cases.filter(first_received_on__range=_days(year)).values_list("channel")
    labels, answered = dict(Channel.choices), Q(on_time__isnull=False)
    counts = cases.filter(ended_on__range=_days(year)).aggregate(
        ended=Count("pk"),
        answered=Count("pk", filter=answered),
        answered_on_time=Count("pk", filter=Q(on_time=True)),
        workdays=Coalesce(Sum("used_workdays", filter=answered), 0),
    )
    return {**counts, "channels": {labels[door]: count for door, count in received.annotate(count=Count("pk"))}}


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _moments(year: int) -> tuple[datetime, datetime]:
    first, last = _days(year)
    return timezone.make_aware(datetime.combine(first, time())), timezone.make_aware(datetime.combine(last, time.max))
