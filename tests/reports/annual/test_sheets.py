"""What a workbook was written with is what is read out of it."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from reports.annual.building import exchanged
from reports.annual.identities import breaches
from reports.annual.reading import Unreadable, figures_from
from reports.annual.sheets import exchanged_from, workbook
from requests_app.outcomes import ROWS
from tests.reports.annual.test_identities import REPORTS, sound
from tests.shared import shared_path


def test_a_report_comes_back_as_it_went() -> None:
    figures = figures_from(sound())
    assert figures_from(exchanged_from(io.BytesIO(workbook(figures)))) == figures


def test_the_sheet_has_the_rows_of_the_national_form_in_their_order() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(figures_from(sound()))))
    assert book.sheetnames == ["封面", "表二", "表三", "表四"]
    labels = [row[0].value for row in book["表三"].iter_rows(min_row=3)]
    assert labels == [row.label for row in ROWS]
    assert [cell.value for cell in book["表三"][2]][1:] == [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ]


def test_real_reports_come_back_with_their_errors() -> None:
    for report in json.loads(shared_path(REPORTS).read_text(encoding="utf-8"))["reports"]:
        figures = figures_from(report)
        again = figures_from(report if not figures.table3 else exchanged_from(io.BytesIO(workbook(figures))))
        assert exchanged(again) == exchanged(figures), report["agency"]
        assert breaches(again) == breaches(figures)


def test_the_command_reads_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = sound()
    data["table3"]["granted"]["total"] = 9
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook(figures_from(data)))
    with pytest.raises(CommandError, match="勾稽"):
        call_command("check_annual_report", str(path))
    assert "而总计为9" in capsys.readouterr().out


def test_what_is_no_workbook_of_ours_is_said() -> None:
    empty, other = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("a", "b")
    book = openpyxl.Workbook()
    book.save(other)
    for file in (io.BytesIO(b"no"), empty, other):
        file.seek(0)
        with pytest.raises(Unreadable):
            exchanged_from(file)
