"""What a citizen types to have a deadline counted: one form for the answer, one for periods with a single day. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from requests_app.deadlines import CONSULTED, MOST_EXTENSION_WORKDAYS, RECEIPTS, Clock, Happened, Impossible, fold
from requests_app.explaining import explain
from requests_app.models import Channel
from workdays.arithmetic import Calendar, CountError

FIRST_DAY, LAST_DAY = date(2008, 5, 1), date(2099, 12, 31)  # the Regulations came into force on 1 May 2008
DELIVERIES = {"post": "邮寄", "electronic": "电子方式", "direct": "当面交付", "entrusted": "委托送达"}
PERIODS = {
    "publication": "主动公开：信息形成或者变更之日起 20 个工作日",
    "reconsideration": "申请行政复议：收到答复之日起 60 日",
    "litigation": "提起行政诉讼：收到答复之日起 6 个月",
    "litigation_after_reconsideration": "对复议决定不服起诉：收到决定之日起 15 日",
}
# 条例§31 in the words of a form; the law names the first four doors, the guide the rest.
DOORS = (
    "<ul><li>当面、口头提出：提交之日算收到</li><li>挂号信、特快专递：签收之日算收到</li>"
    "<li>平信、传真、网上、电子邮件：双方确认之日算收到（条例第三十一条）</li></ul>"
)


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    """A day as the browser picks it, or written in the usual ways."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[
            MinValueValidator(FIRST_DAY, "日期应在2008年5月1日《政府信息公开条例》施行以后。"),
            MaxValueValidator(LAST_DAY, "日期应在2099年以前。"),
        ],
        error_messages={"required": f"请填写{label}。", "invalid": "日期应形如 2026-03-02，请检查年、月、日。"},
    )


def workdays_field(label: str, most: int) -> forms.IntegerField:
    """A number of working days."""
    words = f"应为 1 至 {most} 的整数。"
    limits = [MinValueValidator(1, words), MaxValueValidator(most, words)]
    widget = forms.NumberInput(attrs={"min": 1, "max": most, "inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, validators=limits, widget=widget, error_messages={"invalid": words}
    )


def _choice(label: str, choices: Any, *, required: bool = False, help_text: str = "") -> forms.ChoiceField:
    said = {"required": f"请选择{label}。", "invalid_choice": f"请重新选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=help_text, error_messages=said)


class DeadlineForm(forms.Form):
    """An application from its door to its answer; `clock` once it is valid."""

    channel = _choice("申请方式", Channel.choices, required=True, help_text=DOORS)
    on = day_field(
        "提交日、签收日或者到达日",
        required=True,
        help_text="当面、口头填提交日，挂号信、特快专递填签收日，其余填到达日。",
    )
    confirmed_on = day_field("双方确认日", help_text="平信、传真、网上、电子邮件申请填写；还没有确认的不填。")
    correction_served = day_field("补正通知送达日")
    correction_workdays = workdays_field("补正期限（工作日）", 60)
    correction_received = day_field("收到补正材料日")
    who_1, who_2 = (_choice("征求谁的意见", [("", "没有"), *CONSULTED.items()]) for _ in range(2))
    sent_1, sent_2 = (day_field("征求意见书发出日") for _ in range(2))
    served_1, served_2 = (day_field("征求意见书送达日") for _ in range(2))
    returned_1, returned_2 = (day_field("收到意见日") for _ in range(2))
    extension_approved = day_field("批准延长日")
    extension_workdays = workdays_field("延长的工作日数", MOST_EXTENSION_WORKDAYS)
    extension_notified = day_field("告知申请人日")
    delay_notified = day_field("告知延迟答复日")
    delay_until = day_field("延迟至")
    fee_notice_served = day_field("收费通知送达日")
    fee_paid = day_field("缴费日")
    replied = day_field("答复日")
    delivery = _choice("答复的送达方式", DELIVERIES.items())
    served = day_field("送达日", help_text="当面交付、委托送达的，以签收日为答复日。")

    clock: Clock | None = None

    def clean(self) -> dict[str, Any]:
        """What belongs together is there."""
        found: dict[str, Any] = super().clean() or {}
        for name, needs in NEEDS.items():
            if found.get(name) and not found.get(needs) and needs not in self.errors:
                self.add_error(needs, f"填写了“{self.fields[name].label}”，请同时填写这一项。")
        on, confirmed_on = found.get("on"), found.get("confirmed_on")
        if on and confirmed_on and confirmed_on < on and RECEIPTS.get(found.get("channel", "")) == "confirmed":
            self.add_error("confirmed_on", "双方确认日不能早于到达日。")
        return found

    def count(self, calendar: Calendar, *, today: date) -> Clock | None:
        """条例§33: the clock of what was typed as it stands ``today``; None, with errors at the fields, if it cannot be."""
        if not self.is_valid():
            return None
        dated = [(name, event) for name, event in self._events() if event is not None]
        # A future day is a plan; an answered application no longer changes with the calendar.
        as_of = None if self.cleaned_data["replied"] else max(today, *(event.on for _, event in dated))
        try:
            return fold(self.cleaned_data["channel"], [event for _, event in dated], calendar, as_of=as_of)
        except Impossible as reason:
            self._refuse(str(reason), [(name, event.on) for name, event in dated])
        except (CountError, OverflowError):
            self.add_error(None, "日期超出可计算的范围。")
        return None

    def _events(self) -> Iterator[tuple[str, Happened | None]]:
        """(name of the field, event) in lawful order of one day."""
        said = self.cleaned_data
        receipt = RECEIPTS[said["channel"]]
        yield self._event("on", "arrived" if receipt == "confirmed" else receipt)
        if receipt == "confirmed":
            yield self._event("confirmed_on", "confirmed")
        yield self._event(
            "correction_served", "correction_notice_served", correction_workdays=said["correction_workdays"] or 0
        )
        yield self._event("correction_received", "correction_received")
        for number, name in (("1", ""), ("2", "第二次")):
            for act in ("sent", "served", "returned"):
                yield self._event(f"{act}_{number}", f"{said[f'who_{number}']}_{act}", id=name)
        yield self._event("extension_approved", "extension_approved", workdays=said["extension_workdays"] or 0)
        yield self._event("extension_notified", "extension_notified")
        yield self._event("delay_notified", "delay_notified", until=said["delay_until"])
        yield self._event("fee_notice_served", "fee_notice_served")
        yield self._event("fee_paid", "fee_paid")
        yield self._event("replied", "replied", delivery=said["delivery"] or "post")
        yield self._event("served", "served")

    def _event(self, name: str, event: str, **said: Any) -> tuple[str, Happened | None]:
        on = self.cleaned_data[name]
        return name, Happened(on, event, **said) if on else None

    def _refuse(self, reason: str, dated: Sequence[tuple[str, date]]) -> None:
        """Put the reason beside the field it speaks of: it begins with the day."""
        day, _, words = reason.partition("：")
        field = next((name for name, on in reversed(dated) if on.isoformat() == day), None)
        self.add_error(field, words if field else reason)

    def groups(self) -> list[tuple[str, bool, list[forms.BoundField]]]:
        """(title, is something filled in, fields) of what may have happened on the way."""
        return [
            (title, any(self[name].value() or self[name].errors for name in names.split()), self._bound(names))
            for title, names in GROUPS.items()
        ]

    def basics(self) -> list[forms.BoundField]:
        """What every application has."""
        return self._bound("channel on confirmed_on")

    def _bound(self, names: str) -> list[forms.BoundField]:
        return [self[name] for name in names.split()]


NEEDS = {
    "correction_received": "correction_served",
    "extension_approved": "extension_workdays",
    "extension_workdays": "extension_approved",
    "extension_notified": "extension_approved",
    "delay_notified": "delay_until",
    "delay_until": "delay_notified",
    "fee_paid": "fee_notice_served",
    "served": "replied",
    **{f"{act}_{number}": f"who_{number}" for number in "12" for act in ("sent", "served", "returned")},
    **{f"who_{number}": f"sent_{number}" for number in "12"},
}
GROUPS = {
    "补正": "correction_served correction_workdays correction_received",
    "征求意见": "who_1 sent_1 served_1 returned_1",
    "第二次征求意见": "who_2 sent_2 served_2 returned_2",
    "延长答复期限": "extension_approved extension_workdays extension_notified",
    "延迟答复（申请数量、频次明显超过合理范围）": "delay_notified delay_until",
    "收取信息处理费": "fee_notice_served fee_paid",
    "答复和送达": "replied delivery served",
}


class PeriodForm(forms.Form):
    """A period that hangs on one day (条例§26, 行政复议法§20, 行政诉讼法§45, §46)."""

    kind = _choice("期限", PERIODS.items(), required=True)
    day = day_field("起算事由发生之日", required=True, help_text="信息形成或者变更、收到答复、收到复议决定的那一天。")

    def count(self, calendar: Calendar) -> dict[str, Any] | None:
        """Due day, whether it is provisional, and steps; None when the form is wrong."""
        if not self.is_valid():
            return None
        kind, day = self.cleaned_data["kind"], self.cleaned_data["day"]
        event = {"on": day.isoformat(), "event": "formed" if kind == "publication" else "served"}
        found = explain({"kind": kind, "events": [event]}, calendar)
        days = {"due_on": date.fromisoformat(found["due_on"]), "title": PERIODS[kind]}
        steps = [{**step, "on": date.fromisoformat(step["on"])} for step in found["steps"]]
        return {**found, **days, "steps": steps}
