"""Who is told when a version moves: those whose turn it is, and its writer."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from accounts.rules import people_with_role
from disclosure.models import DocumentEvent, Revision
from disclosure.states import REVISIONS, SEND_BACK, RevisionState
from disclosure.versions.rules import DESKS
from notices import kinds
from notices.services import notify

WAITING, SENT_BACK, FINISHED = "revision_waiting", "revision_sent_back", "revision_finished"


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(WAITING, "有拟稿待办理", is_optional=True)
    kinds.register(SENT_BACK, "拟稿被退回")
    kinds.register(FINISHED, "拟稿已经发布或者留存", is_optional=True)


def tell(event: DocumentEvent, revision: Revision, *, at: datetime) -> None:
    """Notices of one step, in its transaction; the event is their subject, so that each step tells once."""
    state = RevisionState(revision.state)
    if state in DESKS:
        others = people_with_role(DESKS[state], revision.department).exclude(pk__in=revision.hands.values("person_id"))
        _send(event, revision, list(others), WAITING, f"待{state.label}：{revision.title}", at=at)
    elif event.action == SEND_BACK:
        _send(event, revision, [revision.written_by], SENT_BACK, f"已退回：{revision.title}", at=at)
    elif state in (RevisionState.PUBLISHED, RevisionState.FILED):
        _send(event, revision, [revision.written_by], FINISHED, f"{state.label}：{revision.title}", at=at)


def _send(event: DocumentEvent, revision: Revision, people: list[User], kind: str, title: str, *, at: datetime) -> None:
    place = "draft" if kind == SENT_BACK else "revision"
    label = REVISIONS.actions.get(event.action, event.action)
    notify(
        recipients=people,
        kind=kind,
        subject=event,
        title=title,
        text=f"{event.actor}办理了“{label}”。",
        url=reverse(f"disclosure:{place}", args=[revision.pk]),
        at=at,
    )
