"""Tasks in and out as rows of a table."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from accounts.models import Department
from files.spreadsheets import csv_lines, sheet
from reports.plans import rows, services
from reports.plans.rows import HEADS
from tests.reports.plans.planning import Planner, at

pytestmark = pytest.mark.django_db
FULL = [
    "3",
    "工作任务",
    "政策公开",
    "公布招生政策",
    "市教育局",
    "市卫生健康委员会、qxq",
    "2026年6月30日",
    "",
    "",
    "",
    "",
    "",
]


def a_csv(folder: Path, *lines: list[str], heads: tuple[str, ...] = HEADS) -> Path:
    path = folder / "tasks.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(heads), *lines])
    return path


def read(path: Path) -> tuple[list[services.TaskValues], list[str]]:
    found, faults = rows.read(path, path.name)
    return found, [str(fault) for fault in faults]


def test_a_row_becomes_a_task(planner: Planner, tmp_path: Path) -> None:
    cast = planner.cast
    (found,), faults = read(a_csv(tmp_path, FULL))
    assert faults == []
    assert (found.number, found.kind, found.section, found.text) == (3, "task", "政策公开", "公布招生政策")
    assert (found.lead, found.responsible, found.due_on) == (cast.jyj, (cast.wjw, cast.qxq), date(2026, 6, 30))


def test_everything_wrong_is_told_with_its_row(planner: Planner, tmp_path: Path) -> None:
    def changed(**said: str) -> list[str]:
        return [said.get(head, cell) for head, cell in zip(HEADS, FULL, strict=True)]

    found, faults = read(
        a_csv(
            tmp_path,
            FULL,
            changed(牵头机关="教育厅"),
            changed(完成期限="六月底"),
            changed(任务内容=""),
            changed(类别="会议"),
            changed(第一季度场次="两"),
            changed(任务内容="长" * 501),
            changed(责任机关="市教育局办公室"),
            FULL,
            changed(任务内容="", 牵头机关="教育部", 责任机关="某局", 完成期限="明年"),
        )
    )
    assert faults == [
        "第 3 行：没有找到机关“教育厅”，请填写全称、简称或者代码。",
        "第 4 行：日期“六月底”无法识别。",
        "第 5 行：没有填写任务内容。",
        "第 6 行：类别“会议”不对，应为“工作任务”或者“新闻发布”。",
        "第 7 行：第一季度场次“两”不是 0 至 99 的整数。",
        "第 8 行：任务内容超过 500 字。",
        "第 9 行：没有找到机关“市教育局办公室”，请填写全称、简称或者代码。",
        "第 11 行：没有填写任务内容；日期“明年”无法识别；没有找到机关“教育部”，请填写全称、简称或者代码；没有找到机关“某局”，请填写全称、简称或者代码。",
        "序号 3 出现了不止一次。",
    ]
    assert len(found) == 2


def test_a_file_that_is_none_says_so(planner: Planner, tmp_path: Path) -> None:
    for name, data, words in (
        ("empty.csv", b"", "文件是空的"),
        ("heads.csv", "任务内容,牵头机关\n甲,市教育局\n".encode(), "缺少列：完成期限"),
        ("only.csv", (",".join(HEADS) + "\n").encode(), "文件里没有任务"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"x" * 100, "旧版 Excel"),
        ("list.json", b'[{"a": 1}]', "请上传 XLSX 或者 CSV"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 100, "已损坏"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        found, faults = read(path)
        assert not found and words in faults[0], name


def test_a_workbook_is_read_with_its_own_days_and_numbers(planner: Planner, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(HEADS))
    page.append([1, "新闻发布", "", "民生发布", "jyj", None, date(2026, 12, 31), 1, 2, 0, 1, "家长"])
    path = tmp_path / "tasks.xlsx"
    book.save(path)
    (found,), faults = read(path)
    assert (faults, found.due_on, found.quotas, found.audience) == ([], date(2026, 12, 31), (1, 2, 0, 1), "家长")


def test_a_name_that_two_bodies_share_names_neither(planner: Planner, tmp_path: Path) -> None:
    Department.objects.filter(code__in=["jyj", "qxq-jyj"]).update(short_name="教育局")
    _, faults = read(a_csv(tmp_path, [cell.replace("市教育局", "教育局") for cell in FULL]))
    assert "没有找到机关“教育局”" in faults[0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_given_out_can_be_taken_in_again(planner: Planner, tmp_path: Path, kind: str) -> None:
    plan = planner.plan()
    planner.add(plan, planner.values(number=4))
    planner.add(plan, planner.briefing())
    lines = [rows.cells_of(task) for task in plan.tasks.select_related("lead").order_by("number")]
    path = tmp_path / f"tasks.{kind}"
    if kind == "csv":
        path.write_text("".join(csv_lines([HEADS, *lines])), encoding="utf-8", newline="")
    else:
        path.write_bytes(sheet("任务", HEADS, lines))
    found, faults = read(path)
    other = planner.plan(title="下一年的计划")
    assert faults == []
    services.import_tasks(actor=planner.cast.qianqi, plan=other, rows=found, at=at())
    again = [rows.cells_of(task) for task in other.tasks.select_related("lead").order_by("number")]
    assert again == lines


def test_the_template_has_the_columns_and_says_what_belongs_into_them() -> None:
    book = load_workbook(io.BytesIO(rows.template()))
    assert [cell.value for cell in book["任务"][1]] == list(HEADS)
    explained = "".join(str(row[0].value) for row in book["填写说明"].iter_rows(min_row=2))
    assert all(head in explained for head in HEADS)
