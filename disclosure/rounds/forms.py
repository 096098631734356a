"""Is the input of the rounds' desk well-formed."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from catalog.models import Document
from disclosure.fields import DocumentNamed
from disclosure.models import RoundItem
from disclosure.rounds import services as rounds
from disclosure.rounds.rules import can_sign_in, departments_running_rounds
from disclosure.rounds.states import CONCLUSIONS, ENDING, RoundKind

CHOOSE = ("", "请选择")
YES_NO = [CHOOSE, ("yes", "转为主动公开，重新审查后发布"), ("no", "不转")]


class RoundFilter(forms.Form):
    """Which rounds to list."""

    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *RoundKind.choices])


class WorkFilter(forms.Form):
    """Which documents of a round to list."""

    show = forms.ChoiceField(
        label="显示", required=False, choices=[("", "全部"), ("waiting", "未结论"), ("done", "已结论")]
    )


class OpenForm(forms.Form):
    """A new round."""

    kind = forms.ChoiceField(label="类别", choices=RoundKind)
    department = DepartmentChoice(label="机构", queryset=Department.objects.none(), empty_label=None)
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    title = forms.CharField(label="名称", max_length=120, required=False, help_text="不填时按机构、年度和类别起名。")
    basis = forms.CharField(
        label="依据",
        max_length=300,
        help_text="开展清理或者评估所依据的法规、文件，例如“《中华人民共和国政府信息公开条例》第十八条”。",
    )
    closes_on = forms.DateField(label="办结期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_running_rounds(actor)  # type: ignore[attr-defined]


class ConcludeForm(forms.Form):
    """What becomes of one document. `edition` is the one the typist saw."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    conclusion = forms.ChoiceField(label="结论", error_messages={"required": "请选择结论。"})
    reason = forms.CharField(label="理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    replaced_by = DocumentNamed(
        label="废止它的文件",
        max_length=300,
        required=False,
        help_text="结论为废止、且由另一文件废止时填写：发文字号、索引号或者公开页面的网址。",
    )

    def __init__(self, *args: Any, actor: User, item: RoundItem, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        named: Any = self.fields["replaced_by"]
        named.actor, named.at = actor, at
        is_cleanup, signs = item.round.is_cleanup, can_sign_in(actor, item.round.department)
        offered = CONCLUSIONS[item.round.kind].items()
        choices = [(value, label) for value, label in offered if signs or value not in ENDING]
        self.fields["conclusion"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]
        hint = "需要修改、废止、宣布失效的必须填写。" if is_cleanup else "必须填写，留存备查。"
        if is_cleanup and not signs:
            hint += "废止和宣布失效由签发或者公开机构负责人作出结论。"
        self.fields["reason"].help_text = hint
        if not is_cleanup:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "请写明理由。"
            del self.fields["replaced_by"]

    def clean(self) -> dict[str, Any]:
        """Errors stand beside their fields."""
        said = super().clean() or {}
        row, conclusion, by = self.item.round, said.get("conclusion", ""), said.get("replaced_by")
        wanted = conclusion and rounds.needs_reason(row.kind, conclusion) and "reason" not in self.errors
        if wanted and not said.get("reason", "").strip():
            self.add_error("reason", "请写明理由。")
        if conclusion and by is not None and (problem := rounds.why_not_replaced(self.item.document, conclusion, by)):
            self.add_error("replaced_by", problem)
        return said


class PublishForm(forms.Form):
    """The result goes public."""

    document = DocumentNamed(
        label="清理结果公告",
        max_length=300,
        required=False,
        help_text="另行发布了公告文件的，填写其发文字号、索引号或者公开页面的网址，结果页面将链接到它。",
    )

    def __init__(self, *args: Any, actor: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named: Any = self.fields["document"]
        named.actor, named.at = actor, at

    def clean_document(self) -> Document | None:
        """Only a document that citizens can open."""
        document: Document | None = self.cleaned_data["document"]
        if document is not None and document.listed_at is None:
            raise ValidationError("该公告尚未公开。")
        return document


class OfferForm(forms.Form):
    """Publish after all, or not."""

    accept = forms.ChoiceField(label="办理意见", choices=YES_NO, error_messages={"required": "请选择办理意见。"})
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。"},
    )
