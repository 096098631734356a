"""Whom a due day concerns, and the words they read. Nothing of the applicant but the number leaves the house."""

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from django.conf import settings
from django.urls import reverse

from accounts.models import Department, User
from accounts.roles import Role
from accounts.rules import people_with_role
from notices.letters import Mail
from notices.models import Notice
from notices.outside import register_composer
from notices.services import Message, notify, notify_all
from requests_app import rules
from requests_app.cases.telling import case_url
from requests_app.models import CaseDue, DueKind, InformationRequest
from requests_app.sealing import open_sealed
from requests_app.watch.plans import APPLICANT_DUE, APPLICANTS_DUES, DIGEST, PLANS, left_words
from requests_app.watch.selectors import Figures
from workdays.arithmetic import Calendar
from workdays.due import written

logger = structlog.get_logger(__name__)


class People:
    """Officers and heads, asked for once a department and run."""

    def __init__(self) -> None:
        self._officers: dict[int, list[User]] = {}
        self._heads: dict[int, list[User]] = {}

    def officers(self, department: Department) -> list[User]:
        """Who answers applications there, the head included."""
        if department.pk not in self._officers:
            self._officers[department.pk] = list(rules.officers_of(department).distinct())
        return self._officers[department.pk]

    def heads(self, department: Department) -> list[User]:
        """Who heads the disclosure office there."""
        if department.pk not in self._heads:
            self._heads[department.pk] = list(rules.heads_of(department))
        return self._heads[department.pk]

    def in_charge(self, case: InformationRequest) -> list[User]:
        """The case's officer; all of the department while nobody has it, or who had it left."""
        found = self.officers(case.department)
        own = [person for person in found if person.pk == case.officer_id]
        return own or found


def soon(due: CaseDue, step: int, people: People, today: date, calendar: Calendar) -> Message:
    """A reminder before a due day."""
    plan, case = PLANS[due.kind], due.case
    return Message(
        recipients=people.in_charge(case),
        subject=case,
        title=f"{plan.label}{left_words(due.on, today, calendar)}：{case.number}",
        text=f"{plan.advice}{'该日期为暂定。' if due.provisional else ''}",
        url=case_url(case),
        due_on=due.on,
        step=step,
    )


def over(due: CaseDue, people: People) -> Message:
    """What is over, to who should have done it and, where it was the department's duty, to the head."""
    plan, case = PLANS[due.kind], due.case
    told = people.in_charge(case) + (people.heads(case.department) if plan.head_when_late else [])
    text = f"期限为{written(due.on)}。{plan.late_advice}"
    return Message(told, case, f"{plan.late}：{case.number}", text, case_url(case), due.on)


def nobody_has_it(case: InformationRequest, claim_by: date, people: People) -> Message:
    """To the head: registered, and nobody took it up."""
    text = f"该申请登记后超过 1 个工作日无人受理，请分派承办人。{_reply_by(case)}"
    heads = people.heads(case.department)
    return Message(heads, case, f"申请无人受理：{case.number}", text, case_url(case), claim_by)


def moved(case: InformationRequest, old: date | None, version: int, people: People) -> Message:
    """The calendar changed and with it the day."""
    text = f"工作日历有变动，期限由{_day(old)}改为{_day(case.due_on)}。"
    told = people.in_charge(case) + people.heads(case.department)
    return Message(told, case, f"答复期限改变：{case.number}", text, case_url(case), case.due_on, version)


def tell_all(kind: str, messages: Sequence[Message], *, at: datetime) -> int:
    """Tell a batch; if that fails one by one, so that a faulty one is logged and keeps nobody else waiting."""
    try:
        return len(notify_all(kind=kind, messages=messages, at=at))
    except Exception:
        logger.exception("reminders_failed", kind=kind)
    return sum(_tell_one(kind, message, at) for message in messages)


def _tell_one(kind: str, message: Message, at: datetime) -> int:
    try:
        return len(notify_all(kind=kind, messages=[message], at=at))
    except Exception:
        logger.exception("reminder_failed", kind=kind, case=message.subject.pk)
        return 0


def tell_supervisors(figures: Sequence[Figures], *, today: date, at: datetime) -> list[Notice]:
    """条例§47: one message a working day about all departments."""
    root = Department.objects.order_by("path").filter(depth=1).first()
    if root is None:
        return []
    late, free = sum(row.late for row in figures), sum(row.unclaimed for row in figures)
    open_ones = sum(row.unconfirmed for row in figures)
    title = f"{today.month}月{today.day}日依申请公开情况："
    return notify(
        recipients=people_with_role(Role.SUPERVISOR, root),
        kind=DIGEST,
        subject=root,
        title=f"{title}超期 {late} 件，未受理 {free} 件，未确认 {open_ones} 件",
        text="；".join(_line(row) for row in figures) or "没有超期未答复、超过 1 个工作日未受理、逾期未确认的申请。",
        url=reverse("requests_desk:reminders"),
        at=at,
        due_on=today,
    )


def _line(row: Figures) -> str:
    words = (("超期", row.late), ("未受理", row.unclaimed), ("未确认", row.unconfirmed))
    return f"{row.department}{'、'.join(f'{label} {count} 件' for label, count in words if count)}"


def _day(day: date | None) -> str:
    return written(day) if day else "“未起算”"


def _reply_by(case: InformationRequest) -> str:
    return f"答复期限为{written(case.due_on)}。" if case.due_on else ""


# --- applicants ------------------------------------------------------------------------------------------------------------

_WORDS = {
    DueKind.CORRECTION: (
        "请在期限内补正",
        "请按补正告知书的要求，在{}前补正。逾期没有补正又没有正当理由的，视为放弃申请。",
    ),
    DueKind.PAYMENT: ("请在期限内缴费", "请按收费通知，在{}前缴纳信息处理费。逾期没有缴纳的，视为放弃申请。"),
}


def compose_due(case_id: int, at: datetime) -> tuple[str, Mail] | None:
    """条例§30, §42: address and words of a reminder to the applicant; None once it is met or the data is erased."""
    due = CaseDue.objects.filter(case=case_id, kind__in=APPLICANTS_DUES).select_related("case__applicant").first()
    if due is None or not (address := open_sealed(due.case.applicant.email_sealed)):
        return None
    title, words = _WORDS[DueKind(due.kind)]
    where = f"查询：{settings.SITE_URL}{reverse('requests_app:follow')}"
    lines = [
        f"{due.case.applicant.name}：",
        "",
        f"您的政府信息公开申请（编号 {due.case.number}）：{words.format(written(due.on))}",
    ]
    return address, Mail(f"{title}：{due.case.number}", "\n".join([*lines, "", where, "", settings.SITE["name"]]))


def register_mails() -> None:
    """Once, when the room is ready."""
    register_composer(APPLICANT_DUE, compose_due)
