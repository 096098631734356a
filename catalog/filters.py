"""What lists may be filtered by: one FilterSet for pages, feeds and the API."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from catalog.models import Document, DocumentQuerySet
from catalog.reference import Reference, Tree
from catalog.states import VALIDITY_CODES, Validity

FIRST_YEAR, LAST_YEAR = 1949, 2100
DAYS = [
    MinValueValidator(date(FIRST_YEAR, 1, 1), f"日期应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间。"),
    MaxValueValidator(date(LAST_YEAR, 12, 31), f"日期应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间。"),
]
TREE_FILTERS = {"department": "机构", "column": "栏目", "topic": "主题", "genre": "体裁", "key_area": "重点领域"}


class TreeField(forms.CharField):
    """A word of the address (`jyj`, `normative`, `12`) → primary keys of that entry and everything below it."""

    def __init__(self, *, label: str, tree: Tree | None = None, **kwargs: Any) -> None:
        self.tree = tree
        super().__init__(label=label, max_length=60, **kwargs)

    def clean(self, value: Any) -> list[int] | None:
        """Primary keys, None when nothing was chosen; ValidationError for a word that does not exist."""
        word = super().clean(value)
        if not word or self.tree is None:
            return None
        entry = self.tree.by_slug.get(word)
        if entry is None:
            raise ValidationError(f"没有这个{self.label}：“{word[:20]}”。")
        return self.tree.subtree(entry.pk)


class TreeFilter(django_filters.Filter):
    """Filter by the subtree of an entry of reference data."""

    field_class = TreeField

    def filter(self, qs: DocumentQuerySet, value: list[int] | None) -> DocumentQuerySet:
        """A single key keeps the index's order usable, so it is an equality."""
        if not value:
            return qs
        name = f"{self.field_name}_id"
        return qs.filter(**({name: value[0]} if len(value) == 1 else {f"{name}__in": value}))


class DocumentFilterSet(django_filters.FilterSet):
    """Filters of public documents. ``q`` is answered by the search room, never by the database's LIKE."""

    q = django_filters.CharFilter(label="检索词", method="leave")
    department = TreeFilter(label="机构")
    column = TreeFilter(label="栏目")
    topic = TreeFilter(label="主题")
    genre = TreeFilter(label="体裁")
    key_area = TreeFilter(label="重点领域")
    year = django_filters.NumberFilter(
        label="年份", method="published_in", min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0
    )
    validity = django_filters.ChoiceFilter(label="有效性", choices=Validity.choices)
    kind = django_filters.ChoiceFilter(
        label="类型", choices=[("document", "文件"), ("interpretation", "解读")], method="of_kind"
    )
    since = django_filters.DateFilter(label="发布日期起", method="published_since", validators=DAYS)
    until = django_filters.DateFilter(label="发布日期止", method="published_until", validators=DAYS)

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(
        self, data: Any = None, queryset: Any = None, *, reference: Reference | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, queryset, **kwargs)
        self.reference = reference or Reference()
        for name in TREE_FILTERS:
            if self.data.get(name):
                self.form.fields[name].tree = getattr(self.reference, f"{name}s")
        self.form.fields["q"].validators = []  # whatever was typed is read by the search room
        for bound in self.form.fields.values():
            bound.error_messages["invalid_choice"] = f"没有这个{bound.label}：“%(value)s”。"
            bound.error_messages["invalid"] = f"{bound.label}的写法不正确。"

    def latest(self, at: datetime) -> datetime:
        """The moment up to which rows are wanted: ``at``, or the end of the year or day asked for. One bound for all,
        see `catalog.paging.page`."""
        said = self.form.cleaned_data
        ends = [at]
        if said.get("year"):
            ends.append(_midnight(date(int(said["year"]) + 1, 1, 1)) - timedelta(microseconds=1))
        if said.get("until"):
            ends.append(timezone.make_aware(datetime.combine(said["until"], time.max)))
        return min(ends)

    def public(self, queryset: DocumentQuerySet, at: datetime) -> DocumentQuerySet:
        """Those of ``queryset`` that pass and are public at ``at``."""
        chosen: DocumentQuerySet = self.filter_queryset(queryset)
        return chosen.public(self.latest(at))

    def leave(self, queryset: DocumentQuerySet, name: str, value: str) -> DocumentQuerySet:
        """Not a filter of the database."""
        return queryset

    def published_in(self, queryset: DocumentQuerySet, name: str, value: Any) -> DocumentQuerySet:
        """Listed in that calendar year, local time; its end is in `latest`."""
        return queryset.filter(listed_at__gte=_midnight(date(int(value), 1, 1)))

    def published_since(self, queryset: DocumentQuerySet, name: str, value: date) -> DocumentQuerySet:
        """Listed on that day or later."""
        return queryset.filter(listed_at__gte=_midnight(value))

    def published_until(self, queryset: DocumentQuerySet, name: str, value: date) -> DocumentQuerySet:
        """Listed on that day or earlier: in `latest`."""
        return queryset

    def of_kind(self, queryset: DocumentQuerySet, name: str, value: str) -> DocumentQuerySet:
        """Documents without, or only, interpretations."""
        only = {"interpretation_kind": ""}
        return queryset.filter(**only) if value == "document" else queryset.exclude(**only)

    @property
    def chosen(self) -> dict[str, Any]:
        """Filters in use with their cleaned values, ``q`` left out; empty when the form is not valid."""
        if not self.form.is_valid():
            return {}
        return {
            name: value for name, value in self.form.cleaned_data.items() if name != "q" and value not in (None, "")
        }

    def engine_filters(self) -> dict[str, Any]:
        """The same filters for the search engine: field → set of integers, or (low, high)."""
        chosen = self.chosen
        found: dict[str, Any] = {name: frozenset(chosen[name]) for name in TREE_FILTERS if name in chosen}
        if "year" in chosen:
            found["year"] = frozenset({int(chosen["year"])})
        if "validity" in chosen:
            found["validity"] = frozenset({VALIDITY_CODES[Validity(chosen["validity"])]})
        if "kind" in chosen:
            found["kind"] = frozenset({1 if chosen["kind"] == "interpretation" else 0})
        if "since" in chosen or "until" in chosen:
            found["day"] = (chosen.get("since", date.min).toordinal(), chosen.get("until", date.max).toordinal())
        return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
