"""Loads the demo city through the same services a real city uses; running it again adds only what is missing."""

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.services import create_department, create_user, grant_role, revoke_role
from catalog import body
from catalog.content import DocumentContent
from catalog.models import Column, Document, Genre, KeyArea, Topic
from catalog.services import attach, relate
from catalog.states import DocumentState, RelationKind, Validity
from disclosure.models import ImportRun
from disclosure.services import finish_run, publish_at_source, system_actor, withdraw_document
from files.services import store
from portal.demo.attachments import make
from portal.demo.markup import to_html
from portal.demo.registers import load_registers

HERE = Path(__file__).resolve().parent
FOUNDER = "founder"
SLICE = 100
GROUND = "演示城市数据，视为已在原平台公开"
Row = dict[str, Any]


def load(at: datetime) -> int:
    """Departments, people, documents; returns how many documents were added."""
    founder = _founder()
    _departments(founder, at)
    _people(founder, at)
    system = system_actor()
    batch, _ = ImportRun.objects.get_or_create(
        source="demo",
        defaults={
            "department": Department.objects.get(depth=1),
            "file_name": GROUND,
            "ground": GROUND,
            "approver": system,
            "started_by": system,
            "created_at": at,
        },
    )
    if batch.is_over:
        load_registers(founder=founder, at=at)
        return 0
    names, rows = _Names(), list(_documents())
    _publish([_content(row, names) for row in rows], batch, system, at)
    saved = {row.source_key: row for row in Document.objects.filter(source_key__startswith="demo:")}
    for row in rows:
        _finish(row, saved, founder, at)
    batch.imported = len(rows)
    batch.save(update_fields=["imported"])
    load_registers(founder=founder, at=at)
    finish_run(run=batch, at=at)  # only now: a first start that was interrupted goes on at the next one
    return len(rows)


def _publish(contents: list[DocumentContent], batch: ImportRun, system: User, at: datetime) -> None:
    """Through the same door as an import (rulings 17), as one batch; what is there already stays as it is."""
    for start in range(0, len(contents), SLICE):
        publish_at_source(
            actor=system,
            approver=system,
            ground=GROUND,
            contents=contents[start : start + SLICE],
            batch=batch,
            at=at,
            lines=range(start + 1, start + SLICE + 1)[: len(contents) - start],
        )


def _founder() -> User:
    """The account that sets the city up; nobody can sign in with it."""
    founder, is_new = User.objects.get_or_create(
        username=FOUNDER, defaults={"full_name": "系统初始化", "is_superuser": True, "is_staff": True}
    )
    if is_new:
        founder.set_unusable_password()
        founder.save(update_fields=["password"])
    return founder


def _departments(founder: User, at: datetime) -> None:
    rows = yaml.safe_load((HERE / "departments.yaml").read_text(encoding="utf-8"))["departments"]
    known = {row.code: row for row in Department.objects.all()}
    for row in rows:
        parent = known.get(row.pop("parent") or "")
        row.pop("offices", None)
        if row["code"] not in known:
            code, name = row.pop("code"), row.pop("name")
            known[code] = create_department(actor=founder, parent=parent, code=code, name=name, at=at, **row)
            if parent:
                parent.refresh_from_db()


@transaction.atomic
def _people(founder: User, at: datetime) -> None:
    data = json.loads((HERE / "accounts.json").read_text(encoding="utf-8"))
    root = Department.objects.get(depth=1)
    for row in data["people"]:
        if User.objects.filter(username=row["username"]).exists():
            continue
        department = Department.objects.get(code=row["department"])
        user, _ = create_user(
            actor=founder,
            username=row["username"],
            full_name=row["full_name"],
            department=department,
            password=data["password"],
            at=at,
        )
        for word in row["roles"]:
            role = Role(word)
            where = root if role.is_city_wide else department
            grant_role(actor=founder, user=user, role=role, department=where, at=at)
        if Role.SYSTEM_ADMIN in row["roles"]:
            User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)


def _documents() -> Iterator[Row]:
    for path in sorted((HERE / "documents").glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in data["documents"]:
            yield row | {"department": data["department"]}


class _Names:
    """Primary keys of reference data by the words the files use."""

    def __init__(self) -> None:
        self.departments = {row.code: row for row in Department.objects.all()}
        self.columns = dict(Column.objects.values_list("slug", "pk"))
        self.genres = dict(Genre.objects.values_list("name", "pk"))
        self.key_areas = dict(KeyArea.objects.values_list("name", "pk"))
        self.topics = {str(topic): topic.pk for topic in Topic.objects.select_related("parent")}


def _content(row: Row, names: _Names) -> DocumentContent:
    html = body.clean(to_html(row["body"]))
    codes = row.get("issuers") or [row["department"]]
    areas = row.get("key_areas") or [None]
    return DocumentContent(
        title=row["title"],
        department_id=names.departments[row["department"]].pk,
        column_id=names.columns[row["column"]],
        html=html,
        text=body.to_text(html),
        topic_id=names.topics[row["topic"]],
        genre_id=names.genres[row["genre"]],
        key_area_id=names.key_areas.get(areas[0] or ""),
        document_number=row.get("number") or "",
        issuers_text=" ".join(names.departments[code].name for code in codes),
        issuer_ids=tuple(names.departments[code].pk for code in codes) if len(codes) > 1 else (),
        interpretation_kind=row.get("interpretation_kind") or "",
        formed_on=row.get("formed_on"),
        published_at=_moment(row.get("published_at")),
        effective_on=row.get("effective_on"),
        expires_on=row.get("expires_on"),
        summary=row.get("summary") or "",
        keywords="，".join(str(word) for word in row.get("keywords") or []),
        disclosure_attribute=row.get("attribute", "proactive"),
        attribute_reason=row.get("attribute_reason") or "",
        validity=_validity(row),
        source_key=f"demo:{row['key']}",
    )


def _moment(said: Any) -> datetime | None:
    """`2026-04-22 09:30` or a date, local time."""
    if said is None:
        return None
    if isinstance(said, date) and not isinstance(said, datetime):
        return timezone.make_aware(datetime.combine(said, time(9, 0)))
    return timezone.make_aware(said if isinstance(said, datetime) else datetime.fromisoformat(said))


def _validity(row: Row) -> Validity:
    """Only rules with a period are marked; notices and figures are simply there."""
    if row["column"] not in {"normative", "policy", "regulation", "rules", "welfare", "emergency", "fees", "plan"}:
        return Validity.UNSTATED
    expires = row.get("expires_on")
    return Validity.EXPIRED if expires and expires < date(2026, 11, 20) else Validity.VALID


@transaction.atomic
def _finish(row: Row, saved: dict[str | None, Document], founder: User, at: datetime) -> None:
    """Attachments, relations, withdrawal of one document."""
    document = saved[f"demo:{row['key']}"]
    has_files = document.attachments.exists()
    for position, item in enumerate([] if has_files else row.get("attachments") or []):
        data = make(item["format"], item["title"], item.get("paragraphs") or [], item.get("table") or [])
        stored = store(upload=io.BytesIO(data), name=f"{item['title']}.{item['format']}", by=founder)
        attach(document=document, file_id=stored.pk, title=item["title"], position=position, at=at)
    for kind in (RelationKind.REPEALS, RelationKind.AMENDS, RelationKind.INTERPRETS):
        for key in row.get(kind.value) or []:
            relate(source=document, target=saved[f"demo:{key}"], kind=kind, at=at)
    withdrawn = row.get("withdrawn")
    if withdrawn and document.state == DocumentState.PUBLISHED:
        here: Row = {"user": founder, "role": Role.APPROVER, "department": document.department, "at": at}
        grant_role(actor=founder, **here)
        withdraw_document(actor=founder, document=document, reason=withdrawn["reason"], at=at)
        revoke_role(actor=founder, **here)
