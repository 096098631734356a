"""The digest tells whether anything handed in changed."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from catalog.content import DocumentContent

BASE = DocumentContent(title="通知", department_id=1, column_id=2, html="<p>甲</p>", text="甲")
OTHER: dict[str, Any] = {
    "title": "公告", "department_id": 9, "column_id": 9, "html": "<p>乙</p>", "text": "乙", "topic_id": 3, "genre_id": 4,
    "key_area_id": 5, "document_number": "云政发〔2024〕6号", "index_number": "X/2024-1", "issuers_text": "市政府",
    "issuer_ids": (1, 2), "interpretation_kind": "qa", "formed_on": date(2024, 1, 1),
    "published_at": datetime(2024, 1, 1, tzinfo=UTC), "effective_on": date(2024, 2, 1), "expires_on": date(2029, 2, 1),
    "summary": "概述", "keywords": "公开", "disclosure_attribute": "on_request", "attribute_reason": "内部", "validity": "valid",
    "source_url": "https://example.gov.cn/1", "source_key": "a:1", "extra": {"k": "v"},
}  # fmt: skip


def test_every_field_counts() -> None:
    assert set(OTHER) == {field.name for field in fields(DocumentContent)}
    digests = {replace(BASE, **{name: value}).digest for name, value in OTHER.items()}
    assert len(digests | {BASE.digest}) == len(OTHER) + 1


def test_the_same_content_has_the_same_digest() -> None:
    assert replace(BASE).digest == BASE.digest
    assert replace(BASE, extra={"a": "1", "b": "2"}).digest == replace(BASE, extra={"b": "2", "a": "1"}).digest


def test_words_do_not_slip_from_one_field_into_the_next() -> None:
    assert replace(BASE, summary="甲", keywords="").digest != replace(BASE, summary="", keywords="甲").digest
