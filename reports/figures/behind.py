"""The applications behind a number: as many as it says, by the conditions under which it was counted."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from reports.annual.counting import counted_cases, in_hand
from reports.figures.counting import Span
from reports.figures.measures import ALL, EXTENDED, ON_TIME, PAUSED, Measure, Stock, days_of, outcomes_of
from requests_app.models import CaseKind, InformationRequest, Rating, Remedy

RECEIVED, ENDED = "first_received_on", "ended_on"
FIELDS = {Measure.CHANNEL: "channel", Measure.APPLICANT: "applicant_type"}
Cases = QuerySet[Any]


def cases_behind(span: Span, measure: Measure | Stock, key: str = ALL) -> Cases:
    """The applications behind a number, with the day on which they were counted as ``counted_on``.

    Of remedies and ratings the applications they are about, which may be fewer than the remedies.
    """
    if isinstance(measure, Stock):
        on = span.last if measure == Stock.OPEN else span.first - timedelta(days=1)
        return _dated(counted_cases(span.bodies).filter(in_hand(on)), RECEIVED)
    if measure in FIELDS:
        found: Cases = counted_cases(span.bodies).filter(first_received_on__range=span.days)
        return _dated(found.filter(**{FIELDS[measure]: key}) if key else found, RECEIVED)
    if measure in (Measure.REMEDY, Measure.RATING):
        about: Cases = _remedies(span, key) if measure == Measure.REMEDY else _ratings(span, key)
        own = InformationRequest.objects.filter(department__in=span.bodies, pk__in=about.values("case"))
        return _dated(own, RECEIVED)
    ended: Cases = counted_cases(span.bodies)
    return _dated(_of_ended(ended.filter(ended_on__range=span.days), measure, key), ENDED)


def _dated(cases: Cases, day: str) -> Cases:
    dated: Cases = cases.annotate(counted_on=F(day))
    return dated.order_by()


def _remedies(span: Span, key: str) -> QuerySet[Remedy]:
    kind, _, result = key.partition(".")
    found = Remedy.objects.filter(concluded_on__range=span.days)
    return found.filter(kind=kind, result=result) if key else found


def _ratings(span: Span, key: str) -> QuerySet[Rating]:
    found = Rating.objects.filter(span.moments("at"), case__kind=CaseKind.INFORMATION)
    return found.filter(stars=int(key)) if key else found


def _of_ended(cases: Cases, measure: Measure, key: str) -> Cases:
    if measure == Measure.OUTCOME:
        return cases.filter(outcome__in=outcomes_of(key)) if key else cases
    if measure == Measure.LENGTHENED:
        long, paused = Q(extension_workdays__gt=0), Q(suspended_workdays__gt=0)
        return cases.filter({EXTENDED: long, PAUSED: paused}.get(key, long | paused))
    answered = cases.filter(on_time__isnull=False)
    if measure == Measure.WORKDAYS and key:
        return answered.filter(used_workdays__range=days_of(key))
    if measure == Measure.WORKDAYS:
        return answered.filter(used_workdays__isnull=False)
    return answered.filter(on_time=key == ON_TIME) if key else answered
