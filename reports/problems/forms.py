"""Is the input of the ledger of problems well-formed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from disclosure.fields import Day
from reports.fields import AddressField, OneBody, edition_field
from reports.models import Problem
from reports.problems.selectors import bodies_of
from reports.problems.states import ProblemState
from reports.proofs.fields import ProofsField

ALL, IN_HAND, LATE = "all", "in_hand", "late"
Typed = Mapping[str, Any] | None


def _words(label: str, *, most: int = 1000, required: bool = True, **kwargs: Any) -> forms.CharField:
    errors = {"required": f"请填写{label}。"}
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, max_length=most, required=required, widget=widget, error_messages=errors, **kwargs
    )


class LedgerFilter(forms.Form):
    """Which problems to list."""

    state = forms.ChoiceField(
        label="状态", required=False,
        choices=[("", "未销账"), (LATE, "超期"), *ProblemState.choices, (ALL, "全部")],
    )  # fmt: skip
    department = DepartmentChoice(
        label="机构", queryset=Department.objects.none(), to_field_name="code", required=False, empty_label="全部机构"
    )

    def __init__(self, data: Typed, *, actor: User) -> None:
        super().__init__(data)
        bodies = bodies_of(actor)
        self.fields["department"].queryset = bodies  # type: ignore[attr-defined]
        if bodies[:2].count() < 2:
            del self.fields["department"]

    def wanted(self) -> dict[str, Any]:
        """For `selectors.within`; what is wrong filters nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        state = said.get("state") or IN_HAND
        return {"state": state, "department": said.get("department"), "is_late": state == LATE}


class NewForm(forms.Form):
    """A problem found on an ordinary day."""

    department = OneBody(label="责任机构", empty_label="请选择机构", error_messages={"required": "请选择责任机构。"})
    text = _words("问题", help_text="发现了什么，在哪里。")
    demand = _words("整改要求", most=500, required=False)
    link = AddressField(label="依据的页面")
    due_on = Day(label="整改期限", required=True)

    def __init__(self, data: Typed, *, due_on: date) -> None:
        super().__init__(data, initial={"due_on": due_on})
        self.fields["department"].queryset = Department.objects.active().bodies()  # type: ignore[attr-defined]


class AmendForm(forms.Form):
    """Another day, better words."""

    edition = edition_field()
    text = _words("问题")
    demand = _words("整改要求", most=500, required=False)
    due_on = Day(label="整改期限", required=True)
    reason = _words("修改的原因", most=500)

    def __init__(self, data: Typed, *, problem: Problem) -> None:
        names = ("edition", "text", "demand", "due_on")
        super().__init__(data, initial={name: getattr(problem, name) for name in names})


class ReportForm(forms.Form):
    """What was done."""

    edition = edition_field()
    text = _words("整改措施和结果", help_text="做了什么，现在怎样，怎样防止再发生。")
    link = AddressField(label="整改后的页面")
    proofs = ProofsField()

    def __init__(self, data: Typed, files: Any, *, problem: Problem) -> None:
        super().__init__(data, files, initial={"edition": problem.edition})


class SendBackForm(forms.Form):
    """Not enough."""

    edition = edition_field()
    text = _words("退回意见")
    due_on = Day(label="重新整改的期限", required=True)

    def __init__(self, data: Typed, *, problem: Problem, due_on: date) -> None:
        super().__init__(data, initial={"edition": problem.edition, "due_on": due_on})


class SayForm(forms.Form):
    """Words that go with a step: why, what was looked at."""

    edition = edition_field()
    text = _words("说明")

    def __init__(self, data: Typed, *, problem: Problem, label: str) -> None:
        super().__init__(data, initial={"edition": problem.edition})
        self.fields["text"].label = label
        self.fields["text"].error_messages["required"] = f"请填写{label}。"
