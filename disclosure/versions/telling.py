"""Who is told when a version moves or its due day comes near: those whose turn it is, its writer, the head of office."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.rules import people_with_role
from catalog.models import Document
from disclosure.models import DocumentEvent, Revision
from disclosure.states import DOCUMENTS, REVISIONS, SEND_BACK, TAKE_DOWN, RevisionState
from disclosure.versions.clocks import clock_of
from disclosure.versions.rules import DESKS
from notices import kinds
from notices.reminders import LATE, step_of
from notices.services import notify
from workdays.arithmetic import Calendar

WAITING, SENT_BACK, FINISHED = "revision_waiting", "revision_sent_back", "revision_finished"
REMOVED = "document_removed"
DUE_SOON, OVERDUE = "revision_due_soon", "revision_overdue"
# Working days left at which those are reminded whose turn it is: a convention of this portal, no article names them.
REMINDED_AT = (5, 2, 0)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(WAITING, "有拟稿待办理", is_optional=True)
    kinds.register(SENT_BACK, "拟稿被退回")
    kinds.register(FINISHED, "拟稿已经发布或者留存", is_optional=True)
    kinds.register(REMOVED, "起草的文件被撤下、下架或者移交")
    kinds.register(DUE_SOON, "公开期限将至", is_optional=True)
    kinds.register(OVERDUE, "已经超过公开期限")


def people_in_turn(revision: Revision) -> list[User]:
    """The writer of a draft, at a desk who may take the step; nobody while a signed version waits for its hour."""
    state = RevisionState(revision.state)
    if state == RevisionState.DRAFT:
        return [revision.written_by]
    if state not in DESKS:
        return []
    hands = revision.hands.values("person_id")
    return list(people_with_role(DESKS[state], revision.department).exclude(pk__in=hands))


def tell(event: DocumentEvent, revision: Revision, *, at: datetime) -> None:
    """Notices of one step, in its transaction; the event is their subject, so that each step tells once."""
    state = RevisionState(revision.state)
    if state in DESKS:
        _send(event, revision, people_in_turn(revision), WAITING, f"待{state.label}：{revision.title}", at=at)
    elif event.action == SEND_BACK:
        _send(event, revision, [revision.written_by], SENT_BACK, f"已退回：{revision.title}", at=at)
    elif state in (RevisionState.PUBLISHED, RevisionState.FILED):
        _send(event, revision, [revision.written_by], FINISHED, f"{state.label}：{revision.title}", at=at)


def _send(event: DocumentEvent, revision: Revision, people: list[User], kind: str, title: str, *, at: datetime) -> None:
    place = "draft" if kind == SENT_BACK else "revision"
    label = REVISIONS.actions.get(event.action, event.action)
    said = revision.opinions.filter(action=SEND_BACK).last() if kind == SENT_BACK else None
    notify(
        recipients=people,
        kind=kind,
        subject=event,
        title=title,
        text=f"{event.actor}办理了“{label}”" + (f"，原因：{said.text}" if said else "。"),
        url=reverse(f"disclosure:{place}", args=[revision.pk]),
        at=at,
    )


def tell_removed(event: DocumentEvent, document: Document, *, at: datetime) -> None:
    """条例§14, §18: tell the writer of the current version that it was withdrawn, taken down or handed to the archives.

    A takedown is told by the index number alone: messages leave the house, and title and reason may be the very words.
    """
    current = document.revisions.filter(state=RevisionState.PUBLISHED).order_by("-number").first()
    if current is None or current.written_by_id == event.actor_id:
        return
    is_urgent, label = event.action == TAKE_DOWN, DOCUMENTS.actions[event.action]
    reason = "" if is_urgent else f"：{document.withdrawn_reason}"
    notify(
        recipients=[current.written_by],
        kind=REMOVED,
        subject=event,
        title=f"{label}：索引号 {document.index_number}" if is_urgent else f"已{label}：{document.title}",
        text=f"{event.actor}办理了“{label}”{reason or '，请查看该文件的办理记录。'}",
        url=reverse("disclosure:document", args=[document.pk]),
        at=at,
        urgent=is_urgent,
    )


def remind_of(revision: Revision, calendar: Calendar, *, at: datetime) -> int:
    """条例§26: tell those whose turn it is that the due day of an open version is near, and the head too once it is over.

    Each reminder once a person and due day; how many were told.
    """
    today = timezone.localdate(at)
    step = step_of(revision.due_on, today, calendar, REMINDED_AT) if revision.due_on else None
    if step is None:
        return 0
    is_late = step == LATE
    words = "已经超过公开期限" if is_late else f"公开期限{clock_of(revision.due_on, today, calendar).words}"
    place = "draft" if revision.state == RevisionState.DRAFT else "revision"
    people = people_in_turn(revision)
    if is_late:
        people += people_with_role(Role.OFFICE_HEAD, revision.department)
    made = notify(
        recipients=people,
        kind=OVERDUE if is_late else DUE_SOON,
        subject=revision,
        title=f"{words}：{revision.title}",
        text=f"该拟稿现在是“{revision.get_state_display()}”，{'请尽快办理' if is_late else '请在期限前办理'}。",
        url=reverse(f"disclosure:{place}", args=[revision.pk]),
        at=at,
        due_on=revision.due_on,
        step=None if is_late else step,
    )
    return len(made)
