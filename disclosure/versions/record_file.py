"""The whole file of a document as one ZIP: every version, what people said, attachments, and the hashed record."""

import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from catalog.models import Document
from disclosure.models import DocumentEvent, ImportRun, Revision
from disclosure.states import DOCUMENTS, REVISIONS
from disclosure.versions.facts import facts_of
from files.models import StoredFile
from files.names import safe_name, with_extension

MOST_BYTES = 500 * 1024 * 1024
MOST_VERSIONS = 500
_CHUNK_BYTES = 1024 * 1024
_LABELS = {**REVISIONS.actions, **DOCUMENTS.actions}


@dataclass
class RecordFile:
    """A ZIP being written. Contents of files are written once, up to `MOST_BYTES` altogether; the rest is named."""

    document: Document
    into: IO[bytes]
    at: datetime
    size: int = 0
    stored: dict[str, str] = field(default_factory=dict)
    left_out: list[dict[str, Any]] = field(default_factory=list)

    def write(self) -> None:
        """Write everything; memory holds one version at a time."""
        with zipfile.ZipFile(self.into, "w", zipfile.ZIP_DEFLATED) as archive:
            for revision in _revisions(self.document):
                self._version(archive, revision)
            self._current(archive)
            _add(archive, "record.json", self._text(record_of(self.document)), self.at)
            _add(archive, "left-out.json", self._text(self.left_out), self.at)
            readme = render_to_string(
                "desk/review/record_readme.txt",
                {"document": self.document, "at": self.at, "left_out": len(self.left_out)},
            )
            _add(archive, "说明.txt", readme, self.at)

    def _version(self, archive: zipfile.ZipFile, revision: Revision) -> None:
        folder = f"versions/{revision.number:03d}"
        files = [self._file(archive, row.file, row.title) for row in revision.files.select_related("file")]
        _add(archive, f"{folder}/version.json", self._text(version_of(revision) | {"files": files}), self.at)
        _add(archive, f"{folder}/text.html", _page(revision.title, revision.html), self.at)

    def _current(self, archive: zipfile.ZipFile) -> None:
        """What the catalogue holds now; the only content of a document that was imported."""
        document = self.document
        body = getattr(document, "body", None)
        files = [self._file(archive, row.file, row.title) for row in document.attachments.select_related("file")]
        _add(archive, "current/document.json", self._text(_document(document) | {"files": files}), self.at)
        _add(archive, "current/text.html", _page(document.title, body.html if body else ""), self.at)

    def _file(self, archive: zipfile.ZipFile, stored: StoredFile, title: str) -> dict[str, Any]:
        """Where the content lies in the ZIP; null when it was left out."""
        said = {"title": title, "sha256": stored.sha256, "size": stored.size}
        if stored.sha256 not in self.stored:
            name = f"files/{stored.sha256[:12]}-{with_extension(safe_name(title), stored.extension)}"
            if self.size + stored.size > MOST_BYTES or not _copy(archive, stored, name, self.at):
                self.left_out.append(said)
                return said | {"path": None}
            self.stored[stored.sha256], self.size = name, self.size + stored.size
        return said | {"path": self.stored[stored.sha256]}

    @staticmethod
    def _text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def record_of(document: Document) -> list[dict[str, Any]]:
    """Every event of the document, its versions and the import it came by; `hashed` is what each hash covers."""
    own = Q(subject_type=Document._meta.label_lower, subject_id=document.pk)
    revisions = document.revisions.order_by().values("pk")
    own |= Q(subject_type=Revision._meta.label_lower, subject_id__in=revisions)
    runs = ImportRun.objects.filter(documents=document.pk).order_by().values("pk")
    own |= Q(subject_type=ImportRun._meta.label_lower, subject_id__in=runs)
    events = DocumentEvent.objects.filter(own).select_related("actor")
    return [_event(event) for event in events.order_by("subject_type", "subject_id", "number")]


def _event(event: DocumentEvent) -> dict[str, Any]:
    return {
        "hashed": {
            "subject": [event.subject_type, event.subject_id],
            "number": event.number,
            "change": [event.action, event.source, event.target],
            "actor": event.actor_id,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "on": event.on.isoformat(),
            "facts": event.facts,
            "previous": event.previous_hash,
        },
        "hash": event.hash,
        "事项": _LABELS.get(event.action, event.action),
        "办理人": str(event.actor),
        "时间": _moment(event.at),
    }


def version_of(revision: Revision) -> dict[str, Any]:
    """A version with everything people said about it."""
    return {
        "版次": revision.number,
        "标题": revision.title,
        "状态": revision.get_state_display(),
        "起草人": str(revision.written_by),
        "创建时间": _moment(revision.created_at),
        "办结时间": _moment(revision.finished_at),
        "应当公开的日期": revision.due_on,
        "要素": facts_of(revision),
        "content": revision.content,
        "text": revision.text,
        "意见": list(_opinions(revision)),
        "保密审查": list(_reviews(revision)),
        "沟通确认": list(revision.confirmations.values("body", "confirmed_on", "evidence")),
    }


def _opinions(revision: Revision) -> Iterator[dict[str, Any]]:
    for row in revision.opinions.select_related("written_by"):
        label = REVISIONS.actions.get(row.action, row.action)
        yield {"事项": label, "办理人": str(row.written_by), "时间": _moment(row.at), "意见": row.text}


def _reviews(revision: Revision) -> Iterator[dict[str, Any]]:
    for row in revision.secrecy_reviews.select_related("reviewer"):
        yield {
            "审查人": str(row.reviewer),
            "结论": row.get_conclusion_display(),
            "密级": row.get_level_display(),
            "审查表编号": row.form_number,
            "审查日期": row.reviewed_on,
            "审查意见": row.opinion,
            "所审查的保存次数": row.edition,
            "登记时间": _moment(row.at),
        }


def _document(document: Document) -> dict[str, Any]:
    return {
        "标题": document.title,
        "索引号": document.index_number,
        "发文字号": document.document_number,
        "发布机构": document.department.name,
        "状态": document.get_state_display(),
        "公开属性": document.get_disclosure_attribute_display(),
        "理由": document.attribute_reason,
        "有效性": document.get_validity_display(),
        "发布时间": _moment(document.published_at),
        "撤下原因": document.withdrawn_reason,
    }


def _revisions(document: Document) -> Iterable[Revision]:
    found: QuerySet[Revision] = document.revisions.select_related("department", "interprets", "written_by")
    return found.order_by("number")[:MOST_VERSIONS].iterator(chunk_size=1)


def _page(title: str, html: str) -> str:
    return render_to_string("desk/review/record_text.html", {"title": title, "html": html})


def _add(archive: zipfile.ZipFile, name: str, text: str, at: datetime) -> None:
    archive.writestr(_info(name, at), text, zipfile.ZIP_DEFLATED)


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    local = timezone.localtime(at)
    info = zipfile.ZipInfo(name, local.timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info


def _copy(archive: zipfile.ZipFile, stored: StoredFile, name: str, at: datetime) -> bool:
    """Stream a content into the archive; False when the storage lost it. Documents are compressed already."""
    try:
        source = stored.content.storage.open(str(stored.content.name))
    except FileNotFoundError:
        return False
    with source, archive.open(_info(name, at), "w", force_zip64=stored.size > 2**31 - 1) as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
    return True


def _moment(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
