"""The form that takes a year's file: first the file, then the same text again to confirm what was shown."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from workdays.formats import FileFaults, YearDraft, read_years, write_years

MOST_BYTES = 1024 * 1024


class CalendarFileForm(forms.Form):
    """A file to look at, or the text of one already looked at."""

    file = forms.FileField(
        label="放假安排文件",
        required=False,
        help_text="CSV 或 JSON，不超过 1 MB；CSV 的表头为：日期,类型,名称",
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_BYTES)

    drafts: list[YearDraft]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.data.get("content"):
            self.fields["file"].required = True
            self.fields["file"].error_messages["required"] = "请选择放假安排文件。"

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """The upload, unless it is too big to be a year's arrangement."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        if upload and (upload.size or 0) > MOST_BYTES:
            raise ValidationError("文件超过 1 MB，不会是一年的放假安排。")
        return upload

    def clean(self) -> dict[str, Any]:
        """Read the years, so that `drafts` is there when the form is valid."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        upload = data.get("file")
        content = upload.read() if upload else data.get("content")
        if not content:
            raise ValidationError("请选择文件。")
        try:
            self.drafts = read_years(content)
        except FileFaults as error:
            raise ValidationError(list(error.faults)) from error
        data["content"] = content if isinstance(content, str) else write_years(self.drafts)
        return data
