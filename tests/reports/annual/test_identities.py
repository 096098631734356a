"""The identities of annual reports: real published ones, and each rule broken on purpose."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.annual.identities import breaches
from reports.annual.reading import Unreadable, figures_from, number_of, remarks
from reports.annual.tables import COLUMN_LABELS, COLUMNS, DECIDED, GROUPS, PATHS, RESULTS, ROW_LABELS, TOTAL
from requests_app.outcomes import ROWS
from tests.shared import shared_path

pytestmark = pytest.mark.law("条例§50")
REPORTS = "reports/annual_reports.json"


def sound() -> dict[str, Any]:
    """A report of which everything agrees: three applications of citizens, one of a company."""
    table3 = {name: dict.fromkeys(COLUMN_LABELS, 0) for name in PATHS}
    for name, people, firms in (
        ("new_received", 3, 1), ("granted", 2, 0), ("denied_process", 0, 1), ("total_processed", 2, 1), ("carried_forward", 1, 0),
    ):  # fmt: skip
        table3[name] |= {"natural_person": people, "commercial": firms, TOTAL: people + firms}
    table4 = {name: dict.fromkeys((*RESULTS, TOTAL), 0) for name in GROUPS}
    table2 = {
        "regulations": {"made": 0, "repealed": 0, "valid": 0},
        "reg_docs": {"made": 2, "repealed": 1, "valid": 9},
        "permits": 10, "penalties": 0, "coercion": 0, "fees_wan": 12.5,
    }  # fmt: skip
    return {"agency": "云岚市教育局", "year": 2026, "table2": table2, "table3": table3, "table4": table4}


def rules(data: dict[str, Any], before: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    """(rule, row, column) of every breach."""
    found = breaches(figures_from(data), figures_from(before) if before else None)
    return [(breach.rule, breach.row, breach.column) for breach in found]


def test_rows_are_those_of_the_decisions_table() -> None:
    assert list(PATHS.values()) == [row.path for row in ROWS if not row.is_heading]


def test_a_sound_report_has_no_breach() -> None:
    assert rules(sound()) == []
    assert remarks(figures_from(sound())) == []


def test_each_rule_is_broken_by_its_own_slip() -> None:
    data = sound()
    data["table3"]["carried_forward"] |= {"natural_person": 2, TOTAL: 2}
    assert rules(data) == [("R1", "", "自然人"), ("R1", "", "总计")]
    data = sound()
    data["table3"]["granted"] |= {"natural_person": 1, TOTAL: 1}
    assert rules(data) == [("R2", "（七）总计", "自然人"), ("R2", "（七）总计", "总计")]
    data = sound()
    data["table4"]["reconsideration"]["maintained"] = 1
    assert rules(data) == [("R4", "行政复议", "总计")]
    data = sound()
    data["table3"]["granted"]["research"] = -1
    assert ("R12", "（一）予以公开", "科研机构") in rules(data)


@pytest.mark.parametrize("name", DECIDED)
def test_every_row_of_results_counts_in_every_column(name: str) -> None:
    for column in COLUMNS:
        data = sound()
        data["table3"][name][column] += 1
        data["table3"][name][TOTAL] += 1
        assert rules(data) == [("R2", "（七）总计", COLUMN_LABELS[column]), ("R2", "（七）总计", "总计")]


@pytest.mark.parametrize("name", PATHS)
def test_every_row_is_summed_across(name: str) -> None:
    data = sound()
    data["table3"][name][TOTAL] += 1
    assert ("R3", ROW_LABELS[name], "总计") in rules(data)


def test_years_are_tied_column_by_column() -> None:
    before = sound() | {"year": 2025}
    assert rules(sound(), before) == [
        ("R5", "二、上年结转政府信息公开申请数量", "自然人"),
        ("R5", "二、上年结转政府信息公开申请数量", "总计"),
        ("R6", "行政规范性文件", "现行有效件数"),
    ]
    before["table3"]["carried_forward"] = dict.fromkeys(COLUMN_LABELS, 0)
    before["table2"]["reg_docs"]["valid"] = 8
    assert rules(sound(), before) == []


def test_an_empty_cell_is_a_warning_and_a_word_is_an_error() -> None:
    for words, rule in (
        *((empty, "R8") for empty in ("", "/", None, "—", "——", "－", "–", " ―")),
        ("若干", "R12"),
        ("—3", "R12"),
    ):
        data = sound()
        data["table3"]["granted"]["research"] = words
        (breach,) = (found for found in breaches(figures_from(data)) if found.column == "科研机构")
        assert (breach.rule, breach.is_hard) == (rule, rule == "R12")
    assert [number_of(words) for words in ("１２", "1,234", 1.5, True, "9" * 20, "NaN", "1,5")] == [
        12,
        1234,
        number_of("1.5"),
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("data", [[], {}, {"agency": "甲", "year": "2024"}, {"agency": "甲", "year": 2024}])
def test_what_is_no_report_is_said(data: Any) -> None:
    with pytest.raises(Unreadable):
        figures_from(data)


def test_unknown_rows_are_said_and_missing_ones_not_guessed() -> None:
    data = sound()
    data["table3"]["gifted"] = data["table3"]["granted"]
    with pytest.raises(Unreadable, match="gifted"):
        figures_from(data)
    data = sound()
    del data["table3"]["unable_unclear"], data["table2"], data["table4"]
    said = "".join(remarks(figures_from(data)))
    assert rules(data) == []
    assert "“3.补正后申请内容仍不明确”缺少整行" in said and "没有表二" in said and "没有表四" in said


def test_what_a_rule_passed_over_is_said() -> None:
    data = sound()
    for row in data["table3"].values():
        del row["research"]
    data["table4"] = {"reconsideration": {"maintained": 5, TOTAL: 1}}
    del data["table2"]["permits"]
    said = "".join(remarks(figures_from(data)))
    assert rules(data) == []
    for words in (
        "“（七）总计”缺少科研机构",
        "“行政复议”缺少结果纠正、其他结果、尚未审结",
        "“复议后起诉”缺少整组",
        "表二缺少：行政许可",
    ):
        assert words in said
    data["table3"]["other_single"] = data["table3"]["other_other"]
    assert "既有一行、又有分项" in "".join(remarks(figures_from(data)))


def test_table_two_is_read_as_strictly_as_the_others() -> None:
    for wrong in ({"regulations": -5}, {"permit": 3}, [2]):
        with pytest.raises(Unreadable, match=r"表二|规章"):
            figures_from(sound() | {"table2": wrong})
    assert ("R12", "行政许可", "") in rules(sound() | {"table2": {"permits": -3}})


# --- real reports ------------------------------------------------------------------------------------------------------

KNOWN = (
    (re.compile(r"^(\w+): sum\(details\)=(\d+) != total_processed=(\d+)$"), "R2"),
    (re.compile(r"^(\w+): new\+carried_over=(\d+) != processed\+carried_forward=(\d+)$"), "R1"),
    (re.compile(r"^(\w+): sum\(cols\)=(\d+) != total=(\d+)$"), "R3"),
    (re.compile(r"^(\w+): sum=(\d+) != total=(\d+)$"), "R4"),
)  # fmt: skip


def known(report: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """(rule, where, both figures) of what is known to be wrong."""
    found = set()
    for words in (*report.get("identity_errors", ()), *report.get("table4_errors", ())):
        (rule, match) = next((rule, match) for pattern, rule in KNOWN if (match := pattern.match(words)))
        labels = {"R4": GROUPS, "R3": ROW_LABELS}.get(rule, COLUMN_LABELS)
        found.add((rule, labels[match[1]], match[2], match[3]))
    return found


def test_the_known_errors_of_real_reports_are_found_and_no_others() -> None:
    reports = json.loads(shared_path(REPORTS).read_text(encoding="utf-8"))["reports"]
    assert sum(len(known(report)) for report in reports) == 5
    for report in reports:
        found = {
            (each.rule, each.column if each.rule in {"R1", "R2"} else each.row, str(each.found), str(each.expected))
            for each in breaches(figures_from(report))
        }
        assert found == known(report), report["agency"]


def test_real_years_that_follow_each_other_are_tied() -> None:
    reports = json.loads(shared_path(REPORTS).read_text(encoding="utf-8"))["reports"]
    by_year = {(report["agency"], report["year"]): report for report in reports}
    for (agency, year), report in by_year.items():
        if (before := by_year.get((agency, year - 1))) and report["table3"] and before["table3"]:
            assert [rule for rule in rules(report, before) if rule[0] == "R5"] == [], agency


# --- the command -------------------------------------------------------------------------------------------------------


def check(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: Any) -> tuple[int, str]:
    """Exit code and output."""
    path = tmp_path / "report.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    try:
        call_command("check_annual_report", str(path))
    except CommandError as error:
        return error.returncode, capsys.readouterr().out + str(error)
    return 0, capsys.readouterr().out


def test_the_command_says_each_breach_and_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(tmp_path, capsys, sound())[0] == 0
    data = copy.deepcopy(sound())
    data["table3"]["new_received"][TOTAL] = 5
    code, said = check(tmp_path, capsys, data)
    assert code == 1
    assert "R3  表三，一、本年新收政府信息公开申请数量，总计：各类申请人合计为4，而总计为5。" in said
    data = sound()
    data["table3"]["granted"]["research"] = "/"
    code, said = check(tmp_path, capsys, data)
    assert code == 0 and "提示  R8" in said


HOSTILE = {"agency": "甲", "year": 2024, "totals_only": [1], "table2": [2], "table4": {}}


@pytest.mark.parametrize("words", ["", "{", "[]", "[" * 5000, '{"agency": "甲"}', json.dumps(HOSTILE)])
def test_the_command_refuses_what_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert check(tmp_path, capsys, words)[0] == 2
