"""`manage.py law_table`: docs/law.md, which article is carried out where and shown by which test.

Code names its article in the first line of a docstring (`条例§33: …`, several as `条例§32, §34: …`); a test names it
with `@pytest.mark.law("条例§33")` or, for a whole file, in `pytestmark`.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

TARGET = Path("docs/law.md")
REGULATION = "条例"
# Articles of the Regulations on Open Government Information (2019) that a portal must carry out.
ARTICLES = {
    4: "工作机构及其职能",
    6: "及时、准确公开，澄清虚假信息",
    10: "公开主体",
    11: "涉及其他机关的协商、确认",
    12: "公开指南、公开目录",
    13: "公开为常态",
    14: "国家秘密等不予公开",
    15: "商业秘密、个人隐私",
    16: "内部事务信息、过程性信息、执法案卷信息",
    17: "公开审查（保密审查）",
    18: "管理动态调整",
    19: "主动公开的要件",
    20: "主动公开的十五项内容",
    21: "设区的市、县级、乡镇的附加内容",
    23: "公开途径",
    24: "平台的检索、查阅、下载",
    25: "查阅场所",
    26: "主动公开的期限",
    27: "申请权",
    28: "申请渠道",
    29: "申请的形式和内容",
    30: "补正",
    31: "收到申请的时间",
    32: "征求第三方意见",
    33: "答复期限和延长",
    34: "征求共同制作机关意见",
    35: "申请数量、频次明显超过合理范围",
    36: "答复",
    37: "区分处理",
    38: "现有信息",
    39: "信访、投诉、举报；公开出版物",
    40: "提供的形式",
    41: "更正本人信息",
    42: "信息处理费",
    43: "对特殊群体的帮助",
    44: "依申请公开转为主动公开",
    45: "登记、审核、办理、答复、归档",
    46: "考核、评议、责任追究",
    47: "监督检查",
    48: "定期培训",
    49: "年度报告的期限",
    50: "年度报告的内容",
    51: "投诉、举报、复议、诉讼",
    54: "法律、法规授权的组织",
    55: "公共企事业单位",
}
_CITATION = re.compile(r"([\u4e00-\u9fff]*)§(\d+)")
_FIRST_LINE = re.compile(r"((?:[\u4e00-\u9fff]*§\d+[,，、；; ]*)+)[:：]")
NOT_ROOMS = {"tests", "bench"}
Places = dict[tuple[str, int], list[str]]


def citations(text: str) -> list[tuple[str, int]]:
    """(law, article) pairs of ``条例§32, §34``; a bare § belongs to the law before it."""
    law, found = "", []
    for name, number in _CITATION.findall(text):
        law = name or law
        found.append((law, int(number)))
    return found


def code_places(root: Path) -> Places:
    """Where the rooms name an article in the first line of a docstring, as `file.py` `name`."""
    places: Places = defaultdict(list)
    rooms = [room for room in root.iterdir() if (room / "__init__.py").exists() and room.name not in NOT_ROOMS]
    for path in sorted(path for room in rooms for path in room.rglob("*.py")):
        inside = path.relative_to(root)
        if "migrations" in inside.parts:
            continue
        for name, docstring in _docstrings(path):
            match = _FIRST_LINE.match(docstring)
            for citation in citations(match.group(1)) if match else ():
                places[citation].append(f"`{inside.as_posix()}` `{name}`")
    return places


def _docstrings(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            docstring = ast.get_docstring(node)
            if docstring:
                yield getattr(node, "name", path.stem), docstring


def shown_places(root: Path) -> Places:
    """Where tests name an article by `pytest.mark.law`, as `file.py` `test`."""
    places: Places = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = path.relative_to(root).as_posix()
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(getattr(it, "id", "") == "pytestmark" for it in node.targets):
                for citation in _marked([node.value]):
                    places[citation].append(f"`{inside}`")
        for inner in ast.walk(tree):
            if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                for citation in _marked(list(inner.decorator_list)):
                    places[citation].append(f"`{inside}` `{inner.name}`")
    return places


def _marked(nodes: list[ast.expr]) -> Iterator[tuple[str, int]]:
    """Articles in `pytest.mark.law(...)` calls anywhere in the expressions."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law":
            for argument in node.args:
                yield from citations(str(ast.literal_eval(argument)))


def table(root: Path) -> str:
    """The whole of docs/law.md."""
    code, tests = code_places(root), shown_places(root)
    wanted = [(REGULATION, number) for number in ARTICLES]
    others = sorted((code.keys() | tests.keys()) - set(wanted))
    without_code = [f"§{number}" for law, number in wanted if not code.get((law, number))]
    without_test = [f"§{number}" for law, number in wanted if code.get((law, number)) and not tests.get((law, number))]
    lines = [
        "# Law, code, test",
        "",
        "Written by `manage.py law_table` from docstrings and test markers; do not edit. A test fails when it is stale.",
        "",
        f"Articles without code yet ({len(without_code)}): {', '.join(without_code) or 'none'}.",
        f"Articles with code but without a test ({len(without_test)}): {', '.join(without_test) or 'none'}.",
        "",
        "## 中华人民共和国政府信息公开条例（2019）",
        "",
        *_rows(wanted, code, tests),
        "",
        "## Other laws and notices",
        "",
        *_rows(others, code, tests),
    ]
    return "\n".join(lines) + "\n"


def _rows(wanted: list[tuple[str, int]], code: Places, tests: Places) -> Iterator[str]:
    yield "| article | subject | code | test |"
    yield "|---|---|---|---|"
    for law, number in wanted:
        subject = ARTICLES.get(number, "") if law == REGULATION else ""
        cells = [f"{law}§{number}", subject, _cell(code.get((law, number))), _cell(tests.get((law, number)))]
        yield f"| {' | '.join(cells)} |"


def _cell(places: list[str] | None) -> str:
    return "<br>".join(dict.fromkeys(places)) if places else "—"


class Command(BaseCommand):
    """Write docs/law.md, or check that it is current."""

    help = "由代码和测试生成 docs/law.md（条文 → 代码 → 测试）；--check 只核对是否过期"

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write."""
        parser.add_argument("--check", action="store_true", help="不写入，过期时以状态 1 结束")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, then write or compare."""
        root = Path(settings.BASE_DIR)
        path, wanted = root / TARGET, table(root)
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        if current == wanted:
            self.stdout.write("docs/law.md 是最新的")
        elif options["check"]:
            raise CommandError("docs/law.md 已过期，请运行 manage.py law_table", returncode=1)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
            self.stdout.write("docs/law.md 已更新")
