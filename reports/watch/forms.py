"""Is the input of the watch well-formed."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from disclosure.fields import Day
from reports.watch.services import MOST_DAYS


class AcknowledgeForm(forms.Form):
    """What an owner says. `seen` is the newest note the typist saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, required=False)
    text = forms.CharField(
        label="处理安排",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="原因、怎样处理、由谁处理。请不要写入申请人的姓名和联系方式。",
        error_messages={"required": "请写明怎样处理。"},
    )
    until = Day(label="处理期限", required=True, help_text="过了这一天或者又有新增的，重新登记。")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date:
        """From today on, and not for ever."""
        day: date = self.cleaned_data["until"]
        if day < self.today:
            raise ValidationError("处理期限不能早于今天。")
        if day > self.today + timedelta(days=MOST_DAYS):
            raise ValidationError(f"处理期限应在 {MOST_DAYS} 天以内。")
        return day
