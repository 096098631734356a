"""Who may read a file that backs something: whoever sees what it stands beside."""

from django.db.models import Q, QuerySet

from accounts.rules import Person
from reports.models import Proof
from reports.plans.rules import can_see_task, tasks_visible_to
from reports.problems.rules import can_see_problem, problems_visible_to
from reports.scorecards.rules import can_see_card, can_see_objection, cards_visible_to, objections_visible_to


def proofs_visible_to(user: Person) -> QuerySet[Proof]:
    """Files beside the tasks, problems, objections and cards that ``user`` sees; removed ones for nobody."""
    return Proof.objects.standing().filter(
        Q(progress__task__in=tasks_visible_to(user).values("pk"))
        | Q(remark__problem__in=problems_visible_to(user).values("pk"))
        | Q(objection__in=objections_visible_to(user).values("pk"))
        | Q(result__card__in=cards_visible_to(user).values("pk"))
    )


def can_see_proof(user: Person, proof: Proof) -> bool:
    """Twin of `proofs_visible_to`."""
    if proof.removed_at is not None:
        return False
    if proof.progress is not None:
        return can_see_task(user, proof.progress.task)
    if proof.remark is not None:
        return can_see_problem(user, proof.remark.problem)
    if proof.objection is not None:
        return can_see_objection(user, proof.objection)
    return proof.result is not None and can_see_card(user, proof.result.card)
