"""The statutory clock of an application: a pure fold over its dated events. Dates in, dates out.

Conventions where the law is silent stand in the functions that carry them out: the day of an event is not counted
(民法典§201), what a consultation takes away is `(sent, ended]`, overlapping consultations are united, never added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workdays.arithmetic import Calendar, Counted
from workdays.due import Due, count_due, written

REPLY_WORKDAYS = 20
CORRECTION_NOTICE_WORKDAYS = 7
CONSULTATION_WORKDAYS = 15
MOST_EXTENSION_WORKDAYS = 20
PAYMENT_WORKDAYS = 20

# 条例§31: which event is the receipt, by the door the application came through.
RECEIPTS = {
    "in_person": "submitted",
    "oral": "submitted",
    "mail_signed": "signed",
    "mail_ordinary": "confirmed",
    "fax": "confirmed",
    "online": "confirmed",
    "email": "confirmed",
}
CONSULTED = {"third_party": "第三方", "agency": "共同制作机关", "other_agency": "其他机关"}
SENT_COUNTS = frozenset({"post", "electronic"})  # rulings 3: the clock stops on the day sent; else on the day served
DELIVERIES = SENT_COUNTS | {"direct", "entrusted"}


class ClockState(StrEnum):
    """Where the clock stands (rulings 5)."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    AWAITING_CORRECTION = "awaiting_correction"
    PAUSED = "paused"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


class Impossible(ValueError):
    """A history that cannot have happened; the text (Chinese) says why."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the clock sees it.

    ``workdays`` belongs to an extension, ``correction_workdays`` to a notice, ``until`` to a delay (条例§35).
    """

    on: date
    event: str
    id: str = ""
    workdays: int = 0
    correction_workdays: int = 0
    delivery: str = "post"
    excused: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the derivation: the day it is about, what it says, and the article it rests on."""

    on: date
    text: str
    article: str


@dataclass(slots=True)
class Consultation:
    """Somebody asked for an opinion; the days it takes are not counted."""

    kind: str
    sent_on: date
    served_on: date | None = None
    ended_on: date | None = None
    is_answered: bool = False


@dataclass(slots=True)
class Clock:
    """The state of a count after its events; `due_on` is None where no period runs."""

    calendar: Calendar
    first_received_on: date | None = None
    received_on: date | None = None
    started_on: date | None = None
    base_due_on: date | None = None
    due_on: date | None = None
    stands: ClockState = ClockState.NOT_STARTED
    suspended_workdays: int = 0
    provisional: bool = False
    correction_due_on: date | None = None
    consultation_due_on: date | None = None
    payment_due_on: date | None = None
    pauses: list[tuple[date, date]] = field(default_factory=list)
    stopped_on: date | None = None
    on_time: bool | None = None
    warnings: list[str] = field(default_factory=list)
    # What the fold remembers on its way.
    consultations: dict[tuple[str, str], Consultation] = field(default_factory=dict)
    awaits_correction: bool = False
    correction_workdays: int = 0
    is_late_notice: bool = False
    awaits_payment: bool = False
    extension_workdays: int = 0
    extension_spent: bool = False
    extension_old_due: date | None = None
    extension_notified_on: date | None = None
    delayed_until: date | None = None
    replied_on: date | None = None
    is_withdrawn: bool = False
    said: list[tuple[date, str, str, tuple[object, ...]]] = field(default_factory=list)

    @property
    def notice_latest(self) -> Counted | None:
        """条例§30: until when a correction notice still stops this count; None before the receipt."""
        return notice_latest(self.received_on, self.calendar) if self.received_on else None

    @property
    def used_workdays(self) -> int | None:
        """Working days from the start of the count to the answer, pauses taken out; None while it runs."""
        if self.stopped_on is None or self.started_on is None:
            return None
        return max(0, self.calendar.workdays_between(self.started_on, self.stopped_on) - self.suspended_workdays)

    def say(self, on: date, article: str, words: str, *values: object) -> None:
        """One more line of the derivation: ``{}`` in ``words`` are filled, dates in full, once somebody reads it."""
        self.said.append((on, article, words, values))

    @property
    def steps(self) -> list[Step]:
        """The derivation. Written on demand: recounting a million clocks reads none (rulings 34)."""
        return [
            Step(on, words.format(*(written(each) if isinstance(each, date) else each for each in values)), article)
            for on, article, words, values in self.said
        ]


def reply_due_on(received_on: date, calendar: Calendar) -> Due:
    """条例§33: an application is answered within 20 working days of the day of receipt, which is not counted."""
    return count_due(
        start=received_on,
        event="收到申请",
        workdays=REPLY_WORKDAYS,
        article="《政府信息公开条例》第三十三条",
        calendar=calendar,
    )


def notice_latest(received_on: date, calendar: Calendar) -> Counted:
    """条例§30: the last day on which a correction notice, served, still stops the count."""
    return calendar.add_workdays(received_on, CORRECTION_NOTICE_WORKDAYS)


def fold(channel: str, events: Iterable[Happened], calendar: Calendar, *, as_of: date | None = None) -> Clock:
    """条例§33: what became of an application's clock by ``as_of`` (without it: the day of the last event).

    Raises:
        Impossible: the events cannot have happened in this order.
    """
    happened = sorted(events, key=lambda each: each.on)
    if as_of is not None:
        happened = [each for each in happened if each.on <= as_of]
    today = as_of or (happened[-1].on if happened else date.min)
    clock = Clock(calendar)
    for each in happened:
        _take(clock, channel, each)
    _settle(clock, today)
    return clock


def _take(clock: Clock, channel: str, each: Happened) -> None:
    """One event."""
    if each.event == RECEIPTS[channel]:
        _receive(clock, each)
    elif each.event in ("submitted", "posted", "signed", "arrived", "confirmed"):
        clock.say(each.on, "条例第三十一条", "{}{}，不是收到之日", each.on, WAY_THERE[each.event])
    elif clock.started_on is None:
        raise Impossible(f"{each.on}：还没有收到申请。")
    elif clock.is_withdrawn:
        raise Impossible(f"{each.on}：申请已于 {clock.stopped_on} 撤回，不能再有其他办理。")
    elif each.event == "served":
        _serve(clock, each)
    elif clock.replied_on is not None:
        raise Impossible(f"{each.on}：已经答复，不能再有其他办理。")
    else:
        _handle(clock, each)


WAY_THERE = {"submitted": "提交", "posted": "交邮", "signed": "签收", "arrived": "到达", "confirmed": "确认"}


def _handle(clock: Clock, each: Happened) -> None:
    """One step of handling between receipt and answer."""
    kind, _, act = each.event.rpartition("_")
    if kind in CONSULTED:
        _consult(clock, kind, act, each)
    elif each.event in HANDLERS:
        HANDLERS[each.event](clock, each)
    else:
        raise Impossible(f"{each.on}：没有“{each.event}”这种事件。")


def _receive(clock: Clock, each: Happened) -> None:
    """条例§31: the day of receipt; the period begins on the day after (民法典§201)."""
    if clock.received_on is not None:
        raise Impossible(f"{each.on}：申请已于 {clock.received_on} 收到，不能收到两次。")
    clock.first_received_on = clock.received_on = clock.started_on = each.on
    clock.say(each.on, "条例第三十一条、第三十三条", "{}收到申请，自次日起算 20 个工作日", each.on)


def _issue_notice(clock: Clock, each: Happened) -> None:
    clock.correction_workdays = each.correction_workdays or clock.correction_workdays
    clock.say(each.on, "条例第三十条", "{}作出补正通知", each.on)


def _serve_notice(clock: Clock, each: Happened) -> None:
    """条例§30: the notice within 7 working days; served later it stops nothing (rulings 2)."""
    if clock.awaits_correction or clock.received_on is None:
        raise Impossible(f"{each.on}：已经通知补正，正在等待。")
    workdays = each.correction_workdays or clock.correction_workdays
    clock.correction_due_on = clock.calendar.add_workdays(each.on, workdays).on if workdays else None
    latest = notice_latest(clock.received_on, clock.calendar).on
    clock.is_late_notice = each.on > latest
    if clock.is_late_notice:
        clock.warnings.append("late_correction")
        words = "补正通知最迟{}送达，{}才送达，期限照原申请计算"
        clock.say(each.on, "条例第三十条", words, latest, each.on)
        return
    clock.awaits_correction = True
    until = f"，补正期限至{written(clock.correction_due_on)}" if clock.correction_due_on else ""
    clock.say(each.on, "条例第三十条", "{}送达补正通知{}，等待补正，不计算答复期限", each.on, until)


def _receive_correction(clock: Clock, each: Happened) -> None:
    """条例§30: the count starts anew the day after the correction; earlier pauses are gone (rulings 2)."""
    if not clock.awaits_correction and not clock.is_late_notice:
        raise Impossible(f"{each.on}：没有通知补正，不会收到补正材料。")
    if clock.is_late_notice:
        clock.is_late_notice = False
        clock.say(each.on, "条例第三十条", "{}收到补正材料；通知逾期，不重新计算", each.on)
        return
    if clock.correction_due_on and each.on > clock.correction_due_on and not each.excused:
        clock.say(each.on, "条例第三十条", "{}收到补正材料，已逾期且没有正当理由", each.on)
        return
    clock.received_on = each.on
    clock.awaits_correction = False
    _restart(clock, each.on)
    clock.extension_spent = False
    clock.say(each.on, "条例第三十条", "{}收到补正材料，自次日起重新计算 20 个工作日", each.on)


def _restart(clock: Clock, on: date) -> None:
    clock.started_on = on
    clock.consultations.clear()
    clock.extension_workdays, clock.extension_old_due, clock.extension_notified_on = 0, None, None
    clock.delayed_until = None


def _approve_extension(clock: Clock, each: Happened) -> None:
    """条例§33: once, at most 20 working days, approved by the old date, counted on from it (rulings 2)."""
    if clock.awaits_correction or clock.awaits_payment:
        raise Impossible(f"{each.on}：没有正在计算的期限可以延长。")
    if clock.extension_spent or clock.delayed_until:
        raise Impossible(f"{each.on}：一次计算只能延长一次，确定延迟答复的日期后不再延长。")
    if not 1 <= each.workdays <= MOST_EXTENSION_WORKDAYS:
        raise Impossible(f"{each.on}：延长的期限为 1 至 20 个工作日，现在是 {each.workdays}。")
    old, _, _ = _count(clock, each.on)
    if each.on > old:
        raise Impossible(f"{each.on}：原期限 {old} 已经届满，不能再延长。")
    clock.extension_workdays, clock.extension_spent, clock.extension_old_due = each.workdays, True, old
    words = "原期限{}届满前经负责人同意，自原期限接续延长 {} 个工作日"
    clock.say(each.on, "条例第三十三条第二款", words, old, each.workdays)


def _notify_extension(clock: Clock, each: Happened) -> None:
    if not clock.extension_workdays:
        raise Impossible(f"{each.on}：没有批准延长，不会告知延长。")
    clock.extension_notified_on = each.on
    clock.say(each.on, "条例第三十三条第二款", "{}告知申请人延长", each.on)


def _notify_delay(clock: Clock, each: Happened) -> None:
    """条例§35: many or frequent applications for good reasons; the day named to the applicant takes the old one's place."""
    if clock.awaits_correction or clock.awaits_payment:
        raise Impossible(f"{each.on}：没有正在计算的期限可以延迟。")
    old = clock.delayed_until or _count(clock, each.on)[0]
    if each.until is None or each.until <= max(old, each.on):
        raise Impossible(f"{each.on}：延迟答复的日期应当写明，并晚于原期限 {old} 和告知之日。")
    if each.on > old:
        clock.warnings.append("delay_told_late")
    clock.delayed_until = each.until
    words = "申请数量、频次明显超过合理范围，{}告知申请人延迟至{}答复（原期限{}）"
    clock.say(each.on, "条例第三十五条", words, each.on, each.until, old)


def _serve_fee_notice(clock: Clock, each: Happened) -> None:
    """条例§42: pay within 20 working days of the notice (国办函〔2020〕109号)."""
    if clock.awaits_correction or clock.awaits_payment:
        raise Impossible(f"{each.on}：正在等待申请人，不能发出收费通知。")
    clock.awaits_payment = True
    clock.delayed_until = None  # from here on a payment starts a new count, or nothing is due
    clock.payment_due_on = clock.calendar.add_workdays(each.on, PAYMENT_WORKDAYS).on
    clock.say(each.on, "条例第四十二条", "{}送达收费通知，最迟{}缴纳", each.on, clock.payment_due_on)


def _pay(clock: Clock, each: Happened) -> None:
    """条例§42: the count starts anew the day after payment; the receipt stays, an extension is spent (rulings 7)."""
    if not clock.awaits_payment or clock.payment_due_on is None:
        raise Impossible(f"{each.on}：没有收费通知，不会缴费。")
    if each.on > clock.payment_due_on and not each.excused:
        clock.say(each.on, "条例第四十二条", "{}缴费，已逾期", each.on)
        return
    clock.awaits_payment = False
    _restart(clock, each.on)
    clock.say(each.on, "条例第四十二条", "{}缴费，自次日起重新计算 20 个工作日", each.on)


def _reply(clock: Clock, each: Happened) -> None:
    """条例§33: the answer; its delivery decides on which day the clock stops (rulings 3)."""
    clock.replied_on = each.on
    if each.delivery in SENT_COUNTS:
        clock.stopped_on = each.on
    clock.say(each.on, "条例第三十三条、第三十六条", "{}作出并发出答复", each.on)


def _serve(clock: Clock, each: Happened) -> None:
    if clock.replied_on is None:
        raise Impossible(f"{each.on}：还没有答复，不会送达。")
    clock.stopped_on = clock.stopped_on or each.on
    clock.say(each.on, "条例第三十六条", "{}送达申请人", each.on)


def _withdraw(clock: Clock, each: Happened) -> None:
    """The applicant no longer asks: the clock stops that day, and nothing was answered in time or late."""
    clock.stopped_on, clock.is_withdrawn = each.on, True
    clock.say(each.on, "申请人撤回", "{}申请人撤回申请，不再计算期限", each.on)


HANDLERS = {
    "correction_notice_issued": _issue_notice,
    "correction_notice_served": _serve_notice,
    "correction_received": _receive_correction,
    "extension_approved": _approve_extension,
    "extension_notified": _notify_extension,
    "delay_notified": _notify_delay,
    "fee_notice_served": _serve_fee_notice,
    "fee_paid": _pay,
    "replied": _reply,
    "withdrawn": _withdraw,
}


# --- consultations -----------------------------------------------------------------------------------------------------


def _consult(clock: Clock, kind: str, act: str, each: Happened) -> None:
    """条例§32, §34: a letter to somebody else, served, returned, or run out (rulings 1)."""
    key = (kind, each.id)
    known = clock.consultations.get(key)
    who = CONSULTED[kind] + (f"（{each.id}）" if each.id else "")
    if act == "sent":
        if known is not None or clock.awaits_correction:
            raise Impossible(f"{each.on}：不能再次向{who}征求意见。")
        clock.consultations[key] = Consultation(kind, each.on)
        clock.say(each.on, "条例第三十三条第三款", "{}向{}征求意见，所需时间不计算在期限内", each.on, who)
        return
    if known is None or known.is_answered:
        raise Impossible(f"{each.on}：没有正在征求的{who}意见。")
    match act:
        case "served":
            known.served_on = each.on
            clock.say(each.on, ARTICLES[kind], "{}征求意见书送达{}", each.on, who)
        case "returned" | "expired":
            known.is_answered, known.ended_on = True, each.on
            what = "意见收到" if act == "returned" else SILENCE[kind]
            clock.say(each.on, ARTICLES[kind], "{}{}{}", each.on, who, what)
        case _:
            raise Impossible(f"{each.on}：没有“{each.event}”这种事件。")


ARTICLES = {"third_party": "条例第三十二条", "agency": "条例第三十四条", "other_agency": "条例第三十三条第三款"}
SILENCE = {
    "third_party": "逾期未提出意见，由本机关决定",
    "agency": "逾期未答复，视为同意公开",
    "other_agency": "未答复",
}


def _limit(clock: Clock, one: Consultation) -> date | None:
    """条例§32, §34: 15 working days from service, from sending until service is known; others have no day of their own."""
    if one.kind == "other_agency":
        return None
    return clock.calendar.add_workdays(one.served_on or one.sent_on, CONSULTATION_WORKDAYS).on


def _pauses(clock: Clock, today: date) -> list[tuple[date, date]]:
    """The united intervals `(after, until]` that do not count."""
    found = []
    for one in clock.consultations.values():
        limit = _limit(clock, one)
        until = min(day for day in (one.ended_on, limit, None if one.ended_on or limit else today) if day is not None)
        found.append((one.sent_on, max(one.sent_on, until)))
    united: list[tuple[date, date]] = []
    for after, until in sorted(found):
        if united and after <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], until))
        else:
            united.append((after, until))
    return united


def _count(clock: Clock, today: date) -> tuple[date, int, bool]:
    """条例§33: (due day, working days taken out, provisional); a pause that begins after the due day moves nothing."""
    started_on = clock.started_on or today
    workdays, taken = REPLY_WORKDAYS + clock.extension_workdays, 0
    counted = clock.calendar.add_workdays(started_on, workdays)
    for after, until in _pauses(clock, today):
        if after >= counted.on:
            break
        taken += clock.calendar.workdays_between(after, until)
        counted = clock.calendar.add_workdays(started_on, workdays + taken)
    return counted.on, taken, counted.provisional


# --- how it stands -----------------------------------------------------------------------------------------------------


def _settle(clock: Clock, today: date) -> None:
    """State and due day on ``today``."""
    if clock.started_on is None:
        return
    clock.base_due_on = clock.calendar.add_workdays(clock.started_on, REPLY_WORKDAYS).on
    limits = [limit for one in clock.consultations.values() if (limit := _limit(clock, one)) is not None]
    clock.consultation_due_on = max(limits, default=None)
    clock.pauses = _pauses(clock, today)
    clock.stands = _state(clock, today)
    if clock.awaits_correction or clock.stands == ClockState.ABANDONED:
        if not clock.is_withdrawn:
            clock.say(today, *NO_PERIOD[clock.awaits_correction, clock.stands == ClockState.ABANDONED])
        return
    if clock.awaits_payment and clock.payment_due_on is not None:
        assumed = clock.calendar.add_workdays(clock.payment_due_on, REPLY_WORKDAYS)
        clock.due_on, clock.provisional = assumed.on, assumed.provisional
    else:
        clock.due_on, clock.suspended_workdays, clock.provisional = _count(clock, today)
    if clock.delayed_until is not None:
        clock.due_on, clock.provisional = clock.delayed_until, False
    _say_due(clock, clock.due_on)
    old = clock.extension_old_due
    if old is not None and (clock.extension_notified_on or today) > old:
        clock.warnings.append("extension_not_notified")
    if clock.stopped_on is not None and not clock.is_withdrawn:
        clock.on_time = clock.stopped_on <= clock.due_on


NO_PERIOD = {
    (True, False): ("条例第三十条", "等待补正，没有答复期限"),
    (True, True): ("条例第三十条", "逾期不补正且没有正当理由，视为放弃申请，不再处理"),
    (False, True): ("条例第四十二条", "逾期不缴费，视为放弃申请，不再处理"),
}


def _say_due(clock: Clock, due_on: date) -> None:
    if clock.delayed_until is not None:
        clock.say(due_on, "条例第三十五条", "答复期限（已告知申请人延迟）：{}", due_on)
        return
    extended = f"，延长 {clock.extension_workdays} 个工作日" if clock.extension_workdays else ""
    taken = f"，扣除征求意见 {clock.suspended_workdays} 个工作日" if clock.suspended_workdays else ""
    note = "；有关年份的放假安排尚未公布，为暂定日期" if clock.provisional else ""
    clock.say(due_on, "条例第三十三条", "答复期限（20 个工作日{}{}）：{}{}", extended, taken, due_on, note)


def _state(clock: Clock, today: date) -> ClockState:
    if clock.stopped_on is not None:
        return ClockState.STOPPED
    if clock.awaits_correction:
        is_over = clock.correction_due_on is not None and today > clock.correction_due_on
        return ClockState.ABANDONED if is_over else ClockState.AWAITING_CORRECTION
    if clock.awaits_payment:
        is_over = clock.payment_due_on is not None and today > clock.payment_due_on
        return ClockState.ABANDONED if is_over else ClockState.PAUSED
    for one in clock.consultations.values():
        limit = _limit(clock, one)
        if not one.is_answered and (limit is None or today <= limit):
            return ClockState.PAUSED
    return ClockState.RUNNING
