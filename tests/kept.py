"""Rows that many tests begin with: made once a process by the real services, then put back as they were."""

import copy
from collections.abc import Callable, Sequence

from django.contrib.auth.models import Permission
from django.db.models import Model

_kept: dict[tuple[object, ...], list[Model]] = {}


def once(name: str, models: Sequence[type[Model]], make: Callable[[], object]) -> None:
    """Call ``make`` the first time; afterwards insert the rows of ``models`` (parents first) that it made.

    A database that was flushed has other permissions, and one that holds rows already other keys: then it is made anew.
    """
    if any(model._base_manager.exists() for model in models):
        make()
        return
    key = (name, *Permission.objects.order_by("pk").values_list("pk", flat=True)[:1])
    if key not in _kept:
        make()
        _kept[key] = [row for model in models for row in model._base_manager.all()]
        return
    for model in models:
        model._base_manager.bulk_create([copy.copy(row) for row in _kept[key] if type(row) is model])
