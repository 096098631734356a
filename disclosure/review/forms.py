"""Is what reviewers type well-formed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from disclosure.grounds import WAIVERS
from disclosure.models import SecrecyConclusion, SecrecyLevel
from disclosure.states import ASSIGN, REVISIONS, SEND_BACK, WAITING_STATES

BULK = {ASSIGN: "分派", SEND_BACK: REVISIONS.actions[SEND_BACK]}
FURTHEST = timedelta(days=365)
MOST_AT_ONCE = 100


def _paragraph(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class QueueFilter(forms.Form):
    """What to look for among what waits."""

    step = forms.ChoiceField(
        label="环节",
        required=False,
        choices=[("", "自动选择"), *((state.value, state.label) for state in WAITING_STATES)],
    )
    mine = forms.BooleanField(label="只看分派给我的", required=False)


class OpinionForm(forms.Form):
    """A step with an opinion one may leave out."""

    opinion = forms.CharField(label="意见", required=False, max_length=1000, widget=_paragraph())


class ClearForm(forms.Form):
    """What a secrecy review states (条例§17)."""

    conclusion = forms.ChoiceField(label="审查结论", choices=[("", "请选择"), *SecrecyConclusion.choices])
    level = forms.ChoiceField(label="密级", choices=[("", "请选择"), *SecrecyLevel.choices])
    form_number = forms.CharField(label="审查表编号", max_length=60, help_text="例如“云教密审〔2026〕18号”。")
    reviewed_on = forms.DateField(label="审查日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    opinion = forms.CharField(label="审查意见", max_length=1000, widget=_paragraph())


class SignForm(forms.Form):
    """Publish now, or at an hour (Asia/Shanghai)."""

    opinion = forms.CharField(label="签发意见", required=False, max_length=1000, widget=_paragraph())
    when = forms.ChoiceField(
        label="发布时间", choices=[("now", "签发后立即发布"), ("later", "定时发布")], widget=forms.RadioSelect
    )
    publish_at = forms.DateTimeField(
        label="定时发布的时间",
        required=False,
        help_text="北京时间，选择“定时发布”时填写，一年以内。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean(self) -> dict[str, Any]:
        """``publish_at`` only for later; what is missing or too much stands beside it."""
        said = dict(super().clean() or {})
        when, moment = said.pop("when", None), said.get("publish_at")
        if when == "later" and moment is None and "publish_at" not in self.errors:
            self.add_error("publish_at", "请填写定时发布的时间。")
        elif when == "now" and moment is not None:
            self.add_error("publish_at", "选择了“签发后立即发布”，请清空这一项，或者改选“定时发布”。")
        elif moment is not None and not self.at < moment <= self.at + FURTHEST:
            self.add_error("publish_at", "应晚于现在，并在一年以内。")
        return said


class SendBackForm(forms.Form):
    """Why, for the writer."""

    reason = forms.CharField(
        label="退回的原因", max_length=1000, widget=_paragraph(), help_text="请写明要改什么，起草人按此修改后重新送审。"
    )


class WaiverForm(forms.Form):
    """On which ground a policy goes without interpretation (rulings 15)."""

    waiver = forms.ChoiceField(
        label="免予解读的依据",
        required=False,
        choices=[("", "不免予解读"), *WAIVERS.items()],
        help_text="由签发人决定，计入解读覆盖情况。",
    )


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People with their department."""

    def label_from_instance(self, obj: User) -> str:
        """Name and department."""
        return f"{obj}（{obj.department}）" if obj.department else str(obj)


class AssignForm(forms.Form):
    """Who is to take the step."""

    person = PersonChoice(label="承办人", queryset=User.objects.none(), required=False, empty_label="不指定")

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class BulkForm(forms.Form):
    """In bulk one assigns or sends back, nothing else (rulings 18)."""

    action = forms.ChoiceField(label="办理", choices=[("", "请选择"), *BULK.items()])
    person = PersonChoice(label="分派给", queryset=User.objects.none(), required=False, empty_label="不指定")
    reason = forms.CharField(
        label="退回的原因", required=False, max_length=1000, widget=_paragraph(2), help_text="选择“退回”时填写。"
    )

    def __init__(self, *args: Any, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A reason when sending back; rows in any case."""
        said = dict(super().clean() or {})
        if said.get("action") == SEND_BACK and not said.get("reason"):
            self.add_error("reason", "请填写退回的原因。")
        return said


class CompareForm(forms.Form):
    """Two versions of one document."""

    old = forms.TypedChoiceField(label="原版本", coerce=int)
    new = forms.TypedChoiceField(label="新版本", coerce=int)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            self.fields[name].choices = [(n, f"第 {n} 版") for n in numbers]  # type: ignore[attr-defined]
