"""Files of a year's arrangement: what is read and what is refused, with the place of the fault."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import shared_path
from workdays.formats import FileFaults, read_date, read_years, write_years
from workdays.published import published_drafts

OFF = [date(2027, 1, 1), *(date(2027, 2, 5) + timedelta(days=n) for n in range(8)), *(
    date(2027, 10, 1) + timedelta(days=n) for n in range(7))]  # fmt: skip


def csv_file(*extra: str, head: str = "date,kind,name") -> str:
    """A good file of 2027 with more lines at its end (they start on line 18)."""
    return "\n".join([head, *(f"{day},off,节日" for day in OFF), *extra])


def faults_of(content: bytes | str) -> str:
    with pytest.raises(FileFaults) as caught:
        read_years(content)
    return "\n".join(caught.value.faults)


def test_it_reads_a_csv_file_and_takes_the_year_most_days_fall_in() -> None:
    (draft,) = read_years(csv_file("2026-12-31,休,元旦", "2027-02-13,上班,春节"))
    assert draft.year == 2027
    assert draft.notice == "国务院办公厅关于2027年部分节假日安排的通知"
    assert draft.days[0].on == date(2026, 12, 31)
    assert [day.on for day in draft.days if day.is_workday] == [date(2027, 2, 13)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_it_reads_files_as_spreadsheets_save_them(encoding: str) -> None:
    (draft,) = read_years(csv_file(head="日期,类型,名称").replace("\n", "\r\n").encode(encoding))
    assert draft.days[0].name == "节日"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2027-02-30,off,春节", "第 18 行：日期“2027-02-30”无法识别"),
        ("明天,off,春节", "第 18 行：日期“明天”无法识别"),
        ("2027-02-13,half,春节", "第 18 行：类型“half”无法识别"),
        ("2027-02-13", "第 18 行：类型“”无法识别"),
        ("2027-02-05,off,春节", "第 18 行：2027-02-05 与第 3 行重复"),
        ("2027-02-15,work,春节", "第 18 行：2027-02-15 是星期一，调休上班日应为星期六或星期日"),
        ("2028-02-05,work,春节", "第 18 行：2028-02-05 不属于 2027 年的放假安排"),
        ("2026-11-28,work,春节", "第 18 行：2026-11-28 不属于 2027 年的放假安排"),
    ],
)
def test_it_names_the_line_and_the_fault(line: str, sentence: str) -> None:
    assert sentence in faults_of(csv_file(line))


def test_it_reports_every_fault_at_once() -> None:
    assert faults_of(csv_file("x,off,a", "y,off,b")).count("无法识别") == 2


def test_it_refuses_a_file_that_is_cut_off() -> None:
    faults = faults_of("date,kind\n2027-02-05,off")
    assert "缺少 2027-01-01 元旦" in faults
    assert "不足 10 天" in faults


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "文件是空的"),
        ("\ufeff", "文件是空的"),
        ("a,b\n1,2", "应为表头"),
        ("date,kind\n", "没有日期"),
        (b"\xff\xfe\xff\x00", "编码无法识别"),
        ("{", "第 1 行：不是有效的 JSON"),
        ("[1, 2]", "缺少 days"),
        ('{"year": 2027}', "缺少 days"),
        ('{"year": "后年", "days": []}', "年份“后年”无法识别"),
        ('{"year": 99999999, "days": []}', "无法识别"),
        ('{"year": 2027, "days": [3]}', "第 1 条：日期“”无法识别"),
        ('{"official": {}}', "没有任何年份"),
        ("[" * 100_000, "不是有效的 JSON"),
        ('date,kind\n"2027' + "x" * 200_000, "CSV 文件格式有误"),
    ],
)
def test_hostile_and_empty_files_are_refused_in_words(content: bytes | str, sentence: str) -> None:
    assert sentence in faults_of(content)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_no_file_whatsoever_breaks_it(content: bytes | str) -> None:
    try:
        read_years(content)
    except FileFaults as error:
        assert error.faults


def test_it_reads_the_shape_of_the_holiday_cn_project() -> None:
    days = [{"name": "节", "date": day.isoformat(), "isOffDay": True} for day in OFF]
    days.append({"name": "节", "date": "2027-02-13", "isOffDay": False})
    papers = ["https://www.gov.cn/x.htm"]
    (draft,) = read_years(json.dumps({"year": 2027, "papers": papers, "days": days}))
    assert draft.url == "https://www.gov.cn/x.htm"
    assert sum(day.is_workday for day in draft.days) == 1


def test_an_address_that_is_no_address_is_dropped() -> None:
    days = [{"name": "节", "date": day.isoformat(), "isOffDay": True} for day in OFF]
    (draft,) = read_years(json.dumps({"year": 2027, "url": "javascript:alert(1)", "days": days}))
    assert draft.url == ""


def test_what_is_written_is_read_back_the_same() -> None:
    drafts = published_drafts()
    assert read_years(write_years(drafts)) == drafts


def test_the_notices_of_three_years_agree_with_the_loaded_calendar() -> None:
    path = shared_path("calendar/holidays_2024_2027.json")
    known = {draft.year: {(day.on, day.is_workday) for day in draft.days} for draft in published_drafts()}
    for draft in read_years(path.read_bytes()):
        inside = {(on, worked) for on, worked in known[draft.year] if on.year == draft.year}
        assert {(day.on, day.is_workday) for day in draft.days} == inside
        assert draft.url.startswith("https://www.gov.cn/")


@pytest.mark.parametrize("text", ["2027-01-02", "2027/1/2", "2027.1.2", "2027年1月2日", "20270102", " 2027-01-02 "])
def test_it_reads_the_usual_spellings_of_a_day(text: str) -> None:
    assert read_date(text) == date(2027, 1, 2)


@pytest.mark.parametrize("text", ["2027112", "27-1-2", "2027-13-1", "２０２７-01-02", None, 20271, "2027-01-02 00:00"])
def test_it_reads_nothing_into_other_spellings(text: object) -> None:
    assert read_date(text) is None
