"""Documents for tests, made by the services that make them in a city."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from accounts.models import Department
from catalog import body, services
from catalog.content import DocumentContent
from catalog.models import Attachment, Column, Document, Genre, KeyArea, Topic
from disclosure.models import ImportRun
from disclosure.services import archive_document, publish_at_source, system_actor, take_down_document, withdraw_document
from files.services import extract_text, store
from tests.cast import Cast

LONG_AGO = timezone.make_aware(datetime(2024, 3, 1, 9, 0))


@dataclass
class Press:
    """The printing press of the tests: everything it makes went through publishing."""

    cast: Cast
    made: int = 0
    _batch: ImportRun | None = field(default=None, repr=False)

    def content(self, **said: Any) -> DocumentContent:
        """Contents with sensible defaults. `column`, `topic`, `genre`, `key_area`, `department` by name or code."""
        self.made += 1
        html, text = body.from_any(said.pop("words", f"第{self.made}件的正文。"))
        return DocumentContent(
            title=said.pop("title", f"关于第{self.made}件事的通知"),
            department_id=Department.objects.get(code=said.pop("department", "jyj")).pk,
            column_id=Column.objects.get(slug=said.pop("column", "normative")).pk,
            topic_id=_topic(said.pop("topic", None)),
            genre_id=_pk(Genre, name=said.pop("genre", None)),
            key_area_id=_pk(KeyArea, name=said.pop("key_area", None)),
            html=html,
            text=text,
            published_at=said.pop("published_at", LONG_AGO + timedelta(hours=self.made)),
            formed_on=said.pop("formed_on", LONG_AGO.date()),
            **said,
        )

    def publish(self, *contents: DocumentContent, at: datetime | None = None) -> list[Document]:
        """Take these over in one batch, in order; those that may not be published land as drafts."""
        actor, at = system_actor(), at or timezone.now()
        self._batch = self._batch or ImportRun.objects.create(
            department=self.cast.szf,
            file_name="tests",
            ground="测试",
            approver=actor,
            started_by=actor,
            created_at=at,
        )
        before = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        publish_at_source(
            actor=actor, approver=actor, ground="测试", contents=contents, batch=self._batch, at=at, bulk=False
        )
        return sorted(Document.objects.filter(pk__gt=before), key=_order(contents))

    def document(self, **said: Any) -> Document:
        """One document."""
        return self.publish(self.content(**said))[0]

    def many(self, count: int, **said: Any) -> list[Document]:
        """As many documents, alike but for title and time."""
        return self.publish(*(self.content(**said) for _ in range(count)))

    def interpretation(self, of: Document, **said: Any) -> Document:
        """An interpretation of a document."""
        made = self.document(**{"column": "interpretation", "interpretation_kind": "qa", **said})
        services.relate(source=made, target=of, kind="interprets", at=timezone.now())
        return made

    def withdraw(self, document: Document, reason: str = "内容有误") -> None:
        """The approver of the education bureau withdraws."""
        withdraw_document(actor=self.cast.wangwu, document=document, reason=reason, at=timezone.now())
        document.refresh_from_db()

    def archive(self, document: Document, place: str = "云岚市档案馆") -> None:
        """The approver of the education bureau hands over to the archives."""
        archive_document(actor=self.cast.wangwu, document=document, place=place, at=timezone.now())
        document.refresh_from_db()

    def take_down(self, document: Document) -> None:
        """The head of the office takes down at once."""
        take_down_document(actor=self.cast.wangwu, document=document, at=timezone.now())
        document.refresh_from_db()

    def attach(self, document: Document, *, words: str, name: str = "附表.txt") -> Attachment:
        """A text file with these words, its text extracted."""
        stored = store(upload=BytesIO(words.encode()), name=name)
        extract_text(file_id=stored.pk)
        return services.attach(document=document, file_id=stored.pk, title=name, at=timezone.now())


def _order(contents: Sequence[DocumentContent]) -> Any:
    place = {content.title: number for number, content in enumerate(contents)}
    return lambda row: (place[row.title], row.pk)


def _pk(model: Any, **wanted: Any) -> int | None:
    return model.objects.get(**wanted).pk if all(wanted.values()) else None


def _topic(said: str | None) -> int | None:
    if said is None:
        return None
    top, _, name = said.partition("/")
    found = Topic.objects.filter(parent__name=top, name=name) if name else Topic.objects.filter(parent=None, name=top)
    return found.get().pk
