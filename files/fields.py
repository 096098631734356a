"""A form field for several files at once. What they are is checked when they are kept (`files.services.store`)."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile


class ManyFiles(forms.ClearableFileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files, up to ``most``; ``accept`` is what the browser offers first."""

    def __init__(self, *, most: int | None = None, accept: str = "", **kwargs: Any) -> None:
        usual = {"empty": "文件是空的，请重新选择。", "invalid": "文件没有上传成功，请重新选择。"}
        kwargs["error_messages"] = usual | kwargs.get("error_messages", {})
        super().__init__(widget=ManyFiles(attrs={"accept": accept} if accept else None), **kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Every file on its own."""
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            super().clean(None, initial)
        if self.most is not None and len(given) > self.most:
            raise forms.ValidationError(f"最多 {self.most} 个文件，现在是 {len(given)} 个。")
        return [self._clean_one(one, initial) for one in given]

    def _clean_one(self, data: Any, initial: Any) -> UploadedFile:
        try:
            return cast(UploadedFile, super().clean(data, initial))
        except forms.ValidationError as error:
            raise forms.ValidationError(f"{getattr(data, 'name', '')}：{error.messages[0]}") from error
