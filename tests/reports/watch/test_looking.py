"""What the watch sees: of every source what is open or late, of the body that answers, and nothing else."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.services import beat
from reports.bodies import body_of_each
from reports.models import Task
from reports.watch.kinds import OF_BODIES, RUNNING, WatchKind
from reports.watch.looking import Key, Open, Scope, by_kind, look, scope_of, silent, whole
from search.models import Change
from tests.reports.plans.planning import fresh
from tests.reports.watch.conftest import NOW, TODAY, Troubled

pytestmark = pytest.mark.django_db


def seen_by(scope: Scope) -> dict[Key, Open]:
    return look(scope, today=TODAY, at=NOW)


@pytest.mark.law("条例§47")
def test_one_of_each_kind_is_seen_in_its_body(troubled: Troubled) -> None:
    cast = troubled.cast
    jyj, wjw = cast.jyj.pk, cast.wjw.pk
    seen = seen_by(whole())
    counts = {(str(kind), body): now.count for (kind, body), now in seen.items()}
    assert counts == {
        ("empty", None): 1, ("stale", jyj): 1, ("dead_link", jyj): 1, ("dead_link", wjw): 1,
        ("late_draft", jyj): 1, ("published_late", jyj): 1,
        ("late_reply", jyj): 1, ("due_today", jyj): 1, ("late_correction", jyj): 1, ("late_inquiry", jyj): 1,
        ("late_confirm", jyj): 1, ("late_confirm", wjw): 1,
        ("late_report", cast.szf.pk): 2, ("late_report", cast.qxq.pk): 2, ("late_report", jyj): 1,
        ("late_report", wjw): 1, ("late_report", cast.qxq_jyj.pk): 1,
        ("late_task", jyj): 1, ("late_problem", jyj): 1, ("short_quota", jyj): 1,
        ("failed_job", None): 1, ("undelivered", None): 1, ("silent_process", None): 3,
    }  # fmt: skip
    assert seen["late_reply", jyj].oldest_on == date(2026, 6, 8)
    assert seen["late_report", cast.szf.pk].oldest_on == date(2026, 1, 31)
    assert seen["late_inquiry", jyj].oldest_on == date(2026, 6, 1)
    assert seen["short_quota", jyj].oldest_on == date(2026, 3, 31)
    assert set(by_kind(seen, WatchKind)) == set(WatchKind)


def test_a_body_sees_its_own_and_nothing_of_the_running(troubled: Troubled) -> None:
    cast = troubled.cast
    everything = {key: now for key, now in seen_by(whole()).items() if key[1] == cast.jyj.pk}
    for person in (cast.wangwu, cast.wushi):
        assert seen_by(scope_of(person)) == everything
    for person in (cast.qianqi, cast.zhengyi, cast.fenger):
        assert seen_by(scope_of(person)) == seen_by(whole())
    for stranger in (cast.lisi, cast.zhaoliu, cast.zhangsan):
        assert seen_by(scope_of(stranger)) == {}
    assert {kind for kind, _ in everything} & RUNNING == set()
    assert set(OF_BODIES) | RUNNING == set(WatchKind)


def test_what_an_internal_office_has_belongs_to_its_body(troubled: Troubled) -> None:
    cast = troubled.cast
    scope = scope_of(cast.wangwu)
    assert scope.body_of[cast.jyj_bgs.pk] == cast.jyj.pk
    assert set(scope.departments) == {cast.jyj.pk, cast.jyj_bgs.pk}
    assert scope.body_of[cast.qxq_jyj.pk] == cast.qxq_jyj.pk


def test_what_is_put_right_is_gone(troubled: Troubled) -> None:
    task = Task.objects.get(kind="task")
    troubled.done(fresh(task))
    briefing = Task.objects.get(kind="briefing")
    troubled.held(briefing, date(2026, 6, 10))
    kinds = {kind for kind, _ in seen_by(whole())}
    assert not kinds & {WatchKind.LATE_TASK, WatchKind.SHORT_QUOTA}


def test_what_was_published_late_counts_within_its_month(troubled: Troubled) -> None:
    def kinds(day: date) -> set[str]:
        return {kind for kind, _ in look(whole(), today=day, at=NOW)}

    assert WatchKind.PUBLISHED_LATE in kinds(date(2026, 6, 30))
    assert WatchKind.PUBLISHED_LATE not in kinds(date(2026, 7, 1)) | kinds(date(2026, 6, 2))


def test_a_change_that_waits_too_long_to_be_found_is_seen(troubled: Troubled) -> None:
    Change.objects.all().delete()
    Change.objects.create(key=1)
    now = timezone.now()
    assert (WatchKind.SEARCH_LAG, None) not in look(whole(), today=TODAY, at=now)
    assert look(whole(), today=TODAY, at=now + timedelta(seconds=60))[WatchKind.SEARCH_LAG, None].count == 1


def test_processes_are_silent_after_a_minute() -> None:
    now = datetime(2026, 6, 15, 10, 0)
    beats = {"worker": now - timedelta(seconds=59), "scheduler": now - timedelta(seconds=60), "indexer": None}
    assert silent(beats, now) == ["scheduler", "indexer"]


def test_a_body_does_not_owe_what_the_department_in_charge_sums_up(troubled: Troubled) -> None:
    cast = troubled.cast
    own = Scope(body_of_each(), frozenset([cast.qxq.pk]))
    assert look(own, today=TODAY, at=NOW)["late_report", cast.qxq.pk].count == 1
    assert seen_by(whole())["late_report", cast.qxq.pk].count == 2


def test_a_process_that_gives_a_sign_of_life_is_not_silent(troubled: Troubled) -> None:
    now = NOW
    beat("worker", at=now)
    beat("scheduler", at=now)
    assert look(whole(), today=TODAY, at=now)[WatchKind.SILENT_PROCESS, None].count == 1


def test_the_look_costs_the_same_at_one_and_at_thirty(troubled: Troubled) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            seen_by(whole())
        return len(captured)

    before = asked()
    for number in range(30):
        troubled.issued(troubled.values(due_on=date(2026, 6, 1)), troubled.briefing(), title=f"计划{number}")
    assert seen_by(whole())[WatchKind.LATE_TASK, troubled.cast.jyj.pk].count == 31
    assert asked() == before <= 20
