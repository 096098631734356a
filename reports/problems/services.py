"""Verbs on problems: 建账, reporting, sending back, 销账 (条例§47: 督促整改)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Department, User
from disclosure.models import WatchFinding
from files.models import StoredFile
from reports.models import Problem, ProblemRemark, ReportEvent, Result
from reports.problems import rules, telling
from reports.problems.states import AMEND, CLOSE, OPEN, PROBLEMS, REPORT, SEND_BACK, VOID, Origin
from reports.proofs.services import attach, facts_of
from reports.rules import is_in_charge
from reports.scorecards.states import SHOWN_TO_BODIES
from requests_app.models import Inquiry
from workdays.due import written
from workdays.selectors import current_calendar
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, Refused, WrongState, move, place

# Working days offered for putting something right: a convention of this portal, no article names them.
USUAL_WORKDAYS = 10
MOST_TEXT, MOST_DEMAND, MOST_LINK = 1000, 500, 300


class AlreadyOpen(Refused):
    """It is in the ledger already."""


def usual_due(on: date) -> date:
    """By when a problem opened today is put right, unless somebody says otherwise."""
    return current_calendar().add_workdays(on, USUAL_WORKDAYS).on


@transaction.atomic
def open_problem(
    *,
    actor: User,
    department: Department,
    text: str,
    due_on: date,
    at: datetime,
    demand: str = "",
    link: str = "",
    origin: Origin = Origin.OTHER,
    source: Result | WatchFinding | Inquiry | None = None,
) -> Problem:
    """条例§47: enter a problem of ``department`` into the ledger. `AlreadyOpen` for a ``source`` that is in it."""
    text, on = text.strip(), timezone.localdate(at)
    if not text:
        raise Incomplete("请写明问题。")
    if due_on <= on:
        raise Incomplete("整改期限应在今天以后。")
    of = {origin.value: source} if source is not None else {}
    row = Problem(
        department=department, origin=origin, text=text[:MOST_TEXT], demand=demand.strip()[:MOST_DEMAND],
        link=link[:MOST_LINK], due_on=due_on, opened_by=actor, opened_at=at, **of,
    )  # fmt: skip
    try:
        with transaction.atomic():
            place(
                row=row, table=PROBLEMS, action=OPEN, actor=actor, event_model=ReportEvent, on=on, at=at,
                allowed=lambda _: is_in_charge(actor),
                facts={"origin": origin.value, "due_on": due_on, "text": digest(row.text)},
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyOpen("已经列入问题台账。") from error
    telling.tell_opened(row, at=at)
    return row


def from_result(*, actor: User, result: Result, at: datetime) -> Problem:
    """条例§47: a finding of an assessment goes into the ledger as it stands, once its body may see it."""
    assessment = result.card.assessment
    if assessment.state not in SHOWN_TO_BODIES:
        raise WrongState(f"本次考核现在是“{assessment.get_state_display()}”，征求异议以后，结果才能列入问题台账。")
    if not result.applies or not result.findings:
        raise Incomplete("这项结果没有发现问题，不必列入台账。")
    rule = result.indicator
    return open_problem(
        actor=actor,
        department=result.card.department,
        text=f"{rule}：{result.evidence or rule.text}",
        demand=f"按评分标准整改：{rule.text}",
        link=result.links[0][1] if result.links else "",
        due_on=usual_due(timezone.localdate(at)),
        origin=Origin.RESULT,
        source=result,
        at=at,
    )


def from_finding(*, actor: User, finding: WatchFinding, at: datetime) -> Problem:
    """国办秘函〔2019〕19号: something the daily watch found goes into the ledger of the body it belongs to."""
    if finding.department is None:
        raise Incomplete("全市栏目的问题没有责任机构，请从“手工建账”选择责任机构。")
    return open_problem(
        actor=actor,
        department=finding.department,
        text=f"{finding.get_kind_display()}：{finding.detail}",
        link=finding.document.get_absolute_url() if finding.document else "",
        due_on=usual_due(timezone.localdate(at)),
        origin=Origin.FINDING,
        source=finding,
        at=at,
    )


def from_inquiry(*, actor: User, inquiry: Inquiry, at: datetime) -> Problem:
    """条例§47: an inquiry that was not answered in time. The words of the case stay in the case: its number stands here."""
    case = inquiry.case
    if inquiry.due_on >= timezone.localdate(at):
        raise WrongState(f"督办的回复期限是{written(inquiry.due_on)}，期限过后没有回复的才能列入问题台账。")
    if inquiry.answered_at is not None:
        raise WrongState("这件督办已经回复，不再列入问题台账。")
    return open_problem(
        actor=actor,
        department=case.department,
        text=f"申请 {case.number} 的督办没有按期回复（期限 {inquiry.due_on:%Y-%m-%d}）",
        demand="回复督办，并说明没有按期回复的原因。",
        due_on=usual_due(timezone.localdate(at)),
        origin=Origin.INQUIRY,
        source=inquiry,
        at=at,
    )


@transaction.atomic
def amend(
    *, actor: User, problem: Problem, edition: int, text: str, demand: str, due_on: date, reason: str, at: datetime
) -> Problem:
    """条例§47: say the problem better or give another day, with the reason for it."""
    if not text.strip() or not reason.strip():
        raise Incomplete("请写明问题和修改的原因。")
    if due_on <= timezone.localdate(at) and due_on != problem.due_on:
        raise Incomplete("整改期限应在今天以后。")
    words = text.strip()[:MOST_TEXT]
    changes = {"text": words, "demand": demand.strip()[:MOST_DEMAND], "due_on": due_on}
    facts = {"due_on": due_on, "text": digest(words)}
    _step(problem, AMEND, actor, reason, at, edition=edition, facts=facts, changes=changes)
    telling.tell_opened(problem, at=at, is_new=False)
    return problem


@transaction.atomic
def report(
    *,
    actor: User,
    problem: Problem,
    edition: int,
    text: str,
    link: str,
    at: datetime,
    proofs: Sequence[StoredFile] = (),
) -> Problem:
    """条例§47: the head says what was done, where it can be seen, and what ``proofs`` back it."""
    if not text.strip():
        raise Incomplete("请写明整改措施和结果。")
    on = timezone.localdate(at)
    changes = {"reported_on": on}
    may, facts = rules.can_report, facts_of(proofs)
    remark = _step(problem, REPORT, actor, text, at, edition=edition, facts=facts, changes=changes, link=link, may=may)
    attach(remark, proofs, by=actor, at=at)
    telling.tell_reported(problem, at=at)
    return problem


@transaction.atomic
def send_back(*, actor: User, problem: Problem, edition: int, text: str, due_on: date, at: datetime) -> Problem:
    """条例§47: what was done is not enough; until ``due_on``."""
    if not text.strip():
        raise Incomplete("请写明哪里没有整改到位。")
    if due_on <= timezone.localdate(at):
        raise Incomplete("整改期限应在今天以后。")
    changes = {"reported_on": None, "due_on": due_on}
    _step(problem, SEND_BACK, actor, text, at, edition=edition, facts={"due_on": due_on}, changes=changes)
    telling.tell_sent_back(problem, at=at)
    return problem


@transaction.atomic
def close(*, actor: User, problem: Problem, edition: int, text: str, at: datetime) -> Problem:
    """条例§47: 销账: somebody looked, and it is put right."""
    if not text.strip():
        raise Incomplete("请写明核实的情况。")
    _step(problem, CLOSE, actor, text, at, edition=edition, changes={"closed_on": timezone.localdate(at)})
    telling.tell_closed(problem, at=at)
    return problem


@transaction.atomic
def void(*, actor: User, problem: Problem, edition: int, text: str, at: datetime) -> Problem:
    """Entered by mistake, or without the finding it rested on."""
    if not text.strip():
        raise Incomplete("请写明撤销的原因。")
    _step(problem, VOID, actor, text, at, edition=edition, changes={})
    telling.tell_closed(problem, at=at)
    return problem


def void_without_finding(*, actor: User, result: Result, at: datetime) -> None:
    """条例§46: an objection left ``result`` without findings: what rests on it need not be put right any more."""
    if result.applies and result.findings:
        return
    for problem in Problem.objects.filter(result=result, state__in=PROBLEMS.sources_of(VOID)):
        void(actor=actor, problem=problem, edition=problem.edition, text="考核结果经异议改变", at=at)


def _step(
    problem: Problem,
    action: str,
    actor: User,
    text: str,
    at: datetime,
    *,
    edition: int,
    changes: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    link: str = "",
    may: Callable[[User, Problem], bool] | None = None,
) -> ProblemRemark:
    """A move with the words that go with it; `Lost` when somebody else took a step since ``edition``."""
    now = Problem.objects.select_for_update().get(pk=problem.pk)
    if now.state == problem.state and now.edition != edition:
        last = now.remarks.select_related("by").order_by("-pk").first()
        who = f"{last.by}已于{timezone.localtime(last.at):%Y年%-m月%-d日 %H:%M}办理" if last else "该问题已经改变"
        raise Lost(f"{who}，请刷新后再办。", None)
    said = {**(facts or {}), "said": digest(text.strip())}
    move(
        subject=problem, table=PROBLEMS, action=action, actor=actor, event_model=ReportEvent,
        on=timezone.localdate(at), at=at, allowed=lambda _: may(actor, problem) if may else is_in_charge(actor), facts=said,
        changes={**changes, "edition": now.edition + 1},
    )  # fmt: skip
    return ProblemRemark.objects.create(
        problem=problem, action=action, text=text.strip()[:MOST_TEXT], link=link[:MOST_LINK], by=actor, at=at
    )
