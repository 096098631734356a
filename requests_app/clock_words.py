"""How the clock of an application is shown, everywhere the same: words first, then a ring, a colour and the day. Pure."""

from dataclasses import dataclass
from datetime import date

from disclosure.versions.clocks import FEW_WORKDAYS
from requests_app.deadlines import CONSULTED, Clock, ClockState
from workdays.arithmetic import Calendar

PAYMENT = "等待缴费"
WEEKDAYS = "一二三四五六日"
STANDING = {
    ClockState.NOT_STARTED: ("待双方确认，尚未起算", "paused"),
    ClockState.AWAITING_CORRECTION: ("暂停中：等待申请人补正", "paused"),
    ClockState.ABANDONED: ("视为放弃申请", "over"),
}
WARNINGS = {
    "late_correction": "补正通知超过 7 个工作日才送达，答复期限照原申请计算。",
    "extension_not_notified": "延长期限没有在原期限届满前告知申请人。",
    "delay_told_late": "延迟答复没有在原期限届满前告知申请人。",
}

_CONSULTING = {
    "sent": "发出征求意见书",
    "served": "征求意见书送达",
    "returned": "收到意见",
    "expired": "征求意见期限届满",
}
CLOCK_WORDS = {
    "submitted": "提交申请",
    "posted": "交邮",
    "signed": "签收",
    "arrived": "到达",
    "confirmed": "双方确认收到申请",
    "correction_notice_issued": "签发补正告知书",
    "correction_notice_served": "补正告知书送达",
    "correction_received": "收到补正",
    "extension_approved": "批准延长答复期限",
    "extension_notified": "告知申请人延期",
    "delay_notified": "告知申请人延迟答复",
    "fee_notice_served": "收费通知书送达",
    "fee_paid": "申请人缴费",
    "replied": "作出答复",
    "served": "答复送达",
    "withdrawn": "申请人撤回",
    **{f"{kind}_{what}": f"{said}（{who}）" for kind, who in CONSULTED.items() for what, said in _CONSULTING.items()},
}


@dataclass(frozen=True, slots=True)
class ClockWords:
    """``tone`` is "" (ink), warn, late, over_late (filled), paused, good or over; ``share`` of the period used, 0 to 1.

    ``note`` says why the day is provisional ("" when it is not).
    """

    words: str
    tone: str
    on: date | None
    share: float
    note: str = ""

    @property
    def percent(self) -> int:
        """The share in full per cent, for the ring."""
        return round(self.share * 100)


def shown(
    *,
    stands: str,
    due_on: date | None,
    started_on: date | None,
    today: date,
    calendar: Calendar,
    provisional: bool,
    used_workdays: int | None = None,
    pause_reason: str = "",
    on_time: bool | None = True,
) -> ClockWords:
    """The clock in words, from a fold or from what its row keeps. A stopped one with ``on_time`` None was withdrawn."""
    state = ClockState(stands)
    if state == ClockState.STOPPED:
        return _stopped(due_on, used_workdays, on_time)
    note = ""
    if provisional and due_on:
        note = provisional_note(unpublished_year(started_on or today, due_on, calendar))
    share = _share(started_on, due_on, today, calendar)
    if state == ClockState.PAUSED:
        return ClockWords(f"暂停中：{pause_reason or '征求意见'}", "paused", due_on, share, note)
    if state in STANDING or due_on is None:
        words, tone = STANDING.get(state, ("没有期限", "over"))
        return ClockWords(words, tone, None, 0.0)
    words, tone = _running(due_on, today, calendar)
    return ClockWords(words, tone, due_on, share, note)


def ended(words: str) -> ClockWords:
    """Of what ended without an answer: the state, and no period any more."""
    return ClockWords(words, "over", None, 1.0)


def unconfirmed(by: date, today: date) -> ClockWords:
    """条例§31: received and not confirmed with the applicant; the count begins when it is, the body's own day runs."""
    day = f"{by.month}月{by.day}日"
    words = f"待双方确认，{'最迟' if today <= by else '已过'}{day}"
    return ClockWords(words, "late" if today >= by else "paused", by, 0.0)


def shown_fold(clock: Clock, *, today: date) -> ClockWords:
    """The clock in words from a fold."""
    return shown(
        stands=clock.stands,
        due_on=clock.due_on,
        started_on=clock.started_on,
        today=today,
        calendar=clock.calendar,
        provisional=clock.provisional,
        used_workdays=clock.used_workdays,
        pause_reason=pause_reason_of(clock),
        on_time=clock.on_time,
    )


def pause_reason_of(clock: Clock) -> str:
    """What a paused clock waits for."""
    if clock.awaits_payment:
        return PAYMENT
    kinds = {CONSULTED[one.kind]: None for one in clock.consultations.values() if not one.is_answered}
    return f"征求{'、'.join(kinds)}意见" if kinds else ""


def _stopped(due_on: date | None, used_workdays: int | None, on_time: bool | None) -> ClockWords:
    if on_time is None:
        return ended("已终止")
    used = f"，用时 {used_workdays} 个工作日" if used_workdays is not None else ""
    return ClockWords(f"{'已答复' if on_time else '逾期答复'}{used}", "good" if on_time else "late", due_on, 1.0)


def _running(due_on: date, today: date, calendar: Calendar) -> tuple[str, str]:
    day = f"{due_on.month}月{due_on.day}日 周{WEEKDAYS[due_on.weekday()]}"
    left = calendar.workdays_between(today, due_on)
    if today == due_on:
        return "今天到期", "late"
    if today > due_on:
        return (f"超期 {-left} 个工作日" if left else f"已过期限 · {day}"), "over_late"
    if not left:  # a day named to the applicant may be a day off
        return f"下一个工作日前到期 · {day}", "warn"
    return f"还剩 {left} 个工作日 · {day}", "warn" if left <= FEW_WORKDAYS else ""


def _share(started_on: date | None, due_on: date | None, today: date, calendar: Calendar) -> float:
    if started_on is None or due_on is None:
        return 0.0
    whole = calendar.workdays_between(started_on, due_on)
    used = calendar.workdays_between(started_on, today)
    return min(1.0, max(0.0, used / whole)) if whole > 0 else 1.0


def provisional_note(year: int) -> str:
    """Why a day may still move: the year whose holidays are not announced."""
    return f"暂定日期：{year}年放假安排未公布"


def unpublished_year(started_on: date, due_on: date, calendar: Calendar) -> int:
    """The first year without a notice on which a provisional day hangs; late December on the next one (rulings 4)."""
    years = range(started_on.year, due_on.year + 2)
    return next((year for year in years if not calendar.is_published(year)), due_on.year)
