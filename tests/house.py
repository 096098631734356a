"""The checks of `test_house.py`: each takes text or a tree of files and gives the violations it finds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FLOORS = {
    "reports": 6,
    "participation": 5, "requests_app": 5,
    "disclosure": 4,
    "catalog": 3,
    "notices": 2,
    "accounts": 1,
    "workdays": 0, "workflow": 0, "files": 0, "search": 0,
    # The machinery of leases, on which the rooms of the ground floor stand as well.
    "jobs": -1,
}  # fmt: skip
FORBIDDEN_NAMES = {
    "utils",
    "helpers",
    "core",
    "common",
    "mixins",
    "managers",
    "signals",
    "misc",
    "statistics",
    "calendar",
}
MOST_FUNCTION_LINES, LONG_FUNCTION_LINES = 50, 30
MOST_FILE_LINES = 500
MOST_PAGE_LINES, MOST_PART_LINES = 120, 60
SKIPPED_FOLDERS = {"var", "vendor", "node_modules", "staticfiles", "__pycache__"}
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".txt",
    ".toml",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".sh",
    ".cfg",
    ".ini",
    "",
}

# Rooms whose `state` is not a lawful state of a record: a job's lease, the extraction of a file, a message on its way out.
STATE_ROOMS = {"workflow", "jobs", "files", "notices"}
# Doors through which the clock comes in; below them time is an argument.
CLOCK_DOORS = re.compile(r"(^|/)(views|api|tasks|jobs|middleware|management|admin)(\.py$|/)|^(jobs|portal|search)/")
_CLOCK = {
    "timezone.now", "timezone.localdate", "date.today", "datetime.now", "datetime.today", "datetime.utcnow",
    "datetime.date.today", "datetime.datetime.now", "time.time",
}  # fmt: skip
_INLINE = (
    (re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", re.I), "inline script"),
    (re.compile(r"<style\b", re.I), "inline style element"),
    (re.compile(r"<[^>{%]*\sstyle\s*=", re.I), "style attribute"),
    (re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I), "inline handler"),
    (re.compile(r"javascript:", re.I), "javascript address"),
)
# Written in pieces so that this file does not contain what it forbids.
_MACHINE = re.compile(
    "|".join(
        [r"(?<![\w./])/work" + r"/(?:main|shared)", r"(?<![\w./])/root" + "/", r"(?<![\w./])/home" + r"/\w+/",
         r"/tmp" + r"/bash", "py" + r"pi\.org", "python" + r"hosted\.org", "--index" + "-url", "extra-index" + "-url"]
    )
)  # fmt: skip


def python_files(root: Path, *, with_tests: bool = False) -> Iterator[Path]:
    """Our Python files without migrations; ``with_tests`` adds tests and benchmarks."""
    for folder in sorted(root.iterdir()):
        is_wanted = folder.is_dir() and not folder.name.startswith(".") and folder.name not in SKIPPED_FOLDERS
        if is_wanted and (with_tests or folder.name not in {"tests", "bench"}):
            yield from (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def text_files(root: Path) -> Iterator[Path]:
    """Every text file of the tree, hidden configuration included, without what is made or vendored."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED_FOLDERS and (not path.name.startswith(".") or path.name in {".ci", ".github"}):
                yield from text_files(path)
        elif path.suffix in TEXT_SUFFIXES and path.stat().st_size < 1_000_000:
            yield path


def _imported(node: ast.AST) -> list[str]:
    """Names of the modules that an import statement brings in."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if not node.level else ["."]
    return []


def floor_faults(room: str, tree: ast.AST) -> list[str]:
    """Imports from the own floor, from above, or from `portal`."""
    faults = []
    for node in ast.walk(tree):
        for name in _imported(node):
            target = name.split(".")[0]
            if target == "":
                continue
            is_high = target in FLOORS and target != room and FLOORS[target] >= FLOORS[room]
            if is_high or target == "portal":
                faults.append(f"{getattr(node, 'lineno', 0)}: {room} imports {name}")
    return faults


def hidden_imports(tree: ast.AST) -> list[str]:
    """Imports inside functions."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return sorted({f"{inner.lineno}: import in {f.name}" for f in functions for inner in ast.walk(f)
                   if isinstance(inner, ast.Import | ast.ImportFrom)})  # fmt: skip


def long_functions(tree: ast.AST, most: int) -> list[str]:
    """Functions of more than ``most`` lines."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {f"{f.lineno}: {f.name}": (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}
    return [f"{name} has {length} lines" for name, length in lengths.items() if length > most]


def state_writes(tree: ast.AST) -> list[str]:
    """Writes of a `state` field: assignment, setattr, update(state=…), bulk_update of it."""
    faults = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
            faults.append(f"{getattr(node, 'lineno', 0)}: assigns .state")
        if isinstance(node, ast.Call) and _is_state_call(node):
            faults.append(f"{node.lineno}: {ast.unparse(node.func)} writes state")
    return faults


def _is_state_call(node: ast.Call) -> bool:
    name = ast.unparse(node.func).split(".")[-1]
    if name == "update":
        return any(keyword.arg == "state" for keyword in node.keywords)
    if name in {"setattr", "bulk_update", "update_or_create"}:
        named = [inner for argument in [*node.args, *(k.value for k in node.keywords)] for inner in ast.walk(argument)]
        return any(isinstance(inner, ast.Constant) and inner.value == "state" for inner in named)
    return False


def clock_reads(tree: ast.AST) -> list[str]:
    """Reads of the clock, also as a default, and auto_now fields."""
    faults = []
    # `timezone.localdate(at)` only asks for the date of a given moment.
    converting = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args
                  and ast.unparse(node.func) == "timezone.localdate"}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in converting and ast.unparse(node) in _CLOCK:
            faults.append(f"{node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            faults.append(f"{node.value.lineno}: {node.arg}")
    return faults


def inline_code(template: str) -> list[str]:
    """Inline scripts, styles and handlers in a template."""
    return [
        f"{template.count(chr(10), 0, found.start()) + 1}: {what}"
        for pattern, what in _INLINE
        for found in pattern.finditer(template)
    ]


def template_faults(path: Path, text: str) -> list[str]:
    """A page or part that is too long."""
    is_part = path.name.startswith("_") or "ui" in path.parts
    most = MOST_PART_LINES if is_part else MOST_PAGE_LINES
    length = len(text.splitlines())
    return [f"{length} lines, at most {most}"] if length > most else []


def forbidden_names(path: Path) -> list[str]:
    """Modules and packages called after nothing; ``path`` is relative to the project."""
    names = [*path.parts[:-1], path.stem]
    return [f"no room may be called {name}" for name in names if name in FORBIDDEN_NAMES]


def machine_words(text: str) -> list[str]:
    """Paths of a machine and addresses of package indexes."""
    return [f"{number}: {found.group()}" for number, line in enumerate(text.splitlines(), 1)
            for found in _MACHINE.finditer(line)]  # fmt: skip


def uncollected(path: Path, tree: ast.Module) -> list[str]:
    """Test code that pytest does not see: a wrong file name, a folder that is no package, a file without a test."""
    functions = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    is_test = path.name.startswith("test_")
    faults = []
    if functions and not is_test:
        faults.append("holds tests but is not called test_*.py")
    if is_test and not functions:
        faults.append("holds no test")
    if is_test and not (path.parent / "__init__.py").exists():
        faults.append("its folder is no package")
    twice = {name for name in functions if functions.count(name) > 1}
    return faults + [f"{name} is defined twice" for name in sorted(twice)]
