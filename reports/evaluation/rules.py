"""Who runs questionnaires, who reads what citizens wrote, and which are answered; each with its queryset twin."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Department, DepartmentQuerySet
from accounts.rules import Person
from reports.evaluation.states import OVER, QuestionnaireState
from reports.models import Questionnaire, Tally
from reports.rules import sees_all


def can_read_questionnaires(user: Person) -> bool:
    """True for the department in charge and for auditors; the bodies read the published result."""
    return sees_all(user)


def answerable(on: date) -> QuerySet[Questionnaire]:
    """条例§46: questionnaires citizens answer on this day, the last one included."""
    return Questionnaire.objects.filter(state=QuestionnaireState.OPEN, opens_on__lte=on, closes_on__gte=on)


def is_answerable(row: Questionnaire, on: date) -> bool:
    """Twin of `answerable`."""
    return row.state == QuestionnaireState.OPEN and row.opens_on <= on <= row.closes_on


def bodies_asked_about(row: Questionnaire) -> DepartmentQuerySet:
    """The bodies a questionnaire is about: those named, or every body at work; once it is over, those named or rated then."""
    named = row.bodies.order_by().values("pk")
    if row.state in OVER:
        rated = Tally.objects.filter(questionnaire=row).values("department")
        return Department.objects.filter(Q(pk__in=named) | Q(pk__in=rated))
    bodies = Department.objects.active().bodies()
    return bodies.filter(pk__in=named) if row.bodies.exists() else bodies
