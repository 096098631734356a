"""A case as JSON in, its deadline with the derivation as JSON out, for `explain_deadline`. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any

from disclosure.deadlines import publication_due_on
from requests_app import remedies
from requests_app.deadlines import (
    DELIVERIES,
    RECEIPTS,
    Clock,
    Happened,
    Impossible,
    fold,
)
from workdays.arithmetic import Calendar, Counted, CountError
from workdays.due import written

SHOWN = (
    *("first_received_on", "received_on", "base_due_on", "due_on", "suspended_workdays", "provisional"),
    *("correction_due_on", "consultation_due_on", "payment_due_on", "on_time", "warnings"),
)
Until = Callable[[date, Calendar], Counted]
REMEDIES: dict[str, tuple[Until, str]] = {
    "reconsideration": (remedies.reconsideration_until, "行政复议法第二十条"),
    "litigation": (remedies.litigation_until, "行政诉讼法第四十六条"),
    "litigation_after_reconsideration": (remedies.litigation_after_reconsideration_until, "行政诉讼法第四十五条"),
}
KINDS = ("reply", "publication", *REMEDIES)
MOST_EVENTS = 1000


def explain(said: Any, calendar: Calendar) -> dict[str, Any]:
    """The answer to one case; ``said`` is what its line of JSON holds.

    Raises:
        Impossible: not a case, or one that cannot have happened.
    """
    if not isinstance(said, dict):
        raise Impossible("每行应当是一个 JSON 对象。")
    kind = said.get("kind")
    if kind not in KINDS:
        raise Impossible(f"kind 应为 {'、'.join(KINDS)} 之一。")
    events = _events(said.get("events"))
    as_of = _day(said["as_of"], "as_of") if said.get("as_of") is not None else None
    try:
        if kind == "reply":
            return _shown(fold(_channel(said), events, calendar, as_of=as_of))
        return _period(kind, events, calendar)
    except CountError as error:
        raise Impossible(str(error)) from error
    except OverflowError as error:
        raise Impossible("日期超出可计算的范围。") from error


def _channel(said: dict[str, Any]) -> str:
    channel = said.get("channel")
    if channel not in RECEIPTS:
        raise Impossible(f"channel 应为 {'、'.join(RECEIPTS)} 之一。")
    return str(channel)


def _events(said: Any) -> list[Happened]:
    if not isinstance(said, list) or len(said) > MOST_EVENTS:
        raise Impossible(f"events 应为列表，最多 {MOST_EVENTS} 个。")
    return [_event(each) for each in said]


def _event(said: Any) -> Happened:
    if not isinstance(said, dict) or not isinstance(said.get("event"), str):
        raise Impossible("每个事件应当写明 on 和 event。")
    delivery = said.get("delivery", "post")
    if delivery not in DELIVERIES:
        raise Impossible(f"delivery 应为 {'、'.join(sorted(DELIVERIES))} 之一。")
    return Happened(
        on=_day(said.get("on"), "on"),
        event=said["event"],
        id=str(said.get("id") or ""),
        workdays=_number(said, "workdays"),
        correction_workdays=_number(said, "correction_workdays"),
        delivery=delivery,
        excused=said.get("excused") is True,
        until=_day(said["until"], "until") if said.get("until") is not None else None,
    )


def _day(said: Any, name: str) -> date:
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise Impossible(f"{name} 应为 2025-03-03 这样的日期，现在是“{said}”。") from None


def _number(said: dict[str, Any], name: str) -> int:
    number = said.get(name, 0)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 1000:
        raise Impossible(f"{name} 应为 0 至 1000 的整数。")
    return number


def _shown(clock: Clock) -> dict[str, Any]:
    found = {name: _plain(getattr(clock, name)) for name in SHOWN}
    steps = [{"on": step.on.isoformat(), "text": step.text, "article": step.article} for step in clock.steps]
    return {**found, "state": clock.stands.value, "steps": steps}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _period(kind: str, events: list[Happened], calendar: Calendar) -> dict[str, Any]:
    """Kinds with one event and one day."""
    wanted = "formed" if kind == "publication" else "served"
    days = [each.on for each in events if each.event == wanted]
    if len(days) != 1 or len(events) != 1:
        raise Impossible(f"{kind} 应当有且只有一个 {wanted} 事件。")
    if kind == "publication":
        due = publication_due_on(days[0], calendar)
        steps = [{"on": days[0].isoformat(), "text": text, "article": "条例第二十六条"} for text in due.steps]
        return {"due_on": due.on.isoformat(), "provisional": due.provisional, "steps": steps}
    until, article = REMEDIES[kind]
    counted = until(days[0], calendar)
    text = f"{written(days[0])}送达，至{written(counted.on)}届满"
    step = {"on": counted.on.isoformat(), "text": text, "article": article}
    return {"due_on": counted.on.isoformat(), "provisional": counted.provisional, "steps": [step]}
