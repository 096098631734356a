"""Who is reminded of which due day, how many working days before it, in which words. Pure."""

from dataclasses import dataclass
from datetime import date

from notices import kinds
from notices.reminders import step_of
from requests_app.models import DueKind
from workdays.arithmetic import Calendar


@dataclass(frozen=True, slots=True)
class Plan:
    """Reminders of one kind of due day. ``steps`` are working days before it; the head hears of what is over if
    ``head_when_late``."""

    label: str
    steps: tuple[int, ...]
    advice: str
    late: str
    late_advice: str
    head_when_late: bool = False


# 条例§30, §32, §33, §34, §42, §47. How long before is a convention of this portal, no article names it.
PLANS: dict[str, Plan] = {
    DueKind.CONFIRM: Plan(
        "与申请人确认的期限",
        (0,),
        "请今天与申请人确认收到申请，答复期限自双方确认之日的次日起计算。",
        "尚未与申请人确认",
        "已超过与申请人确认的期限，请立即与申请人确认。",
        head_when_late=True,
    ),
    DueKind.REPLY: Plan(
        "答复期限",
        (10, 5, 3, 1, 0),
        "请在期限内作出答复；不能按期答复的，应当在到期前经负责人同意延长并告知申请人。",
        "答复已经超期",
        "请立即办理。",
        head_when_late=True,
    ),
    DueKind.CORRECTION_NOTICE: Plan(
        "补正通知的期限",
        (2, 0),
        "补正告知书应当自收到申请之日起 7 个工作日内送达，逾期送达的，答复期限照原申请计算。",
        "补正通知已经逾期",
        "补正告知书没有在 7 个工作日内送达，答复期限照原申请计算。",
        head_when_late=True,
    ),
    DueKind.CORRECTION: Plan(
        "申请人补正的期限", (), "", "申请人逾期未补正", "申请人没有在补正期限内补正，可以按放弃申请处理。"
    ),
    DueKind.CONSULTATION: Plan(
        "征求意见的期限",
        (3, 0),
        "被征求意见的一方尚未答复，请注意收取意见。",
        "征求意见期限届满",
        "被征求意见的一方没有在期限内答复，答复期限恢复计算：第三方未答复的，由本机关决定；共同制作机关未答复的，视为同意。",
    ),
    DueKind.EXTENSION_NOTICE: Plan(
        "告知延期的期限",
        (3, 1, 0),
        "延长答复期限应当在原期限届满前告知申请人。",
        "延期没有按时告知申请人",
        "原答复期限已经届满，延长期限的告知书还没有送出。",
        head_when_late=True,
    ),
    DueKind.PAYMENT: Plan(
        "申请人缴费的期限", (), "", "申请人逾期未缴费", "申请人没有在期限内缴费，可以按放弃申请处理。"
    ),
    DueKind.SERVICE: Plan("确认送达的期限", (), "", "答复是否送达尚未确认", "请核实答复书的送达情况并登记送达。"),
    DueKind.INQUIRY: Plan(
        "回复督办的期限",
        (2, 0),
        "请在期限内回复主管部门的督办。",
        "督办逾期未回复",
        "请立即回复主管部门的督办。",
        head_when_late=True,
    ),
}
MOST_STEPS = tuple(step for plan in PLANS.values() for step in plan.steps)
APPLICANTS_STEP = 3  # working days before their correction or payment is due
APPLICANTS_DUES = (DueKind.CORRECTION, DueKind.PAYMENT)

SOON, OVER = "request_due_", "request_late_"
UNCLAIMED, DIGEST, MOVED = "request_unclaimed", "request_digest", "request_due_moved"
APPLICANT_DUE = "request_applicant_due"


def register_kinds() -> None:
    """Once, when the room is ready."""
    for kind, plan in PLANS.items():
        if plan.steps:
            kinds.register(f"{SOON}{kind}", f"申请：{plan.label}将至", is_optional=True)
        kinds.register(f"{OVER}{kind}", f"申请：{plan.late}")
    kinds.register(UNCLAIMED, "申请：登记后无人受理")
    kinds.register(MOVED, "申请：工作日历变动，期限改变")
    kinds.register(DIGEST, "依申请公开每日情况")


KINDS = (
    *(f"{SOON}{kind}" for kind, plan in PLANS.items() if plan.steps),
    *(f"{OVER}{kind}" for kind in PLANS),
    *(UNCLAIMED, MOVED),
)


def sent_on(due_on: date, step: int, calendar: Calendar) -> date:
    """The day from which a reminder ``step`` working days before ``due_on`` is the one that fits."""
    return calendar.add_workdays(due_on, -step if calendar.is_workday(due_on) else -step - 1).on


def planned_days(kind: str, due_on: date, today: date, calendar: Calendar) -> list[date]:
    """The days on which somebody will still be reminded of a due day, the first working day after it included."""
    days = [sent_on(due_on, step, calendar) for step in PLANS[kind].steps]
    return [day for day in [*days, calendar.add_workdays(due_on, 1).on] if day >= today]


def step_today(kind: str, due_on: date, today: date, calendar: Calendar) -> int | None:
    """The step of a due day that fits today; None for kinds without any and while it is too early."""
    steps = PLANS[kind].steps
    return step_of(due_on, today, calendar, steps) if steps else None


def left_words(due_on: date, today: date, calendar: Calendar) -> str:
    """`还剩 3 个工作日（3月31日）`, `今天到期`."""
    left = calendar.workdays_between(today, due_on)
    return "今天到期" if due_on == today else f"还剩 {left} 个工作日（{due_on.month}月{due_on.day}日）"
