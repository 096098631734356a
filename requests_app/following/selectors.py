"""Reads shaped for the applicant's pages: one case as its applicant sees it, and all cases of an account."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q

from accounts.models import Department, User
from requests_app import remedies
from requests_app.cases.clock import clock_of_row, events_of, history_of
from requests_app.clock_words import ClockWords, shown_fold
from requests_app.counting import CalendarMonth, counting
from requests_app.deadlines import Clock, ClockState, Step, fold
from requests_app.following import rules
from requests_app.following.ics import Entry
from requests_app.following.wording import STATE_WORDS, Line, Sentence, derivation, sentence_of, timeline
from requests_app.letters.filling import review_body_of
from requests_app.letters.kinds import APPLICANT, KINDS
from requests_app.letters.remedy_clauses import remedy_text
from requests_app.models import (
    CaseEvent,
    CaseFile,
    Delivery,
    DueKind,
    Fee,
    FileRole,
    InformationRequest,
    Letter,
    Rating,
    RegisterNumber,
    Said,
    SaidKind,
)
from requests_app.outcomes import OUTCOMES, Remedy
from requests_app.states import ANSWERED_STATES, OPEN_STATES, TRANSFER, CaseState, LetterState
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

MINE_A_PAGE = 20
_SALT = "requests_app.following.link"
# What applicant and body wrote to each other, and how it is called on the applicant's page.
CONVERSATION = {
    SaidKind.CORRECTION: "您提交的补正内容",
    SaidKind.REASON: "您说明的理由",
    SaidKind.MESSAGE: "您的留言",
    SaidKind.COMPLAINT: "您的投诉",
    SaidKind.COMPLAINT_ANSWER: "机关对投诉的答复",
}


@dataclass(frozen=True, slots=True)
class Todo:
    """What the applicant has to do next: a sentence, its day, and the act or letter that does it."""

    text: str
    on: date | None = None
    after: str = ""
    act: str = ""
    token: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter that reached the applicant or is on its way, with its own links."""

    letter: Letter
    token: str
    docx_token: str

    @property
    def is_unopened(self) -> bool:
        """Sent through this site and not opened yet."""
        return self.letter.state == LetterState.SENT and self.letter.delivery == Delivery.ELECTRONIC


@dataclass(frozen=True, slots=True)
class Released:
    """A file given to the applicant, with its own link."""

    file: CaseFile
    token: str


@dataclass(frozen=True, slots=True)
class Until:
    """A remedy with its last day."""

    slug: str
    label: str
    where: str
    on: date
    provisional: bool
    article: str


@dataclass
class Followed:
    """Everything on the applicant's page of a case."""

    case: InformationRequest
    state_words: str
    sentence: Sentence
    clock: Clock
    shown: ClockWords | None
    lines: list[Line]
    derivation: list[Step]
    months: list[CalendarMonth]
    papers: list[Paper]
    files: list[Released]
    said: list[tuple[str, Said]]
    fee: Fee | None
    rating: Rating | None
    refusals: dict[str, str]
    parts: list[str] = field(default_factory=list)
    remedy_words: tuple[str, ...] = ()
    remedies: list[Until] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)


# --- which case -------------------------------------------------------------------------------------------------------


def case_numbered(typed: str) -> InformationRequest | None:
    """The case that has or once had this number (a number voided by a move leads to the case, too)."""
    number = rules.read_number(typed)
    found = RegisterNumber.objects.filter(text=number).values_list("case_id", flat=True).first() if number else None
    return _cases().filter(pk=found).first() if found else None


def numbers_of(keys: Iterable[str]) -> list[str]:
    """Numbers of the cases opened in a browser, newest first."""
    wanted = [int(key) for key in keys]
    if not wanted:
        return []
    return list(InformationRequest.objects.filter(pk__in=wanted).order_by("-pk").values_list("number", flat=True))


def _cases() -> Any:
    return InformationRequest.objects.select_related("department", "applicant", "wish", "merged_into", "rating", "fee")


@dataclass(frozen=True, slots=True)
class Mine:
    """A case in the list of an account."""

    case: InformationRequest
    state_words: str
    shown: ClockWords | None


def cases_of(user: User, *, before: int | None, today: date) -> tuple[list[Mine], int | None]:
    """A page of the cases gathered in an account, newest first, and where the next page begins."""
    found = InformationRequest.objects.filter(account=user).select_related("department").order_by("-pk")
    rows = list(found.filter(pk__lt=before)[: MINE_A_PAGE + 1] if before else found[: MINE_A_PAGE + 1])
    calendar = current_calendar()
    page = [Mine(row, STATE_WORDS[row.state], _kept_words(row, today, calendar)) for row in rows[:MINE_A_PAGE]]
    return page, rows[MINE_A_PAGE - 1].pk if len(rows) > MINE_A_PAGE else None


def _kept_words(case: InformationRequest, today: date, calendar: Calendar) -> ClockWords | None:
    if case.state not in OPEN_STATES + ANSWERED_STATES:
        return None
    return clock_of_row(case, today, calendar)


# --- one case ---------------------------------------------------------------------------------------------------------


def standing_of(case: InformationRequest, *, today: date) -> rules.Standing:
    """What decides which acts are open to the applicant."""
    return _standing(case, _clock(case, events_of(case), today, current_calendar()), _letters_to(case))


def _standing(case: InformationRequest, clock: Clock, letters: Iterable[Letter]) -> rules.Standing:
    asked = any(letter.kind == "reason_request" for letter in letters)
    return rules.Standing(case, clock, asked, Rating.objects.filter(pk=case.pk).exists())


def _clock(case: InformationRequest, events: list[CaseEvent], today: date, calendar: Calendar) -> Clock:
    as_of = today if case.state in OPEN_STATES else None
    return fold(case.channel, history_of(events), calendar, as_of=as_of)


def _letters_to(case: InformationRequest) -> list[Letter]:
    """Letters to the applicant that have left the house, oldest first."""
    kinds = [slug for slug, kind in KINDS.items() if kind.addressee == APPLICANT]
    gone = [LetterState.SENT, LetterState.SERVED]
    return list(Letter.objects.filter(case=case, kind__in=kinds, state__in=gone).order_by("sent_on", "pk"))


def correction_points(case: InformationRequest) -> list[str]:
    """条例§30: what the newest notice that was served asks to be put right, point by point as it numbers them."""
    served = case.letters.filter(kind="correction_notice", state=LetterState.SERVED).order_by("-pk").first()
    return [text for text in served.paragraphs if text.startswith("（")] if served else []


def letter_of(case: InformationRequest, pk: int) -> Letter | None:
    """A letter the applicant may read: with its case, as the verbs on letters want it."""
    found = next((letter for letter in _letters_to(case) if letter.pk == pk), None)
    if found is not None:
        found.case = case
    return found


def file_of(case: InformationRequest, pk: int) -> CaseFile | None:
    """A released file the applicant may take."""
    return next((file for file in _files_for(case) if file.pk == pk), None)


def _files_for(case: InformationRequest) -> list[CaseFile]:
    """条例§36: what is released leaves with the answer, not before."""
    if case.state not in ANSWERED_STATES:
        return []
    return list(CaseFile.objects.filter(case=case, role=FileRole.RELEASED, erased_at=None).order_by("pk"))


def followed(case: InformationRequest, *, today: date) -> Followed:
    """The page. A fixed number of queries, however long the case is."""
    calendar, events, letters = current_calendar(), events_of(case), _letters_to(case)
    clock = _clock(case, events, today, calendar)
    standing = _standing(case, clock, letters)
    is_counted = case.state in OPEN_STATES + ANSWERED_STATES and clock.started_on is not None
    page = Followed(
        case=case,
        state_words=STATE_WORDS[case.state],
        sentence=sentence_of(case, clock, confirm_on=_confirm_on(case), today=today),
        clock=clock,
        shown=_clock_words(case, clock, today, calendar),
        lines=timeline(case, events, moved_to=_moved_to(events)),
        derivation=derivation(clock) if is_counted else [],
        months=counting(clock, calendar) if is_counted and not clock.is_withdrawn else [],
        papers=[
            Paper(letter, token_of(case, "letter", letter.pk), token_of(case, "docx", letter.pk)) for letter in letters
        ],
        files=[Released(file, token_of(case, "file", file.pk)) for file in _files_for(case)],
        said=_said(case),
        fee=getattr(case, "fee", None),
        rating=getattr(case, "rating", None),
        refusals={act: rules.why_not(act, standing) for act in _ACTS},
    )
    page.remedy_words, page.remedies = _remedies(case, clock, letters, calendar)
    page.todos = _todos(page, standing)
    if case.state == CaseState.CLOSED and not case.outcome and case.merged_into_id is None:
        page.parts = list(case.parts.order_by("pk").values_list("number", flat=True))
    return page


_ACTS = (rules.CORRECT, rules.REASONS, rules.MESSAGE, rules.WITHDRAW, rules.RATE, rules.COMPLAIN, rules.SUGGEST)


def _confirm_on(case: InformationRequest) -> date | None:
    if case.state != CaseState.SUBMITTED:
        return None
    return case.dues.filter(kind=DueKind.CONFIRM).values_list("on", flat=True).first()


def _clock_words(case: InformationRequest, clock: Clock, today: date, calendar: Calendar) -> ClockWords | None:
    if case.state not in OPEN_STATES + ANSWERED_STATES or clock.is_withdrawn:
        return None
    return shown_fold(clock, today=today)


def _moved_to(events: list[CaseEvent]) -> dict[int, str]:
    """Names of the bodies a case was handed to; its own offices are internal."""
    keys = [event.facts["to"] for event in events if event.action == TRANSFER]
    if not keys:
        return {}
    return dict(Department.objects.bodies().filter(pk__in=keys).values_list("pk", "name"))


def _said(case: InformationRequest) -> list[tuple[str, Said]]:
    rows = Said.objects.filter(case=case, kind__in=list(CONVERSATION)).order_by("at", "pk")
    return [(CONVERSATION[SaidKind(row.kind)], row) for row in rows]


# --- what to do next --------------------------------------------------------------------------------------------------


def _todos(page: Followed, standing: rules.Standing) -> list[Todo]:
    """Most pressing first."""
    found = [
        Todo(f"《{paper.letter.title}》已经送出，请打开阅读。", token=paper.token, button=f"打开{paper.letter.title}")
        for paper in page.papers
        if paper.is_unopened
    ]
    found += _by_state(page, standing)
    if not page.refusals[rules.REASONS] and not any(row.kind == SaidKind.REASON for _, row in page.said):
        found.append(Todo("机关请您说明申请的理由。", act=rules.REASONS, button="说明理由"))
    found += _to_pick_up(page.case)
    if not page.refusals[rules.RATE]:
        found.append(Todo("办理得怎么样，请您评价。", act=rules.RATE, button="评价办理情况"))
    return found


def _by_state(page: Followed, standing: rules.Standing) -> list[Todo]:
    case, clock = page.case, page.clock
    if case.state == CaseState.SUBMITTED:
        return [Todo("机关将按您留下的联系方式与您确认收到申请，请保持畅通。")]
    if standing.is_late_to_correct:
        text = "补正期限已过。有正当理由的，仍可提交补正并说明理由。"
        return [Todo(text, act=rules.CORRECT, button="提交补正")]
    if case.state == CaseState.AWAITING_CORRECTION:
        return [
            Todo("请按补正告知书写明的各项补正，", clock.correction_due_on, "前提交。", rules.CORRECT, "", "提交补正")
        ]
    if case.state == CaseState.AWAITING_PAYMENT and page.fee is not None:
        text = f"请缴纳信息处理费 {page.fee.amount} 元（{settings.FEE_PAYEE}），"
        return [Todo(text, clock.payment_due_on, "前缴清。")]
    if not page.refusals[rules.CORRECT]:
        text = "机关请您补正，通知已经逾期：答复期限照原计算，补正有助于准确答复。"
        return [Todo(text, act=rules.CORRECT, button="提交补正")]
    return []


def _to_pick_up(case: InformationRequest) -> list[Todo]:
    """条例§40: what is to be handed over lies ready; what stands in it is told when it is fetched."""
    waiting = Q(state=LetterState.ISSUED) | Q(state=LetterState.SENT)
    ready = Letter.objects.filter(waiting, case=case, delivery=Delivery.DIRECT).order_by("pk")
    if not any(KINDS[letter.kind].addressee == APPLICANT for letter in ready):
        return []
    body = case.department
    where = (
        f"{body.office_address}（{body}{body.office_name}，电话 {body.phone}）" if body.office_address else f"{body}"
    )
    return [Todo(f"文书已经备好，请带有效身份证件到{where}领取。")]


# --- remedies ---------------------------------------------------------------------------------------------------------


def _remedies(
    case: InformationRequest, clock: Clock, letters: list[Letter], calendar: Calendar
) -> tuple[tuple[str, ...], list[Until]]:
    """条例§51: where to turn against the answer, and until when once its service is known."""
    outcome = OUTCOMES.get(case.outcome)
    if outcome is None or case.state not in ANSWERED_STATES or clock.replied_on is None:
        return (), []
    body = review_body_of(case.department)
    words = remedy_text(outcome.remedy, review_body=body, court=settings.COURT)
    served_on = _served_on(clock, letters)
    if served_on is None or outcome.remedy not in (Remedy.REVIEW_FIRST, Remedy.EITHER, Remedy.PARTIAL):
        return words, []
    until = remedies.reconsideration_until(served_on, calendar)
    found = [Until("reconsideration", "申请行政复议", body, until.on, until.provisional, "行政复议法第二十条")]
    if outcome.remedy != Remedy.REVIEW_FIRST:
        last = remedies.litigation_until(served_on, calendar)
        label = "提起行政诉讼" + ("（予以公开的部分）" if outcome.remedy == Remedy.PARTIAL else "")
        found.append(Until("litigation", label, settings.COURT, last.on, last.provisional, "行政诉讼法第四十六条"))
    return words, found


def _served_on(clock: Clock, letters: list[Letter]) -> date | None:
    """The day the answer reached the applicant; an answer on the spot has no letter."""
    answers = [letter for letter in letters if letter.outcome]
    if answers:
        return answers[-1].served_on
    return clock.stopped_on


# --- dates for a calendar ---------------------------------------------------------------------------------------------


def entries_of(page: Followed) -> list[Entry]:
    """The days the applicant may want in a calendar; number and days, nothing personal."""
    case, clock = page.case, page.clock
    days: list[tuple[str, str, date | None, bool]] = [
        (row.slug, f"{row.label}的最后一天", row.on, row.provisional) for row in page.remedies
    ]
    if case.state in OPEN_STATES and clock.stands in (ClockState.RUNNING, ClockState.PAUSED):
        days.append(("reply", "机关答复的最后一天", None if clock.awaits_payment else clock.due_on, clock.provisional))
    if case.state == CaseState.AWAITING_CORRECTION:
        days.append(("correction", "提交补正的最后一天", clock.correction_due_on, False))
    if case.state == CaseState.AWAITING_PAYMENT:
        days.append(("payment", "缴纳信息处理费的最后一天", clock.payment_due_on, False))
    note = "有关年份的放假安排尚未公布，为暂定日期。"
    return [
        Entry(
            f"request-{case.pk}-{slug}@{settings.SITE['domain']}",
            on,
            f"{label}（{case.number}）",
            note if is_moving else "",
        )
        for slug, label, on, is_moving in days
        if on is not None
    ]


# --- links ------------------------------------------------------------------------------------------------------------


def token_of(case: InformationRequest, what: str, ref: int) -> str:
    """A link's own part: good for this case and for FOLLOW_LINK_MINUTES."""
    return TimestampSigner(salt=_SALT).sign_object([case.pk, what, ref], compress=False)


def read_token(token: str, case: InformationRequest) -> tuple[str, int] | None:
    """(what, which) of a link of this case; None when it is none, or older than FOLLOW_LINK_MINUTES."""
    try:
        pk, what, ref = TimestampSigner(salt=_SALT).unsign_object(token, max_age=settings.FOLLOW_LINK_MINUTES * 60)
    except (BadSignature, ValueError, TypeError):
        return None
    return (str(what), int(ref)) if pk == case.pk else None
