"""Plain functions that make things by walking the real services, so that no unreachable state can be made."""

from datetime import date, datetime
from itertools import count
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts.models import Department, DepartmentKind, User
from catalog import body
from catalog.content import DocumentContent
from catalog.models import Column, Document, Genre, KeyArea, Topic
from disclosure import services
from disclosure.models import ImportRun
from tests.kept import once

_numbers = count(1)


def make_reference() -> None:
    """Columns, topics, genres and key areas."""
    once("reference", [Column, KeyArea, Genre, Topic], lambda: call_command("load_reference", verbosity=0))


def make_department(code: str = "szf", name: str = "云岚市人民政府", parent: Department | None = None) -> Department:
    """A department; the root without a parent."""
    kind = DepartmentKind.DEPARTMENT if parent else DepartmentKind.GOVERNMENT
    department = Department(code=code, name=name, kind=kind)
    if parent is None:
        Department.objects.add_root(instance=department)
    else:
        Department.objects.add_child(parent, instance=department)
    return Department.objects.get(code=code)


def make_content(department: Department, **said: Any) -> DocumentContent:
    """Content of a document; ``words`` are its body, ``column`` a slug."""
    number = next(_numbers)
    html, text = body.from_any(said.pop("words", f"第{number}件的正文。"))
    column = Column.objects.get(slug=said.pop("column", "policy"))
    defaults: dict[str, Any] = {
        "title": f"关于第{number}件事的通知",
        "department_id": department.pk,
        "column_id": column.pk,
        "html": html,
        "text": text,
        "formed_on": date(2025, 3, 1),
        "source_key": f"make:{number}",
    }
    return DocumentContent(**(defaults | said))


def make_document(
    department: Department, *, actor: User | None = None, at: datetime | None = None, **said: Any
) -> Document:
    """A document imported under ``department``: published when it is proactive and has a date, a draft otherwise."""
    if not Column.objects.exists():
        make_reference()
    content = make_content(department, **said)
    who, now = actor or services.system_actor(), at or timezone.now()
    outcome = services.publish_at_source(
        actor=who,
        approver=services.system_actor(),
        ground="测试",
        contents=[content],
        batch=make_run(department),
        at=now,
    )
    return Document.objects.get(pk=outcome.ids[str(content.source_key)])


def make_run(department: Department, name: str = "tests") -> ImportRun:
    """The batch that documents made here belong to."""
    return services.program_run(
        department=department, actor=services.system_actor(), ground="测试", name=name, at=timezone.now()
    )
