"""The field for files that back what is written, and keeping what was sent in it."""

from typing import Any

from django import forms

from accounts.models import User
from files.errors import FileRefused
from files.fields import FilesField
from files.models import StoredFile
from files.services import store

MOST = 5
NAME = "proofs"


class ProofsField(FilesField):
    """Up to five files."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {
            "label": "佐证材料",
            "required": False,
            "help_text": f"截图、照片、文件等，最多 {MOST} 个；只供主管部门和有关机关查看，不向社会公开。"
            "填写有误需要改正的，材料要重新选择。",
        }
        super().__init__(most=MOST, **(said | kwargs))


class ProofsForm(forms.Form):
    """Files alone."""

    proofs = ProofsField(required=True)


def keep_files(form: forms.BaseForm, *, by: User) -> bool:
    """Whether the files sent with a valid form are stored, which it hands on from now on; else the form says why not."""
    files: list[StoredFile] = []
    for sent in form.cleaned_data.get(NAME, []):
        try:
            files.append(store(upload=sent, name=sent.name or "", by=by))
        except FileRefused as refusal:
            form.add_error(NAME, f"{sent.name}：{refusal}。")
            return False
    if NAME in form.cleaned_data:
        form.cleaned_data[NAME] = files
    return True
