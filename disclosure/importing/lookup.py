"""Names in files → reference data. Loaded once an import."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings

from accounts.models import Department
from catalog.models import Column, Genre, KeyArea, Topic
from disclosure.importing import words
from disclosure.importing.faults import FileFault

_BETWEEN_BODIES = re.compile(r"[、，,;；\s]+")


@dataclass
class Lookup:
    """Reference data by every name it goes by. ``importable`` are the departments the importer has the right for."""

    department: Department
    importable: Collection[int]
    columns: dict[str, int] = field(init=False)
    genres: dict[str, int] = field(init=False)
    key_areas: dict[str, int] = field(init=False)
    topics: dict[tuple[str, ...], int] = field(init=False)
    bodies: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        rows = list(Column.objects.values_list("pk", "slug", "name"))
        self.columns = {name: pk for pk, slug, label in rows for name in (slug, label)}
        if words.DEFAULT_COLUMN not in self.columns:
            raise FileFault("栏目还没有建立，请先运行 manage.py load_reference")
        self.genres = {name: pk for pk, name in Genre.objects.values_list("pk", "name")}
        self.key_areas = {name: pk for pk, name in KeyArea.objects.values_list("pk", "name")}
        self.topics = _topics()
        self.bodies = {
            name: pk
            for pk, long, short in Department.objects.active().values_list("pk", "name", "short_name")
            for name in _names(long) | _names(short)
        }

    def column(self, name: str) -> int:
        """The column of that name or address, by its words otherwise; 其他政策文件 when nothing fits."""
        known = self.columns.get(name) or self.columns.get(words.column_of(name) or "")
        return known or self.columns[words.DEFAULT_COLUMN]

    def genre(self, name: str, title: str) -> tuple[int | None, str]:
        """Genre by name, by the title's last word otherwise; its key and name."""
        found = name if name in self.genres else words.genre_of(title)
        return self.genres.get(found), found

    def topic(self, text: str) -> int | None:
        """The topic of that path, or of its last name when that is unique; None for none of ours."""
        path = words.topic_path(text)
        return self.topics.get(path[-2:]) or self.topics.get(path[-1:]) or self.topics.get(path[:1]) if path else None

    def issuers(self, text: str) -> tuple[int, tuple[int, ...]]:
        """(publishing department, issuing departments) for issuers as printed.

        A department is published under only when the importer has the right there; else under the importing one.
        """
        names = [name for name in _BETWEEN_BODIES.split(text) if name]
        whole = self.bodies.get("".join(text.split()))
        found = [whole] if whole else [self.bodies[name] for name in names if name in self.bodies]
        own = next((pk for pk in found if pk in self.importable), self.department.pk)
        return own, tuple(dict.fromkeys(found))


def _names(name: str) -> set[str]:
    """Ways a body of the city is written: 市教育局, 云岚市教育局."""
    city = str(settings.SITE["city"])
    written = {"".join(name.split())} - {""}
    written |= {city + one.removeprefix("市") for one in written if one.startswith("市")}
    return written | {"市" + one.removeprefix(city) for one in written if one.startswith(city) and one != city}


def _topics() -> dict[tuple[str, ...], int]:
    """Topics by (class, sub-class), by (class,), and by a sub-class's name alone where only one has it."""
    rows = list(Topic.objects.values_list("pk", "parent_id", "name"))
    tops = {pk: words.folded_topic(name) for pk, parent, name in rows if parent is None}
    found: dict[tuple[str, ...], int] = {(name,): pk for pk, name in tops.items()}
    alone: dict[str, list[int]] = {}
    for pk, parent, name in rows:
        if parent is not None:
            found[(tops.get(parent, ""), words.folded_topic(name))] = pk
            alone.setdefault(words.folded_topic(name), []).append(pk)
    for name, keys in alone.items():
        if len(keys) == 1:
            found.setdefault((name,), keys[0])
    return found
