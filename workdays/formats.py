"""The files a year's arrangement can be imported from. Pure: text in, drafts out.

CSV, one day a row, with a head line; the columns may also be called 日期, 类型, 名称::

    date,kind,name
    2027-01-01,off,元旦          # off, 休, 放假
    2027-02-14,work,春节         # work, 班, 上班

The year is the one most days fall in. JSON is one of::

    {"year": 2027, "notice": "…", "url": "…", "published_on": "2026-11-04", "days": [{"date", "kind", "name"}, …]}
    {"year": 2027, "papers": ["https://…"], "days": [{"date", "isOffDay", "name"}, …]}
    {"official": {"2027": {"paper": "… https://…", "days": [{"date", "kind", "name"}, …]}, …}}

Files are UTF-8 or GB 18030. Every fault is reported with its line (CSV) or its place in the list (JSON).
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

KINDS = {
    "off": False, "休": False, "放假": False, "休息": False,
    "work": True, "班": True, "上班": True, "调休上班": True,
}  # fmt: skip
COLUMNS = {"日期": "date", "类型": "kind", "名称": "name"}
MOST_CELL = 1000  # characters
FIRST_YEAR, LAST_YEAR = 1950, 2100
# Every arrangement since 2000 has more days off than this; fewer means that the file is cut off.
LEAST_DAYS_OFF = 10
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_URL = re.compile(r"https?://[^\s，。）)]+")


class FileFaults(ValueError):
    """The file cannot be imported; `faults` are sentences in Chinese, each with its place."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class DraftDay:
    """A day as the file names it."""

    on: date
    is_workday: bool
    name: str


@dataclass(frozen=True, slots=True)
class YearDraft:
    """A year's arrangement read from a file and found well-formed."""

    year: int
    notice: str
    days: tuple[DraftDay, ...]
    url: str = ""
    published_on: date | None = None


@dataclass
class _Reader:
    """Days of one year while they are read; keeps every fault instead of stopping at the first."""

    unit: str
    days: dict[date, DraftDay] = field(default_factory=dict)
    places: dict[date, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def take(self, number: int, row: dict[str, Any]) -> None:
        place = f"第 {number} {self.unit}"
        on, worked = read_date(row.get("date")), _kind(row)
        if on is None:
            self.faults.append(f"{place}：日期“{_shown(row.get('date'))}”无法识别，应形如 2027-01-01")
        elif worked is None:
            kind = _shown(row.get("kind", row.get("isOffDay")))
            self.faults.append(f"{place}：类型“{kind}”无法识别，应为 off（放假）或 work（上班）")
        elif on in self.days:
            self.faults.append(f"{place}：{on} 与{self.places[on]}重复")
        elif worked and on.weekday() < 5:
            self.faults.append(f"{place}：{on} 是星期{'一二三四五'[on.weekday()]}，调休上班日应为星期六或星期日")
        else:
            self.days[on] = DraftDay(on, worked, _shown(row.get("name")) or "节假日")
            self.places[on] = place

    def finish(self, year: int, notice: str, url: str = "", published_on: date | None = None) -> YearDraft:
        for on, place in self.places.items():
            if not date(year - 1, 12, 1) <= on <= date(year + 1, 1, 31):
                self.faults.append(f"{place}：{on} 不属于 {year} 年的放假安排")
        if date(year, 1, 1) not in self.days:
            self.faults.append(f"缺少 {year}-01-01 元旦")
        if sum(not day.is_workday for day in self.days.values()) < LEAST_DAYS_OFF:
            self.faults.append(f"{year} 年的放假日不足 {LEAST_DAYS_OFF} 天，文件可能不完整")
        if self.faults:
            raise FileFaults(self.faults)
        return YearDraft(
            year,
            notice[:300] or default_notice(year),
            tuple(self.days[on] for on in sorted(self.days)),
            url,
            published_on,
        )


def default_notice(year: int) -> str:
    """Title every notice since 2008 bears."""
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


def read_date(value: object) -> date | None:
    """Day written as 2027-01-01, 2027/1/1, 2027.1.1, 2027年1月1日 or 20270101; None for anything else."""
    found = _DATE.fullmatch(str(value or "").strip())
    try:
        return date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def read_years(content: bytes | str) -> list[YearDraft]:
    """Years in a file, oldest first. Raises `FileFaults` with every fault found."""
    text = content if isinstance(content, str) else _decoded(content)
    text = text.lstrip("\ufeff").strip()
    if not text:
        raise FileFaults(["文件是空的"])
    drafts = list(_read_json(text) if text[0] in "{[" else _read_csv(text))
    if not drafts:
        raise FileFaults(["文件中没有任何年份的放假安排"])
    return sorted(drafts, key=lambda draft: draft.year)


def write_years(drafts: Iterable[YearDraft]) -> str:
    """The years as JSON of the `official` shape; `read_years` gives the same drafts back."""
    official = {
        str(draft.year): {
            "notice": draft.notice,
            "url": draft.url,
            "published_on": draft.published_on and draft.published_on.isoformat(),
            "days": [
                {
                    "date": day.on.isoformat(),
                    "kind": "work" if day.is_workday else "off",
                    "name": day.name,
                }
                for day in draft.days
            ],
        }
        for draft in drafts
    }
    return json.dumps({"official": official}, ensure_ascii=False)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileFaults(["文件编码无法识别，请另存为 UTF-8 编码"])


def _read_csv(text: str) -> Iterator[YearDraft]:
    try:
        rows = list(csv.reader(text.splitlines()))
        if any(len(cell) > MOST_CELL for row in rows for cell in row):
            raise csv.Error("a quotation mark is not closed")
    except csv.Error as error:
        raise FileFaults(["CSV 文件格式有误，请检查引号和逗号"]) from error
    head = [COLUMNS.get(name.strip(), name.strip()) for name in rows[0]]
    if not {"date", "kind"} <= set(head):
        raise FileFaults(["第 1 行：应为表头，至少有“日期”和“类型”两列（date、kind），可以有“名称”列（name）"])
    reader = _Reader("行")
    for number, row in enumerate(rows[1:], start=2):
        if any(value.strip() for value in row):
            reader.take(number, dict(zip(head, row, strict=False)))
    yield reader.finish(_commonest_year(reader), "")


def _commonest_year(reader: _Reader) -> int:
    if not reader.days:
        raise FileFaults(reader.faults or ["文件中没有日期"])
    return Counter(on.year for on in reader.days).most_common(1)[0][0]


def _read_json(text: str) -> Iterator[YearDraft]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f"第 {error.lineno} 行：" if isinstance(error, json.JSONDecodeError) else ""
        raise FileFaults([f"{line}不是有效的 JSON 文件"]) from error
    official = data.get("official") if isinstance(data, dict) else None
    if not isinstance(official, dict):
        yield _year_of(data, None)
        return
    for year, content in official.items():
        if isinstance(content, dict) and content.get("days"):
            yield _year_of(content, year)


def _year_of(data: Any, year_name: str | None) -> YearDraft:
    if not isinstance(data, dict) or not isinstance(data.get("days"), list):
        raise FileFaults(["JSON 中缺少 days 列表"])
    year_text = str(year_name or data.get("year") or "")
    if not (year_text.isdecimal() and len(year_text) == 4 and FIRST_YEAR <= int(year_text) <= LAST_YEAR):
        raise FileFaults([f"年份“{_shown(year_text)}”无法识别，应在 {FIRST_YEAR} 与 {LAST_YEAR} 之间"])
    reader = _Reader("条")
    for number, row in enumerate(data["days"], start=1):
        reader.take(number, row if isinstance(row, dict) else {})
    notice, url = _notice(data)
    return reader.finish(int(year_text), notice, url, read_date(data.get("published_on")))


def _notice(data: dict[str, Any]) -> tuple[str, str]:
    """Notice and address from `notice` and `url`, or from one `paper`, or from the first of `papers`."""
    papers = data.get("papers")
    paper = papers[0] if isinstance(papers, list) and papers else data.get("paper")
    found = _URL.search(str(paper or ""))
    url = str(data.get("url") or (found.group() if found else ""))
    notice = data.get("notice") or _URL.sub("", str(paper or ""))
    return _shown(notice, 300), url[:300] if _URL.fullmatch(url) else ""


def _kind(row: dict[str, Any]) -> bool | None:
    if isinstance(row.get("isOffDay"), bool):
        return not row["isOffDay"]
    return KINDS.get(str(row.get("kind") or "").strip().lower())


def _shown(value: object, most: int = 60) -> str:
    """A value from the file on one line and cut short, fit for a message or a name."""
    return " ".join(str("" if value is None else value).split())[:most]
