"""Reference data of the catalogue as small maps, loaded once a request: names, addresses and subtrees."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from accounts.models import Department, DepartmentKind
from catalog.models import Column, Genre, KeyArea, Topic


@dataclass(frozen=True)
class Entry:
    """One value of reference data: primary key, word of the address, name, parent."""

    pk: int
    slug: str
    name: str
    parent_id: int | None = None


@dataclass
class Tree:
    """Entries by primary key and by word of the address, with subtrees."""

    entries: dict[int, Entry]
    by_slug: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.by_slug = {entry.slug: entry for entry in self.entries.values()}

    @cached_property
    def children(self) -> dict[int | None, list[Entry]]:
        """Entries by parent, in their own order."""
        found: dict[int | None, list[Entry]] = {}
        for entry in self.entries.values():
            found.setdefault(entry.parent_id, []).append(entry)
        return found

    def subtree(self, pk: int) -> list[int]:
        """``pk`` and everything below it."""
        found = [pk]
        for entry in self.children.get(pk, []):
            found += self.subtree(entry.pk)
        return found

    def top(self, pk: int) -> int:
        """The ancestor of ``pk`` at the top (itself when it stands there); unknown ones stand for themselves."""
        entry = self.entries.get(pk)
        return self.top(entry.parent_id) if entry and entry.parent_id in self.entries and entry.parent_id else pk

    def name(self, pk: int) -> str:
        """Name, empty for an unknown key."""
        return self.entries[pk].name if pk in self.entries else ""


class Reference:
    """Lazy maps. Pages use `shared`; make an own one where a change must show at once."""

    @cached_property
    def columns(self) -> Tree:
        """栏目."""
        rows = Column.objects.filter(is_active=True).values_list("pk", "slug", "name", "parent_id")
        return _tree(rows)

    @cached_property
    def topics(self) -> Tree:
        """主题分类; addressed by number."""
        return _tree(
            (pk, str(pk), name, parent) for pk, name, parent in Topic.objects.values_list("pk", "name", "parent_id")
        )

    @cached_property
    def genres(self) -> Tree:
        """体裁; addressed by number."""
        return _tree((pk, str(pk), name, None) for pk, name in Genre.objects.values_list("pk", "name"))

    @cached_property
    def key_areas(self) -> Tree:
        """重点领域."""
        return _tree((*row, None) for row in KeyArea.objects.values_list("pk", "slug", "name"))

    @cached_property
    def departments(self) -> Tree:
        """Bodies with their internal offices below them; bodies of a lower level stand for themselves."""
        rows = Department.objects.values_list("pk", "code", "name", "path", "depth", "kind")
        by_path = {row[3]: row[0] for row in rows}
        steplen = Department.steplen
        return _tree(
            (pk, code, name, by_path.get(path[:-steplen]) if kind == DepartmentKind.INTERNAL else None)
            for pk, code, name, path, depth, kind in rows
        )


SHARED_SECONDS = 5.0


def shared() -> Reference:
    """The maps of this process, at most five seconds old: building them takes longer than reading a list."""
    return _made_in(time.monotonic() // SHARED_SECONDS)


@lru_cache(maxsize=1)
def _made_in(slot: float) -> Reference:
    return Reference()


def _tree(rows: Iterable[tuple[Any, ...]]) -> Tree:
    return Tree({row[0]: Entry(*row) for row in rows})
