"""The table of articles is current and reads what it should."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.management.commands.law_table import (
    ARTICLES,
    REGULATION,
    TARGET,
    citations,
    code_places,
    shown_places,
    table,
)

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A small project: one rule with a test, one without, and a test without a rule."""
    (tmp_path / "room" / "migrations").mkdir(parents=True)
    (tmp_path / "tests" / "room").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "room" / "__init__.py").touch()
    (tmp_path / "room" / "deadlines.py").write_text(
        'def due():\n    """条例§33: by when."""\n\n'
        'class Consulted:\n    """条例§32, §34、行政处罚法§85: who."""\n\n'
        'def other():\n    """Speaks of 条例§40 in passing."""\n',
        encoding="utf-8",
    )
    (tmp_path / "room" / "migrations" / "m.py").write_text('"""条例§41: not code."""', encoding="utf-8")
    (tmp_path / "tests" / "room" / "test_due.py").write_text(
        '@pytest.mark.law("条例§33")\ndef test_it(): ...\n', encoding="utf-8"
    )
    (tmp_path / "tests" / "room" / "test_all.py").write_text(
        'pytestmark = [pytest.mark.django_db, pytest.mark.law("民法典§201")]\n', encoding="utf-8"
    )
    return tmp_path


def test_the_table_in_the_documentation_is_current() -> None:
    stale = "docs/law.md is stale: run `manage.py law_table` and commit it"
    assert (ROOT / TARGET).read_text(encoding="utf-8") == table(ROOT), stale


def test_every_article_cited_exists() -> None:
    cited = {number for law, number in code_places(ROOT).keys() | shown_places(ROOT).keys() if law == REGULATION}
    assert cited <= set(range(1, 57))


def test_every_citation_names_its_law() -> None:
    assert all(law for law, _ in code_places(ROOT).keys() | shown_places(ROOT).keys())


def test_a_rule_shown_by_a_test_is_a_rule_of_the_code() -> None:
    missing = shown_places(ROOT).keys() - code_places(ROOT).keys()
    assert missing == set(), "tests name articles that no docstring of the code names"


def test_it_finds_rules_by_the_first_line_only(sample: Path) -> None:
    assert code_places(sample) == {
        ("条例", 33): ["`room/deadlines.py` `due`"],
        ("条例", 32): ["`room/deadlines.py` `Consulted`"],
        ("条例", 34): ["`room/deadlines.py` `Consulted`"],
        ("行政处罚法", 85): ["`room/deadlines.py` `Consulted`"],
    }


def test_it_finds_tests_by_their_marker(sample: Path) -> None:
    assert shown_places(sample) == {
        ("条例", 33): ["`tests/room/test_due.py` `test_it`"],
        ("民法典", 201): ["`tests/room/test_all.py`"],
    }


def test_articles_without_code_or_test_are_shown_as_holes(sample: Path) -> None:
    text = table(sample)
    assert f"without code yet ({len(ARTICLES) - 3})" in text
    assert "without a test (2): §32, §34." in text
    assert "| 条例§41 | 更正本人信息 | — | — |" in text


def test_a_stale_table_is_found_and_rewritten(sample: Path, settings: pytest.FixtureRequest) -> None:
    settings.BASE_DIR = sample  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="已过期"):
        call_command("law_table", "--check")
    call_command("law_table")
    call_command("law_table", "--check")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("条例§33", [("条例", 33)]),
        ("条例§32, §34", [("条例", 32), ("条例", 34)]),
        ("民法典§201、条例§31", [("民法典", 201), ("条例", 31)]),
        ("no article", []),
    ],
)
def test_it_reads_citations(text: str, expected: list[tuple[str, int]]) -> None:
    assert citations(text) == expected
