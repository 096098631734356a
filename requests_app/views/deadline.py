"""期限怎么算: the page on which anybody has a deadline counted and can check it (条例§26, §31–35)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests_app.clock_words import WARNINGS, shown_fold
from requests_app.counting import counting
from requests_app.deadline_forms import DeadlineForm, PeriodForm
from requests_app.deadlines import Clock, ClockState
from workdays.arithmetic import Calendar
from workdays.due import written
from workdays.selectors import current_calendar


@dataclass(frozen=True, slots=True)
class Answer:
    """The first sentence: words before the day, the day, words after it."""

    before: str
    on: date | None = None
    after: str = ""


@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """The forms; with what was typed, the answer, its derivation and the days on a calendar."""
    calendar, today = current_calendar(), timezone.localdate()
    asks_reply, asks_period = "channel" in request.GET, "kind" in request.GET
    form = DeadlineForm(request.GET if asks_reply else None)
    period_form = PeriodForm(request.GET if asks_period else None, auto_id="period_%s")
    clock = form.count(calendar, today=today) if asks_reply else None
    answered = _answered(clock, today, calendar) if clock else {}
    context = {
        "form": form,
        "period_form": period_form,
        "period": period_form.count(calendar) if asks_period else None,
        "is_refused": (asks_reply and not form.is_valid()) or (asks_period and not period_form.is_valid()),
        **answered,
        "canonical_url": request.build_absolute_uri(reverse("requests_app:deadline")),
        "labels": [("ColumnName", "依申请公开"), ("ColumnType", "信息公开")],
    }
    return render(request, "requests_app/deadline.html", context)


def _answered(clock: Clock, today: date, calendar: Calendar) -> dict[str, Any]:
    words = shown_fold(clock, today=today)
    return {
        "clock": clock,
        "answer": answer_of(clock),
        "shown": words,
        "warnings": [WARNINGS[name] for name in clock.warnings],
        "months": counting(clock, calendar),
    }


def answer_of(clock: Clock) -> Answer:
    """What the count comes to, in one sentence."""
    due_on = clock.due_on
    match clock.stands:
        case ClockState.NOT_STARTED:
            return Answer("还没有起算：双方确认收到申请之日起，20 个工作日内答复。")
        case ClockState.AWAITING_CORRECTION if clock.correction_due_on:
            return Answer("正在等待补正，最迟", clock.correction_due_on, "补正；收到补正材料以后重新计算答复期限。")
        case ClockState.AWAITING_CORRECTION:
            return Answer("正在等待补正；收到补正材料以后重新计算答复期限。")
        case ClockState.ABANDONED:
            what = "补正" if clock.awaits_correction else "缴费"
            return Answer(f"逾期没有{what}，又没有正当理由的，视为放弃申请，不再处理。")
        case ClockState.STOPPED if clock.stopped_on and due_on:
            words = "按时" if clock.on_time else "超过了期限"
            return Answer("答复期限至", due_on, f"{written(clock.stopped_on)}答复，{words}。")
        case ClockState.PAUSED if clock.awaits_payment and clock.payment_due_on:
            return Answer(f"等待缴费，最迟{written(clock.payment_due_on)}；当天才缴的，最迟", due_on, "答复。")
        case ClockState.PAUSED:
            return Answer("正在征求意见，期限暂停。按现在所知，最迟", due_on, "答复。")
        case _:
            return Answer("最迟", due_on, "答复。")
