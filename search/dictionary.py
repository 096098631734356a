"""The office's own words as the text layer wants them: synonyms at query time, user words at build time."""

import threading
import time
from collections.abc import Mapping

from django.db.models import Count, Max

from search.models import Synonym, UserWord
from search.text import fold

_CHECK_SECONDS = 3.0


def user_words() -> tuple[str, ...]:
    """Folded and sorted: the same words give the same dictionary version."""
    return tuple(sorted({fold(word) for word in UserWord.objects.values_list("word", flat=True)}))


class _Synonyms:
    """The table of synonyms in memory; whether it changed is asked every few seconds."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._asked = -_CHECK_SECONDS
        self._version: object = None
        self._groups: Mapping[str, tuple[str, ...]] = {}

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Every word with what means the same."""
        if time.monotonic() - self._asked >= _CHECK_SECONDS:
            with self._mutex:
                version = tuple(Synonym.objects.aggregate(Count("id"), Max("updated_at")).items())
                if version != self._version:
                    self._groups, self._version = _read_groups(), version
                self._asked = time.monotonic()
        return self._groups

    def forget(self) -> None:
        """Ask again at the next use."""
        self._asked, self._version = -_CHECK_SECONDS, None


def _read_groups() -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, None]] = {}
    for row in Synonym.objects.all():
        together = [fold(row.word), *row.others]
        for word in together:
            groups.setdefault(word, {}).update(dict.fromkeys(other for other in together if other != word))
    return {word: tuple(others) for word, others in groups.items()}


synonyms = _Synonyms()
