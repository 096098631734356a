"""What citizens type on each page of the guided application, checked with a sentence beside the field (条例§29)."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.boundfield import BoundWidget

from accounts.models import Department
from requests_app import identity, rules
from requests_app.models import ApplicantType, Assistance, CaseKind, FileRole, WantedDelivery, WantedForm

Said = Mapping[str, Mapping[str, str]]  # page → field → as typed

APPLICANT_TYPES = [
    (ApplicantType.NATURAL_PERSON.value, "公民（个人）"),
    (ApplicantType.COMMERCIAL.value, "商业企业"),
    (ApplicantType.RESEARCH.value, "科研机构"),
    (ApplicantType.SOCIAL_WELFARE.value, "社会公益组织"),
    (ApplicantType.LEGAL_SERVICE.value, "法律服务机构"),
    (ApplicantType.OTHER_ORG.value, "其他组织"),
]
ID_FORMATS = {
    "resident_id": "18 位，最后一位可以是 X；第一代身份证 15 位也可以。",
    "hmt_residence": "18 位，以 81、82 或 83 开头，最后一位可以是 X。",
    "hk_macao_permit": "字母 H 或 M 加 8 位数字，旧版加 10 位数字。",
    "taiwan_permit": "8 位数字，旧版为 10 位数字加 1 个字母。",
    "passport": "护照资料页上的号码，5 至 12 位字母和数字。",
    "foreign_permanent": "18 位，以 9 开头；旧版为 3 个字母加 12 位数字。",
    "officer": "证件上的汉字、字母和数字，如“军字第2001988号”。",
    "other": "证件上的号码，3 至 30 个汉字、字母、数字或者连接号。",
}
# 条例§40: the ways that can carry a form.
FITS = {
    WantedForm.ELECTRONIC: (WantedDelivery.PORTAL, WantedDelivery.EMAIL),
    WantedForm.PAPER: (WantedDelivery.POST, WantedDelivery.PICK_UP, WantedDelivery.FAX),
    WantedForm.DISC: (WantedDelivery.POST, WantedDelivery.PICK_UP),
    WantedForm.READING: (WantedDelivery.ON_THE_SPOT,),
}
NEEDS = {
    WantedDelivery.POST: ("address", "您选择了邮寄，但没有留下通信地址。请修改联系方式，或者换一种获取方式。"),
    WantedDelivery.EMAIL: ("email", "您选择了电子邮件，但没有留下邮箱。请修改联系方式，或者换一种获取方式。"),
    WantedDelivery.FAX: ("phone", "您选择了传真，但没有留下电话号码。请修改联系方式，或者换一种获取方式。"),
}


class Radios(forms.RadioSelect):
    """Choices whose group is named by its first one, so that the summary of errors leads there."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The first choice when none is asked for."""
        return super().id_for_label(id_, "0" if index is None else index)


def _text(label: str, most: int, *, widget: forms.Widget, help_text: str = "") -> forms.CharField:
    errors = {"max_length": f"最多 {most} 个字，现在是 %(show_value)d 个字。"}
    return forms.CharField(
        label=label, max_length=most, required=False, widget=widget, help_text=help_text, error_messages=errors
    )


def _line(
    label: str, most: int, *, autocomplete: str = "off", mode: str = "text", help_text: str = ""
) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete, "inputmode": mode})
    return _text(label, most, widget=widget, help_text=help_text)


def _paragraph(label: str, most: int, *, rows: int, help_text: str) -> forms.CharField:
    return _text(label, most, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text)


def _radios(label: str, choices: Any) -> forms.ChoiceField:
    said = {"required": f"请选择{label}。", "invalid_choice": f"请重新选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, widget=Radios, error_messages=said)


class StepForm(forms.Form):
    """A page. ``said`` is what the other pages hold, ``on`` is today. Fields marked `(选填)` are those not required."""

    def __init__(self, *args: Any, said: Said, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said, self.on = said, on

    def cleaned_by(self, name: str, check: Any, *args: Any, **kwargs: Any) -> None:
        """Clean a field with one of `requests_app.identity`; its refusal stands beside the field."""
        if name in self.errors:
            return
        try:
            self.cleaned_data[name] = check(*args, self.cleaned_data.get(name, ""), **kwargs)
        except ValidationError as refused:
            self.add_error(name, refused)


class WhoForm(StepForm):
    """条例§29(一): name and proof of identity of a citizen, or name, credit code and contact of a body."""

    applicant_type = _radios("申请人类型", APPLICANT_TYPES)
    name = _line(
        "姓名", 200, autocomplete="name", help_text="与身份证件一致，生僻字、繁体字、少数民族姓名的间隔点都可以。"
    )
    id_kind = forms.ChoiceField(label="证件种类", required=False, choices=identity.IdentityKind.choices)
    id_number = _line("证件号码", 60)
    org_name = _line("单位名称", 200, autocomplete="organization", help_text="与登记证书上的名称一致。")
    credit_code = _line("统一社会信用代码", 40, help_text="18 位数字和大写字母。没有的，申请人类型请选“其他组织”。")
    contact = _line("联系人姓名", 200, autocomplete="name")

    def id_formats(self) -> list[tuple[str, str, str]]:
        """(document, its name, how its number looks)."""
        return [(kind.value, str(kind.label), ID_FORMATS[kind.value]) for kind in identity.IdentityKind]

    @property
    def is_person(self) -> bool:
        """A citizen applies."""
        return self.cleaned_data.get("applicant_type") == ApplicantType.NATURAL_PERSON

    def clean(self) -> dict[str, Any]:
        """Only the half that was chosen is checked."""
        kind = self.cleaned_data.get("applicant_type")
        if not kind:
            return self.cleaned_data
        if self.is_person:
            self._clean_person()
        else:
            self.cleaned_by("org_name", identity.clean_name, most=100)
            self.cleaned_by("contact", identity.clean_name)
            if kind != ApplicantType.OTHER_ORG or self.cleaned_data.get("credit_code"):
                self.cleaned_by("credit_code", identity.clean_credit_code)
        return self.cleaned_data

    def _clean_person(self) -> None:
        self.cleaned_by("name", identity.clean_name)
        kind = self.cleaned_data.get("id_kind")
        if not kind:
            self.add_error("id_kind", "请选择证件种类。")
        else:
            self.cleaned_by("id_number", identity.clean_identity, kind, on=self.on)


class ReachForm(StepForm):
    """条例§29(一), §43: how to reach the applicant, and the help that is needed."""

    phone = _line(
        "联系电话",
        40,
        autocomplete="tel",
        mode="tel",
        help_text="手机号码，或者带区号的固定电话。机关先打电话与您确认收到申请，最快。",
    )
    email = _line("电子邮箱", 120, autocomplete="email", mode="email", help_text="用来接收登记回执和办理进展。")
    address = _line(
        "通信地址和邮政编码", 200, autocomplete="address-line1", help_text="需要邮寄答复的请填写，写到门牌号。"
    )
    assistance = forms.ChoiceField(
        label="阅读、书写、视听有困难，需要的帮助", required=False, choices=Assistance.choices
    )

    def clean_email(self) -> str:
        """Full-width letters are folded."""
        address = unicodedata.normalize("NFKC", self.cleaned_data["email"]).strip()
        if address:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError("电子邮箱格式不正确，应形如 name@example.cn，请核对。") from None
        return address

    def clean_address(self) -> str:
        """One line."""
        address = " ".join(self.cleaned_data["address"].split())
        if address and len(address) < 6:
            raise ValidationError("通信地址太短，请写明市、区、街道和门牌号。")
        return address

    def clean(self) -> dict[str, Any]:
        """At least one way."""
        if self.cleaned_data.get("phone"):
            self.cleaned_by("phone", identity.clean_phone)
        if not self.errors and not any(self.cleaned_data.get(name) for name in ("phone", "email", "address")):
            self.add_error("phone", "联系电话、电子邮箱、通信地址至少填写一项。")
        return self.cleaned_data


class BodyForm(StepForm):
    """条例§27, §55: which body; public enterprises take no applications."""

    body = _radios("机关", ())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.code: body for body in rules.bodies_open_to_applications()}
        self.fields["body"].choices = [(code, body.name) for code, body in self.bodies.items()]  # type: ignore[attr-defined]

    def found(self, words: str) -> list[BoundWidget]:
        """The choices whose name, short name or duties hold ``words``, and the one already chosen."""
        chosen = str(self["body"].value() or "")
        return [
            option
            for option in self["body"]
            if (code := str(option.data["value"])) == chosen or _speaks_of(self.bodies[code], words)
        ]


def _speaks_of(body: Department, words: str) -> bool:
    return not words or any(words in text for text in (body.name, body.short_name, body.duties))


class WhatForm(StepForm):
    """条例§29(二), §41: what is asked for, by name, number or features; or which record of one's own is wrong."""

    kind = _radios(
        "申请事项",
        [
            (CaseKind.INFORMATION.value, "获取政府信息"),
            (CaseKind.RECTIFICATION.value, "更正与本人有关、记录不准确的政府信息"),
        ],
    )
    title = _line("信息名称", 200, help_text="如“2025年义务教育招生计划”。不知道准确名称的，写您知道的说法。")
    document_number = _line("文号", 80, help_text="如“云政发〔2026〕3号”。不知道可以不填。")
    features = _paragraph(
        "其他特征",
        5000,
        rows=6,
        help_text="便于查找的特征：什么时间、哪个单位、关于哪件事、什么地点、要哪些数据。一件申请只写一个事项。",
    )
    evidence = _paragraph(
        "证明记录不准确的依据",
        2000,
        rows=4,
        help_text="写明哪里不准确、应当是什么、有什么证据；证据材料可以在第 6 步上传。",
    )
    purpose = _paragraph("用途", 1000, rows=2, help_text="不必说明。愿意说明的，有助于机关准确查找。")

    def clean(self) -> dict[str, Any]:
        """At least one of name, number and features; evidence for a record of one's own."""
        said = self.cleaned_data
        if not self.errors and not any(said.get(name, "").strip() for name in ("title", "document_number", "features")):
            self.add_error("title", "信息名称、文号、其他特征至少填写一项，机关才能查找。")
        wants_evidence = said.get("kind") == CaseKind.RECTIFICATION and "evidence" not in self.errors
        if wants_evidence and not said["evidence"].strip():
            self.add_error("evidence", "申请更正本人信息，请写明记录不准确的依据（条例第四十一条）。")
        return said


class WayForm(StepForm):
    """条例§29(三), §40, §44: form and way; an offer to publish what many ask for."""

    wanted_form = _radios("提供形式", WantedForm.choices)
    wanted_delivery = _radios("获取方式", WantedDelivery.choices)
    suggests_publication = forms.BooleanField(label="建议把这项信息主动公开，方便其他人", required=False)

    def clean(self) -> dict[str, Any]:
        """The way carries the form, and the applicant can be reached by it."""
        form, way = self.cleaned_data.get("wanted_form"), self.cleaned_data.get("wanted_delivery")
        if form and way and way not in FITS[WantedForm(form)]:
            ways = "、".join(each.label for each in FITS[WantedForm(form)])
            self.add_error("wanted_delivery", f"“{WantedForm(form).label}”可以选的获取方式：{ways}。")
        elif way:
            needed, reason = NEEDS.get(WantedDelivery(way), ("", ""))
            if needed and not self.said.get("reach", {}).get(needed, "").strip():
                self.add_error("wanted_delivery", reason)
        return self.cleaned_data


class FileForm(forms.Form):
    """A file to add; `sealed_files.keep` judges its content."""

    role = forms.ChoiceField(
        label="是什么材料",
        choices=[
            (FileRole.PROOF.value, "身份证明（身份证件、营业执照、授权委托书）"),
            (FileRole.ATTACHMENT.value, "说明、证据材料"),
        ],
    )
    file = forms.FileField(
        label="文件",
        max_length=200,
        error_messages={
            "required": "请先选择文件。",
            "empty": "文件是空的，请检查后重新选择。",
            "max_length": "文件名太长，请改短后再上传。",
        },
    )


class ConsentForm(forms.Form):
    """The last page."""

    consent = forms.BooleanField(
        label="我已阅读并同意个人信息处理告知，所填内容真实",
        error_messages={"required": "请先阅读个人信息处理告知，同意后才能提交。"},
    )
    proof = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
