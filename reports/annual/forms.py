"""Is the input of the annual reports' desk well-formed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from files.fields import FilesField
from reports.annual.documents import counted_documents, undated_count
from reports.annual.rules import governments_summed_up_by
from reports.annual.tables import COUNTS, FEES, FEES_LABEL, MADE, RULES, TEXTS
from reports.fields import NumberField
from reports.models import AnnualReport

MOST = 2_000_000_000
MOST_FILE_BYTES = 10 * 1024 * 1024
LONGEST_TEXT = 20_000
SEPARATOR = "__"
HINTS = {"supervision": "工作考核、社会评议和责任追究的情况由本机关核实后写明；没有被追究责任的情形的，也请写明。"}


class SavedForm(forms.Form):
    """What is typed over a report; ``saved`` is the count of the page it was typed on."""

    saved = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)


class TextsForm(SavedForm):
    """Every part of the texts."""

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        initial = {name: report.texts.get(name, "") for name in TEXTS} | {"saved": report.saved}
        super().__init__(*args, **{**kwargs, "initial": initial})
        for name, label in TEXTS.items():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                help_text=HINTS.get(name, ""),
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 8}),
                error_messages={"max_length": f"这一部分最多 {LONGEST_TEXT:,} 字。"},
            )


def _number(label: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "请填写不小于 0 的整数。", "min_value": "请填写不小于 0 的整数。"},
        **kwargs,
    )


class TieForm(SavedForm):
    """Why what was carried over is not what last year's report carried forward: all that is typed of a consolidated report."""

    tie_reason = forms.CharField(
        label="上年结转与上年报告不一致的说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只在核对提示“上年结转”不一致、且确属上年报告有误时填写，随报告公布。",
    )

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": self._initial(report)})

    def _initial(self, report: AnnualReport) -> dict[str, Any]:
        return {"tie_reason": report.tie_reason, "saved": report.saved}

    def changes(self) -> dict[str, Any]:
        """What is stored."""
        return {"tie_reason": self.cleaned_data["tie_reason"]}


class FiguresForm(TieForm):
    """What no register of the portal counts, and the body's own count of documents where it differs from the catalogue's."""

    def __init__(self, *args: Any, report: AnnualReport, **kwargs: Any) -> None:
        bodies = [report.department_id]
        self.counted = counted_documents(bodies, report.year)
        super().__init__(*args, report=report, **kwargs)
        for name, label in RULES.items():
            for kind, words in MADE.items():
                hint = f"公开目录中为 {self.counted[name][kind]} 件。"
                self.fields[f"{name}{SEPARATOR}{kind}"] = _number(f"{label}：{words}", help_text=hint)
            if undated := undated_count(bodies, name):
                said = f"另有 {undated} 件已废止但没有废止日期，未计入，请先在信息目录补正。"
                self.fields[f"{name}{SEPARATOR}repealed"].help_text += said
        for name, label in COUNTS.items():
            self.fields[name] = _number(f"{label}：本年处理决定数量", help_text="没有的填 0。")
        self.fields[FEES] = NumberField(
            label=FEES_LABEL,
            min_value=Decimal(0),
            max_digits=15,
            decimal_places=4,
            required=False,
            help_text="本年收费金额，单位万元，最多四位小数；没有的填 0。",
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "请填写金额，如 12.5。",
                "min_value": "金额不能小于 0。",
                "max_decimal_places": "最多四位小数。",
                "max_digits": "金额太大，请核对单位（万元）。",
                "max_whole_digits": "金额太大，请核对单位（万元）。",
            },
        )
        self.fields["stated_reason"] = forms.CharField(
            label="与公开目录不同的说明",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="规章、规范性文件的件数与公开目录不同的，写明原因，随报告公布。",
        )

    def _initial(self, report: AnnualReport) -> dict[str, Any]:
        said = report.stated
        initial = {name: said.get(name) for name in (*COUNTS, FEES)}
        for name in RULES:
            for kind in MADE:
                initial[f"{name}{SEPARATOR}{kind}"] = said.get(name, {}).get(kind, self.counted[name][kind])
        return initial | {"stated_reason": report.stated_reason} | super()._initial(report)

    def clean(self) -> dict[str, Any]:
        """A count that differs from the catalogue's needs its reason."""
        said = super().clean() or {}
        differs = any(
            said.get(f"{name}{SEPARATOR}{kind}") not in (None, self.counted[name][kind])
            for name in RULES
            for kind in MADE
        )
        if differs and not said.get("stated_reason"):
            self.add_error("stated_reason", "填报的件数与公开目录不同，请写明原因。")
        return said

    def changes(self) -> dict[str, Any]:
        """What is stored: only what differs from the catalogue, and what it does not know."""
        said = self.cleaned_data
        stated: dict[str, Any] = {name: said[name] for name in COUNTS if said[name] is not None}
        if said[FEES] is not None:
            stated[FEES] = str(said[FEES])
        for name in RULES:
            row = {kind: said[f"{name}{SEPARATOR}{kind}"] for kind in MADE}
            row = {kind: self.counted[name][kind] if number is None else number for kind, number in row.items()}
            if row != self.counted[name]:
                stated[name] = row
        return {"stated": stated, "stated_reason": said["stated_reason"], **super().changes()}

    def rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The numbers by row of the table."""
        for name, label in RULES.items():
            yield label, [self[f"{name}{SEPARATOR}{kind}"] for kind in MADE]


class ReasonForm(forms.Form):
    """Why something is sent back, dropped or corrected."""

    reason = forms.CharField(
        label="原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明原因。"},
    )


class CollectForm(forms.Form):
    """Reports of bodies outside the portal."""

    reports = FilesField(
        label="年度报告文件",
        help_text="从本平台导出的 XLSX，或者 JSON（一份报告，或者 reports 列表）；可以一次选择多个，每个最大 10 MB。",
        accept=".json,.xlsx",
    )
    keep = forms.ChoiceField(
        label="核对以后",
        choices=[("no", "只看核对结果，不收存"), ("yes", "收存，作为下一年核对结转、汇总的依据")],
        widget=forms.RadioSelect,
        initial="no",
    )
    belongs_to = DepartmentChoice(
        label="汇总到",
        queryset=Department.objects.none(),
        required=False,
        empty_label="不汇总",
        help_text="本平台以外的机关，其数字加入哪一级政府的汇总报告。平台内的机关按登记簿统计，不受此项影响。",
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["belongs_to"].queryset = governments_summed_up_by(actor)  # type: ignore[attr-defined]

    def clean_reports(self) -> list[Any]:
        """None larger than a report can be."""
        files: list[Any] = self.cleaned_data["reports"]
        if large := [file.name for file in files if file.size > MOST_FILE_BYTES]:
            raise ValidationError(f"文件太大，不是一份年度报告：{'、'.join(large)}。")
        return files
