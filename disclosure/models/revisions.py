"""One version of a document on its way to the public, with what people said about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Department
from catalog.models import Document
from catalog.states import DisclosureAttribute, InterpretationKind
from disclosure.grounds import GROUNDS, WAIVERS
from disclosure.states import OPEN_STATES, RevisionState
from files.models import StoredFile


class Revision(models.Model):
    """A version of a document as drafted, reviewed and approved; never changed once it is published or filed.

    `content` is what the public would read: the fields of `catalog.content.DocumentContent` that people edit.
    """

    document = models.ForeignKey(Document, verbose_name="文件", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField("版次")
    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=12, choices=RevisionState, default=RevisionState.DRAFT)
    title = models.CharField("标题", max_length=300)
    content: Any = models.JSONField("内容", default=dict)
    html = models.TextField("正文", blank=True)
    text = models.TextField("纯文本", blank=True)
    attribute = models.CharField("公开属性", max_length=10, choices=DisclosureAttribute, blank=True)
    ground = models.CharField(
        "认定依据", max_length=20, choices=[(key, it.label) for key, it in GROUNDS.items()], blank=True
    )
    reason = models.CharField("理由", max_length=500, blank=True)
    is_policy = models.BooleanField("属于应当解读的政策文件", default=False)
    interprets = models.ForeignKey(
        Document, verbose_name="解读的文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    interpretation_kind = models.CharField("解读形式", max_length=8, choices=InterpretationKind, blank=True)
    plan = models.CharField("解读方案", max_length=1000, blank=True)
    elements: Any = models.JSONField("解读要素", default=list, blank=True)
    waiver = models.CharField("免予解读的依据", max_length=20, choices=list(WAIVERS.items()), blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    formed_or_changed_on = models.DateField("形成或者变更日期", null=True, blank=True)
    from_meeting = models.BooleanField("会议决定事项", default=False)
    due_on = models.DateField("应当公开的日期", null=True, blank=True)
    publish_at = models.DateTimeField("定时发布", null=True, blank=True)
    change_note = models.CharField("更正说明", max_length=300, blank=True)
    is_erratum = models.BooleanField("更正", default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="承办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    edition = models.PositiveIntegerField("保存次数", default=1)
    due_version = models.PositiveIntegerField("计算期限所用的日历版本", default=0, editable=False)
    waiting_since = models.DateTimeField("进入当前环节时间")
    created_at = models.DateTimeField("创建时间")
    updated_at = models.DateTimeField("更新时间")
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)
    finished_on = models.DateField("办结日期", null=True, blank=True, help_text="本地日期，统计是否按时用")

    class Meta:
        verbose_name = verbose_name_plural = "拟稿"
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="disclosure_revision_number"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state__in=sorted(OPEN_STATES)), name="disclosure_one_open_revision"
            ),
        ]
        indexes = [
            # The last two let the overview count out of the index: databases read whole rows for them otherwise.
            models.Index(
                fields=["state", "department", "due_on", "id", "finished_on", "is_policy"],
                name="disclosure_revision_queue",
            ),
            models.Index(fields=["written_by", "state", "id"], name="disclosure_revision_mine"),
            models.Index(fields=["publish_at"], condition=Q(state="scheduled"), name="disclosure_revision_timed"),
            models.Index(
                fields=["finished_on", "department"],
                condition=Q(state="published", due_on__lt=F("finished_on")),
                name="disclosure_published_late",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Hand(models.Model):
    """Who had a hand in a version: wrote in it, or passed it at a step. They take no further step (four eyes)."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="hands")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wrote = models.BooleanField("写过")

    class Meta:
        verbose_name = verbose_name_plural = "经手人"
        constraints = [models.UniqueConstraint(fields=["revision", "person", "wrote"], name="disclosure_hand_unique")]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.person_id}"


class RevisionFile(models.Model):
    """An attachment of a version; published with it."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=200)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "拟稿附件"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Opinion(models.Model):
    """What somebody wrote at a step; the event in the record holds its digest."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="opinions")
    action = models.CharField("事项", max_length=40)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("意见", max_length=1000, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action}: {self.text[:30]}"


class SecrecyConclusion(models.TextChoices):
    """条例§17: what the secrecy review comes to; only the first lets the text go on as proactive."""

    PUBLIC = "public", "可以公开"
    PARTIAL = "partial", "删除部分内容后可以公开"
    NOT_PUBLIC = "not_public", "不得公开"
    ESCALATE = "escalate", "不能确定，报有关主管部门或者保密行政管理部门确定"


class SecrecyLevel(models.TextChoices):
    """密级 found by the review."""

    NONE = "none", "不涉密"
    WORK = "work", "工作秘密"
    CONFIDENTIAL = "confidential", "秘密"
    SECRET = "secret", "机密"
    TOP = "top", "绝密"


class SecrecyReview(models.Model):
    """条例§17, 保密法: the review that must precede every publication, one for each version (一事一审)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="secrecy_reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    conclusion = models.CharField("结论", max_length=12, choices=SecrecyConclusion)
    level = models.CharField("密级", max_length=14, choices=SecrecyLevel, default=SecrecyLevel.NONE)
    form_number = models.CharField("审查表编号", max_length=60)
    reviewed_on = models.DateField("审查日期")
    opinion = models.CharField("审查意见", max_length=1000)
    edition = models.PositiveIntegerField("所审查的保存次数")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "保密审查记录"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.form_number}: {self.get_conclusion_display()}"


class Confirmation(models.Model):
    """条例§11: a body that the text involves has confirmed it (沟通确认) before it goes out."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="confirmations")
    body = models.CharField("涉及的机关", max_length=100)
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    evidence = models.CharField("确认方式和凭据", max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "沟通确认"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["revision", "body"], name="disclosure_confirmation_unique")]

    def __str__(self) -> str:
        return self.body


class DepartmentRule(models.Model):
    """How a department works: the step it may leave out, and local periods with their basis (rulings 14).

    Secrecy review and four eyes are law and have no switch.
    """

    department = models.OneToOneField(
        Department, primary_key=True, on_delete=models.CASCADE, related_name="disclosure_rule"
    )
    with_review = models.BooleanField("签发前经科室审核", default=True)
    normative_same_day = models.BooleanField("行政规范性文件印发当日公开", default=True)
    normative_basis = models.CharField("当日公开的依据", max_length=200, blank=True)
    meeting_workdays = models.PositiveSmallIntegerField("会议决定事项公开期限（工作日）", default=5)
    meeting_basis = models.CharField("会议决定事项公开期限的依据", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构公开办理规则"

    def __str__(self) -> str:
        return str(self.department)
