"""By when a version must be public, with its department's shorter periods; how a department works."""

from catalog.states import DisclosureAttribute
from disclosure import deadlines
from disclosure.models import DepartmentRule, Revision
from workdays.due import Due
from workdays.selectors import calendar_version, current_calendar


def count_due(revision: Revision) -> None:
    """条例§26: write down by when it must be public; nothing for what is not proactive or has no date yet."""
    set_due(revision)
    Revision.objects.filter(pk=revision.pk).update(due_on=revision.due_on, due_version=revision.due_version)


def set_due(revision: Revision) -> None:
    """The same in memory, for the caller to save."""
    due = due_of(revision)
    revision.due_on, revision.due_version = (due.on if due else None), calendar_version()


def due_of(revision: Revision) -> Due | None:
    """条例§26: the day with its derivation, for pages; None when no period runs."""
    if revision.formed_or_changed_on is None or revision.attribute not in ("", DisclosureAttribute.PROACTIVE):
        return None
    rule = rule_of(revision.department_id)
    local = deadlines.LocalPeriods(
        normative_basis=rule.normative_basis if rule.normative_same_day else None,
        meeting_workdays=rule.meeting_workdays or None,
        meeting_basis=rule.meeting_basis,
    )
    return deadlines.due_of(
        revision.formed_or_changed_on,
        current_calendar(),
        local=local,
        is_normative=revision.content.get("is_normative", False),
        from_meeting=revision.from_meeting,
    )


def rule_of(department_id: int) -> DepartmentRule:
    """How a department works (rulings 14); the defaults where it has said nothing."""
    found = DepartmentRule.objects.filter(pk=department_id).first()
    return found or DepartmentRule(department_id=department_id)
