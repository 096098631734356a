"""Which field is which: mapping files (JSON), recognised from the keys of the first record when none is named."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
from lxml.etree import ParserError, XPathError

from disclosure.importing.faults import FileFault

FOLDER = Path(__file__).parent / "mappings"
TARGETS = frozenset(
    {
        *("title", "index_number", "document_number", "issuer", "topic", "genre", "column", "key_area"),
        *("formed_on", "published_at", "effective_on", "expires_on", "summary", "keywords", "body", "attachments"),
        *("attribute", "validity", "source_url", "interpretation_kind", "identity"),
    }
)
_OPTIONS = frozenset({"path", "value", "join", "with", "match", "table", "contains", "default", "query"})
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Part:
    """One document inside a record: where it stands, and the spec of each field."""

    at: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Mapping:
    """A mapping file. ``source`` says whose documents these are: only the same source revises them later."""

    name: str
    label: str
    source: str
    records: tuple[str, ...]
    keys: tuple[str, ...]
    fragment: dict[str, str]
    parts: tuple[Part, ...]
    relation: str

    def record_list(self, answer: Any) -> list[Any] | None:
        """The records inside a JSON answer, None when it has another shape."""
        if not self.records:
            return answer if isinstance(answer, list) else None
        found = [_all_at(answer, path) for path in self.records]
        lists = [item for items in found for item in items if isinstance(item, list)]
        return [record for one in lists for record in one] if lists else None

    def fits(self, record: Any) -> bool:
        """True if ``record`` has every key this mapping is recognised by."""
        if self.fragment:
            return isinstance(record, str) and all(key in record for key in self.keys)
        return isinstance(record, dict) and all(_has(record, key) for key in self.keys)

    def read(self, record: Any) -> list[dict[str, Any]]:
        """Raw values by field for each document of a record."""
        whole = read_fragment(record, self.fragment) if self.fragment else record
        found = []
        for part in self.parts:
            item = at_path(whole, part.at) if part.at else whole
            found.append({name: value_of(spec, item) for name, spec in part.fields.items()})
        return found


def value_of(spec: Any, record: Any) -> Any:
    """What ``spec`` says about ``record``: a path, a list of alternatives, or an object with options."""
    if isinstance(spec, str):
        return at_path(record, spec)
    if isinstance(spec, list):
        values = (value_of(one, record) for one in spec)
        return next((value for value in values if value not in _EMPTY), None)
    if "value" in spec:
        return spec["value"]
    if "join" in spec:
        values = (value_of(one, record) for one in spec["join"])
        return spec.get("with", "/").join(str(value) for value in values if value not in _EMPTY)
    value = value_of(spec["path"], record)
    for option, change in _CHANGES:
        if option in spec and value not in _EMPTY:
            value = change(value, spec[option])
    return spec.get("default") if value in _EMPTY else value


def _matched(value: Any, pattern: str) -> str | None:
    found = re.search(pattern, str(value))
    return "".join(group or "" for group in found.groups()) if found else None


def _queried(value: Any, name: str) -> str | None:
    try:
        return parse_qs(urlsplit(str(value)).query).get(name, [None])[0]
    except ValueError:
        return None


def _looked_up(value: Any, table: dict[str, Any]) -> Any:
    return table.get(str(value).strip())


def _recognised(value: Any, table: dict[str, Any]) -> Any:
    return next((said for word, said in table.items() if word in str(value)), None)


_CHANGES: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("query", _queried),
    ("match", _matched),
    ("table", _looked_up),
    ("contains", _recognised),
)


def at_path(record: Any, path: str) -> Any:
    """The value at a dotted path (`a.b.0`, `events.-1`), None where it leads nowhere."""
    return next(iter(_all_at(record, path)), None)


def _all_at(record: Any, path: str) -> list[Any]:
    found = [record]
    for step in path.split("."):
        found = [inner for outer in found for inner in _step(outer, step)]
    return found


def _step(value: Any, step: str) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() if step == "*" else [value[step]] if step in value else []
    if isinstance(value, list) and step.lstrip("-").isdigit() and -len(value) <= int(step) < len(value):
        return [value[int(step)]]
    return []


def _has(record: dict[str, Any], path: str) -> bool:
    return any(bool(_all_at(record, one)) for one in path.split("|"))


def read_fragment(html: Any, fields: dict[str, str]) -> dict[str, str]:
    """Texts and attributes out of an HTML fragment, by XPath; nothing from what is no HTML."""
    try:
        tree = lxml.html.fragment_fromstring(str(html), create_parent="div")
    except (ParserError, ValueError):
        return {}
    found = {}
    for name, path in fields.items():
        hits = tree.xpath(path)
        first = hits[0] if hits else ""
        found[name] = first if isinstance(first, str) else str(first.text_content())
    return found


# --- finding and checking mapping files --------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Mapping, ...]:
    """The mappings that come with the portal, the most particular first."""
    found = [load(path) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(sorted(found, key=lambda mapping: (-len(mapping.keys), mapping.name)))


def named(name: str) -> Mapping:
    """A shipped mapping by name, or one from a file. FileFault when there is none."""
    by_name = next((mapping for mapping in shipped() if mapping.name == name), None)
    return by_name or load(Path(name))


def recognise(record: Any) -> Mapping:
    """The shipped mapping whose keys the record has. FileFault when none fits."""
    found = next((mapping for mapping in shipped() if mapping.fits(record)), None)
    if found is None:
        keys = "、".join(list(record)[:12]) if isinstance(record, dict) else str(record)[:60]
        raise FileFault(
            f"认不出文件的字段（{keys}），请指定字段对应（映射）文件，或者把表头改为“标题、成文日期、正文…”"
        )
    return found


def list_in(answer: Any) -> list[Any] | None:
    """The records inside a JSON answer of a known shape; None when it has none."""
    if isinstance(answer, list):
        return answer
    for mapping in shipped():
        found = mapping.record_list(answer) if mapping.records else None
        if found and mapping.fits(found[0]):
            return found
    return None


def load(path: Path) -> Mapping:
    """Read and check a mapping file. FileFault (Chinese) says what is wrong."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        mapping = _mapping(said, path.stem)
    except OSError as error:
        raise FileFault(f"无法读取映射文件 {path.name}") from error
    except (ValueError, TypeError, KeyError, AttributeError, re.error) as error:
        raise FileFault(f"映射文件 {path.name} 不正确：{error}") from error
    return mapping


def _mapping(said: dict[str, Any], stem: str) -> Mapping:
    parts = said.get("documents") or [{"at": "", "fields": said["fields"]}]
    for part in parts:
        _check_fields(part["fields"])
    for path in said.get("fragment", {}).values():
        _check_xpath(path)
    records = said.get("records", [])
    return Mapping(
        name=said.get("name", stem),
        label=said.get("label", said.get("name", stem)),
        source=said.get("source", said.get("name", stem))[:60],
        records=tuple([records] if isinstance(records, str) else records),
        keys=tuple(said.get("keys", ())),
        fragment=said.get("fragment", {}),
        parts=tuple(Part(part.get("at", ""), part["fields"]) for part in parts),
        relation=said.get("relation", ""),
    )


def _check_fields(fields: dict[str, Any]) -> None:
    unknown = set(fields) - TARGETS
    if unknown:
        raise ValueError(f"没有名为 {'、'.join(sorted(unknown))} 的字段")
    if "title" not in fields:
        raise ValueError("没有指定 title（标题）")
    for spec in fields.values():
        _check_spec(spec)


def _check_spec(spec: Any) -> None:
    if isinstance(spec, str):
        return
    for inner in spec if isinstance(spec, list) else spec.get("join", ()):
        _check_spec(inner)
    if isinstance(spec, dict):
        unknown = set(spec) - _OPTIONS
        if unknown or not {"path", "value", "join"} & set(spec):
            raise ValueError(f"字段写法不正确：{json.dumps(spec, ensure_ascii=False)[:80]}")
        re.compile(spec.get("match", ""))


def _check_xpath(path: str) -> None:
    try:
        lxml.html.fromstring("<p></p>").xpath(path)
    except XPathError as error:
        raise ValueError(f"XPath 不正确：{path}") from error
