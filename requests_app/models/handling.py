"""What belongs to the handling of an application: decision, consultations, fee, files, words said, inquiries, remedies."""

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import Department
from catalog.models import Document
from requests_app.models.cases import InformationRequest
from requests_app.models.letters import Letter
from workflow.models import AppendOnlyModel


class Decision(models.Model):
    """The answer with what its grounds need (条例§36, §37); one row a case, kept with the case."""

    case = models.OneToOneField(InformationRequest, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    outcome = models.CharField("处理决定", max_length=32)
    facts: Any = models.JSONField("要素", default=dict, encoder=DjangoJSONEncoder)
    parts: Any = models.JSONField("不予公开部分", default=list, blank=True)
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    prior = models.ForeignKey(InformationRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(
        Document, verbose_name="信息目录中的文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "处理决定"

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"

    @property
    def spot_text(self) -> str:
        """条例§33: what was given or told on the spot; such an answer has no letter."""
        return "" if self.letter_id else str(self.facts.get("granted_text", ""))


class ConsultedKind(models.TextChoices):
    """Who is consulted decides the rule (rulings 1)."""

    THIRD_PARTY = "third_party", "第三方（条例第三十二条）"
    AGENCY = "agency", "共同制作机关（条例第三十四条）"
    OTHER_AGENCY = "other_agency", "其他机关"


class ThirdOpinion(models.TextChoices):
    """What came back."""

    AGREE = "agree", "同意公开"
    DISAGREE = "disagree", "不同意公开"
    PARTIAL = "partial", "同意部分公开"
    SILENT = "silent", "逾期未答复"


REFUSING = (ThirdOpinion.DISAGREE, ThirdOpinion.PARTIAL)


class Consultation(models.Model):
    """条例§32, §34: somebody is asked for an opinion; the pause is counted from the record.

    ``ended_on`` without ``sent_on``: it was dropped before it went out.
    """

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="consultations")
    kind = models.CharField("对象", max_length=16, choices=ConsultedKind)
    name = models.CharField("名称", max_length=120)
    contact_sealed = models.TextField(blank=True)
    department = models.ForeignKey(
        Department, verbose_name="本平台内的机关", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField("发出日", null=True, blank=True)
    served_on = models.DateField("送达日", null=True, blank=True)
    due_on = models.DateField("期限", null=True, blank=True)
    ended_on = models.DateField("收到意见日", null=True, blank=True)
    opinion = models.CharField("意见", max_length=12, choices=ThirdOpinion, blank=True)
    reason = models.TextField("理由", blank=True)
    overridden = models.BooleanField("因重大公共利益决定公开", default=False)
    override_reason = models.TextField("公开的内容和理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def refuses(self) -> bool:
        """条例§32: a third party that does not agree, wholly or in part."""
        return self.kind == ConsultedKind.THIRD_PARTY and self.opinion in REFUSING


class Fee(models.Model):
    """条例§42: what is charged, how it was computed, whether it was paid or waived."""

    case = models.OneToOneField(InformationRequest, on_delete=models.PROTECT, primary_key=True, related_name="fee")
    standard = models.CharField("标准", max_length=8, choices=[("item", "按件"), ("page", "按量")])
    quantity = models.PositiveIntegerField("件数、页数")
    amount = models.PositiveIntegerField("金额（元）")
    lines: Any = models.JSONField("计算过程", default=list)
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paid_on = models.DateField("缴费日", null=True, blank=True)
    voucher = models.CharField("票据号", max_length=60, blank=True)
    waiver_reason = models.CharField("免收原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信息处理费"

    def __str__(self) -> str:
        return f"{self.case_id} {self.amount}"


class FileRole(models.TextChoices):
    """What a file is to the case."""

    PROOF = "proof", "身份证明"
    ATTACHMENT = "attachment", "申请人提交的材料"
    INCOMING = "incoming", "收到的来件、凭证"
    ORIGINAL = "original", "拟提供信息的原件"
    RELEASED = "released", "提供给申请人的文件"
    INTERNAL = "internal", "内部材料"


class CaseFile(models.Model):
    """A file of a case, encrypted in the storage. A redacted copy stands beside its `original` (条例§37)."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="files")
    role = models.CharField("用途", max_length=12, choices=FileRole)
    name = models.CharField("文件名", max_length=255)
    key = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("大小")
    digest = models.CharField("校验值", max_length=64)
    original = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    redaction = models.CharField("遮盖说明", max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    erased_at = models.DateTimeField("删除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "案件材料"
        indexes = [models.Index(fields=["key"], name="requests_file_key")]

    def __str__(self) -> str:
        return self.name


class SaidKind(models.TextChoices):
    """Words that are no letters of ours."""

    NOTE = "note", "内部备注"
    CORRECTION = "correction", "补正内容"
    REASON = "reason", "申请人说明的理由"
    MESSAGE = "message", "申请人留言"
    CONTACT = "contact", "联系记录"
    COMPLAINT = "complaint", "投诉"
    COMPLAINT_ANSWER = "complaint_answer", "投诉的答复"
    RETURN = "return", "退回意见"
    REASON_GIVEN = "reason_given", "办理原因"


class Said(models.Model):
    """Free text about a case, erasable; the event holds its digest (rulings 23)."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="said")
    kind = models.CharField("种类", max_length=20, choices=SaidKind)
    text = models.TextField("内容")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "往来记录"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%F}"


class Inquiry(models.Model):
    """条例§46, §47: a supervisor asks about a case (督办); the department answers by a day."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="inquiries")
    text = models.TextField("督办意见")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    due_on = models.DateField("回复期限")
    answer = models.TextField("回复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办"

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%F}"


class RemedyKind(models.TextChoices):
    """The three groups of the national table 4."""

    RECONSIDERATION = "reconsideration", "行政复议"
    LITIGATION = "litigation", "未经复议直接起诉"
    LITIGATION_AFTER = "litigation_after", "复议后起诉"


class RemedyResult(models.TextChoices):
    """The columns of the national table 4."""

    UNFINISHED = "unfinished", "尚未审结"
    MAINTAIN = "maintain", "结果维持"
    CORRECT = "correct", "结果纠正"
    OTHER = "other", "其他结果"


class Remedy(models.Model):
    """条例§51: a reconsideration or litigation about the answer, with its result."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="remedies")
    kind = models.CharField("种类", max_length=20, choices=RemedyKind)
    body = models.CharField("复议机关、法院", max_length=120)
    number = models.CharField("案号", max_length=80, blank=True)
    filed_on = models.DateField("收到通知日")
    result = models.CharField("结果", max_length=12, choices=RemedyResult, default=RemedyResult.UNFINISHED)
    concluded_on = models.DateField("审结日", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "复议和诉讼"
        indexes = [models.Index(fields=["concluded_on"], name="requests_remedy_concluded")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Rating(models.Model):
    """How content the applicant is, once a case."""

    case = models.OneToOneField(InformationRequest, on_delete=models.PROTECT, primary_key=True, related_name="rating")
    stars = models.PositiveSmallIntegerField("满意度")
    text = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "满意度评价"
        indexes = [models.Index(fields=["at"], name="requests_rated_at")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stars}"


class Access(AppendOnlyModel):
    """Somebody with the query code opened a letter or took a file: proof of delivery."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="accesses")
    what = models.CharField("内容", max_length=20)
    ref = models.PositiveBigIntegerField("对象")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "查看、下载记录"

    def __str__(self) -> str:
        return f"{self.case_id} {self.what} {self.at:%F %T}"


class CaseRecount(AppendOnlyModel):
    """The due day of an open case moved because the working-day calendar changed (rulings 10)."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="recounts")
    old_due_on = models.DateField("原期限", null=True, blank=True)
    new_due_on = models.DateField("现期限", null=True, blank=True)
    calendar_version = models.PositiveIntegerField("日历版本")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "期限重算记录"

    def __str__(self) -> str:
        return f"{self.case_id} {self.old_due_on} → {self.new_due_on}"


class SavedView(models.Model):
    """A person's own view of the ledger: a name and the filters."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ledger_views")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "台账视图"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="requests_one_view")]

    def __str__(self) -> str:
        return self.name


class ApplicationDraft(models.Model):
    """An application being written: everything typed, sealed, kept until it is handed in or 30 days old."""

    key = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)
    case = models.OneToOneField(
        InformationRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="draft"
    )

    class Meta:
        verbose_name = verbose_name_plural = "未提交的申请"

    def __str__(self) -> str:
        return f"{self.pk}"


class DraftFile(models.Model):
    """A file handed in with a draft, encrypted."""

    draft = models.ForeignKey(ApplicationDraft, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=12, choices=FileRole, default=FileRole.ATTACHMENT)
    name = models.CharField(max_length=255)
    key = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "未提交申请的附件"
        indexes = [models.Index(fields=["key"], name="requests_draft_file_key")]

    def __str__(self) -> str:
        return self.name
