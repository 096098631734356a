"""Who may look at assessments, cards and objections, and who may act on them; each with its queryset twin."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.rules import Person
from reports.models import Assessment, Objection, Scorecard
from reports.rules import bodies_written_for_by, can_sign_for, can_write_for, sees_all
from reports.scorecards.states import SHOWN_TO_BODIES, AssessmentState


def can_use_scorecards(user: Person) -> bool:
    """True for everybody who finds the desk of scorecards, with or without an assessment on it."""
    return sees_all(user) or bodies_written_for_by(user).exists()


def cards_visible_to(user: Person) -> QuerySet[Scorecard]:
    """条例§46: cards ``user`` opens: those of the own bodies, from the day objections are asked for; all for the rest."""
    if sees_all(user):
        return Scorecard.objects.all()
    own = bodies_written_for_by(user).order_by().values("pk")
    return Scorecard.objects.filter(department__in=own, assessment__state__in=SHOWN_TO_BODIES)


def can_see_card(user: Person, card: Scorecard) -> bool:
    """Twin of `cards_visible_to`."""
    is_own = can_write_for(user, card.department) and card.assessment.state in SHOWN_TO_BODIES
    return sees_all(user) or is_own


def assessments_visible_to(user: Person) -> QuerySet[Assessment]:
    """Assessments in which ``user`` sees a card."""
    if sees_all(user):
        return Assessment.objects.all()
    return Assessment.objects.filter(pk__in=cards_visible_to(user).values("assessment"))


def can_see_assessment(user: Person, assessment: Assessment) -> bool:
    """Twin of `assessments_visible_to`."""
    return assessments_visible_to(user).filter(pk=assessment.pk).exists()


def can_see_ranking(user: Person, assessment: Assessment) -> bool:
    """Everybody's totals: for the department in charge always, for the bodies once the result is told (通报)."""
    return sees_all(user) or assessment.state == AssessmentState.PUBLISHED


def objections_visible_to(user: Person) -> QuerySet[Objection]:
    """Objections about cards that ``user`` sees."""
    if sees_all(user):
        return Objection.objects.all()
    own = bodies_written_for_by(user).order_by().values("pk")
    shown = Q(result__card__department__in=own, result__card__assessment__state__in=SHOWN_TO_BODIES)
    return Objection.objects.filter(shown)


def can_see_objection(user: Person, objection: Objection) -> bool:
    """Twin of `objections_visible_to`."""
    return can_see_card(user, objection.result.card)


def why_not_asked(assessment: Assessment, *, on: date) -> str:
    """条例§46: why nobody may object to its results on that day, the last one included; empty when one may."""
    if assessment.state != AssessmentState.ANNOUNCED:
        return f"本次考核现在是“{assessment.get_state_display()}”，只有征求异议时可以提出。"
    in_time = assessment.objections_until is not None and on <= assessment.objections_until
    return "" if in_time else "提出异议的期限已过。"


def can_object(user: Person, card: Scorecard, *, on: date) -> bool:
    """条例§46: the head of the body, while objections are asked for."""
    return not why_not_asked(card.assessment, on=on) and can_sign_for(user, card.department)


def why_not_proven(assessment: Assessment) -> str:
    """Why no file may be put beside results of it; empty when it may."""
    if assessment.state == AssessmentState.OPEN:
        return ""
    return f"本次考核现在是“{assessment.get_state_display()}”，评定中才能添加佐证材料。"
