"""What the ledger may be filtered by. An identity number is no filter: it never stands in an address (see `finding`)."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Max, Q, QuerySet
from django.http import QueryDict

from accounts.models import Department, User
from requests_app import rules
from requests_app.ledger.queues import OPEN, Reader, departments_of
from requests_app.models import ApplicantType, CaseKind, Channel, InformationRequest
from requests_app.outcomes import OUTCOMES, Family
from requests_app.states import CaseState

NUMBER = re.compile(r"[A-Za-z0-9]+-\d{4}-\d{1,8}")
NEWEST_SEARCHED = 100_000  # in the whole city; within one body words are looked for in all
FAMILY = "family."
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def outcome_choices() -> list[Any]:
    """Decisions by family; a family can be asked for as a whole."""
    found: list[Any] = []
    for family in Family:
        rows = [(code, row.label) for code, row in OUTCOMES.items() if row.family == family]
        found.append((family.label, [(f"{FAMILY}{family.value}", f"{family.label}（全部）"), *rows]))
    return found


def _choice(label: str, choices: Any, **kwargs: Any) -> Any:
    return django_filters.ChoiceFilter(label=label, choices=choices, empty_label="不限", **kwargs)


def _day(label: str, field: str, end: str = "exact", **kwargs: Any) -> Any:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return django_filters.DateFilter(
        label=label, field_name=field, lookup_expr=end, input_formats=DAY_FORMATS, widget=widget, **kwargs
    )


def _flag(label: str, method: str) -> Any:
    return django_filters.BooleanFilter(label=label, method=method, widget=forms.CheckboxInput)


class LedgerFilterSet(django_filters.FilterSet):
    """The ledger's filters; unknown parameters are ignored, wrong ones are told."""

    q = django_filters.CharFilter(label="编号或内容包含", method="about", max_length=100)
    state = _choice("状态", CaseState.choices)
    channel = _choice("申请方式", Channel.choices)
    type = _choice("申请人类型", ApplicantType.choices, field_name="applicant_type")
    kind = _choice("种类", CaseKind.choices)
    outcome = _choice("处理决定", outcome_choices, method="decided")
    officer = django_filters.ModelChoiceFilter(label="承办人", queryset=User.objects.none(), empty_label="不限")
    department = django_filters.ModelChoiceFilter(
        label="机关", queryset=Department.objects.none(), to_field_name="code", empty_label="不限"
    )
    year = django_filters.NumberFilter(
        label="登记年度", field_name="register_year", min_value=2008, max_value=2099, decimal_places=0
    )
    on_time = _choice("是否按时", [("yes", "按时答复"), ("no", "逾期答复")], method="answered_on_time")
    received_from = _day("收到之日起", "first_received_on", "gte")
    received_to = _day("收到之日止", "first_received_on", "lte")
    due_from = _day("答复期限起", "due_on", "gte")
    due_to = _day("答复期限止", "due_on", "lte")
    answered_from = _day("答复之日起", "answered_from", method="answered")
    answered_to = _day("答复之日止", "answered_to", method="answered")
    open = _flag("尚未答复", "only_open")
    provisional = _flag("期限为暂定日期", "only")
    excessive = _flag("数量、频次异常", "only_excessive")
    helped = _flag("需要帮助（条例第四十三条）", "only_helped")

    def __init__(self, data: QueryDict, queryset: QuerySet[InformationRequest], *, reader: Reader) -> None:
        super().__init__(data, queryset)
        fields = self.form.fields
        fields["department"].queryset = departments_of(reader)
        fields["officer"].queryset = _officers(reader, data.get("department", ""))
        if not reader.is_city_wide and len(reader.bodies) < 2:
            del fields["department"], self.filters["department"]
        if reader.is_city_wide and not data.get("department"):
            del fields["officer"], self.filters["officer"]
        for field in fields.values():
            field.error_messages["invalid_choice"] = f"没有这个{field.label}。"
            field.error_messages["invalid"] = f"{field.label}的写法不正确。"

    def about(self, queryset: QuerySet[InformationRequest], name: str, value: str) -> QuerySet[InformationRequest]:
        """A number is looked up; words are looked for in the matter, without a body among the newest only."""
        words = value.strip()
        if NUMBER.fullmatch(words):
            return queryset.filter(number=words.upper())
        if not self.data.get("department") and "department" in self.filters:
            newest = InformationRequest.objects.aggregate(newest=Max("pk"))["newest"] or 0
            queryset = queryset.filter(pk__gt=newest - NEWEST_SEARCHED)
        return queryset.filter(Q(number__icontains=words) | Q(matter__icontains=words))

    def decided(self, queryset: QuerySet[InformationRequest], name: str, value: str) -> QuerySet[InformationRequest]:
        """One decision, or a family of them."""
        if not value.startswith(FAMILY):
            return queryset.filter(outcome=value)
        codes = [code for code, row in OUTCOMES.items() if row.family == value.removeprefix(FAMILY)]
        return queryset.filter(outcome__in=codes)

    def answered_on_time(
        self, queryset: QuerySet[InformationRequest], name: str, value: str
    ) -> QuerySet[InformationRequest]:
        """Answered, in time or not."""
        return queryset.filter(on_time=value == "yes")

    def answered(self, queryset: QuerySet[InformationRequest], name: str, value: date) -> QuerySet[InformationRequest]:
        """Answered on these days; what was withdrawn was not answered."""
        end = "gte" if name.endswith("from") else "lte"
        return queryset.filter(**{f"stopped_on__{end}": value}, on_time__isnull=False)

    def only_open(self, queryset: QuerySet[InformationRequest], name: str, value: bool) -> QuerySet[InformationRequest]:
        """Neither answered nor ended."""
        return queryset.filter(state__in=OPEN) if value else queryset

    def only(self, queryset: QuerySet[InformationRequest], name: str, value: bool) -> QuerySet[InformationRequest]:
        """Rows marked so; an empty box asks nothing."""
        return queryset.filter(**{name: True}) if value else queryset

    def only_excessive(
        self, queryset: QuerySet[InformationRequest], name: str, value: bool
    ) -> QuerySet[InformationRequest]:
        """条例§35: those the head found too many, too often."""
        return queryset.filter(is_excessive=True) if value else queryset

    def only_helped(
        self, queryset: QuerySet[InformationRequest], name: str, value: bool
    ) -> QuerySet[InformationRequest]:
        """条例§43: the applicant needs help."""
        return queryset.exclude(assistance="") if value else queryset

    def found(self) -> QuerySet[InformationRequest]:
        """What passes; nothing while a filter is wrong, which the page says."""
        passed: QuerySet[InformationRequest] = self.qs if self.form.is_valid() else self.queryset.none()
        return passed

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """(parameter, label: value) of the filters in use."""
        said = self.form.cleaned_data if self.form.is_valid() else {}
        used = [(name, value) for name, value in said.items() if value not in (None, "", False)]
        return [(name, self._words(name, value)) for name, value in used]

    def _words(self, name: str, value: Any) -> str:
        field = self.form.fields[name]
        if value is True:
            return str(field.label)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            value = dict(_flat(field.choices)).get(value, value)
        return f"{field.label}：{value}"


def is_filtered(data: QueryDict) -> bool:
    """Whether a filter is in use, or the form of all of them was asked for (``filters``)."""
    return "filters" in data or any(data.get(name, "").strip() for name in LedgerFilterSet.base_filters)


def kept_query(data: QueryDict) -> str:
    """The part of a query that is the ledger's own: queue and filters, nothing else; for addresses and saved views."""
    names = ["tab", *LedgerFilterSet.base_filters]
    query = QueryDict(mutable=True)
    for name in names:
        if value := data.get(name, "").strip():
            query[name] = value
    return query.urlencode()


def _officers(reader: Reader, department: str) -> QuerySet[User]:
    """Who answers applications in the bodies the reader sees; for the whole city in the one chosen."""
    bodies = departments_of(reader)
    wanted = bodies.filter(code=department) if reader.is_city_wide else bodies
    people = User.objects.none()
    for body in wanted if department or not reader.is_city_wide else ():
        people = people | rules.officers_of(body)
    return people.order_by("username").distinct()


def _flat(choices: Any) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
