"""Is the input of the evaluation well-formed: desks that write questionnaires, citizens who answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from accounts.models import Department
from disclosure.fields import Day
from reports.evaluation.states import QuestionKind
from reports.fields import Bodies, OneBody, edition_field
from reports.models import Question, Questionnaire
from requests_app.following.forms import STARS

MOST_OPTIONS = 10
MOST_OPTION = 40
Said = dict[str, Any]
Typed = Mapping[str, Any] | None


class QuestionnaireForm(forms.Form):
    """What is asked, when, about whom."""

    edition = edition_field()
    title = forms.CharField(label="名称", max_length=80)
    intro = forms.CharField(
        label="说明", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="告诉公众评议什么、结果怎样使用。",
    )  # fmt: skip
    opens_on = Day(label="开始日期", required=True)
    closes_on = Day(label="截止日期", required=True, help_text="这一天仍可以评议，次日自动结束。")
    bodies = Bodies(label="评议对象", required=False, help_text="不选的，评议全部机构。")

    def __init__(self, data: Typed = None, *, row: Questionnaire | None = None, initial: Said | None = None) -> None:
        if row is not None:
            names = ("edition", "title", "intro", "opens_on", "closes_on")
            initial = {name: getattr(row, name) for name in names} | {"bodies": [body.pk for body in row.bodies.all()]}
        super().__init__(data, initial=initial)
        self.fields["bodies"].queryset = Department.objects.active().bodies()  # type: ignore[attr-defined]
        if row is None:
            del self.fields["edition"]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        said = super().clean() or {}
        if said.get("opens_on") and said.get("closes_on") and said["closes_on"] < said["opens_on"]:
            self.add_error("closes_on", "截止日期不能早于开始日期。")
        return said


class QuestionForm(forms.Form):
    """One question."""

    edition = edition_field()
    text = forms.CharField(label="问题", max_length=120)
    kind = forms.ChoiceField(
        label="回答方式", choices=QuestionKind, widget=forms.RadioSelect, initial=QuestionKind.STARS
    )
    options = forms.CharField(
        label="选项", required=False, max_length=MOST_OPTIONS * (MOST_OPTION + 2), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=f"单项选择时填写，每行一个，2 至 {MOST_OPTIONS} 个。",
    )  # fmt: skip
    is_required = forms.BooleanField(label="必须回答", required=False, initial=True)

    def __init__(self, data: Typed = None, *, row: Questionnaire, question: Question | None = None) -> None:
        initial: dict[str, Any] = {"edition": row.edition}
        if question is not None:
            initial |= {"text": question.text, "kind": question.kind, "is_required": question.is_required}
            initial |= {"options": "\n".join(question.options)}
        super().__init__(data, initial=initial)

    def clean_options(self) -> list[str]:
        """As lines."""
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        return list(dict.fromkeys(lines))

    def clean(self) -> dict[str, Any]:
        """Options where one is to be chosen."""
        said = super().clean() or {}
        if said.get("kind") == QuestionKind.CHOICE and "options" not in self.errors:
            options = said["options"]
            if not 2 <= len(options) <= MOST_OPTIONS:
                self.add_error("options", f"单项选择应写 2 至 {MOST_OPTIONS} 个选项，现在是 {len(options)} 个。")
            elif long := [one for one in options if len(one) > MOST_OPTION]:
                self.add_error("options", f"选项最多 {MOST_OPTION} 字：{long[0][:20]}……")
        return said


class BallotForm(forms.Form):
    """What a citizen answers about one body."""

    department = OneBody(
        label="评议哪个机构", empty_label="请选择机构", to_field_name="code",
        error_messages={"required": "请选择要评议的机构。", "invalid_choice": "本次评议不包括这个机构，请重新选择。"},
    )  # fmt: skip
    ticket = forms.CharField(widget=forms.HiddenInput, max_length=300, required=False)
    proof = forms.CharField(widget=forms.HiddenInput, max_length=2000, required=False)

    def __init__(self, *args: Any, questions: Sequence[Question], bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["department"].queryset = bodies  # type: ignore[attr-defined]
        for one in questions:
            self.fields[f"q{one.pk}"] = _field_of(one)

    def answers(self) -> dict[int, int | str]:
        """By question; what was left out is left out."""
        found: dict[int, int | str] = {}
        for one in self.questions:
            said = str(self.cleaned_data.get(f"q{one.pk}") or "").strip()
            if said:
                found[one.pk] = said if one.kind == QuestionKind.TEXT else int(said)
        return found


def _field_of(one: Question) -> forms.Field:
    if one.kind == QuestionKind.TEXT:
        return forms.CharField(
            label=one.text, required=one.is_required, max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
            help_text="请不要写姓名、电话等个人信息。", error_messages={"required": "请回答这个问题。"},
        )  # fmt: skip
    choices = STARS if one.kind == QuestionKind.STARS else [(str(at), words) for at, words in enumerate(one.options)]
    errors = {"required": "请选择一项。", "invalid_choice": "请从列出的各项中选择。"}
    return forms.ChoiceField(
        label=one.text, required=one.is_required, choices=choices, widget=forms.RadioSelect, error_messages=errors
    )
