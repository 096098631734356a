"""A catalogue of any size in a throw-away database: real law texts recombined, the same for the same size.

    python bench/corpus.py --documents 100000            # into DATABASE_URL, which must be freshly migrated or absent

Needs `documents/laws.jsonl.gz` of the real data beside the project (SHARED_DATA).
"""

import argparse
import gzip
import io
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department  # noqa: E402
from catalog.content import number_columns  # noqa: E402
from catalog.models import Column, Document, DocumentBody, FacetCount, Genre, KeyArea, Topic  # noqa: E402
from catalog.services import facet_values  # noqa: E402
from catalog.states import DisclosureAttribute, DocumentState, Validity  # noqa: E402

SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
SEED, DEPARTMENTS, SLICE = 20261122, 60, 5000
FIRST_DAY = datetime(2008, 5, 1, 1, tzinfo=UTC)
DAYS = 6700
VALIDITIES = [Validity.VALID] * 6 + [Validity.UNSTATED] * 2 + [Validity.REPEALED, Validity.AMENDED]
KINDS = ["通知", "意见", "决定", "公告", "办法", "规定"]
_ARTICLE = re.compile(r"(?=第[一二三四五六七八九十百]+条[\s\u3000])")


def laws() -> list[tuple[str, list[str]]]:
    """(title, articles) of every real law."""
    with gzip.open(SHARED / "documents" / "laws.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = [(row["title"], [part.strip() for part in _ARTICLE.split(row["body"]) if len(part) > 20]) for row in rows]
    return [(title, articles) for title, articles in found if len(articles) > 3]


def texts(count: int) -> Iterator[tuple[str, str]]:
    """(title, text of 300 to 1,500 characters), ``count`` times."""
    source, dice = laws(), random.Random(SEED)
    for number in range(count):
        title, _ = source[number % len(source)]
        _, articles = dice.choice(source)
        wanted, start, parts = dice.randint(300, 1200), dice.randrange(len(articles)), []
        for step in range(len(articles)):
            parts.append(articles[(start + step) % len(articles)])
            if sum(map(len, parts)) >= wanted:
                break
        suffix = "" if number < len(source) else f"实施{dice.choice(KINDS)}（{number}）"
        yield f"{title}{suffix}"[:300], "\n".join(parts)[:1500]


class Reference:
    """Primary keys to draw from."""

    def __init__(self) -> None:
        root = Department.objects.filter(depth=1).first() or Department.objects.add_root(
            instance=Department(code="szf", name="基准市人民政府")
        )
        for number in range(Department.objects.count(), DEPARTMENTS):
            root.refresh_from_db()
            Department.objects.add_child(root, instance=Department(code=f"d{number}", name=f"基准市第{number}局"))
        self.departments = list(Department.objects.values_list("pk", flat=True))
        self.columns = list(Column.objects.values_list("pk", flat=True))
        self.topics = list(Topic.objects.filter(parent__isnull=False).values_list("pk", flat=True))
        self.genres = list(Genre.objects.values_list("pk", flat=True))
        self.key_areas = list(KeyArea.objects.values_list("pk", flat=True))


def documents(count: int, reference: Reference) -> Iterator[tuple[Document, DocumentBody]]:
    """Published documents with their bodies, keys 1 to ``count``."""
    dice, now = random.Random(SEED + 1), timezone.now()
    for pk, (title, text) in enumerate(texts(count), 1):
        listed = FIRST_DAY + timedelta(days=DAYS * pk // count, seconds=dice.randrange(30_000))
        department = dice.choice(reference.departments)
        letters = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(department))
        number = f"基{letters}发〔{listed.year}〕{dice.randint(1, 400)}号" if dice.random() < 0.6 else ""
        key, tail = number_columns(number)
        document = Document(
            pk=pk,
            index_number=f"11990100{department:010d}/{listed.year}-{pk:07d}",
            title=title,
            department_id=department,
            document_number=number,
            number_key=key,
            number_tail=tail,
            column_id=dice.choice(reference.columns),
            topic_id=dice.choice(reference.topics),
            genre_id=dice.choice(reference.genres),
            key_area_id=dice.choice(reference.key_areas),
            formed_on=listed.date(),
            published_at=listed,
            listed_at=listed,
            summary=text[:110],
            disclosure_attribute=DisclosureAttribute.PROACTIVE,
            state=DocumentState.PUBLISHED,
            validity=dice.choice(VALIDITIES),
            source_key=f"bench:{pk}",
            created_at=now,
            updated_at=now,
        )
        html = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        yield document, DocumentBody(document_id=pk, html=html, text=text)


def fill(count: int) -> None:
    """Load ``count`` documents; prints the rate."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_reference", verbosity=0)
    call_command("load_calendar", stdout=io.StringIO())
    started, totals, rows = time.monotonic(), Counter[tuple[str, int]](), documents(count, Reference())
    done = 0
    while batch := [pair for _, pair in zip(range(SLICE), rows, strict=False)]:
        with transaction.atomic():
            copy_in(Document, [document for document, _ in batch])
            copy_in(DocumentBody, [body for _, body in batch])
        for document, _ in batch:
            totals.update(facet_values(document))
        done += len(batch)
        if done % 50_000 == 0:
            print(f"{done:,} documents, {done / (time.monotonic() - started):,.0f}/s", file=sys.stderr, flush=True)
    FacetCount.objects.all().delete()
    FacetCount.objects.bulk_create(FacetCount(dimension=d, value=v, count=c) for (d, v), c in totals.items())
    settle()
    print(f"{count:,} documents in {time.monotonic() - started:.0f} s")


def copy_in(model: Any, rows: list[Any]) -> None:
    """Insert without the ORM's checks: COPY on PostgreSQL, executemany on SQLite."""
    fields = model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = "".join("\t".join(map(_cell, row)) + "\n" for row in values)
            cursor.cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", io.StringIO(lines))
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n").replace("\r", " ")


def settle() -> None:
    """Sequences and statistics, as after a normal life."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('catalog_document_id_seq', (SELECT max(id) FROM catalog_document))")
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    fill(parser.parse_args().documents)
