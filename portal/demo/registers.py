"""Loads guides, institutions, directories, gazette and update promises of the demo city; adds only what is missing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts.models import Department, User
from accounts.roles import Role
from accounts.services import grant_role, revoke_role
from catalog.models import Column, Document
from disclosure.models import ColumnPromise, DirectoryVersion, Gazette, LimitKind, LimitStart
from disclosure.registers import services
from disclosure.watch.services import add_promise

FILE = Path(__file__).resolve().parent / "registers.yaml"
EARLIER = timedelta(days=150)  # what a body keeps up has been there for a while
Row = dict[str, Any]


@transaction.atomic
def load_registers(*, founder: User, at: datetime) -> None:
    """Through the services; the founder supervises for as long as it takes."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    departments = {row.code: row for row in Department.objects.all()}
    columns = {row.slug: row for row in Column.objects.all()}
    held: Row = {"user": founder, "role": Role.SUPERVISOR, "department": Department.objects.get(depth=1), "at": at}
    grant_role(actor=founder, **held)
    for kind in services.KINDS.values():
        for row in data[f"{kind.slug}s"]:
            _edition(kind, row, departments[row["department"]], founder, at - EARLIER)
    for row in data["directories"]:
        _directory(row["entries"], departments[row["department"]], columns, founder, at - EARLIER)
    for row in data["gazettes"]:
        _issue(row, founder, at)
    for row in data["promises"]:
        _promise(row, departments, columns, founder)
    revoke_role(actor=founder, **held)


def _edition(kind: services.EditionKind, row: Row, department: Department, founder: User, at: datetime) -> None:
    if kind.model._default_manager.filter(department=department).exists():
        return
    values = {name: str(row.get(name) or "") for name in kind.fields}
    seen = services.token(services.working_copy(kind, department))
    services.save_edition(actor=founder, kind=kind, department=department, values=values, seen=seen, at=at)
    services.publish_edition(actor=founder, kind=kind, department=department, at=at)


def _directory(
    rows: list[Row], department: Department, columns: dict[str, Column], founder: User, at: datetime
) -> None:
    if DirectoryVersion.objects.filter(department=department).exists():
        return
    for row in rows:
        values = {name: row[name] for name in ("matter", "sub_matter", "elements", "basis", "channels")} | {
            "limit_start": row.get("start", LimitStart.FORMED),
            "limit_days": row.get("days"),
            "limit_kind": row.get("kind", LimitKind.WORKING),
            "limit_text": row.get("text", ""),
            "column": columns[row["column"]],
        }
        services.save_entry(actor=founder, department=department, entry=None, values=values)
    services.publish_directory(actor=founder, department=department, at=at)


def _issue(row: Row, founder: User, at: datetime) -> None:
    if Gazette.objects.filter(year=row["year"], number=row["number"]).exists():
        return
    values = {name: row[name] for name in ("year", "number", "title", "published_on")}
    found = {document.title: document for document in Document.objects.filter(title__in=row["documents"])}
    documents = [found[title] for title in row["documents"] if title in found]
    issue = services.save_issue(actor=founder, issue=None, values=values, documents=documents)
    services.publish_issue(actor=founder, issue=issue, at=at)


def _promise(row: Row, departments: dict[str, Department], columns: dict[str, Column], founder: User) -> None:
    column, department = columns[row["column"]], departments.get(row.get("department", ""))
    if not ColumnPromise.objects.filter(column=column, department=department).exists():
        days, basis = row["every_days"], row["basis"]
        add_promise(actor=founder, column=column, department=department, every_days=days, basis=basis)
