"""Is the input of the pages of indicator sets well-formed."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.models import Department, DepartmentKind
from catalog.models import Column
from reports.fields import Bodies, PointsField, edition_field
from reports.models import Indicator, IndicatorSet, Section
from reports.scorecards.checking import faults_of_indicator, values_of
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.states import Frequency, Source

Said = dict[str, Any]
Typed = Mapping[str, Any] | None


def measure_choices() -> list[tuple[str, Any]]:
    """Ways to compute, ratings apart."""
    computed = [(one.code, one.label) for one in MEASURES.values() if not one.is_rating]
    ratings = [(one.code, one.label) for one in MEASURES.values() if one.is_rating]
    return [("", "不用（人工评定）"), (Source.COMPUTED.label, computed), (Source.RATINGS.label, ratings)]


class SetForm(forms.Form):
    """What a set is called."""

    edition = edition_field()
    name = forms.CharField(label="名称", max_length=80)
    year = forms.IntegerField(label="考核年度", min_value=2008, max_value=2100)
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Typed, *, initial: Said, row: IndicatorSet | None = None) -> None:
        super().__init__(data, initial=initial)
        if row is None:
            del self.fields["edition"]


class SectionForm(forms.Form):
    """A part of a set."""

    edition = edition_field()
    name = forms.CharField(label="板块名称", max_length=40)
    points = PointsField(label="分值", help_text="各板块合计 100 分。")

    def clean_points(self) -> Any:
        """A part without points is none."""
        if not self.cleaned_data["points"]:
            raise forms.ValidationError("分值应大于 0。")
        return self.cleaned_data["points"]


class IndicatorForm(forms.Form):
    """One indicator; what belongs together is checked as the service checks it, beside its field."""

    edition = edition_field()
    section = forms.ModelChoiceField(label="板块", queryset=Section.objects.none(), empty_label=None)
    group = forms.CharField(
        label="类别", max_length=30, required=False, help_text="例如“基础制度”。同类的指标写同样的字。"
    )
    name = forms.CharField(label="指标", max_length=40)
    text = forms.CharField(
        label="评分标准",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="要求什么，什么情况扣多少分。",
    )
    points = PointsField(label="分值", help_text="最多扣到这么多分。")
    each = PointsField(label="每处扣分", required=False, help_text="每发现一处问题扣的分。按公众评价折算的不填。")
    frequency = forms.ChoiceField(label="考核周期", choices=Frequency, help_text="按年的指标只在年度考核中计分。")
    source = forms.ChoiceField(label="数据来源", choices=Source)
    measure = forms.ChoiceField(label="计算方法", required=False, help_text="每种方法数什么，见本页下方的说明。")
    columns = forms.MultipleChoiceField(label="检查的栏目", required=False, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label="天数", required=False, min_value=1, max_value=3660, help_text="方法需要天数时填写；不填按方法的默认值。"
    )
    kinds = forms.MultipleChoiceField(
        label="适用机构类型", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选的，适用全部类型。",
        choices=[one for one in DepartmentKind.choices if one[0] != DepartmentKind.INTERNAL],
    )  # fmt: skip
    bodies = Bodies(label="适用机构", required=False, help_text="不选的，适用全部参加考核的机构。")

    def __init__(
        self, data: Typed, *, row: IndicatorSet, indicator: Indicator | None = None, initial: Said | None = None
    ) -> None:
        initial = {"edition": row.edition, **(initial or {})}
        if indicator is not None:
            said = values_of(indicator)
            initial |= {name: said[name] for name in said if name != "parameters"} | said["parameters"]
            initial |= {"section": indicator.section_id, "bodies": [body.pk for body in indicator.bodies.all()]}
        super().__init__(data, initial=initial)
        self.fields["section"].queryset = row.sections.order_by("position", "id")  # type: ignore[attr-defined]
        self.fields["measure"].choices = measure_choices()  # type: ignore[attr-defined]
        self.slugs = list(Column.objects.filter(is_active=True).values_list("slug", "name"))
        self.fields["columns"].choices = self.slugs  # type: ignore[attr-defined]
        self.fields["bodies"].queryset = Department.objects.active().bodies()  # type: ignore[attr-defined]

    def clean_each(self) -> Any:
        """Blank is nothing."""
        return self.cleaned_data["each"] or 0

    def clean(self) -> dict[str, Any]:
        """Errors stand beside their fields."""
        said = super().clean() or {}
        if not self.errors:
            for name, sentence in faults_of_indicator(self.values(), [slug for slug, _ in self.slugs]).items():
                self.add_error(name, sentence)
        return said

    def values(self) -> dict[str, Any]:
        """As the service wants them; parameters only where the measure takes them."""
        said = self.cleaned_data
        names = ("name", "group", "text", "points", "each", "frequency", "source", "measure", "kinds")
        takes = MEASURES[said["measure"]].takes if said.get("measure") in MEASURES else ()
        parameters = {name: said[name] for name in ("columns", "days") if name in takes and said.get(name)}
        return {name: said[name] for name in names} | {"parameters": parameters}
