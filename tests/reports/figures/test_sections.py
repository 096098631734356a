"""The parts of the page: findings in words, tables that add up, small numbers kept back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.models import Department
from catalog.reference import Entry, Tree
from reports.figures import bodies
from reports.figures.links import Links
from reports.figures.measures import TERMS, Measure
from reports.figures.periods import recent
from reports.figures.sections import DAY_BUCKETS, Page, Section, sections
from reports.figures.selectors import Counts

TODAY = date(2026, 11, 22)
PERIOD = recent(TODAY)
COLUMNS = Tree(
    {1: Entry(1, "policy", "政策文件"), 2: Entry(2, "normative", "规范性文件", 1), 3: Entry(3, "plan", "规划")}
)
Rows = Iterable[tuple[str, str, int, int]]


def page(*rows: tuple[str, str, int, int], body: Department | None = None, **said: Any) -> Page:
    return Page(Counts(rows, PERIOD), Links(body, PERIOD, said.pop("follows", False)), COLUMNS, **said)


def made(*rows: tuple[str, str, int, int], **said: object) -> dict[str, Section]:
    return {each.slug: each for each in sections(page(*rows, **said))}  # type: ignore[arg-type]


def cells(section: Section) -> dict[str, tuple[str, ...]]:
    return {row.label: row.cells for row in section.rows}


def test_a_city_without_numbers_is_told_so_and_nothing_is_drawn() -> None:
    for section in sections(page()):
        assert section.title and not section.chart.bars, section.slug
        assert not any(link for row in section.rows for link in row.links if "cases" in link)


def test_every_section_is_explained_by_the_glossary() -> None:
    known = {term.slug for term in TERMS}
    assert all(section.terms and set(section.terms) <= known for section in sections(page()))
    assert {slug for section in sections(page()) for slug in section.terms} == known


def test_documents_stand_in_their_month_and_below_the_column_at_the_top() -> None:
    found = made(
        ("published", "", 202610, 1200), ("published", "1", 202610, 200), ("published", "2", 202610, 900),
        ("published", "3", 202610, 100), ("published", "", 202611, 5), ("published", "9", 202611, 5),
    )  # fmt: skip
    assert found["published"].title == "近十二个月公开 1,205 件，2026年10月最多（1,200 件）"
    assert cells(found["published"])["2026年11月（至22日）"] == ("5",)
    assert cells(found["columns"]) == {
        "政策文件": ("1,100", "91.3%"),
        "规划": ("100", "8.3%"),
        "其他栏目": ("5", "0.4%"),
    }
    link = found["columns"].rows[0].links[0]
    assert "column=policy" in link and "since=2025-12-01" in link and "until=2026-11-22" in link


def test_timeliness_and_policies_name_their_share() -> None:
    found = made(
        ("timeliness", "same_day", 202609, 3), ("timeliness", "in_time", 202610, 6), ("timeliness", "late", 202610, 1),
        ("policies", "explained", 202610, 1), ("policies", "without", 202610, 1),
    )  # fmt: skip
    assert found["timeliness"].title == "公开有期限的文件 10 件，九成按期公开"
    assert cells(found["timeliness"])["2026年10月"] == ("0", "6", "1")
    assert found["policies"].title == "公开政策文件 2 件，一半有解读"
    assert [bar.text for bar in found["policies"].chart.bars] == ["1", "0", "1"]


def test_decisions_stand_below_their_family_and_add_up() -> None:
    found = made(
        ("outcome", "deny_internal", 202610, 2), ("outcome", "deny_process", 202610, 1), ("outcome", "partial", 202609, 1)
    )["outcomes"]  # fmt: skip
    assert found.title == "办结 4 件，不予公开最多，占七成五"
    rows = [(row.label, row.cells[0], row.is_part) for row in found.rows if row.cells[0] != "0"]
    assert rows == [
        ("部分公开", "1", False),
        ("不予公开", "3", False),
        ("内部事务信息", "2", True),
        ("过程性信息", "1", True),
    ]


def test_the_distribution_keeps_every_day_up_to_the_period_and_has_a_line_there() -> None:
    days = {0: 1, 9: 4, 20: 3, 21: 1, 25: 1, 33: 1, 99: 1}
    found = made(*(("workdays", str(day), 202610, count) for day, count in days.items()))["workdays"]
    assert found.title == "一半的申请在 20 个工作日内答复，九成在 33 个工作日内"
    shown = cells(found)
    assert sum(int(row[0]) for row in shown.values()) == sum(days.values())
    assert (shown["9"], shown["20"], shown["21 至 25"], shown["31 至 40"], shown["41 以上"]) == (
        ("4",), ("3",), ("2",), ("1",), ("1",)
    )  # fmt: skip
    chart = found.chart
    assert len(chart.bars) == len(DAY_BUCKETS) and chart.mark == f"{100 * 21 / len(DAY_BUCKETS):.2f}%"
    assert [bar.text for bar in chart.bars if not bar.text] and found.drawn.mark == "20"


def test_shares_are_in_the_table_and_not_in_the_drawing() -> None:
    found = made(("channel", "online", 202610, 2), ("channel", "fax", 202611, 1))
    assert found["channels"].drawn.series == 1 and found["received"].drawn.series == 0
    assert cells(found["channels"])["传真"] == ("1", "33.3%")
    assert cells(found["received"])["2026年10月"] == ("2", "0")


def test_remedies_stand_by_kind_and_result() -> None:
    found = made(("remedy", "reconsideration.correct", 202610, 1), ("remedy", "litigation.maintain", 202610, 2))
    assert found["remedies"].title == "审结复议和诉讼 3 件，其中 1 件被纠正"
    assert cells(found["remedies"])["未经复议直接起诉"] == ("2", "0", "0")


def test_few_ratings_of_one_body_are_not_published_and_the_desk_has_them() -> None:
    jyj = Department(code="jyj", name="市教育局")
    few, enough = ("rating", "5", 202610, 4), ("rating", "1", 202609, 1)
    assert not made(few, body=jyj)["ratings"].rows and "不足 5 条" in made(few, body=jyj)["ratings"].title
    assert made(few, enough, body=jyj)["ratings"].title == "5 件作了评价，平均 4.2 分"
    assert made(few, body=jyj, hides_few=False)["ratings"].rows and not made(few)["ratings"].rows


def test_numbers_lead_to_cases_only_for_who_follows() -> None:
    rows = (("channel", "online", 202610, 2), ("workdays", "23", 202610, 1), ("outcome", "partial", 202610, 1))
    plain, open_ones = made(*rows), made(*rows, follows=True)
    assert not any("/desk/" in link for each in plain.values() for row in each.rows for link in row.links)
    links = {link for each in open_ones.values() for row in each.rows for link in row.links if link}
    assert "/desk/reports/figures/cases/?measure=channel&key=online&period=recent" in links
    assert "/desk/reports/figures/cases/?measure=workdays&key=21-25&period=recent" in links
    assert "/desk/reports/figures/cases/?measure=channel&key=&period=202610" in links
    zero = next(row for row in open_ones["channels"].rows if row.label == "传真")
    assert zero.links == ("",)


def test_a_sheet_holds_numbers_as_numbers() -> None:
    name, head, rows = made(("channel", "online", 202610, 12_345))["channels"].sheet
    assert (name, head[1]) == ("申请方式", "收到（件）")
    assert rows[0] == ["网上提交", 12_345, "100.0%"]


# --- bodies ------------------------------------------------------------------------------------------------------------


def test_bodies_stand_beside_each_other_and_few_ratings_are_a_dash() -> None:
    jyj, wjw, empty = (Department(pk=pk, code=code, name=code) for pk, code in ((1, "jyj"), (2, "wjw"), (3, "x")))
    found = {
        1: {"published": {"": 7}, "channel": {"online": 3, "fax": 1}, "answered": {"on_time": 3, "late": 1},
            "workdays": {"5": 1, "9": 2, "30": 1}, "rating": {"5": 5}},
        2: {"published": {"": 2}, "rating": {"1": 4}},
    }  # fmt: skip
    shown = bodies.of_bodies([jyj, wjw, empty], found)
    section = bodies.section(shown, Links(None, PERIOD, follows=True), "/x?department={}")
    assert [row.label for row in section.rows] == ["jyj", "wjw"]
    assert section.rows[0].cells == ("7", "4", "4", "1", "75.0%", "9", "5.0")
    assert section.rows[1].cells == ("2", "0", "0", "0", "—", "—", "—")
    assert section.rows[1].links[1:] == ("", "", "") and "department=jyj" in section.rows[0].links[3]
    assert section.rows[0].url == "/x?department=jyj" and section.title == "2 个机关有数据，1 个机关收到申请"
    desk = bodies.section(shown, Links(None, PERIOD), "/x?department={}", hides_few=False)
    assert desk.rows[1].cells[-1] == "1.0" and Measure.RATING


def test_ratings_of_a_body_with_few_cannot_be_computed_from_those_of_the_city() -> None:
    many, single, some = {"rating": {"5": 9, "4": 3}}, {"rating": {"1": 1}}, {"rating": {"2": 4}}
    whole = [("rating", "5", 202610, 9), ("rating", "4", 202610, 3), ("rating", "1", 202610, 1)]
    left = bodies.city_ratings({1: many, 2: single})
    shown = made(*whole, ratings=left)["ratings"]
    assert [row.cells[0] for row in shown.rows] == ["9", "3", "0", "0", "0"]
    assert "12 件作了评价" in shown.title and "不含评价不足 5 条的机关" in shown.note
    assert bodies.city_ratings({1: many, 2: single, 3: {"rating": {"2": 3}}}) == left  # four together
    assert bodies.city_ratings({1: many, 2: single, 3: some}) is None  # five, of two bodies
    assert bodies.city_ratings({1: many}) is None  # whatever became of the body since
    assert "不公布" in made(*whole, ratings=dict.fromkeys("12345", 0))["ratings"].title
    assert bodies.city_ratings({1: many, 2: {"channel": {"fax": 1}}}) is None


def test_no_body_has_numbers() -> None:
    assert bodies.section([], Links(None, PERIOD), "").title == "还没有数据"
