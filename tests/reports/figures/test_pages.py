"""Citizens' page of figures and the dashboard: who sees what, out of kept numbers alone, and where a number leads."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Department, User
from reports.figures import rules
from reports.figures.services import count_months
from reports.models import CountedMonth, MonthlyFigure
from requests_app import rules as requests
from requests_app.models import InformationRequest
from search.models import EmptySearch
from tests.cast import Cast
from tests.catalog.make import Press
from tests.reports.figures.filling import fill
from tests.requests_app.casework import Office
from workdays.months import last_months, month_key

pytestmark = pytest.mark.django_db
PUBLIC, DESK, CASES = "/data/figures/", "/desk/reports/figures/", "/desk/reports/figures/cases/"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def count_now(months: int = 24) -> None:
    now = timezone.now()
    count_months([month_key(first) for first in last_months(timezone.localdate(now), months)], at=now)


@pytest.fixture
def city(office: Office, reference: None) -> Office:
    """A year of applications and some documents, counted."""
    cast, today, press = office.cast, timezone.localdate(), Press(office.cast)
    fill(cast, [cast.jyj, cast.wjw], count=600, first=today - timedelta(days=330), last=today)
    for days in (0, 40, 200):
        press.document(published_at=timezone.now() - timedelta(days=days), column="notices")
    count_now()
    return office


# --- citizens ----------------------------------------------------------------------------------------------------------


def test_anybody_reads_the_figures_with_their_tables_and_what_they_mean(city: Office) -> None:
    answer = Client().get(PUBLIC)
    page = answer.content.decode()
    assert answer.status_code == 200 and not answer.cookies
    assert "近十二个月公开 3 件" in page and "市教育局" in page and "统计于" in page
    assert "最近 24 个月的每夜更新，更早的月份不再更新" in page and "24 个月以前、不再重新统计的，不减" in page
    assert page.count('role="img"') >= 8 and "style=" not in page
    anchors = set(re.findall(r'href="#([\w-]+)"', page))
    assert {name for name in anchors if f'id="{name}"' not in page} == set()
    assert {f"term-{slug}" for slug in ("received", "ontime", "workdays", "rating")} <= anchors
    assert "/desk/" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_body_and_a_year_are_chosen_in_the_address(city: Office) -> None:
    year = timezone.localdate().year
    page = Client().get(PUBLIC, {"department": "jyj", "period": str(year)})
    content = page.content.decode()
    assert page.context["asked"].body == city.cast.jyj and page.context["asked"].period.slug == str(year)
    assert "<h1>市教育局公开数据</h1>" in content and 'id="bodies"' not in content
    whole = MonthlyFigure.objects.filter(department=city.cast.jyj, measure="channel", month__gte=year * 100 + 1)
    received = next(each for _, made in page.context["groups"] for each in made if each.slug == "received")
    assert sum(int(row.cells[0].replace(",", "")) for row in received.rows) == sum(
        whole.values_list("value", flat=True)
    )


@pytest.mark.parametrize(
    "query", ["department=nobody", "department=jyj-bgs", "period=2015", "period=x", "period=2026q1", "period=20260"]
)
def test_a_body_or_a_period_without_numbers_is_not_found(city: Office, query: str) -> None:
    for address in (PUBLIC, f"{PUBLIC}figures.xlsx", f"{PUBLIC}received.csv"):
        assert Client().get(f"{address}?{query}").status_code == 404, address


def test_before_the_first_count_the_page_says_so(office: Office, reference: None) -> None:
    page = Client().get(PUBLIC).content.decode()
    assert "数字还没有统计" in page and "数字说明" in page
    assert "数字还没有统计" in client_of(office.cast.wangwu).get(DESK).content.decode()


def test_every_table_can_be_taken_away_and_all_of_them_with_the_glossary(city: Office) -> None:
    page = Client().get(PUBLIC)
    for _, made in page.context["groups"]:
        for section in made:
            answer = Client().get(f"{PUBLIC}{section.slug}.csv")
            lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
            assert answer.status_code == 200 and len(lines) == 1 + len(section.rows), section.slug
    assert Client().get(f"{PUBLIC}nothing.csv").status_code == 404
    book = openpyxl.load_workbook(io.BytesIO(Client().get(f"{PUBLIC}figures.xlsx?department=jyj").content))
    assert book.sheetnames[0] == "各月公开数量" and book.sheetnames[-1] == "数字说明"
    column = [row[1].value for row in book["申请方式"].iter_rows(min_row=2)]
    assert all(isinstance(value, int) for value in column) and sum(column) > 100


def test_figures_are_asked_of_kept_numbers_alone_and_as_often_for_two_bodies_as_for_one(city: Office) -> None:
    def asked(client: Client, address: str) -> list[str]:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return [row["sql"] for row in captured.captured_queries]

    def both() -> list[int]:
        counts = []
        for client, address, most in ((Client(), PUBLIC, 5), (client_of(city.cast.qianqi), DESK, 14)):
            sql = asked(client, address)
            assert not [each for each in sql if "informationrequest" in each or "catalog_document" in each]
            assert len(sql) <= most, "\n".join(sql)
            counts.append(len(sql))
        return counts

    few = both()
    InformationRequest.objects.filter(pk__in=InformationRequest.objects.order_by("pk")[:200]).update(
        department=city.cast.qxq_jyj
    )
    count_now()
    assert both() == few


def test_a_visitors_page_is_kept_and_a_workers_is_not(city: Office, settings: Settings) -> None:
    settings.KEEP_PAGES_SECONDS = 30
    caches["pages"].clear()
    first = Client().get(PUBLIC).content
    MonthlyFigure.objects.filter(department=None).delete()
    assert Client().get(PUBLIC).content == first
    assert "没有收到申请" in Client().get(f"{PUBLIC}?period=recent").content.decode()
    assert b"/desk/reports/figures/cases/" not in first
    caches["pages"].clear()


def test_the_public_page_keeps_back_the_ratings_of_a_single_body_with_few(city: Office) -> None:
    last, _ = last_months(timezone.localdate(), 2)
    MonthlyFigure.objects.filter(measure="rating").delete()
    for body, stars, count in ((city.cast.jyj, "5", 6), (city.cast.wjw, "1", 1), (None, "5", 6), (None, "1", 1)):
        MonthlyFigure.objects.create(department=body, month=month_key(last), measure="rating", key=stars, value=count)
    sheet = b"".join(Client().get(f"{PUBLIC}ratings.csv").streaming_content).decode("utf-8-sig")
    assert "5 分,6,100.0%" in sheet and "1 分,0," in sheet
    page = client_of(city.cast.qianqi).get(DESK)
    ratings = next(each for _, made in page.context["groups"] for each in made if each.slug == "ratings")
    assert [row.cells[0] for row in ratings.rows] == ["6", "0", "0", "0", "1"]


# --- from a number to a case -------------------------------------------------------------------------------------------


def links_of(client: Client, query: str = "") -> list[str]:
    page = client.get(PUBLIC + query).content.decode()
    return [link.replace("&amp;", "&") for link in re.findall(rf'href="({CASES}[^"]+)"', page)]


@pytest.mark.law("条例§47")
def test_a_figure_is_followed_from_the_public_page_to_the_single_case(city: Office) -> None:
    client = client_of(city.cast.qianqi)
    links = links_of(client)
    assert len(links) > 20
    for link in links[::7]:
        page = client.get(link)
        assert page.status_code == 200
        shown = page.context["page"].rows
        assert len(shown) == min(page.context["number"], 30), link
        row = shown[0]
        assert client.get(row.url).status_code == 200 and row.case.number in page.content.decode()


def test_who_answers_follows_the_numbers_of_the_own_body_alone(city: Office) -> None:
    client = client_of(city.cast.lisi)
    assert links_of(client) == []  # the city's numbers are not the bureau's
    assert links_of(client, "?department=wjw") == []
    (link, *_) = links_of(client, "?department=jyj")
    page = client.get(link)
    assert {row.case.department_id for row in page.context["page"].rows} == {city.cast.jyj.pk}
    assert client.get(link.replace("department=jyj", "department=wjw")).status_code == 404
    assert client.get(link.replace("&department=jyj", "")).status_code == 404


def test_a_number_is_followed_by_nobody_else(city: Office) -> None:
    link = f"{CASES}?measure=channel&key=online&department=jyj"
    visitor = Client().get(link)
    assert visitor.status_code == 302 and visitor["Location"].startswith("/accounts/login/")
    cast = city.cast
    for person in (cast.zhangsan, cast.zhaoliu, cast.sunba, cast.wushi, cast.zhengyi, cast.root):
        assert client_of(person).get(link).status_code == 404, person
        assert links_of(client_of(person), "?department=jyj") == [], person
    for person in (cast.lisi, cast.wangwu, cast.qianqi, cast.fenger):
        assert client_of(person).get(link).status_code == 200, person


@pytest.mark.parametrize(
    "query",
    ["", "measure=published", "measure=x", "measure=channel&key=x", "measure=workdays&key=-1", "measure=channel&period=x",
     "measure=channel&period=202613", "measure=open&key=x", "measure=channel&department=nobody"],
)  # fmt: skip
def test_a_number_that_does_not_exist_is_not_found(city: Office, query: str) -> None:
    assert client_of(city.cast.qianqi).get(f"{CASES}?{query}").status_code == 404


def test_pages_of_cases_follow_each_other_without_gap_or_repetition(city: Office) -> None:
    client, seen, after = client_of(city.cast.qianqi), [], ""
    link = f"{CASES}?measure=answered&key=on_time"
    number = client.get(link).context["number"]
    for _ in range(number // 30 + 1):
        page = client.get(f"{link}&after={after}").context["page"]
        seen += [row.case.pk for row in page.rows]
        after = page.after
    assert after == ""
    assert len(seen) == len(set(seen)) == number > 60
    assert client.get(f"{link}&after=x").context["page"].rows[0].case.pk == seen[0]


def test_names_of_people_are_masked_for_the_supervisor(city: Office) -> None:
    page = client_of(city.cast.qianqi).get(f"{CASES}?measure=applicant&key=natural_person")
    assert {row.name for row in page.context["page"].rows} == {"李*"}


def test_what_is_in_hand_can_be_followed_too(city: Office) -> None:
    last = last_months(timezone.localdate(), 2)[0]
    page = client_of(city.cast.qianqi).get(f"{CASES}?measure=open&period={month_key(last)}")
    assert page.status_code == 200 and page.context["number"] is None and page.context["page"].rows


# --- the rules ---------------------------------------------------------------------------------------------------------


def test_the_rules_agree_with_their_twins(cast: Cast) -> None:
    for person in cast.people.values():
        measured = set(rules.bodies_measured_for(person))
        for body in Department.objects.all():
            assert rules.can_measure(person, body) == (body in measured), (person, body)


def test_what_is_listed_is_what_may_be_seen(city: Office) -> None:
    for person in (city.cast.lisi, city.cast.zhaoliu, city.cast.qianqi, city.cast.fenger):
        visible = set(requests.cases_visible_to(person).values_list("pk", flat=True))
        for body in (city.cast.jyj, city.cast.wjw):
            page = client_of(person).get(f"{CASES}?measure=channel&department={body.code}")
            if rules.can_follow(person, body):
                assert {row.case.pk for row in page.context["page"].rows} <= visible
            else:
                assert page.status_code == 404


# --- the desk ----------------------------------------------------------------------------------------------------------


def test_the_dashboard_is_for_offices_and_for_who_looks_at_the_city(city: Office) -> None:
    cast = city.cast
    for person in (cast.lisi, cast.wangwu):
        page = client_of(person).get(DESK)
        assert page.status_code == 200 and page.context["asked"].body == cast.jyj and page.context["bodies"] is None
        assert client_of(person).get(f"{DESK}?department=wjw").status_code == 404
    for person in (cast.qianqi, cast.fenger, cast.zhengyi, cast.root):
        page = client_of(person).get(DESK)
        assert page.context["asked"].body is None and page.context["bodies"].rows
        assert client_of(person).get(f"{DESK}?department=wjw").context["asked"].body == cast.wjw
    for person in (cast.zhangsan, cast.sunba, cast.zhoujiu, cast.wushi):
        assert client_of(person).get(DESK).status_code == 404, person


def test_numbers_on_the_desk_lead_to_cases_for_who_may_see_them(city: Office) -> None:
    assert CASES in client_of(city.cast.wangwu).get(DESK).content.decode()
    assert CASES in client_of(city.cast.qianqi).get(DESK).content.decode()
    assert CASES not in client_of(city.cast.zhengyi).get(DESK).content.decode()


def test_what_was_not_found_is_for_the_department_in_charge(city: Office) -> None:
    today = timezone.localdate()
    EmptySearch.objects.create(on=today, term="供热补贴标准", count=2)
    EmptySearch.objects.create(on=today - timedelta(days=5), term="供热补贴标准", count=1)
    EmptySearch.objects.create(on=today, term="只有一个人", count=2)
    EmptySearch.objects.create(on=today - timedelta(days=200), term="很久以前", count=9)
    page = client_of(city.cast.qianqi).get(DESK)
    assert list(page.context["searches"]) == [("供热补贴标准", 3)]
    assert "供热补贴标准" in page.content.decode()
    assert client_of(city.cast.qianqi).get(f"{DESK}?department=jyj").context["searches"] is None
    address = reverse("reports_desk:figures_searches")
    kept = b"".join(client_of(city.cast.qianqi).get(address).streaming_content).decode("utf-8-sig")
    assert kept.splitlines()[1] == "供热补贴标准,3"
    for person in (city.cast.fenger, city.cast.zhengyi, city.cast.wangwu, city.cast.zhangsan):
        assert client_of(person).get(address).status_code == 404
    assert client_of(city.cast.fenger).get(DESK).context["searches"] is None


def test_years_are_offered_when_each_of_their_months_was_counted(city: Office) -> None:
    year = timezone.localdate().year
    choices = Client().get(PUBLIC).context["asked"].choices
    assert [choice.slug for choice in choices] == ["recent", str(year), str(year - 1)]
    CountedMonth.objects.filter(month=(year - 1) * 100 + 6).delete()
    assert [choice.slug for choice in Client().get(PUBLIC).context["asked"].choices] == ["recent", str(year)]
