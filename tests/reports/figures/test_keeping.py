"""The kept numbers: what the job writes is what is counted, once an hour and once a night, and again without a trace."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Department
from jobs.models import Job
from jobs.services import RunningSlice, run_waiting
from reports.figures import services
from reports.figures.counting import Span, count_all
from reports.figures.measures import Measure
from reports.figures.periods import last_day
from reports.models import CountedMonth, MonthlyFigure
from requests_app.models import InformationRequest
from search.models import EmptySearch
from tests.reports.figures.filling import fill
from tests.requests_app.casework import Office
from workdays.months import last_months, month_key

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 22, 10, 30))
MONTH = 202610


@pytest.fixture
def city(office: Office) -> Office:
    cast, today = office.cast, NOW.date()
    fill(cast, [cast.jyj, cast.wjw, cast.qxq_jyj], count=900, first=today - timedelta(days=400), last=today)
    return office


def kept(month: int = MONTH) -> Counter[tuple[int | None, str, str]]:
    rows = MonthlyFigure.objects.filter(month=month).values_list("department", "measure", "key", "value")
    return Counter({(body, measure, key): value for body, measure, key, value in rows})


@pytest.mark.law("条例§46")
def test_a_month_is_kept_as_it_is_counted_with_the_sums_of_the_city(city: Office) -> None:
    services.count_month(month=MONTH, at=NOW)
    first = datetime(2026, 10, 1).date()
    bodies = tuple(Department.objects.bodies().values_list("pk", flat=True))
    counted = count_all(Span(bodies, first, last_day(first), NOW))
    own = {place: value for place, value in kept().items() if place[0] is not None}
    assert own == dict(counted) and len(own) > 100
    for measure in Measure:
        whole = sum(value for (body, each, _), value in kept().items() if body is None and each == measure)
        assert whole == sum(value for (_, each, _), value in counted.items() if each == measure)
    assert CountedMonth.objects.get().counted_at == NOW


def test_counting_again_changes_nothing_and_what_moved_moves(city: Office) -> None:
    assert services.count_month(month=MONTH, at=NOW) == MonthlyFigure.objects.count() > 0
    before = kept()
    keys = set(MonthlyFigure.objects.values_list("pk", flat=True))
    assert services.count_month(month=MONTH, at=NOW + timedelta(hours=1)) == 0
    assert kept() == before and set(MonthlyFigure.objects.values_list("pk", flat=True)) == keys
    moved = InformationRequest.objects.filter(kind="information", first_received_on__range=("2026-10-01", "2026-10-31"))
    gone = moved.filter(channel="fax").update(channel="online")
    assert gone and services.count_month(month=MONTH, at=NOW) > 0
    assert (None, "channel", "fax") not in kept()
    assert sum(kept().values()) == sum(before.values())


def test_a_month_is_not_counted_before_its_last_measure_is_written(
    city: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(counted: object, measure: Measure) -> services.Numbers:
        if measure == Measure.RATING:
            raise OSError
        return {(None, ""): 1}

    monkeypatch.setattr(services, "with_city", stopped)
    with pytest.raises(OSError):
        services.count_month(month=MONTH, at=NOW)
    assert not CountedMonth.objects.exists() and not MonthlyFigure.objects.exists()


def test_many_bodies_cost_as_many_questions_as_one(city: Office) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            services.count_month(month=MONTH, at=NOW)
        return len(captured)

    services.count_month(month=MONTH, at=NOW)
    few = asked()
    InformationRequest.objects.filter(department=city.cast.jyj).update(department=city.cast.szf)
    InformationRequest.objects.filter(pk__in=InformationRequest.objects.filter(department=city.cast.szf)[:3]).update(
        department=city.cast.qxq
    )
    services.count_month(month=MONTH, at=NOW)
    assert asked() == few < 90


def test_the_hour_and_the_night_are_each_put_down_once(db: None) -> None:
    for minutes in (0, 1, 29):
        services.begin(at=NOW + timedelta(minutes=minutes))
    subjects = dict(Job.objects.filter(kind=services.KIND).values_list("subject", "payload"))
    wanted = [month_key(first) for first in last_months(NOW.date(), 24)][::-1]
    assert subjects == {"2026-11-22": {"months": wanted}, "2026-11-22T10": {"months": [202611]}}
    services.begin(at=NOW + timedelta(hours=1))
    services.begin(at=(NOW + timedelta(days=1)).replace(hour=0))  # before the night's hour
    assert Job.objects.filter(kind=services.KIND).count() == 4


def test_the_job_goes_on_where_its_slice_ended(city: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    EmptySearch.objects.create(on=NOW.date() - timedelta(days=500), term="很久以前")
    EmptySearch.objects.create(on=NOW.date(), term="供热")
    services.begin(at=NOW)
    monkeypatch.setattr(RunningSlice, "out_of_time", lambda _: True)
    assert run_waiting(most=3) == 3
    assert Job.objects.get(subject="2026-11-22").payload["months"][0] < MONTH
    assert run_waiting() == 24 + 1 - 3
    assert CountedMonth.objects.count() == 24
    assert list(EmptySearch.objects.values_list("term", flat=True)) == ["供热"]


def test_the_command_counts_two_years_or_everything(city: Office, capsys: pytest.CaptureFixture[str]) -> None:
    old = InformationRequest.objects.order_by("pk")[0]
    InformationRequest.objects.filter(pk=old.pk).update(first_received_on="2023-02-05", kind="information")
    call_command("count_figures")
    assert CountedMonth.objects.count() == 24 and "已统计 24 个月" in capsys.readouterr().out
    call_command("count_figures", "--all")
    assert CountedMonth.objects.filter(month=202302).exists() and not CountedMonth.objects.filter(month__lt=202302)
    assert MonthlyFigure.objects.filter(month=202302, measure="channel", department=None).exists()


def test_everything_of_nothing_is_this_month(db: None) -> None:
    assert services.every_month(NOW.date()) == [202611]
