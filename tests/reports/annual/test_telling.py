"""Offices are reminded of the days the law names for annual reports, once a step, until theirs is public."""

from datetime import datetime

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.services import run_waiting
from notices.models import Notice
from reports.annual import services, telling
from tests.reports.annual.making import checked, moment, published, year_of_work
from tests.requests_app.casework import Office

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§49")]


def at(month: int, day: int, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour))


def titles(username: str) -> list[str]:
    found = Notice.objects.filter(recipient__username=username, kind__contains="report_").order_by("pk")
    return list(found.values_list("title", flat=True))


def test_officer_and_head_are_told_as_the_day_comes_near_and_once_after(office: Office) -> None:
    for day in range(1, 32):
        telling.remind(at=at(1, day))
        telling.remind(at=at(1, day))
    telling.remind(at=at(2, 2))
    telling.remind(at=at(2, 20))
    mine = titles("lisi")
    assert [words.removeprefix("市教育局2025年度报告") for words in mine] == [
        "还剩 20 个工作日", "还剩 10 个工作日", "还剩 5 个工作日", "还剩 2 个工作日", "今天到期", "已经超过公布期限",
    ]  # fmt: skip
    assert mine == titles("wangwu")
    assert titles("sunba") == []


def test_whoever_has_published_is_not_told(office: Office, reference: None) -> None:
    year_of_work(office)
    published(office)
    telling.remind(at=at(1, 28))
    assert titles("lisi") == [] and titles("zhaoliu") == ["市卫生健康委员会2025年度报告还剩 2 个工作日"]


def test_the_head_hears_of_what_waits_and_the_writer_of_what_comes_back(office: Office, reference: None) -> None:
    year_of_work(office)
    report = checked(office)
    assert titles("wangwu") == ["请签发：市教育局2025年政府信息公开工作年度报告"] and titles("lisi") == []
    services.send_back(actor=office.cast.wangwu, report=report, reason="第五部分太空", at=moment())
    assert titles("lisi") == ["退回修改：市教育局2025年政府信息公开工作年度报告"]
    services.check(actor=office.cast.lisi, report=report, at=moment())  # nothing of it was written anew
    assert len(titles("wangwu")) == 2


def test_the_supervisor_is_told_of_the_consolidated_reports_in_march(office: Office) -> None:
    telling.remind(at=at(3, 24))
    assert titles("qianqi") == [
        "云岚市人民政府2025年度报告（汇总）还剩 5 个工作日",
        "青溪区人民政府2025年度报告（汇总）还剩 5 个工作日",
    ]


def test_a_first_message_that_comes_late_says_how_many_days_are_left(office: Office) -> None:
    telling.remind(at=at(1, 13))
    assert titles("lisi") == ["市教育局2025年度报告还剩 13 个工作日"]


def test_the_day_s_job_is_put_down_once_and_in_waking_hours(office: Office) -> None:
    telling.begin(at=at(1, 26, 3))
    assert not Job.objects.filter(kind=telling.JOB).exists()
    for _ in range(3):
        telling.begin(at=at(1, 26))
    assert Job.objects.filter(kind=telling.JOB).count() == 1
    run_waiting()
    assert Job.objects.get(kind=telling.JOB).state == "done"
