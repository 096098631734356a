"""Everything sealed, sealed anew with the newest key, while the site runs: old values are swapped, never overwritten."""

from collections import Counter
from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction

from requests_app import sealed_files, sealing
from requests_app.models import CaseFile, DraftFile, InformationRequest, Letter
from requests_app.watch.retention import keys_in_use

AT_ONCE = 50
DONE, CURRENT, CHANGED, UNREADABLE, MISSING = "resealed", "current", "changed", "unreadable", "missing"
FILES: tuple[tuple[type[models.Model], str], ...] = ((CaseFile, "key"), (DraftFile, "key"), (Letter, "docx_key"))


def sealed_columns() -> list[tuple[type[models.Model], list[str]]]:
    """Every model of the room with its sealed columns: they are called `sealed` or end in `_sealed`."""
    found = []
    for model in apps.get_app_config("requests_app").get_models():
        names = [field.name for field in model._meta.fields if f"_{field.name}".endswith("_sealed")]
        if names:
            found.append((model, names))
    return found


def rotate_columns(model: type[models.Model], names: list[str]) -> Iterator[Counter[str]]:
    """All rows of a model, some at a time; what became of the values of each slice."""
    after = None
    while True:
        rows = _slice(model, after, names)
        if not rows:
            return
        yield _rotate_slice(model, names, rows)
        after = rows[-1][0]


@transaction.atomic
def _rotate_slice(model: type[models.Model], names: list[str], rows: list[tuple[int, ...]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for pk, *values in rows:
        for name, value in zip(names, values, strict=True):
            if value:
                counts[_rotate_value(model, pk, name, str(value))] += 1
    return counts


def _rotate_value(model: type[models.Model], pk: int, name: str, sealed: str) -> str:
    if sealing.is_current(sealed):
        return CURRENT
    try:
        anew = sealing.reseal(sealed)
    except sealing.Unreadable:
        return UNREADABLE
    won = model._base_manager.filter(pk=pk, **{name: sealed}).update(**{name: anew})
    return DONE if won else CHANGED


def rotate_files(model: type[models.Model], name: str, replaced: set[str]) -> Iterator[Counter[str]]:
    """The contents that a model's rows name, some at a time. The old ones stay, and their keys come into ``replaced``:
    erase them when nobody reads them any more (`erase_replaced`)."""
    after = None
    while rows := _slice(model, after, [name]):
        counts: Counter[str] = Counter()
        for _, key in rows:
            if key:
                counts[_rotate_file(str(key), replaced)] += 1
        yield counts
        after = rows[-1][0]


def _rotate_file(key: str, replaced: set[str]) -> str:
    try:
        anew = sealed_files.rotate(key)
    except sealing.Unreadable:
        return UNREADABLE
    except FileNotFoundError:
        return MISSING
    if anew == key:
        return CURRENT
    if _rename(key, anew):
        replaced.add(key)
        return DONE
    sealed_files.erase(anew)
    return CHANGED


@transaction.atomic
def _rename(key: str, anew: str) -> int:
    """Every row that names the old content names the new one. Cases are locked: one being split copies its files."""
    cases = CaseFile.objects.filter(key=key).order_by("case_id").values_list("case_id", flat=True)
    list(InformationRequest.objects.select_for_update().filter(pk__in=list(cases)).order_by("pk").values_list("pk"))
    return sum(model._base_manager.filter(**{name: key}).update(**{name: anew}) for model, name in FILES)


def erase_replaced(replaced: set[str]) -> int:
    """Erase the old contents that no row names; how many."""
    gone = sorted(replaced - keys_in_use(replaced))
    for key in gone:
        sealed_files.erase(key)
    return len(gone)


def _slice(model: type[models.Model], after: int | None, names: list[str]) -> list[tuple[int, ...]]:
    found = (
        model._base_manager.order_by("pk") if after is None else model._base_manager.filter(pk__gt=after).order_by("pk")
    )
    return list(found.values_list("pk", *names)[:AT_ONCE])
