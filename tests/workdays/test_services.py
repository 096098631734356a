"""The calendar in the database: loading, importing, the version, the cached object."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.workdays.test_formats import csv_file
from workdays.arithmetic import Calendar
from workdays.formats import FileFaults, read_years
from workdays.models import CalendarYear, Day
from workdays.published import published_drafts
from workdays.selectors import calendar_version, current_calendar, months_of
from workdays.services import import_year, preview_year

pytestmark = pytest.mark.django_db
DRAFT = read_years(csv_file("2026-12-31,off,元旦", "2027-02-13,work,春节"))[0]


def output_of(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_without_any_year_everything_is_provisional() -> None:
    assert current_calendar().add_workdays(date(2026, 9, 30), 1).provisional
    assert calendar_version() == 0


def test_load_calendar_loads_every_published_year_once(calendar: Calendar) -> None:
    assert "载入 23 年（2004–2026）" in output_of("load_calendar")
    version = calendar_version()
    assert current_calendar() == calendar
    assert "载入 0 年，已有 23 年" in output_of("load_calendar")
    assert calendar_version() == version


def test_load_calendar_does_not_undo_a_later_import(loaded: None) -> None:
    draft = published_drafts()[-1]
    import_year(draft=replace(draft, days=draft.days[:-1]))
    output_of("load_calendar")
    assert Day.objects.filter(year_id=2026).count() == len(draft.days) - 1


def test_every_loaded_year_names_its_notice(loaded: None) -> None:
    notices = dict(CalendarYear.objects.values_list("year", "notice"))
    assert notices[2026] == "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
    assert all(str(year) in notice for year, notice in notices.items())


def test_days_of_december_belong_to_the_notice_that_moves_them(loaded: None) -> None:
    assert Day.objects.get(date="2018-12-31").year_id == 2019


def test_an_import_says_what_changes_and_moves_the_version(loaded: None) -> None:
    version, before = calendar_version(), current_calendar()
    change = import_year(draft=DRAFT)
    assert change.is_new
    assert "2027-02-13：（无） → 春节上班" in change.lines
    assert calendar_version() == version + 1
    after = current_calendar()
    assert before.is_provisional(date(2026, 12, 28))
    assert not after.is_provisional(date(2026, 12, 28))
    assert not after.is_workday(date(2026, 12, 31))
    assert after.is_workday(date(2027, 2, 13))


def test_importing_the_same_again_changes_nothing(loaded: None) -> None:
    import_year(draft=DRAFT)
    version = calendar_version()
    assert import_year(draft=DRAFT).lines == ()
    assert calendar_version() == version


def test_a_corrected_file_replaces_the_year(loaded: None) -> None:
    import_year(draft=DRAFT)
    change = import_year(draft=replace(DRAFT, days=DRAFT.days[:-1]))
    assert len(change.lines) == 1
    assert change.lines[0].endswith("→ （删去）")
    assert not Day.objects.filter(date=DRAFT.days[-1].on).exists()


def test_a_preview_writes_nothing(loaded: None) -> None:
    assert preview_year(DRAFT).lines
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_day_that_another_notice_names_is_refused(loaded: None) -> None:
    import_year(draft=DRAFT)
    with pytest.raises(FileFaults, match="2027-02-13 已由 2027 年的通知规定"):
        import_year(draft=replace(DRAFT, year=2028))
    assert not CalendarYear.objects.filter(year=2028).exists()


def test_an_import_that_is_rolled_back_is_not_seen(loaded: None) -> None:
    with pytest.raises(RuntimeError, match="stop"), transaction.atomic():
        import_year(draft=DRAFT)
        assert current_calendar().is_published(2027)
        raise RuntimeError("stop")
    assert not current_calendar().is_published(2027)
    import_year(draft=replace(DRAFT, days=DRAFT.days[:-1]))
    assert current_calendar().is_workday(DRAFT.days[-1].on)


def test_the_calendar_costs_one_query_and_is_built_once(
    loaded: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    first = current_calendar()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert current_calendar() is first


def test_the_import_command_prints_the_changes(loaded: None, tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text(csv_file(), encoding="utf-8")
    assert "试运行" in output_of("import_calendar", str(path), "--dry-run")
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert "2027 年：17 处变化" in output_of("import_calendar", str(path), "--notice", "国办发明电〔2026〕0号")
    assert CalendarYear.objects.get(year=2027).notice == "国办发明电〔2026〕0号"
    assert "2027 年：没有变化" in output_of("import_calendar", str(path), "--notice", "国办发明电〔2026〕0号")


def test_the_import_command_refuses_a_bad_file_in_words(loaded: None, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(csv_file("2027-02-15,work,春节"), encoding="utf-8")
    with pytest.raises(CommandError, match="第 18 行"):
        call_command("import_calendar", str(path))
    with pytest.raises(CommandError, match="无法读取文件"):
        call_command("import_calendar", str(tmp_path / "absent.csv"))


def test_the_months_of_a_year_mark_days_with_words(loaded: None) -> None:
    months = months_of(2026, current_calendar())
    assert sum(month.workdays for month in months) == 248
    cells = {cell.day: cell for month in months for week in month.weeks for cell in week if cell}
    assert len(cells) == 365
    assert (cells[date(2026, 1, 4)].mark, cells[date(2026, 1, 4)].name) == ("班", "元旦")
    assert cells[date(2026, 10, 3)].mark == "休"
    assert all(len(week) == 7 for month in months for week in month.weeks)
