"""Is the input of the ledger well-formed: an identity number to look for, a name for a view, an officer for several."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from requests_app.cases.services import identity_hash
from requests_app.identity import IdentityKind, clean_identity


class FindForm(forms.Form):
    """One applicant's cases by the exact number; what is kept of it is `id_hash`."""

    identity = forms.CharField(
        label="证件号码或者统一社会信用代码",
        max_length=40,
        help_text="须完整、准确；号码不会出现在网址和日志中。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写证件号码或者统一社会信用代码。"},
    )

    def clean_identity(self) -> str:
        """The number as it is kept."""
        return clean_identity(IdentityKind.OTHER, self.cleaned_data["identity"])

    @property
    def id_hash(self) -> str:
        """What cases are found by."""
        return identity_hash(self.cleaned_data["identity"], "")


class ViewForm(forms.Form):
    """A name for the filters in use."""

    name = forms.CharField(label="视图名称", max_length=40, error_messages={"required": "请填写视图名称。"})


class AssignForm(forms.Form):
    """Who gets the cases that were ticked."""

    officer = forms.ModelChoiceField(
        label="分派给",
        queryset=User.objects.none(),
        empty_label="请选择承办人",
        error_messages={"required": "请选择承办人。", "invalid_choice": "请重新选择承办人。"},
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User], marks: list[str] | None = None) -> None:
        super().__init__(data)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]
        self.marks = marks

    def clean(self) -> dict[str, Any]:
        """Something is ticked."""
        if not self.marks:
            raise ValidationError("请先在台账中勾选要分派的申请。")
        found: dict[str, Any] = super().clean() or {}
        return found
