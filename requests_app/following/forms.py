"""Forms of the applicant's pages."""

from django import forms

from files.fields import FilesField

MOST_CHARS = 2000
MOST_FILES = 5
STARS = [("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意")]


class FollowForm(forms.Form):
    """Number and query code, as printed on the receipt; how they are typed does not matter."""

    number = forms.CharField(
        label="登记编号",
        max_length=100,
        help_text="例如 JYJ-2026-00012，在登记回执上。",
        error_messages={"required": "请填写登记编号。", "max_length": "编号太长，请对照回执核对。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=100,
        help_text="10 位字母和数字，例如 ABCDE-23456，大小写和短横线都不影响。",
        error_messages={"required": "请填写查询码。", "max_length": "查询码太长，请对照回执核对。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


def _words(label: str, help_text: str = "", *, required: bool = True, most: int = MOST_CHARS) -> forms.CharField:
    errors = {"required": f"请填写{label}。", "max_length": f"{label}最多 {most} 字，现在是 %(show_value)d 字。"}
    widget = forms.Textarea(attrs={"rows": 8})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=most, error_messages=errors, widget=widget
    )


class CorrectionForm(forms.Form):
    """条例§30: what was missing, in words, with files if need be."""

    text = _words("补正内容", "请对照补正告知书，逐项写明。")
    attachments = FilesField(
        label="附件",
        required=False,
        most=MOST_FILES,
        help_text=f"最多 {MOST_FILES} 个。提交有误需要改正的，附件要重新选择。",
    )


class ReasonsForm(forms.Form):
    """条例§35: reasons for many applications."""

    text = _words("申请的理由", "请说明为什么在较短时间内提出这些申请。")


class MessageForm(forms.Form):
    """Words to the officer."""

    text = _words("留言", "补充线索、变更联系方式等，都可以写在这里。需要答复的，工作人员会与您联系。")


class ComplaintForm(forms.Form):
    """条例§51: a complaint."""

    text = _words("投诉内容", "由公开机构负责人处理，答复会显示在申请的页面上。")


class WithdrawForm(forms.Form):
    """Taking the application back, knowingly."""

    reason = _words("撤回的原因", required=False, most=500)
    agreed = forms.BooleanField(
        label="我确认撤回这件申请", error_messages={"required": "撤回后不能恢复，请先勾选确认。"}
    )


class RatingForm(forms.Form):
    """How content, once."""

    stars = forms.TypedChoiceField(
        label="满意程度",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意程度。", "invalid_choice": "请从列出的五项中选择。"},
    )
    text = _words("意见", "只能评价一次，提交后不能修改。", required=False, most=500)


class SuggestForm(forms.Form):
    """条例§44: nothing to fill in."""
