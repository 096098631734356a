"""One document of a file → `DocumentContent`, or a `RowFault` that says in Chinese why not."""

import hashlib
import html as escaping
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from catalog.body import from_any
from catalog.content import DocumentContent
from catalog.states import DisclosureAttribute, InterpretationKind, Validity
from disclosure.importing.dates import read_day, read_moment
from disclosure.importing.faults import RowFault
from disclosure.importing.lookup import Lookup
from disclosure.importing.words import ATTRIBUTES, VALIDITIES

MOST_TITLE, MOST_INDEX_NUMBER, MOST_DOCUMENT_NUMBER, MOST_BODY = 300, 60, 100, 5_000_000
SUMMARY = 120
ATTACHED = "附件（来源网站）"
_NOTHING = frozenset({"", "无", "-", "--", "—", "/", "None", "null", "NULL"})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACES = re.compile(r"\s+")
_INDENT = re.compile("[\u3000\u00a0]{2,}")
_URL = re.compile(r"https?://[^\s<>\"']+$", re.I)
_IN_FORCE = re.compile(r"自\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*起(?:施行|实施|执行)")
_SIGNED = re.compile(r"^\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*$", re.M)
_TAIL = 400
_KINDS = (
    ("图", InterpretationKind.FIGURE),
    ("视频", InterpretationKind.MEDIA),
    ("专家", InterpretationKind.EXPERT),
    ("负责人", InterpretationKind.LEADER),
    ("发布会", InterpretationKind.PRESS),
)


@dataclass(frozen=True)
class Context:
    """What all rows of an import share. ``at`` bounds dates: nothing was formed or published after it."""

    lookup: Lookup
    source: str
    at: datetime
    zone: tzinfo


def content_of(raw: dict[str, Any], context: Context) -> DocumentContent:
    """Check and clean the raw values of one document. `RowFault` when it cannot be imported."""
    title = _title(raw.get("title"))
    lookup = context.lookup
    html, text = _body(raw)
    formed_on, published_at, effective_on = _dates(raw, text, context)
    issuer = one_line(raw.get("issuer"))
    department_id, issuer_ids = lookup.issuers(issuer)
    genre_id, genre = lookup.genre(one_line(raw.get("genre")), title)
    kind = _interpretation_kind(one_line(raw.get("interpretation_kind")), genre, title)
    attribute, reason = _attribute(one_line(raw.get("attribute")))
    topic = one_line(raw.get("topic"))
    topic_id = lookup.topic(topic)
    return DocumentContent(
        title=title,
        department_id=department_id,
        column_id=lookup.column("interpretation" if kind else one_line(raw.get("column"))),
        html=html,
        text=text,
        topic_id=topic_id,
        genre_id=genre_id,
        key_area_id=lookup.key_areas.get(one_line(raw.get("key_area"))),
        document_number=_limited(raw.get("document_number"), MOST_DOCUMENT_NUMBER, "发文字号"),
        index_number=_limited(raw.get("index_number"), MOST_INDEX_NUMBER, "索引号"),
        issuers_text=issuer[:300],
        issuer_ids=issuer_ids,
        interpretation_kind=kind,
        formed_on=formed_on,
        published_at=published_at,
        effective_on=effective_on,
        expires_on=read_day(raw.get("expires_on"), context.zone),
        summary=one_line(raw.get("summary"))[:600] or summary_of(text.partition(ATTACHED)[0]),
        keywords=_keywords(raw.get("keywords"), topic if topic_id is None else ""),
        disclosure_attribute=attribute,
        attribute_reason=reason,
        validity=VALIDITIES.get(one_line(raw.get("validity")), Validity.UNSTATED),
        source_url=_url(raw.get("source_url")),
        source_key=source_key(raw, title, context),
    )


def one_line(value: Any) -> str:
    """A value as one clean line: no tags, entities, control or invisible characters; empty for 无 and dashes."""
    if isinstance(value, list):
        value = " ".join(str(item) for item in value)
    if value is None or isinstance(value, dict | bool):
        return ""
    text = _CONTROLS.sub("", str(value))
    if "<" in text or "&" in text:
        text = _CONTROLS.sub("", escaping.unescape(_TAG.sub("", text)))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return "" if text in _NOTHING else text


def source_key(raw: dict[str, Any], title: str, context: Context) -> str:
    """Stable identity: what the mapping says; else the address; else index number and title; else title, number,
    date and issuer. The same document exported again has the same key."""
    department = context.lookup.department.code
    identity, url = one_line(raw.get("identity")), _url(raw.get("source_url"))
    index_number = one_line(raw.get("index_number"))
    if identity:
        parts = ["identity", context.source, department, identity]
    elif url:
        parts = ["url", re.sub(r"^https?://", "", url, flags=re.I).rstrip("/")]
    elif index_number:
        parts = ["index", index_number, title]
    else:
        day = read_day(raw.get("formed_on") or raw.get("published_at"), context.zone)
        number = one_line(raw.get("document_number"))
        parts = ["title", title, number, day.isoformat() if day else "", one_line(raw.get("issuer")) or department]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def summary_of(text: str) -> str:
    """At most 120 characters from the beginning of a body, without the line that only addresses somebody."""
    lines = [line for line in text[: 4 * SUMMARY].split("\n") if line.strip()]
    if len(lines) > 1 and lines[0].rstrip().endswith(("：", ":")):
        lines = lines[1:]
    words = _SPACES.sub(" ", " ".join(lines)).strip()
    return words if len(words) <= SUMMARY else words[: SUMMARY - 1] + "…"


def _title(value: Any) -> str:
    title = one_line(value)
    if not title:
        raise RowFault("没有标题")
    if len(title) > MOST_TITLE:
        raise RowFault(f"标题超过 {MOST_TITLE} 字（实际 {len(title)} 字）")
    return title


def _limited(value: Any, most: int, label: str) -> str:
    text = one_line(value)
    if len(text) > most:
        raise RowFault(f"{label}超过 {most} 字")
    return text


def _body(raw: dict[str, Any]) -> tuple[str, str]:
    value = raw.get("body")
    source = "" if value is None else str(value)
    if len(source) > MOST_BODY:
        raise RowFault(f"正文超过 {MOST_BODY // 10_000} 万字")
    if "\n" not in source:
        source = _INDENT.sub("\n", source)
    html, text = from_any(source)
    links, names = _attachment_links(raw.get("attachments"))
    return html + links, f"{text}\n{names}".strip("\n")


def _attachment_links(value: Any) -> tuple[str, str]:
    """Attachments at the source as links below the body, and their words: the files themselves stay there."""
    urls = value if isinstance(value, list) else re.split(r"[\s,，;；]+", one_line(value))
    found = [url for url in dict.fromkeys(_url(_last_url(item)) for item in urls) if url]
    if not found:
        return "", ""
    items = "".join(
        f'<li><a href="{escaping.escape(url)}">{escaping.escape(_file_name(url))}</a></li>' for url in found
    )
    return from_any(f"<p><strong>{ATTACHED}</strong></p><ul>{items}</ul>")


def _last_url(value: Any) -> str:
    """Crawlers glue the site before an address that is whole already."""
    text = str(value)
    start = max(text.rfind("http://"), text.rfind("https://"))
    return text[start:] if start > 0 else text


def _file_name(url: str) -> str:
    name = _CONTROLS.sub("", unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
    return name or url


def _url(value: Any) -> str:
    """A web address that can be stored and followed; empty for anything else."""
    text = "" if value is None else _CONTROLS.sub("", str(value)).strip()
    if len(text) > 600 or not _URL.match(text):
        return ""
    try:
        return text if urlsplit(text).hostname else ""
    except ValueError:
        return ""


def _dates(raw: dict[str, Any], text: str, context: Context) -> tuple[date | None, datetime | None, date | None]:
    """Formed, published, effective. What the fields lack is looked for where the document itself says it: the
    signature's date at its end, and 自…起施行."""
    zone = context.zone
    formed_on = read_day(raw.get("formed_on"), zone)
    published_at = read_moment(raw.get("published_at"), zone)
    effective_on = read_day(raw.get("effective_on"), zone)
    end = text[-_TAIL:]
    if formed_on is None and (signed := _SIGNED.findall(end)):
        formed_on = _day_in_text(signed[-1], zone)
    if effective_on is None and (said := _IN_FORCE.findall(end)):
        effective_on = _day_in_text(said[-1], zone)
    today = timezone.localdate(context.at, zone)
    if formed_on and formed_on > today:
        raise RowFault(f"成文日期 {formed_on} 还没有到")
    if published_at and published_at > context.at:
        raise RowFault(f"发布日期 {timezone.localdate(published_at, zone)} 还没有到")
    return formed_on, published_at, effective_on


def _day_in_text(words: str, zone: tzinfo) -> date | None:
    try:
        return read_day(words, zone)
    except RowFault:
        return None


def _interpretation_kind(given: str, genre: str, title: str) -> str:
    """Form of an interpretation; empty for a document that is none."""
    if given in InterpretationKind.values:
        return given
    if genre != "政策解读":
        return ""
    return next((kind.value for word, kind in _KINDS if word in title), InterpretationKind.QA.value)


def _attribute(said: str) -> tuple[str, str]:
    """条例§16: the disclosure attribute, and why. Silence of a source that publishes means 主动公开; a word nobody
    knows is for people to decide, so the document is kept back."""
    if not said:
        return DisclosureAttribute.PROACTIVE, ""
    known = ATTRIBUTES.get(said)
    if known is None:
        return DisclosureAttribute.ON_REQUEST, f"来源标注为“{said[:40]}”，公开属性待认定"
    return known, "" if known == DisclosureAttribute.PROACTIVE else f"来源标注为“{said}”"


def _keywords(value: Any, unknown_topic: str) -> str:
    """Keywords parted by spaces; a topic that is none of ours is kept among them."""
    words = re.split(r"[\s;；,，]+", f"{one_line(value)} {unknown_topic}")
    return " ".join(dict.fromkeys(word for word in words if word))[:200]
