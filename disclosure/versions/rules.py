"""Who may write, review, clear and sign a version; each with its queryset twin."""

from django.db.models import Q, QuerySet

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person
from catalog.models import Document
from disclosure.models import DocumentEvent, Revision
from disclosure.rules import is_the_system
from disclosure.states import OPEN_STATES, PUBLISH_REPORT, RevisionState
from workflow.transitions import Transition

ROLES = {
    "writer": Role.CLERK,
    "reviewer": Role.REVIEWER,
    "secrecy_reviewer": Role.SECRECY_REVIEWER,
    "approver": Role.APPROVER,
}
DESKS = {
    RevisionState.IN_REVIEW: Role.REVIEWER,
    RevisionState.IN_SECRECY: Role.SECRECY_REVIEWER,
    RevisionState.IN_APPROVAL: Role.APPROVER,
}


def departments_writable_by(user: Person) -> DepartmentQuerySet:
    """Departments in which ``user`` drafts."""
    return accounts.departments_with_role(user, Role.CLERK)


def can_write_in(user: Person, department: Department) -> bool:
    """Twin of `departments_writable_by`."""
    return accounts.has_role(user, Role.CLERK, department)


def revisions_visible_to(user: Person) -> QuerySet[Revision]:
    """Versions ``user`` sees: those of the departments whose desk is open to them, all for the city-wide roles."""
    if accounts.can_see_everything(user):
        return Revision.objects.all()
    return Revision.objects.filter(department__in=accounts.departments_visible_to(user))


def can_see_revision(user: Person, revision: Revision) -> bool:
    """Twin of `revisions_visible_to`."""
    return accounts.can_see_department(user, revision.department)


def can_edit(user: Person, revision: Revision) -> bool:
    """A clerk of the department, while the version is a draft."""
    return revision.state == RevisionState.DRAFT and can_write_in(user, revision.department)


def revisions_waiting_for(user: Person) -> QuerySet[Revision]:
    """条例§17: versions whose next step ``user`` may take: the role is held, and none of the text is their own."""
    mine = Q()
    for state, role in DESKS.items():
        held = list(accounts.departments_with_role(user, role).values_list("pk", flat=True))
        if held:
            mine |= Q(state=state, department__in=held)
    if not mine:
        return Revision.objects.none()
    return Revision.objects.filter(mine).exclude(hands__person=user.pk)


def is_waiting_for(user: Person, revision: Revision) -> bool:
    """Twin of `revisions_waiting_for`."""
    role = DESKS.get(RevisionState(revision.state))
    return role is not None and accounts.has_role(user, role, revision.department) and _four_eyes(user, revision)


def may(user: Person, revision: Revision, row: Transition) -> bool:
    """条例§17: whether ``user`` may take the step ``row`` on this version. Four eyes cannot be switched off."""
    if row.role == "clock":
        return is_the_system(user)
    role = ROLES[row.role]
    if not accounts.has_role(user, role, revision.department):
        return False
    recalls = row.source == RevisionState.SCHEDULED  # who signed may call their own signature back
    return row.role == "writer" or recalls or _four_eyes(user, revision)


def why_not(user: Person, revision: Revision, row: Transition) -> str:
    """条例§17: the sentence for somebody who holds the role but had a hand in this text; empty for everybody else."""
    if (
        row.role in ("writer", "clock")
        or row.source == RevisionState.SCHEDULED
        or not accounts.has_role(user, ROLES[row.role], revision.department)
    ):
        return ""
    return "" if _four_eyes(user, revision) else "您起草、修改过或者已在前一环节审查过该拟稿，须由其他人员办理。"


def can_lead(user: Person, department: Department) -> bool:
    """True for who answers for a department's disclosure: its head of office and its approvers."""
    return any(accounts.has_role(user, role, department) for role in (Role.OFFICE_HEAD, Role.APPROVER))


def departments_led_by(user: Person) -> DepartmentQuerySet:
    """Twin of `can_lead`."""
    return accounts.departments_with_role(user, Role.OFFICE_HEAD) | accounts.departments_with_role(user, Role.APPROVER)


def _four_eyes(user: Person, revision: Revision) -> bool:
    """Nobody reviews, clears or signs a text they wrote, nor two steps of the same text (law.md R7.3)."""
    return not revision.hands.filter(person=user.pk).exists()


def is_annual_report(document: Document) -> bool:
    """条例§49: an annual report published out of its own desk (`disclosure.reporting`), and corrected there alone."""
    return DocumentEvent.objects.filter(
        subject_type=document._meta.label_lower, subject_id=document.pk, action=PUBLISH_REPORT
    ).exists()


def is_open(revision: Revision) -> bool:
    """Something is still to be done with it."""
    return revision.state in OPEN_STATES
