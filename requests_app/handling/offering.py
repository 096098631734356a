"""One act on a case page, and the reasons why it cannot be done now: by the table, by the person, by what is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from requests_app.handling import forms, services
from requests_app.handling.selectors import Folder
from requests_app.states import OPEN_STATES, RECEIVE_CORRECTION, CaseState
from workflow.transitions import Obstacle

Obstructed = tuple[Obstacle | None, str]
Why = Callable[[Folder], Obstructed]
OPEN: Obstructed = (None, "")
NOT_HANDLER = "由所在机关的申请办理人员办理，您没有这一岗位。"
NOT_HEAD = "由公开机构负责人办理，您没有这一岗位。"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. ``run`` gets actor, case, at and what the form said; a letter it returns is opened next.

    ``adds`` is set where two people may do it at the same time; `seen` is then not asked for.
    """

    slug: str
    group: str
    label: str
    button: str
    done: str
    form: type[forms.ActForm]
    why: Why
    run: Callable[..., Any]
    adds: bool = False
    is_simple: bool = False


def by_table(action: str) -> Why:
    """As the table of transitions says."""

    def why(folder: Folder) -> Obstructed:
        step = folder.steps[action]
        return step.obstacle, step.reason

    return why


def _wrong(reason: str) -> Obstructed:
    return Obstacle.WRONG_STATE, reason


def handler(folder: Folder) -> Obstructed:
    """Officers and head of the case's department."""
    return OPEN if folder.standing.handles else (Obstacle.WRONG_PERSON, NOT_HANDLER)


def head(folder: Folder) -> Obstructed:
    """条例§33: the head of the disclosure office."""
    return OPEN if folder.standing.heads else (Obstacle.WRONG_PERSON, NOT_HEAD)


def helper(folder: Folder) -> Obstructed:
    """Also who was asked to co-handle."""
    return OPEN if folder.standing.helps else (Obstacle.WRONG_PERSON, "由承办人、协办人办理。")


def when(who: Why, *tests: tuple[Callable[[Folder], bool], str]) -> Why:
    """The person first, then each test with the reason when it fails."""

    def why(folder: Folder) -> Obstructed:
        obstacle, reason = who(folder)
        if obstacle:
            return obstacle, reason
        return next((_wrong(said) for holds, said in tests if not holds(folder)), OPEN)

    return why


def in_states(states: Sequence[CaseState], said: str) -> tuple[Callable[[Folder], bool], str]:
    """A test of the state, with its reason."""
    return lambda folder: folder.case.state in states, said


WORKING = in_states([CaseState.HANDLING], "“办理中”时才能办理；待确认、待受理的先确认、受理，送签以后先退回。")
UNDECIDED = in_states([CaseState.HANDLING, CaseState.IN_APPROVAL], "受理办理以后、签发答复以前，才能作出这一决定。")
IS_OPEN = in_states(OPEN_STATES, "该申请已经答复或者终止。")


def asked(test: Callable[[Any], bool], said: str) -> tuple[Callable[[Folder], bool], str]:
    """A test that holds for some consultation, with its reason."""
    return lambda folder: any(test(row) for row in folder.consultations), said


IS_UNSENT = asked(lambda row: row.sent_on is None and row.ended_on is None, "没有尚未发出的征求意见。")
IS_OUT = asked(lambda row: row.sent_on and row.ended_on is None, "没有已经发出、还没有收到意见的征求意见。")
IS_REFUSED = asked(lambda row: row.refuses and not row.overridden, "第三方不同意公开的，才需要作出这一决定。")


def may_correct(folder: Folder) -> Obstructed:
    """条例§30: also where a late notice did not stop the case."""
    if services.is_late_correction_open(folder.case):
        return handler(folder)
    return by_table(RECEIVE_CORRECTION)(folder)
