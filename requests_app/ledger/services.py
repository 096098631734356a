"""Writes of the ledger: views of one's own, and cases handed out by the head."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.desks import key_of
from accounts.models import User
from requests_app import rules
from requests_app.handling import services as handling
from requests_app.ledger.queues import MOST_VIEWS
from requests_app.models import InformationRequest, SavedView
from workflow.services import Incomplete, Refused

MOST_AT_ONCE = 100
MOST_QUERY_CHARS = 500


@transaction.atomic
def save_view(*, user: User, name: str, query: str) -> SavedView:
    """Keep the filters under a name; the same name again replaces them. Incomplete when there are too many or too long."""
    if not query:
        raise Incomplete("现在没有筛选条件，请先筛选再保存。")
    if len(query) > MOST_QUERY_CHARS:
        raise Incomplete("筛选条件太长，请减少条件后再保存。")
    others = SavedView.objects.filter(user=user).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise Incomplete(f"最多保存 {MOST_VIEWS} 个视图，请先删除不用的。")
    view, _ = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return view


def drop_view(*, user: User, pk: int) -> bool:
    """Remove one of one's own; False when it is gone already or somebody else's."""
    return SavedView.objects.filter(user=user, pk=pk).delete()[0] > 0


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one case; ``refusal`` is empty when it was handed out."""

    case: InformationRequest
    refusal: str


def assign_many(*, actor: User, marks: Iterable[str], officer: User, at: datetime) -> list[Assigned]:
    """Rulings 18: several cases to one officer, each by an event of its own. ``marks``: key|state as it was seen."""
    found = [_assign_one(actor, mark, officer, at) for mark in list(dict.fromkeys(marks))[:MOST_AT_ONCE]]
    return [one for one in found if one is not None]


def _assign_one(actor: User, mark: str, officer: User, at: datetime) -> Assigned | None:
    pk, _, seen = mark.partition("|")
    case = rules.cases_visible_to(actor).filter(pk=key_of(pk) or 0).select_related("department").first()
    if case is None:
        return None
    try:
        if not rules.can_head(actor, case):
            raise Incomplete("批量分派由公开机构负责人办理。")
        if not case.is_open:
            raise Incomplete(f"该申请现在是“{case.get_state_display()}”，不再分派。")
        _refuse_moved(case, seen)
        handling.assign(actor=actor, case=case, officer=officer, at=at)
    except Refused as refusal:
        return Assigned(case, str(refusal))
    return Assigned(case, "")


def _refuse_moved(case: InformationRequest, seen: str) -> None:
    if seen != case.state:
        raise Incomplete(f"该申请已经变为“{case.get_state_display()}”，请看过以后再分派。")
