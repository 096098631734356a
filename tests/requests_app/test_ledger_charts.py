"""The charts of the overview: their sentences, their tables, and what they cost."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app.ledger.charts import flow_plots, standing_plots
from requests_app.ledger.overview import Standing
from requests_app.models import InformationRequest
from tests.requests_app.casework import Office
from tests.requests_app.test_ledger_plans import TABLE, TODAY, plan_of, scans
from tests.requests_app.test_ledger_plans import thousands as thousands

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


def standing(office: Office, **said: int) -> Standing:
    return Standing(office.cast.jyj, is_one_of_many=True, **said)


def test_bodies_are_compared_from_the_table_of_the_page(office: Office) -> None:
    many = [standing(office, open=9, late=2, answered=20, on_time=19), standing(office, open=3)]
    timely, backlog = standing_plots(many)
    assert (timely.title, timely.columns) == ("近一年答复 20 件，九成五按时", "7%")
    assert (backlog.title, backlog.columns) == ("在办 12 件，其中 2 件超期", "1 2")
    assert backlog.note == "" and "在办最多的 10 个机关" in standing_plots(many * 6)[1].note


def test_one_body_alone_is_told_in_words(office: Office) -> None:
    timely, backlog = standing_plots([standing(office, open=1)])
    assert (timely.title, timely.columns) == ("近一年还没有作出答复", "")
    assert (backlog.title, backlog.columns) == ("在办 1 件，没有超期", "")
    assert standing_plots([]) == []


def test_without_applications_the_charts_teach(office: Office) -> None:
    months, outcomes = flow_plots([office.cast.jyj], TODAY)
    assert (months.title, months.rows) == ("近十二个月还没有收到申请", [])
    assert "2025年以来登记的申请还没有作出决定" in outcomes.title and "作出决定以后" in outcomes.note


def test_months_count_what_came_and_what_was_answered(office: Office) -> None:
    day = date(2026, 3, 3)
    case = office.handling(day)
    office.answered(office.handling(day), day)
    months, outcomes = flow_plots([office.cast.jyj], TODAY)
    assert months.title == "近十二个月收到 2 件，答复 1 件"
    assert months.rows[-1].label == "2026年3月（至31日）" and months.rows[-1].cells == ("2", "1")
    assert len(months.rows) == 12 and {row.cells for row in months.rows[:-1]} == {("0", "0")}
    assert outcomes.title == "2026年登记的申请已决定 1 件，予以公开最多（1 件）"
    assert outcomes.rows[0].cells == ("0", "1") and len(outcomes.rows) == 6
    assert flow_plots([office.cast.wjw], TODAY)[0].rows == []
    InformationRequest.objects.filter(pk=case.pk).update(outcome="deny_process", register_year=2025)
    assert flow_plots([office.cast.jyj], TODAY)[1].rows[2].cells == ("1", "0")


def test_the_page_carries_its_figures_with_their_tables(office: Office, signed_in: SignedIn) -> None:
    day = timezone.localdate() - timedelta(days=10)
    office.answered(office.handling(day), day)
    page = signed_in(office.cast.wangwu).get(reverse("requests_desk:overview")).content.decode()
    figures = re.findall(r'<figure class="plot" data-chart="(\w+)".*?</figure>', page, re.S)
    assert figures == ["line", "bar"]
    assert page.count('<table class="chart-table">') == 2
    assert "echarts" in page and "style=" not in page
    assert "echarts" not in signed_in(office.cast.wangwu).get(reverse("requests_desk:ledger")).content.decode()


def test_months_and_decisions_are_three_walks_of_covering_indexes(thousands: Office) -> None:
    bodies = [thousands.cast.jyj, thousands.cast.wjw]
    with CaptureQueriesContext(connection) as captured:
        months, _ = flow_plots(bodies, TODAY)
    assert sum(int(row.cells[1]) for row in months.rows) > 0
    asked = [row["sql"] for row in captured.captured_queries]
    assert len(asked) == 3 and all(TABLE in sql for sql in asked)
    if connection.vendor == "sqlite":
        for sql, index in zip(asked, ("received", "answered", "counted"), strict=True):
            said = plan_of(sql)
            assert f"COVERING INDEX requests_{index}" in said and "TEMP B-TREE" not in said, said
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert not [sql for sql in asked if scans(plan_of(sql))]
