"""Running an import: slice by slice, position and rows in one transaction, so that a killed import goes on."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.content import DocumentContent
from catalog.models import Document, DocumentRelation
from catalog.services import relate
from catalog.states import RelationKind
from disclosure import rules, services
from disclosure.importing.ahead import ahead
from disclosure.importing.faults import FileFault, LostRun, RowFault
from disclosure.importing.lookup import Lookup
from disclosure.importing.mapping import Mapping, list_in, named, recognise
from disclosure.importing.readers import Record, Source
from disclosure.importing.rows import Context, content_of, one_line
from disclosure.models import ImportRemark, ImportRun, RemarkKind, RunStage
from disclosure.services import Known, Outcome

SLICE_DOCUMENTS = 200
SLICE_CHARACTERS = 1_500_000
COUNTED = ("imported", "updated", "unchanged", "rejected", "drafts")


class Remark(NamedTuple):
    """What is to be said about one record."""

    line: int
    reason: str
    excerpt: str
    kind: RemarkKind = RemarkKind.REJECTED


@dataclass
class Slice:
    """Documents of some records, ready to be written; everything slow was done before the transaction."""

    contents: list[DocumentContent] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    remarks: list["Remark"] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    characters: int = 0
    end: int = 0
    percent: int = 0

    @property
    def is_full(self) -> bool:
        """Enough for one transaction."""
        return len(self.contents) >= SLICE_DOCUMENTS or self.characters >= SLICE_CHARACTERS


class Seen:
    """What a trial run would have stored, on disk so that memory stays flat."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("")
        self._rows.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, digest TEXT, line INTEGER) WITHOUT ROWID")

    def overlay(self, known: dict[str, Known], keys: Sequence[str], source: str) -> None:
        """Add to ``known`` what earlier slices of this trial saw."""
        marks = ",".join("?" * len(keys))
        rows = self._rows.execute(f"SELECT key, digest, line FROM seen WHERE key IN ({marks})", keys)  # noqa: S608
        for key, digest, line in rows:
            stored = known.get(key)
            state = stored.state if stored else "published"
            known[key] = Known(stored.pk if stored else None, digest, state, source, line, seen=True)

    def add(self, known: dict[str, Known]) -> None:
        """Remember what this slice saw."""
        rows = [(key, stored.digest, stored.line) for key, stored in known.items() if stored.seen]
        self._rows.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Remove the file."""
        self._rows.close()


@dataclass
class Importer:
    """One run over one open file. ``on_remarks`` hears of every remark, ``on_slice`` after every slice stored."""

    run: ImportRun
    actor: User
    source: Source
    mapping: Mapping
    at: datetime
    on_remarks: Callable[[Sequence[ImportRemark]], None] = lambda _: None
    on_slice: Callable[[], None] = lambda: None
    seen: Seen | None = None
    in_two_processes: bool = False

    def __post_init__(self) -> None:
        importable = set(rules.departments_importable_by(self.actor).values_list("pk", flat=True))
        lookup = Lookup(self.run.department, importable)
        self._context = Context(lookup, self.mapping.source, self.at, timezone.get_current_timezone())

    def go(self) -> None:
        """Import what is left; the caller then closes the run. FileFault / PermissionDenied when it cannot go on."""
        records = self.source.records(self.run.position, list_in_shape(self.mapping))
        slices = self.slices(records)
        for part in ahead(slices) if self.in_two_processes else slices:
            self.store(part)
            self.on_slice()

    def slices(self, records: Iterator[Record]) -> Iterator[Slice]:
        """Records gathered into slices."""
        part = Slice()
        for record in records:
            self._take(part, record)
            part.end, part.percent = record.line, self.source.percent
            if part.is_full:
                yield part
                part = Slice()
        if part.end:
            yield part

    def _take(self, part: Slice, record: Record) -> None:
        if record.fault:
            part.remarks.append(Remark(record.line, record.fault, record.excerpt))
            return
        if not isinstance(record.value, dict | str):
            part.remarks.append(Remark(record.line, "不是一条记录", str(record.value)[:200]))
            return
        keys = []
        for raw in self.mapping.read(record.value):
            try:
                content = services.with_publication_date(content_of(raw, self._context))
            except RowFault as fault:
                excerpt = one_line(raw.get("title")) or one_line(raw.get("body"))
                part.remarks.append(Remark(record.line, str(fault), excerpt))
                continue
            part.characters += len(content.html)
            _ = (content.digest, content.number_columns)  # kept with the content: the writing process need not
            part.contents.append(content)
            part.lines.append(record.line)
            keys.append(content.source_key or "")
        if self.mapping.relation and len(keys) == 2:
            part.pairs.append((keys[1], keys[0]))

    def store(self, part: Slice) -> None:
        """Write one slice with its remarks, counts and the new position; all of it or nothing."""
        if self.run.dry_run:
            remarks = self._count(part, self._tried(part))
            if self.run.pk:
                self._save(part, remarks)
        else:
            with transaction.atomic():
                self._claim(part)
                remarks = self._count(part, self._written(part))
                self._save(part, remarks)
        self.run.position, self.run.percent = part.end, part.percent
        self.on_remarks(remarks)

    def _written(self, part: Slice) -> Outcome:
        outcome = services.publish_at_source(
            actor=self.actor,
            approver=self.run.approver,
            ground=self.run.ground,
            contents=part.contents,
            batch=self.run,
            at=self.at,
            lines=part.lines,
        )
        for source, target in part.pairs:
            if source in outcome.ids and target in outcome.ids:
                self._relate(outcome.ids[source], outcome.ids[target])
        return outcome

    def _tried(self, part: Slice) -> Outcome:
        self.seen = self.seen or Seen()
        known = services.known_documents(part.contents, self.run)
        self.seen.overlay(known, [str(content.source_key) for content in part.contents], self.run.source)
        plan = services.compare(part.contents, known=known, source=self.run.source, lines=part.lines)
        self.seen.add(known)
        return plan.outcome

    def _relate(self, source_id: int, target_id: int) -> None:
        kind = RelationKind(self.mapping.relation)
        if DocumentRelation.objects.filter(source=source_id, target=target_id, kind=kind).exists():
            return
        ends = Document.objects.in_bulk([source_id, target_id])
        relate(source=ends[source_id], target=ends[target_id], kind=kind, at=self.at)

    def _count(self, part: Slice, outcome: Outcome) -> list[ImportRemark]:
        """Add the outcome to the counts of the run; every remark on the slice, by line."""
        said = list(part.remarks)
        for found, kind in ((outcome.rejected, RemarkKind.REJECTED), (outcome.notes, RemarkKind.NOTED)):
            said += [Remark(part.lines[at], reason, part.contents[at].title, kind) for at, reason in found]
        rejected = sum(remark.kind == RemarkKind.REJECTED for remark in said)
        for name in COUNTED:
            count = rejected if name == "rejected" else getattr(outcome, name)
            setattr(self.run, name, getattr(self.run, name) + count)
        return [
            ImportRemark(
                run=self.run, kind=kind, line=line, reason=reason[:300], excerpt=excerpt.replace("\x00", "")[:200]
            )
            for line, reason, excerpt, kind in sorted(said)
        ]

    def _claim(self, part: Slice) -> None:
        """Move the position on; refuse when another process moved it first."""
        mine = ImportRun.objects.filter(pk=self.run.pk, position=self.run.position)
        if not mine.update(position=part.end, stage=RunStage.RUNNING):
            raise LostRun("另一个进程正在导入这个文件")

    def _save(self, part: Slice, remarks: list[ImportRemark]) -> None:
        ImportRemark.objects.bulk_create(remarks)
        counts = {name: getattr(self.run, name) for name in COUNTED}
        ImportRun.objects.filter(pk=self.run.pk).update(percent=part.percent, **counts)


def list_in_shape(mapping: Mapping) -> Callable[[Any], list[Any] | None]:
    """How to find the records of a JSON answer when the mapping is known."""
    return lambda answer: mapping.record_list(answer) or list_in(answer)


def choose_mapping(path: Path, name: str, file_name: str) -> Mapping:
    """The mapping named, else the one recognised from the first readable record of the file."""
    if name:
        return named(name)
    source = Source(path, file_name)
    try:
        first = next((record for record in source.records(0, list_in) if not record.fault), None)
    finally:
        source.close()
    if first is None:
        raise FileFault("文件中没有一条可以读取的记录")
    return recognise(first.value)
