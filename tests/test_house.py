"""The rules of the house hold in the tree, and each check is able to fail."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).resolve().parent.parent
Check = Callable[[ast.Module], list[str]]

# Long functions that are allowed to be between 30 and 50 lines, as a share of all functions.
MOST_LONG_SHARE = 0.03
# Files below the doors that may read the clock, each with its reason.
CLOCK_EXCEPTIONS = {
    "files/services.py": "a file is stored, and its text asked for, at the moment it arrives",
    "catalog/services.py": "`attachment_text_ready` is called back by a job of the files room, which hands in no time",
    "accounts/adapter.py": "called by allauth in the middle of a request, which hands over no time",
    "accounts/forms.py": "called by allauth in the middle of a request, which hands over no time",
    "accounts/record.py": "called by allauth in the middle of a request, which hands over no time",
}
# Templates that mail programs read: they know no style sheets.
READ_ALONE = ("templates/emails/", "templates/reports/annual/file.html")  # mails and files bring their own look


def inside(path: Path) -> str:
    """Path as written in messages."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(*, with_tests: bool = False) -> tuple[tuple[Path, ast.Module], ...]:
    """Every Python file of ours with its tree."""
    files = house.python_files(ROOT, with_tests=with_tests)
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in files)


def room_of(path: Path) -> str:
    """First folder below the root."""
    return path.relative_to(ROOT).parts[0]


def found(check: Check, *, with_tests: bool = False) -> list[str]:
    """Violations of one check over all files."""
    return [f"{inside(path)}:{fault}" for path, tree in parsed(with_tests=with_tests) for fault in check(tree)]


def assert_none(faults: list[str]) -> None:
    """Fail with every violation on its own line."""
    assert not faults, "\n" + "\n".join(faults)


def test_an_app_imports_only_from_floors_below_it() -> None:
    faults = [
        f"{inside(path)}:{fault}"
        for path, tree in parsed()
        if room_of(path) in house.FLOORS
        for fault in house.floor_faults(room_of(path), tree)
    ]
    assert_none(faults)


def test_every_room_has_a_floor() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert rooms - {"portal"} <= house.FLOORS.keys()


def test_no_import_hides_in_a_function() -> None:
    assert_none(found(house.hidden_imports, with_tests=True))


def test_no_function_is_longer_than_fifty_lines() -> None:
    assert_none(found(lambda tree: house.long_functions(tree, house.MOST_FUNCTION_LINES), with_tests=True))


def test_few_functions_are_longer_than_thirty_lines() -> None:
    long = found(lambda tree: house.long_functions(tree, house.LONG_FUNCTION_LINES))
    everything = found(lambda tree: house.long_functions(tree, 0))
    assert len(long) <= len(everything) * MOST_LONG_SHARE, "\n".join(long)


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    lengths = {
        inside(p): len(p.read_text(encoding="utf-8").splitlines()) for p in house.python_files(ROOT, with_tests=True)
    }
    assert {path: length for path, length in lengths.items() if length > house.MOST_FILE_LINES} == {}


def test_only_workflow_writes_a_state() -> None:
    faults = [
        f"{inside(path)}:{fault}"
        for path, tree in parsed()
        if room_of(path) not in house.STATE_ROOMS
        for fault in house.state_writes(tree)
    ]
    assert_none(faults)


def test_time_is_an_argument_below_views_tasks_and_commands() -> None:
    faults = [
        f"{inside(path)}:{fault}"
        for path, tree in parsed()
        if not house.CLOCK_DOORS.search(inside(path)) and inside(path) not in CLOCK_EXCEPTIONS
        for fault in house.clock_reads(tree)
    ]
    assert_none(faults)


def templates() -> Iterator[tuple[Path, str]]:
    """Every template with its text."""
    folders = [ROOT / "templates", *(room / "templates" for room in ROOT.iterdir() if (room / "templates").is_dir())]
    for folder in folders:
        for path in sorted(folder.rglob("*.html")):
            yield path, path.read_text(encoding="utf-8")


def test_no_template_holds_inline_scripts_styles_or_handlers() -> None:
    faults = [
        f"{inside(path)}:{fault}"
        for path, text in templates()
        if not inside(path).startswith(READ_ALONE)
        for fault in house.inline_code(text)
    ]
    assert_none(faults)


def test_templates_are_short() -> None:
    assert [
        f"{inside(path)}: {fault}" for path, text in templates() for fault in house.template_faults(path, text)
    ] == []


def test_every_module_has_a_name_that_says_something() -> None:
    paths = [path.relative_to(ROOT) for path in house.python_files(ROOT, with_tests=True)]
    assert_none([f"{path}: {fault}" for path in paths for fault in house.forbidden_names(path)])


def test_nothing_names_a_machine_or_a_package_index() -> None:
    faults = [
        f"{inside(path)}:{fault}"
        for path in house.text_files(ROOT)
        for fault in house.machine_words(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert_none(faults)


def test_every_test_is_collected() -> None:
    files = [(path, tree) for path, tree in parsed(with_tests=True) if room_of(path) == "tests"]
    assert len(files) > 1
    assert_none([f"{inside(path)}: {fault}" for path, tree in files for fault in house.uncollected(path, tree)])


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (lambda tree: house.floor_faults("catalog", tree), "from disclosure.states import State", "import accounts.rules"),
        (lambda tree: house.floor_faults("workflow", tree), "import workdays", "from workflow import guard"),
        (lambda tree: house.floor_faults("reports", tree), "from portal import env", "import requests_app"),
        (house.hidden_imports, "def f():\n    from a import b", "from a import b\ndef f(): b()"),
        (house.hidden_imports, "class C:\n  def f(self):\n    if 1:\n      import a", "class C: pass"),
        (lambda tree: house.long_functions(tree, 3), "def f():\n a=1\n b=1\n c=1", "def f():\n a=1\n b=1"),
        (house.state_writes, "case.state = 'x'", "x = case.state"),
        (house.state_writes, "setattr(case, 'state', x)", "setattr(case, 'title', x)"),
        (house.state_writes, "Case.objects.filter(pk=1).update(state=x)", "Case.objects.filter(state=x).update(y=1)"),
        (house.state_writes, "Case.objects.bulk_update(rows, ['state'])", "Case.objects.bulk_update(rows, ['title'])"),
        (house.clock_reads, "x = timezone.now()", "def f(at): return at"),
        (house.clock_reads, "models.DateTimeField(default=timezone.now)", "models.DateTimeField()"),
        (house.clock_reads, "models.DateTimeField(auto_now_add=True)", "timezone.localtime(at)"),
        (house.clock_reads, "timezone.localdate()", "timezone.localdate(at)"),
        (house.clock_reads, "date.today()", "date.fromisoformat(x)"),
    ],
)  # fmt: skip
def test_each_check_of_code_can_fail(check: Check, bad: str, good: str) -> None:
    assert check(ast.parse(bad))
    assert check(ast.parse(good)) == []


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("<script>x()</script>", '<script type="module" src="/static/js/x.js"></script>'),
        ("<script>\n{}</script>", '<script type="application/ld+json">{}</script>'),
        ("<style>p{}</style>", '<link rel="stylesheet" href="x.css">'),
        ('<p style="color:red">', '<p class="style">'),
        ('<a href="#" onclick="x()">', '<a data-on="x">'),
        ('<a href="javascript:x()">', '<a href="/x/">'),
    ],
)
def test_each_check_of_templates_can_fail(bad: str, good: str) -> None:
    assert house.inline_code(bad)
    assert house.inline_code(good) == []


@pytest.mark.parametrize(("name", "lines"), [("page.html", 121), ("_part.html", 61), ("ui/card.html", 61)])
def test_the_check_of_template_lengths_can_fail(name: str, lines: int) -> None:
    path = Path("templates") / name
    assert house.template_faults(path, "x\n" * lines)
    assert house.template_faults(path, "x\n" * (lines - 1)) == []


def test_the_check_of_names_can_fail() -> None:
    assert house.forbidden_names(Path("catalog/utils.py"))
    assert house.forbidden_names(Path("catalog/helpers/text.py"))
    assert house.forbidden_names(Path("catalog/body.py")) == []


@pytest.mark.parametrize(
    "piece", ["/work" + "/main/x", "/root" + "/.cache", "https://py" + "pi.org/simple", "/home" + "/me/"]
)
def test_the_check_of_machine_words_can_fail(piece: str) -> None:
    assert house.machine_words(f"path = {piece}")
    assert house.machine_words("the desk/work/mainly page") == []


def test_the_check_of_collection_can_fail(tmp_path: Path) -> None:
    test = ast.parse("def test_a(): ...")
    assert "its folder is no package" in house.uncollected(tmp_path / "test_x.py", test)
    (tmp_path / "__init__.py").touch()
    assert house.uncollected(tmp_path / "test_x.py", test) == []
    assert house.uncollected(tmp_path / "x.py", test)
    assert house.uncollected(tmp_path / "test_x.py", ast.parse(""))
    assert house.uncollected(tmp_path / "test_x.py", ast.parse("def test_a(): ...\ndef test_a(): ..."))
