"""Form fields that several desks share."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from disclosure import finding

OLDEST, NEWEST = date(1949, 10, 1), date(2199, 12, 31)
MOST_LINES = 30


class Day(forms.DateField):
    """A day typed or picked; years that cannot be meant are refused."""

    def __init__(self, *, label: str, help_text: str = "", required: bool = False) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, required=required, help_text=help_text, widget=widget)
        self.error_messages["required"] = f"请填写{label}。"
        self.input_formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
        self.error_messages["invalid"] = "日期写法不对，请写成 2026-03-02 这样。"

    def clean(self, value: Any) -> Any:
        """A date, or None."""
        day = super().clean(value)
        if day is not None and not OLDEST <= day <= NEWEST:
            raise ValidationError(f"年份不对：{day.year} 年。")
        return day


class DocumentNamed(forms.CharField):
    """Another document by number, index number, address or title; a `Document`, or None where nothing is typed."""

    actor: User
    at: datetime

    def clean(self, value: Any) -> Any:
        """ValidationError says what to do when there is none or more than one."""
        typed = super().clean(value)
        if not typed:
            return None
        document, problem = finding.named(typed, actor=self.actor, at=self.at)
        if document is None:
            raise ValidationError(problem)
        return document


class DocumentsNamed(DocumentNamed):
    """Other documents, a line each; a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> Any:
        """Every line a document; the first that is none is told."""
        typed = forms.CharField.clean(self, value)
        lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
        if len(lines) > MOST_LINES:
            raise ValidationError(f"一次最多填写 {MOST_LINES} 件文件。")
        found = [finding.named(line, actor=self.actor, at=self.at) for line in lines]
        if problems := [problem for document, problem in found if document is None]:
            raise ValidationError(problems)
        return [document for document, _ in found]
