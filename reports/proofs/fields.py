"""The field for files that back what is written, and keeping what was sent in it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from files.errors import FileRefused
from files.fields import FilesField
from files.services import check
from reports.proofs.services import MOST_PROOFS, MOST_REASON, keep

NAME = "proofs"


class ProofsField(FilesField):
    """Up to five files."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {
            "label": "佐证材料",
            "required": False,
            "help_text": f"截图、照片、文件等，最多 {MOST_PROOFS} 个；只供主管部门和有关机关查看，不向社会公开。"
            "填写有误需要改正的，材料要重新选择。",
        }
        super().__init__(most=MOST_PROOFS, **(said | kwargs))


class RemoveForm(forms.Form):
    """Why a file is removed."""

    reason = forms.CharField(
        label="移除的原因", max_length=MOST_REASON, error_messages={"required": "请写明移除的原因。"},
        help_text="例如误传、含有个人信息。原因会写在原来的位置，请不要写入个人信息。",
    )  # fmt: skip


class ProofsForm(forms.Form):
    """Files alone."""

    proofs = ProofsField(required=True)


def keep_files(form: forms.BaseForm, *, by: User, unless: object = None) -> bool:
    """Whether the files sent with a valid form are stored, which it hands on from now on; else the form says why not.

    Each is looked at before the first is stored; none is stored where ``unless`` says that the step will be refused.
    """
    sent: list[UploadedFile] = form.cleaned_data.get(NAME, [])
    if sent and unless:
        form.cleaned_data[NAME] = []
        return True
    for file in sent:
        try:
            check(upload=file, name=file.name or "")
        except FileRefused as refusal:
            form.add_error(NAME, f"{file.name}：{refusal}。")
            return False
    if sent:
        form.cleaned_data[NAME] = [keep(upload=file, name=file.name or "", by=by) for file in sent]
    return True
