"""Machine-readable labels of pages: government page labels (国办发〔2017〕47号; law.md §6.1), Open Graph, schema.org."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Document

Labels = list[tuple[str, str]]


def column_labels(name: str, description: str = "") -> Labels:
    """Labels of a column page."""
    return [
        ("ColumnName", name),
        ("ColumnDescription", description or name),
        ("ColumnKeywords", f"{name},政府信息公开"),
        ("ColumnType", "信息公开"),
    ]


def document_labels(document: Document) -> dict[str, Any]:
    """Everything the head of a document page carries, and its address to share."""
    url = settings.SITE_URL + document.get_absolute_url()
    published = timezone.localtime(document.published_at) if document.published_at else None
    return {
        "labels": [
            *column_labels(document.column.name, document.column.description),
            ("ArticleTitle", document.title),
            ("PubDate", f"{published:%Y-%m-%d %H:%M}" if published else ""),
            ("ContentSource", document.issuer_line),
            ("Keywords", document.keywords),
            ("Author", document.department.name),
            ("Description", document.summary),
            ("Url", url),
        ],
        "open_graph": [
            ("og:type", "article"),
            ("og:title", document.title),
            ("og:description", document.summary),
            ("og:url", url),
            ("og:site_name", settings.SITE["name"]),
            ("article:published_time", published.isoformat() if published else ""),
        ],
        "canonical_url": url,
        "share_url": url,
        "jsonld": jsonld(document, url),
    }


def jsonld(document: Document, url: str) -> SafeString:
    """schema.org description; escaped so that no title can end the script element."""
    said = {
        "@context": "https://schema.org",
        "@type": "Article" if document.is_interpretation else "Legislation",
        "name": document.title,
        "headline": document.title[:110],
        "identifier": document.index_number,
        "legislationIdentifier": document.document_number,
        "datePublished": document.published_at.isoformat() if document.published_at else None,
        "dateCreated": document.formed_on.isoformat() if document.formed_on else None,
        "publisher": {"@type": "GovernmentOrganization", "name": document.department.name},
        "inLanguage": "zh-CN",
        "url": url,
        "isAccessibleForFree": True,
        "mainEntityOfPage": settings.SITE_URL + reverse("home"),
    }
    text = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308  escaped
