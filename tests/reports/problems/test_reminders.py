"""People hear of a problem's day at five, two and no working days, and once when it is over; never twice."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from jobs.models import Job
from jobs.services import enqueue, run_waiting
from notices.models import Notice
from reports.models import Problem
from reports.problems.jobs import REMIND, begin
from reports.problems.telling import remind
from tests.cast import Cast
from tests.reports.problems.making import entered, reported

DUE = date(2026, 11, 20)  # a Friday


def at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def city(cast: Cast) -> Cast:
    call_command("load_calendar", verbosity=0)
    return cast


def told() -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind__in=["problem_due_soon", "problem_overdue"]).order_by("pk")
    return [(row.kind.removeprefix("problem_"), row.recipient.username) for row in found.select_related("recipient")]


@pytest.mark.law("条例§47")
def test_each_step_is_told_once(city: Cast) -> None:
    entered(city, due_on=DUE, at=at(date(2026, 11, 2)))
    remind(at=at(date(2026, 11, 12)))
    assert told() == [], "six working days are left"
    for day in (13, 13, 16, 18, 18, 20):
        remind(at=at(date(2026, 11, day)))
    assert sorted(told()) == [("due_soon", name) for name in ("lisi",) * 3 + ("wangwu",) * 3]
    remind(at=at(date(2026, 11, 23)))
    remind(at=at(date(2026, 11, 24)))
    assert sorted(told()[6:]) == [("overdue", "lisi"), ("overdue", "qianqi"), ("overdue", "wangwu")]


def test_a_report_ends_it_and_another_day_arms_it_again(city: Cast) -> None:
    row = entered(city, due_on=DUE, at=at(date(2026, 11, 2)))
    reported(city, row, at=at(date(2026, 11, 3)))
    remind(at=at(date(2026, 11, 20)))
    assert told() == []
    Problem.objects.filter(pk=row.pk).update(**{"state": "open"})
    remind(at=at(date(2026, 11, 23)))
    Problem.objects.filter(pk=row.pk).update(due_on=DUE - timedelta(days=1))
    remind(at=at(date(2026, 11, 23)))
    assert len(told()) == 6


def test_the_days_work_is_put_down_once_in_waking_hours(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in (
        at(date(2026, 11, 14)),
        at(date(2026, 11, 13), 6),
        at(date(2026, 11, 13)),
        at(date(2026, 11, 13), 12),
    ):
        begin(at=moment)
    assert list(Job.objects.filter(kind=REMIND).values_list("subject", flat=True)) == ["2026-11-13"]
    entered(city, due_on=timezone.localdate() + timedelta(days=1), at=timezone.now())
    monkeypatch.setattr("reports.problems.jobs.is_waking", lambda _: True)
    run_waiting(most=3)
    assert Job.objects.get(kind=REMIND).state == "done" and told()


@pytest.mark.parametrize("moment", [at(date(2026, 11, 23), 23), at(date(2026, 11, 21))], ids=["night", "day off"])
def test_nobody_is_told_at_night_or_on_a_day_off(city: Cast, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    entered(city, due_on=DUE, at=at(date(2026, 11, 2)))
    monkeypatch.setattr("reports.problems.jobs.timezone.now", lambda: moment)
    job = enqueue(kind=REMIND, subject="left over", dedupe="left over")
    run_waiting()
    assert Job.objects.get(pk=job.pk).state == "done" and told() == []


def test_one_that_fails_keeps_nobody_waiting(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entered(city, due_on=DUE, at=at(date(2026, 11, 2)), text="甲")
    entered(city, due_on=DUE, at=at(date(2026, 11, 2)), text="乙")
    real = Notice.objects.bulk_create
    calls = []

    def failing(rows: list[Notice], **said: object) -> list[Notice]:
        calls.append(rows)
        if len(calls) == 1:
            raise RuntimeError
        return real(rows, **said)

    monkeypatch.setattr(Notice.objects, "bulk_create", failing)
    assert remind(at=at(date(2026, 11, 20))) is None
    assert Notice.objects.filter(kind="problem_due_soon", title__contains="乙").count() == 2


def test_many_are_reminded_of_in_slices(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.problems.telling.AT_ONCE", 2)
    rows = [entered(city, due_on=DUE, at=at(date(2026, 11, 2)), text=f"第{n}个") for n in range(3)]
    after = remind(at=at(date(2026, 11, 20)))
    assert after == rows[1].pk and remind(at=at(date(2026, 11, 20)), after=after) is None
    assert len(told()) == 6


def test_a_day_of_many_goes_on_in_the_next_slice(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.problems.telling.AT_ONCE", 1)
    monkeypatch.setattr("jobs.services.RunningSlice.out_of_time", lambda _: True)
    monkeypatch.setattr("reports.problems.jobs.is_waking", lambda _: True)
    today = timezone.localdate()
    for number in range(2):
        entered(city, due_on=today - timedelta(days=1), at=at(today - timedelta(days=30)), text=f"第{number}个")
    enqueue(kind=REMIND, subject="today", dedupe="today")
    assert run_waiting(most=9) == 3
    assert [kind for kind, _ in told()] == ["overdue"] * 6
