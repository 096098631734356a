"""The ways to the rows behind a number: existing pages with the right filter, for who may open them."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Department
from accounts.roles import Role
from accounts.rules import Person, can_see_everything, departments_with_role, is_auditor, is_supervisor, is_system_admin
from reports.watch.kinds import WatchKind

AGENDA = ("agenda", {"show": "late"}, "due")
LEDGER = "requests_desk:ledger"
# Kind → view, query, place on the page. The whole ledger's filters and those of the other pages name a body by its code.
PLACES: dict[str, tuple[str, dict[str, str], str]] = {
    WatchKind.EMPTY: ("disclosure:watch", {"kind": "empty"}, ""),
    WatchKind.STALE: ("disclosure:watch", {"kind": "stale"}, ""),
    WatchKind.DEAD_LINK: ("disclosure:watch", {"kind": "dead_link"}, ""),
    WatchKind.LATE_DRAFT: ("disclosure:overview", {"late": "1"}, "open"),
    WatchKind.LATE_REPLY: (LEDGER, {"tab": "late"}, ""),
    WatchKind.DUE_TODAY: (LEDGER, {"tab": "all", "open": "on"}, ""),
    WatchKind.LATE_CONFIRM: (LEDGER, {"tab": "confirm"}, ""),
    WatchKind.LATE_CORRECTION: AGENDA,
    WatchKind.LATE_INQUIRY: AGENDA,
    WatchKind.LATE_REPORT: ("reports_desk:annual", {"late": "1"}, ""),
    WatchKind.LATE_TASK: ("reports_desk:plans", {"tab": "late"}, ""),
    WatchKind.LATE_PROBLEM: ("reports_desk:problems", {"state": "late"}, ""),
    WatchKind.SHORT_QUOTA: ("reports_desk:plans", {"tab": "behind"}, ""),
}
# System administrators count these and may not open them.
OVERSEEN = {
    WatchKind.LATE_PROBLEM,
    WatchKind.LATE_REPLY,
    WatchKind.DUE_TODAY,
    WatchKind.LATE_CONFIRM,
    WatchKind.LATE_CORRECTION,
    WatchKind.LATE_INQUIRY,
}
OF_HEADS = {WatchKind.LATE_DRAFT, WatchKind.LATE_TASK, WatchKind.SHORT_QUOTA}


@dataclass(frozen=True)
class Doors:
    """Which of these pages somebody may open: asked once a page."""

    today: date
    sees_all: bool
    oversees: bool
    is_admin: bool
    headed: frozenset[int] = field(default_factory=frozenset)

    def to(self, kind: str, body: Department | None = None) -> str:
        """The address of the rows, of one body if it is named; empty where there is none for this person."""
        if kind == WatchKind.FAILED_JOB:
            return reverse("reports_desk:watch_jobs") if self.sees_all else ""
        if kind == WatchKind.UNDELIVERED:
            return f"{reverse('notices:deliveries')}?state=failed" if self.is_admin else ""
        if kind not in PLACES or not self._may_open(kind, body):
            return ""
        view, query, place = PLACES[kind]
        asked = dict(query)
        if kind == WatchKind.DUE_TODAY:
            asked |= {"due_from": self.today.isoformat(), "due_to": self.today.isoformat()}
        if body is not None:
            asked["department"] = body.code
        return f"{reverse(view)}?{urlencode(asked)}{f'#{place}' if place else ''}"

    def _may_open(self, kind: str, body: Department | None) -> bool:
        is_head = body.pk in self.headed if body else bool(self.headed)
        if kind in OVERSEEN:
            return self.oversees or is_head
        return self.sees_all or is_head or kind not in OF_HEADS


def doors_of(user: Person, *, today: date) -> Doors:
    """What this person may open."""
    sees_all = can_see_everything(user)
    headed = (
        frozenset()
        if sees_all
        else frozenset(departments_with_role(user, Role.OFFICE_HEAD).values_list("pk", flat=True))
    )
    return Doors(today, sees_all, is_supervisor(user) or is_auditor(user), is_system_admin(user), headed)
