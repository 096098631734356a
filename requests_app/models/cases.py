"""An application, its number in the register, the applicant's side row, its record and its open due days."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import Department
from requests_app.states import OPEN_STATES, CaseState
from workflow.models import AppendOnlyModel, Event


class CaseKind(models.TextChoices):
    """条例§27, §41: information asked for, or a record of one's own to be put right (rulings 11)."""

    INFORMATION = "information", "申请公开政府信息"
    RECTIFICATION = "rectification", "申请更正本人信息"


class Channel(models.TextChoices):
    """条例§28, §29, §31: the doors."""

    ONLINE = "online", "网上提交"
    IN_PERSON = "in_person", "当面提交"
    ORAL = "oral", "口头提出（代填）"
    MAIL_SIGNED = "mail_signed", "挂号信、特快专递"
    MAIL_ORDINARY = "mail_ordinary", "平常信函"
    FAX = "fax", "传真"
    EMAIL = "email", "电子邮件"


class ApplicantType(models.TextChoices):
    """The columns of the national table (law.md §2.3): natural persons, and five kinds of legal persons."""

    NATURAL_PERSON = "natural_person", "自然人"
    COMMERCIAL = "commercial", "商业企业"
    RESEARCH = "research", "科研机构"
    SOCIAL_WELFARE = "social_welfare", "社会公益组织"
    LEGAL_SERVICE = "legal_service", "法律服务机构"
    OTHER_ORG = "other_org", "其他"


class WantedForm(models.TextChoices):
    """条例§29, §40: in which form."""

    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子文件"
    DISC = "disc", "光盘"
    READING = "reading", "查阅、抄录"


class WantedDelivery(models.TextChoices):
    """条例§29, §40: by which way."""

    PORTAL = "portal", "在本平台查看、下载"
    POST = "post", "邮寄"
    PICK_UP = "pick_up", "当面领取"
    EMAIL = "email", "电子邮件"
    FAX = "fax", "传真"
    ON_THE_SPOT = "on_the_spot", "现场查阅"


class Assistance(models.TextChoices):
    """条例§43: help for who finds reading, seeing or hearing hard."""

    NONE = "", "不需要"
    FILLING_IN = "filling_in", "代为填写"
    READING_ALOUD = "reading_aloud", "朗读、讲解"
    LARGE_PRINT = "large_print", "大字版"
    SIGN_LANGUAGE = "sign_language", "手语"
    OTHER = "other", "其他帮助"


class RegisterCounter(models.Model):
    """The last number given in a department's register of a year; locked by who takes the next (rulings 27)."""

    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    word = models.CharField("字", max_length=20, blank=True)
    last = models.PositiveIntegerField("最近编号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["department", "year", "word"], name="requests_one_counter")]

    def __str__(self) -> str:
        return f"{self.department_id} {self.year} {self.word} {self.last}"


class InformationRequest(models.Model):
    """One application. Days are caches of `cases.clock`: the record of events is the truth."""

    department = models.ForeignKey(Department, verbose_name="机关", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        Department, verbose_name="承办科室", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    named_body = models.ForeignKey(
        Department, verbose_name="申请人写明的机关", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField("登记编号", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=16, choices=CaseKind, default=CaseKind.INFORMATION)
    channel = models.CharField("申请方式", max_length=16, choices=Channel)
    state = models.CharField("状态", max_length=24, choices=CaseState)
    applicant_type = models.CharField("申请人类型", max_length=16, choices=ApplicantType)
    matter = models.CharField("申请内容", max_length=200)
    matter_key = models.CharField("内容摘要", max_length=64, blank=True)
    wanted_form = models.CharField("提供形式", max_length=12, choices=WantedForm, default=WantedForm.ELECTRONIC)
    wanted_delivery = models.CharField("获取方式", max_length=12, choices=WantedDelivery, default=WantedDelivery.PORTAL)
    assistance = models.CharField("需要的帮助", max_length=16, choices=Assistance, blank=True, default="")
    suggests_publication = models.BooleanField("建议主动公开", default=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="applications"
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="承办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    co_handlers: Any = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name="协办人", related_name="+")
    created_at = models.DateTimeField("登记时间")
    updated_at = models.DateTimeField("更新时间")
    waiting_since = models.DateTimeField("本环节开始")

    register_year = models.PositiveSmallIntegerField("登记年度", null=True, blank=True)
    first_received_on = models.DateField("收到之日", null=True, blank=True)
    received_on = models.DateField("起算之日", null=True, blank=True)
    due_on = models.DateField("答复期限", null=True, blank=True)
    clock_state = models.CharField("期限状态", max_length=24, default="not_started")
    provisional = models.BooleanField("暂定", default=False)
    suspended_workdays = models.PositiveSmallIntegerField("扣除工作日", default=0)
    extension_workdays = models.PositiveSmallIntegerField("延长工作日", default=0)
    stopped_on = models.DateField("答复日", null=True, blank=True)
    on_time = models.BooleanField("按时", null=True, blank=True)
    used_workdays = models.PositiveSmallIntegerField("用时工作日", null=True, blank=True)
    warnings: Any = models.JSONField("提示", default=list, blank=True)
    calendar_version = models.PositiveIntegerField("日历版本", default=0)

    outcome = models.CharField("处理决定", max_length=32, blank=True)
    concluded_on = models.DateField("办结日", null=True, blank=True)
    is_excessive = models.BooleanField("数量频次异常", default=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    split_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    keep_until = models.DateField("保管至", null=True, blank=True)
    anonymised_at = models.DateTimeField("匿名化时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开申请"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="requests_case_state"),
        ]
        indexes = [
            models.Index(fields=["department", "-id"], name="requests_of_department"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=[s.value for s in OPEN_STATES]),
                name="requests_open_due",
            ),
            # Queues of the ledger: one department's, and the whole city's. Whole indexes: SQLite does not see that a
            # state asked for is one of a partial index's list.
            models.Index(fields=["department", "state", "due_on", "id"], name="requests_desk"),
            models.Index(fields=["state", "due_on", "id"], name="requests_city"),
            models.Index(fields=["department", "state", "-id"], name="requests_by_state"),
            models.Index(fields=["department", "register_year", "outcome"], name="requests_counted"),
            models.Index(fields=["department", "stopped_on", "on_time", "used_workdays"], name="requests_answered"),
            models.Index(fields=["department", "first_received_on", "id"], name="requests_received"),
            # The day of the answer, else the day the case was closed: what the annual report counts as ended.
            models.Index("department", Coalesce("stopped_on", "concluded_on"), "id", name="requests_ended"),
            models.Index(fields=["officer", "state", "due_on"], name="requests_of_officer"),
            models.Index(fields=["matter_key"], name="requests_matter"),
            models.Index(fields=["keep_until"], condition=Q(anonymised_at=None), name="requests_to_anonymise"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """True until it is answered or ended."""
        return self.state in OPEN_STATES


class RegisterNumber(models.Model):
    """Every number ever given, in order and without gaps; a voided one stays with its reason (rulings 27)."""

    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    position = models.PositiveIntegerField("序号")
    text = models.CharField("编号", max_length=40, unique=True)
    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="numbers")
    given_at = models.DateTimeField("时间")
    voided_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登记编号"
        constraints = [
            models.UniqueConstraint(fields=["department", "year", "position"], name="requests_number_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Applicant(models.Model):
    """Who applies: everything that can be erased while case and record stay (rulings 23). `_sealed` is encrypted."""

    case = models.OneToOneField(
        InformationRequest, on_delete=models.PROTECT, primary_key=True, related_name="applicant"
    )
    name = models.CharField("姓名或者名称", max_length=120)
    id_kind = models.CharField("证件种类", max_length=20, blank=True)
    id_sealed = models.TextField(blank=True)
    id_hash = models.CharField(max_length=64, blank=True, db_index=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact_sealed = models.TextField(blank=True)
    phone_sealed = models.TextField(blank=True)
    email_sealed = models.TextField(blank=True)
    address_sealed = models.TextField(blank=True)
    code_sealed = models.TextField(blank=True)
    code_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请人"

    def __str__(self) -> str:
        return self.name


class Wish(models.Model):
    """What is asked for, in the applicant's words (条例§29): erasable, too."""

    case = models.OneToOneField(InformationRequest, on_delete=models.PROTECT, primary_key=True, related_name="wish")
    title = models.CharField("名称", max_length=200, blank=True)
    document_number = models.CharField("文号", max_length=80, blank=True)
    features = models.TextField("其他特征性描述", blank=True)
    purpose = models.TextField("用途（选填）", blank=True)
    read_back = models.CharField("口头申请的复核", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "申请内容"

    def __str__(self) -> str:
        return self.title


class CaseEvent(Event):
    """One thing done to an application or one of its letters. `facts["clock"]` names the event of the clock."""

    class Meta(Event.Meta):
        verbose_name = verbose_name_plural = "申请办理记录"


class DueKind(models.TextChoices):
    """What has to happen by a day: the rows from which everybody is reminded."""

    CONFIRM = "confirm", "与申请人确认"
    REPLY = "reply", "答复"
    CORRECTION_NOTICE = "correction_notice", "通知补正"
    CORRECTION = "correction", "申请人补正"
    CONSULTATION = "consultation", "征求意见"
    EXTENSION_NOTICE = "extension_notice", "告知延期"
    PAYMENT = "payment", "申请人缴费"
    SERVICE = "service", "确认送达"
    INQUIRY = "inquiry", "回复督办"


class CaseDue(models.Model):
    """An open due day of an application; rewritten with every recount, gone when it is met."""

    case = models.ForeignKey(InformationRequest, on_delete=models.CASCADE, related_name="dues")
    kind = models.CharField("事项", max_length=20, choices=DueKind)
    ref = models.PositiveBigIntegerField("对象", default=0)
    on = models.DateField("期限")
    provisional = models.BooleanField("暂定", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        constraints = [models.UniqueConstraint(fields=["case", "kind", "ref"], name="requests_one_due")]
        indexes = [models.Index(fields=["on", "id"], name="requests_due_on")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.on}"


class Unmasking(AppendOnlyModel):
    """Somebody looked at what is masked; the reason stands here (personal data of the applicant)."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="unmaskings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "查看申请人信息记录"

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%F %T}"
