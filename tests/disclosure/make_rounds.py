"""Rounds for tests, made by the services that make them in a city."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from disclosure.models import Round, RoundItem
from disclosure.rounds import services as rounds
from tests.cast import Cast
from tests.make import make_document

NOW = timezone.make_aware(datetime(2026, 11, 22, 10, 0))


def normative(department: Department, **said: Any) -> Document:
    return make_document(department, **{"column": "normative", "validity": "valid", **said})


def withheld(department: Department, **said: Any) -> Document:
    said = {"disclosure_attribute": "withheld", "attribute_reason": "内部工作流程信息", **said}
    return make_document(department, at=NOW - timedelta(days=30), **said)


def cleanup(cast: Cast, *, actor: User | None = None, department: Department | None = None) -> Round:
    return rounds.open_cleanup(
        actor=actor or cast.wangwu, department=department or cast.jyj, year=2026, basis="省政府通知", at=NOW
    )


def rereview(cast: Cast) -> Round:
    return rounds.open_rereview(actor=cast.wangwu, department=cast.jyj, year=2026, at=NOW)


def item_of(row: Round, document: Document) -> RoundItem:
    return RoundItem.objects.select_related("document", "round").get(round=row, document=document)


def conclude(actor: User, row: Round, document: Document, conclusion: str, **said: Any) -> RoundItem:
    said = {"reason": "与上位法不一致", "at": NOW, **said}
    return rounds.conclude(actor=actor, item=item_of(row, document), conclusion=conclusion, **said)


def validity(document: Document) -> str:
    return Document.objects.get(pk=document.pk).validity
