"""Is what handlers type well-formed: one form for each act at the case page."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.html import format_html

from accounts.models import Department, User
from requests_app.deadline_forms import day_field
from requests_app.deadlines import MOST_EXTENSION_WORKDAYS
from requests_app.handling import choices
from requests_app.handling.selectors import Folder, opened
from requests_app.handling.services import INQUIRY_WORKDAYS
from requests_app.identity import mask_phone
from requests_app.models import (
    REFUSING,
    CaseFile,
    Consultation,
    ConsultedKind,
    FileRole,
    InformationRequest,
    Inquiry,
    Remedy,
    RemedyKind,
    RemedyResult,
    ThirdOpinion,
)
from workdays.selectors import current_calendar

MOST_FEE_QUANTITY = 5000
KEPT_YEARS = [(10, "10 年"), (30, "30 年"), (99, "长期（99 年）")]
GONE = "请从列表中选择；不在列表中的，可能刚刚由他人办结。"


def line(label: str, *, most: int = 200, required: bool = True, hint: str = "") -> forms.CharField:
    """One line of words."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}最多 {most} 个字。"},
    )


def words(label: str, *, rows: int = 3, most: int = 2000, required: bool = True, hint: str = "") -> forms.CharField:
    """A paragraph or several lines."""
    field = line(label, most=most, required=required, hint=hint)
    field.widget = forms.Textarea(attrs={"rows": rows})
    return field


def number(label: str, most: int, *, initial: int | None = None, hint: str = "") -> forms.IntegerField:
    """A whole number from 1."""
    said = f"应为 1 至 {most} 的整数。"
    texts = {"required": f"请填写{label}。", "invalid": said, "min_value": said, "max_value": said}
    return forms.IntegerField(
        label=label, min_value=1, max_value=most, initial=initial, help_text=hint, error_messages=texts
    )


def choice(label: str, options: Any, *, hint: str = "") -> forms.ChoiceField:
    """One of a few."""
    said = {"required": f"请选择{label}。", "invalid_choice": f"请重新选择{label}。"}
    return forms.ChoiceField(label=label, choices=[("", "请选择"), *options], help_text=hint, error_messages=said)


def row(label: str, model: type[Model], *, required: bool = True, hint: str = "") -> Any:
    """One of the case's own rows; the form says which when it is shown."""
    return choices.RowField(
        label=label,
        queryset=model._default_manager.none(),
        required=required,
        help_text=hint,
        empty_label="请选择",
        error_messages={"required": f"请选择{label}。", "invalid_choice": GONE},
    )


class ActForm(forms.Form):
    """The form of an act on a case; `prepare` fills what depends on the case."""

    def __init__(self, *args: Any, folder: Folder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = folder
        self.prepare()

    def prepare(self) -> None:
        """Nothing depends on the case."""

    def offer(self, name: str, rows: "QuerySet[Any]") -> None:
        """What may be chosen in a field; what is alone is chosen already."""
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def today(self, *names: str) -> None:
        """Days that are mostly today."""
        for name in names:
            self.fields[name].initial = self.folder.today


class ConfirmForm(ActForm):
    """条例§31: the day on which both sides confirmed, and how."""

    on = day_field("双方确认日", required=True, help_text="答复期限自这一天的次日起计算，与录入的日期无关。")
    evidence = words(
        "怎样确认的", rows=2, most=500, hint="写明方式、与谁确认、确认了什么，例如“电话 0700-… 与申请人本人确认”。"
    )

    def prepare(self) -> None:
        """Mostly today; whom to call, as far as it is shown without a reason."""
        self.today("on")
        applicant = getattr(self.folder.case, "applicant", None)
        if phone := mask_phone(opened(applicant.phone_sealed)) if applicant else "":
            told = "{} 申请人留的电话是 {}；完整的号码在申请页的“查看完整信息”里看，须写明理由。"
            self.fields["evidence"].help_text = format_html(told, self.fields["evidence"].help_text, phone)


class AssignForm(ActForm):
    """Who answers the case."""

    officer = row("承办人", User)

    def prepare(self) -> None:
        """Officers and head of the department."""
        self.offer("officer", choices.officers(self.folder.case))


class CoHandleForm(ActForm):
    """Who is asked to help."""

    person = row("协办人", User, hint="协办人看不到申请人的证件号码和联系方式，可以填写备注、提供材料。")

    def prepare(self) -> None:
        """Staff of the same body."""
        self.offer("person", choices.colleagues(self.folder.case))


class TransferForm(ActForm):
    """Rulings 9: where it goes, and why."""

    to = row(
        "移送到",
        Department,
        hint="只能在本机关内部移送，或者由共用窗口移送申请人写明的机关。不属于本机关负责的，请作出“不属于本机关负责公开”的答复。",
    )
    reason = words("移送的原因", rows=2, most=500)

    def prepare(self) -> None:
        """Internal offices; at a shared counter the named body."""
        self.offer("to", choices.transfer_targets(self.folder.case))


class ReceiveCorrectionForm(ActForm):
    """条例§30: what was put right, and when it came."""

    text = words("补正的内容", rows=5, most=5000, hint="照申请人补正的原文填写。")
    on = day_field("收到补正之日", required=True)
    excused = forms.BooleanField(
        label="逾期有正当理由", required=False, help_text="补正期限届满后才收到的，认定有正当理由时勾选。"
    )

    def prepare(self) -> None:
        """Mostly today."""
        self.today("on")


class PaymentForm(ActForm):
    """条例§42: the day of payment and its voucher."""

    on = day_field("缴费日", required=True, help_text="答复期限自缴费的次日起重新计算。")
    voucher = line("票据号", most=60, required=False)
    excused = forms.BooleanField(label="逾期有正当理由", required=False)

    def prepare(self) -> None:
        """Mostly today."""
        self.today("on")


class ReasonForm(ActForm):
    """An act that needs its reason."""

    reason = words("原因", rows=3, most=500)


class WithdrawForm(ActForm):
    """The applicant's words, as noted."""

    reason = words("申请人怎样提出撤回", most=500, hint="写明方式、日期和申请人的意思；书面撤回的，请先上传材料。")


class MergeForm(ActForm):
    """Into which other open application of the same applicant."""

    into = row("并入", InformationRequest, hint="只列出同一申请人向本机关提出、尚未答复的其他申请。")
    reason = words("并案的原因", rows=2, most=500)

    def prepare(self) -> None:
        """The same applicant's open cases here."""
        self.offer("into", choices.same_applicant_open(self.folder.case))


class SplitForm(ActForm):
    """一事一申请."""

    matters = words("拆分后的各项内容", rows=6, most=4000, hint="每行一项，2 至 20 项。各件另行编号，收到之日不变。")

    def clean_matters(self) -> list[str]:
        """One a line."""
        return [text.strip() for text in self.cleaned_data["matters"].splitlines() if text.strip()]


class ArchiveForm(ActForm):
    """How long it is kept."""

    years = forms.TypedChoiceField(
        label="保管期限",
        choices=KEPT_YEARS,
        coerce=int,
        help_text="自本年度终了之日起计算，期满后清除申请人信息，保留统计。",
    )


class InquireForm(ActForm):
    """条例§47: what the supervisor asks, and by when it is answered."""

    text = words("督办意见", rows=4)
    due_on = day_field("回复期限", required=True)

    def prepare(self) -> None:
        """Five working days."""
        day = current_calendar().add_workdays(self.folder.today, INQUIRY_WORKDAYS)
        self.fields["due_on"].initial = day.on


class AnswerInquiryForm(ActForm):
    """条例§47: what was found and done."""

    inquiry = row("督办", Inquiry)
    answer = words("回复", rows=4)

    def prepare(self) -> None:
        """Those not answered."""
        self.offer("inquiry", self.folder.case.inquiries.filter(answered_at=None))


class NoteForm(ActForm):
    """Words for colleagues, or about a contact."""

    text = words("内容", rows=4, most=4000)


class ComplaintAnswerForm(ActForm):
    """What the applicant reads under the query code."""

    text = words("答复", rows=4, most=4000)

    def prepare(self) -> None:
        """The complaint stands above the answer."""
        if complaint := self.folder.complaint:
            self.fields["text"].help_text = format_html("投诉的内容：{}", complaint.text)


class ExcessiveForm(ActForm):
    """条例§35."""

    is_excessive = forms.TypedChoiceField(
        label="认定",
        choices=[("1", "数量、频次明显超过合理范围"), ("0", "没有超过合理范围")],
        coerce=lambda said: said == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择。"},
    )


class RemedyForm(ActForm):
    """条例§51: a reconsideration or litigation that was notified."""

    kind = choice("种类", RemedyKind.choices)
    body = line("复议机关、法院", most=120)
    number = line("案号", most=80, required=False)
    filed_on = day_field("收到通知日", required=True)
    note = line("说明", most=300, required=False)


class ConcludeRemedyForm(ActForm):
    """The result, as table four counts it."""

    remedy = row("复议、诉讼", Remedy)
    result = choice("结果", [pair for pair in RemedyResult.choices if pair[0] != RemedyResult.UNFINISHED])
    concluded_on = day_field("审结日", required=True)
    note_text = line("说明", most=300, required=False)

    def prepare(self) -> None:
        """Those not concluded."""
        self.offer("remedy", self.folder.case.remedies.filter(result=RemedyResult.UNFINISHED))


class CorrectDateForm(ActForm):
    """A day noted wrongly is put right, or struck."""

    event = forms.TypedChoiceField(
        label="要更正的事项", coerce=int, error_messages={"required": "请选择要更正的事项。", "invalid_choice": GONE}
    )
    to = day_field("更正为", help_text="事项没有发生过、应当撤销的，不填日期并勾选下一项。")
    is_struck = forms.BooleanField(label="撤销这一事项", required=False)
    reason = words("更正的原因", rows=2, most=500, hint="写明原来为什么记错、以什么为准。")

    def prepare(self) -> None:
        """Events of the clock."""
        self.fields["event"].choices = [("", "请选择"), *self.folder.dated_events()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Either a day or struck, never both."""
        said = dict(super().clean() or {})
        is_struck = said.pop("is_struck", False)
        if is_struck and said.get("to"):
            self.add_error("to", "撤销事项的，请清空日期。")
        elif not is_struck and not said.get("to") and "to" not in self.errors:
            self.add_error("to", "请填写更正后的日期，或者勾选“撤销这一事项”。")
        return said


class CorrectionForm(ActForm):
    """条例§30: all points at once."""

    points = words("需要补正的事项", rows=5, hint="每行一项，一次说全：指出哪里不明确，申请人应当怎样补正。")
    workdays = number(
        "补正期限（工作日）", 60, initial=settings.CORRECTION_WORKDAYS, hint="应当合理，一般为 10 个工作日。"
    )

    def clean_points(self) -> list[str]:
        """One a line."""
        return [text.strip() for text in self.cleaned_data["points"].splitlines() if text.strip()]


class ExtensionForm(ActForm):
    """条例§33."""

    workdays = number(
        "延长的工作日数",
        MOST_EXTENSION_WORKDAYS,
        initial=MOST_EXTENSION_WORKDAYS,
        hint="最长 20 个工作日，只能延长一次。",
    )
    reason = words("延长的理由", most=500, hint="将写入《延期答复告知书》，请具体，不用“工作需要”之类的笼统理由。")


class ReasonRequestForm(ActForm):
    """条例§35: what the applicant is asked to explain."""

    matter = words("所涉申请", most=1000, hint="写明多长时间内提出多少件、内容是什么。")
    answer_by_on = day_field("说明理由的期限", required=True)


class DelayForm(ActForm):
    """条例§35: a later day."""

    until = day_field("延迟答复至", required=True)
    matter = words("所涉申请", rows=2, most=1000)
    reason = words("理由", rows=2, most=500)


class ConsultForm(ActForm):
    """条例§32, §34: whom, and about what."""

    kind = choice(
        "对象", ConsultedKind.choices, hint="第三方、共同制作机关有 15 个工作日；其他机关没有法定期限，期间同样不计入。"
    )
    name = line("名称", most=120)
    contact = line("联系方式", most=200, required=False, hint="加密保存，只有承办人员可以查看。")
    department = row("本平台内的机关", Department, required=False, hint="对方是本市机关的，可以选择。")
    matter = words("征求意见的事项", most=2000, hint="写明拟公开的信息和需要对方说明的问题；不要写申请人的身份。")

    def prepare(self) -> None:
        """Every other body of the city."""
        self.offer("department", choices.other_bodies(self.folder.case))


class DropConsultForm(ActForm):
    """A consultation that is not needed after all."""

    consultation = row("征求意见", Consultation)

    def prepare(self) -> None:
        """Those not sent."""
        self.offer("consultation", self.folder.case.consultations.filter(sent_on=None, ended_on=None))


class ConsultAgainForm(DropConsultForm):
    """A letter anew for a consultation whose first was dropped."""

    matter = words("征求意见的事项", most=2000)


class OpinionForm(ActForm):
    """What came back, and when."""

    consultation = row("征求意见", Consultation)
    opinion = choice("意见", [pair for pair in ThirdOpinion.choices if pair[0] != ThirdOpinion.SILENT])
    on = day_field("收到意见日", required=True)
    reason = words("理由", required=False, hint="不同意公开的，照对方的原文填写理由。")

    def prepare(self) -> None:
        """Those out and not back."""
        self.offer("consultation", self.folder.case.consultations.filter(sent_on__isnull=False, ended_on=None))
        self.today("on")


class OverrideForm(ActForm):
    """条例§32: the public interest outweighs the third party's will."""

    consultation = row("第三方", Consultation)
    reason = words("公开的内容和理由", hint="将书面告知第三方。")

    def prepare(self) -> None:
        """Third parties that do not agree."""
        rows = self.folder.case.consultations.filter(kind="third_party", opinion__in=REFUSING, overridden=False)
        self.offer("consultation", rows)


class TellThirdPartyForm(ActForm):
    """条例§32: the third party hears what is released, and why."""

    consultation = row("第三方", Consultation)
    matter = words("决定公开的信息")

    def prepare(self) -> None:
        """Those that were overruled."""
        self.offer("consultation", self.folder.case.consultations.filter(overridden=True))


class TellApplicantForm(ActForm):
    """条例§33: the applicant hears that others are asked."""

    consultation = row("征求意见", Consultation)

    def prepare(self) -> None:
        """Those out and not back."""
        self.offer("consultation", self.folder.case.consultations.filter(sent_on__isnull=False, ended_on=None))


class FeeForm(ActForm):
    """条例§42: one standard, and how much."""

    standard = choice("标准", [("item", "按件"), ("page", "按量（页）")], hint="同一件申请只能选择一种标准。")
    quantity = number(
        "件数、页数",
        MOST_FEE_QUANTITY,
        hint="按件：本件申请的件数，同一申请人本月此前的件数自动计入；按量：提供的页数。",
    )


class SpotForm(ActForm):
    """条例§33: given at the counter, at once."""

    outcome = choice("处理决定", choices.SPOT_OUTCOMES)
    granted = words("当场提供或者告知的内容")


class FileForm(ActForm):
    """A file of the case, with its redacted copy beside the original (条例§37)."""

    role = choice("用途", [(role.value, role.label) for role in choices.UPLOAD_ROLES])
    upload = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选择文件。", "invalid": "请重新选择文件。", "missing": "请选择文件。"},
        help_text="加密保存，单个文件最大 20 MB。",
    )
    original = row("对应的原件", CaseFile, required=False, hint="上传遮盖后的文件时选择，并在下面写明遮盖了什么。")
    redaction = words("遮盖说明", rows=2, most=500, required=False)

    def prepare(self) -> None:
        """Originals already there."""
        self.offer("original", self.folder.case.files.filter(role=FileRole.ORIGINAL, erased_at=None))

    def clean(self) -> dict[str, Any]:
        """A redacted copy says what was covered, and only a copy for the applicant has an original."""
        said = dict(super().clean() or {})
        if said.get("original") and not said.get("redaction"):
            self.add_error("redaction", "请写明遮盖了哪些内容。")
        if said.get("original") and said.get("role") != FileRole.RELEASED:
            self.add_error("role", "有对应原件的，用途应为“提供给申请人的文件”。")
        return said


class UnmaskForm(ActForm):
    """Why the applicant's data is to be seen."""

    reason = line("查看的原因", hint="例如“电话核实补正内容”。查看人、时间和原因都会留下记录。")
