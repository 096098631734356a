"""Reads of one case for its desk page: who looks, what is there, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import User
from requests_app import rules
from requests_app.cases.clock import clock_of, events_of
from requests_app.clock_words import ClockWords, ended, shown, shown_fold
from requests_app.deadlines import Clock, ClockState, Impossible
from requests_app.handling.record import dated_choices
from requests_app.models import (
    CaseEvent,
    CaseFile,
    Consultation,
    FileRole,
    InformationRequest,
    Inquiry,
    Letter,
    Remedy,
    Said,
    SaidKind,
)
from requests_app.sealing import Unreadable, open_sealed
from requests_app.states import CASES, CaseState
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar
from workflow.services import lost
from workflow.transitions import Step, Transition

# What who does not handle the case may read of what was said: nothing that came from the applicant in confidence.
FOR_ALL = (SaidKind.COMPLAINT, SaidKind.COMPLAINT_ANSWER, SaidKind.RETURN)
FOR_HELPERS = frozenset({FileRole.ORIGINAL, FileRole.RELEASED, FileRole.INTERNAL})


@dataclass
class Standing:
    """What a person is to a case; asked once a page."""

    user: User
    case: InformationRequest
    _roles: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def handles(self) -> bool:
        """Officer or head of the department: sees the applicant's data."""
        return rules.can_handle(self.user, self.case)

    @cached_property
    def heads(self) -> bool:
        """Head of its disclosure office."""
        return self.handles and rules.can_head(self.user, self.case)

    @cached_property
    def helps(self) -> bool:
        """Handles it or was asked to help."""
        return self.handles or rules.can_co_work(self.user, self.case)

    @cached_property
    def inquires(self) -> bool:
        """The supervising department."""
        return rules.can_inquire(self.user, self.case)

    def may(self, row: Transition) -> bool:
        """`rules.may`, asked once a role."""
        if row.role not in self._roles:
            self._roles[row.role] = rules.may(self.user, self.case, row)
        return self._roles[row.role]


@dataclass
class Folder:
    """A case with what its acts depend on."""

    case: InformationRequest
    standing: Standing
    today: date

    @cached_property
    def calendar(self) -> Calendar:
        """As it is loaded now."""
        return current_calendar()

    @cached_property
    def events(self) -> list[CaseEvent]:
        """The record, oldest first."""
        return events_of(self.case, people=True)

    @cached_property
    def clock(self) -> Clock | None:
        """The clock with its derivation; None for a record that cannot be counted."""
        try:
            return clock_of(self.case, today=self.today, calendar=self.calendar, events=self.events)
        except Impossible:
            return None

    @cached_property
    def letters(self) -> list[Letter]:
        """Every letter, oldest first."""
        return list(Letter.objects.filter(case=self.case).select_related("drafted_by", "signed_by").order_by("pk"))

    @cached_property
    def consultations(self) -> list[Consultation]:
        """Who was asked."""
        return list(self.case.consultations.select_related("department").order_by("pk"))

    @cached_property
    def inquiries(self) -> list[Inquiry]:
        """What the supervisor asked."""
        return list(self.case.inquiries.select_related("by", "answered_by").order_by("pk"))

    @cached_property
    def remedies(self) -> list[Remedy]:
        """Reconsideration and litigation."""
        return list(self.case.remedies.order_by("pk"))

    @cached_property
    def said(self) -> list[Said]:
        """Words about the case that this person may read, newest first."""
        found = Said.objects.filter(case=self.case).select_related("by").order_by("-at", "-pk")
        return list(found if self.standing.helps else found.filter(kind__in=FOR_ALL))

    @property
    def complaint(self) -> Said | None:
        """The newest complaint, unless something was answered after it."""
        kinds = (SaidKind.COMPLAINT, SaidKind.COMPLAINT_ANSWER)
        newest = next((row for row in self.said if row.kind in kinds), None)
        return newest if newest and newest.kind == SaidKind.COMPLAINT else None

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The table's steps, open or with the reason why not."""
        return {step.action: step for step in CASES.steps(self.case.state, self.standing.may)}

    def dated_events(self) -> list[tuple[int, str]]:
        """What `correct_date` can put right."""
        return dated_choices(self.events)


def folder_of(user: User, case: InformationRequest, *, today: date) -> Folder:
    """The case as ``user`` finds it."""
    return Folder(case, Standing(user, case), today)


def cases_for(user: User) -> QuerySet[InformationRequest]:
    """Cases the person may open, with what nearly every one has; kin, office and letters are read where there are any."""
    return rules.cases_visible_to(user).select_related(
        *("department", "officer", "applicant", "wish", "decision__proposed_by", "fee", "rating"),
    )


def seen_mark(case: InformationRequest, letters: Sequence[Letter] | None = None) -> str:
    """What a page keeps of the case it shows: the state, since when, whose it is, and the newest of its letters.

    ``letters`` in their order, where they are read already.
    """
    if letters is None:
        newest = case.letters.order_by("-pk").values_list("pk", flat=True).first() or 0
    else:
        newest = letters[-1].pk if letters else 0
    return f"{case.state}|{case.waiting_since.isoformat()}|{case.officer_id or 0}|{newest}"


def check_seen(case: InformationRequest, seen: str) -> None:
    """Lost when the case moved on since the page was shown; says who was first, and when."""
    if seen and seen != seen_mark(case):
        raise lost(case, CASES, CaseEvent, advice="请看过现在的情况再办理。")


def clock_words(folder: Folder) -> ClockWords | None:
    """The clock as it is shown everywhere."""
    clock = folder.clock
    if clock is None:
        return None
    if folder.case.state in (CaseState.CLOSED, CaseState.VOIDED):
        return ended(folder.case.get_state_display())
    return shown_fold(clock, today=folder.today)


def consultation_clock(row: Consultation, folder: Folder) -> ClockWords | None:
    """条例§32, §34: how long a consultation that is out still has."""
    if row.due_on is None or row.ended_on is not None:
        return None
    return shown(
        stands=ClockState.RUNNING,
        due_on=row.due_on,
        started_on=row.sent_on,
        today=folder.today,
        calendar=folder.calendar,
        provisional=False,
    )


def can_read_file(standing: Standing, file: CaseFile) -> bool:
    """What the applicant handed in is for who handles the case; helpers read what is to be released."""
    return standing.handles or (standing.helps and file.role in FOR_HELPERS)


def opened(sealed: str) -> str:
    """The text, or why it cannot be read."""
    try:
        return open_sealed(sealed)
    except Unreadable as reason:
        return str(reason)
