"""Is the input of the desk of plans well-formed."""

import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from catalog.models import Document
from disclosure.fields import Day, DocumentNamed
from disclosure.finding import label_of
from reports.fields import Bodies, NumberField, Ticked, edition_field
from reports.models import Progress, Proof, Task, WorkPlan
from reports.plans import rules, selectors
from reports.plans.progress import Entry
from reports.plans.rows import MOST_QUOTA, read
from reports.plans.services import FIRST_YEAR, LAST_YEAR, PlanValues, TaskValues
from reports.plans.states import QUARTER_WORDS, QUARTERS, TaskKind, TaskState, TrainingMethod
from reports.plans.trainings import HALF, TrainingValues
from reports.proofs.fields import ProofsField
from reports.proofs.services import MOST_PROOFS

MOST_BYTES = 2 * 1024 * 1024
NO_NAMES = "公开后任何人可以看到，请不要写入申请人的姓名、证件号码和联系方式。"


def _bodies(label: str, **said: Any) -> Any:
    return forms.ModelChoiceField(label=label, queryset=Department.objects.none(), **said)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PublicDocument(DocumentNamed):
    """A document that citizens can open; None where nothing is typed."""

    def clean(self, value: Any) -> Any:
        """Only what is public."""
        document: Document | None = super().clean(value)
        if document is not None and document.listed_at is None:
            raise ValidationError("该文件尚未公开。")
        return document


class Links(forms.Form):
    """Forms that name a public document: it is looked up for ``actor`` as it is at ``at``."""

    def __init__(self, *args: Any, actor: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.at = actor, at
        named: Any = self.fields["document"]
        named.actor, named.at = actor, at


# --- plans -------------------------------------------------------------------------------------------------------------


class LedgerFilter(forms.Form):
    """Which tasks of all plans to list."""

    tab = forms.ChoiceField(required=False, choices=list(selectors.TABS.items()), widget=forms.HiddenInput)
    department = _bodies("机关", required=False, to_field_name="code", empty_label="不限")
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "不限"), *TaskKind.choices])
    year = forms.IntegerField(label="年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = bodies  # type: ignore[attr-defined]
        if len(bodies) < 2:
            del self.fields["department"]

    @property
    def chosen(self) -> dict[str, Any]:
        """What is well-formed of it; wrong parts ask nothing."""
        self.is_valid()
        return self.cleaned_data


class PlanFilter(LedgerFilter):
    """Which tasks of one plan to list."""

    kind = None  # type: ignore[assignment]
    year = None  # type: ignore[assignment]
    tab = None  # type: ignore[assignment]
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "不限"), *TaskState.choices])
    late = forms.BooleanField(label="只看超期", required=False)


class PlanForm(Links):
    """The head of a plan. `edition` is the one the typist saw."""

    edition = edition_field(required=False)
    title = forms.CharField(label="名称", max_length=120, help_text="例如“2026年政务公开工作要点任务分解”。")
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    issued_by = DepartmentChoice(label="印发机关", queryset=Department.objects.none(), empty_label=None)
    basis = forms.CharField(label="依据", max_length=300, required=False, help_text="上级部署、会议决定或者文件名称。")
    document = PublicDocument(
        label="印发的文件",
        max_length=300,
        required=False,
        help_text="文件已在本平台公开的，填写其发文字号、索引号或者公开页面的网址，公开的计划将链接到它。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_by"].queryset = Department.objects.active().bodies()  # type: ignore[attr-defined]

    @property
    def values(self) -> PlanValues:
        """What was typed."""
        return PlanValues(**{name: value for name, value in self.cleaned_data.items() if name != "edition"})


class TaskForm(forms.Form):
    """A task of a plan on paper. `edition` is the one the typist saw."""

    edition = edition_field(required=False)
    kind = forms.ChoiceField(label="类别", choices=TaskKind.choices)
    number = forms.IntegerField(
        label="序号", min_value=1, max_value=9999, required=False, help_text="不填的接在最后一项之后。"
    )
    section = forms.CharField(label="板块", max_length=60, required=False, help_text="页面按板块分组，例如“政策解读”。")
    text = forms.CharField(label="任务内容", max_length=500, widget=_area(4), help_text="做什么、做到什么程度。")
    lead = DepartmentChoice(label="牵头机关", queryset=Department.objects.none(), empty_label="请选择")
    responsible = Bodies(label="责任机关", required=False, help_text="牵头机关以外参加的机关。")
    due_on = Day(label="完成期限", required=True)
    quota_1, quota_2, quota_3, quota_4 = (
        forms.IntegerField(label=f"{QUARTER_WORDS[quarter]}场次", min_value=0, max_value=MOST_QUOTA, required=False)
        for quarter in QUARTERS
    )
    audience = forms.CharField(
        label="发布主题和对象", max_length=200, required=False, help_text="新闻发布填写：发布什么，面向谁。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Department.objects.active().bodies()
        self.fields["lead"].queryset = self.fields["responsible"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["lead"].error_messages["required"] = "请选择牵头机关。"
        self.fields["text"].error_messages["required"] = "请填写任务内容。"

    def clean(self) -> dict[str, Any]:
        """Quarters belong to briefings only, and those need some."""
        said = super().clean() or {}
        planned = sum(said.get(f"quota_{quarter}") or 0 for quarter in QUARTERS)
        if said.get("kind") == TaskKind.BRIEFING and not planned:
            self.add_error("quota_1", "新闻发布应当写明各季度计划的场次，至少一场。")
        if said.get("kind") == TaskKind.TASK and planned:
            self.add_error("kind", "写了各季度场次的，类别应为“新闻发布”。")
        return said

    @property
    def values(self) -> TaskValues:
        """What was typed."""
        said = self.cleaned_data
        first, second, third, fourth = (said.get(f"quota_{quarter}") or 0 for quarter in QUARTERS)
        names = ("text", "lead", "due_on", "kind", "number", "section", "audience")
        return TaskValues(
            **{name: said[name] for name in names},
            responsible=tuple(said["responsible"]),
            quotas=(first, second, third, fourth),
        )


def task_initial(task: Task) -> dict[str, Any]:
    """A task as its form shows it."""
    names = ("edition", "kind", "number", "section", "text", "lead", "due_on", "audience")
    quotas = {f"quota_{quarter}": value or None for quarter, value in task.quotas.items()}
    return {name: getattr(task, name) for name in names} | quotas | {"responsible": list(task.responsible.all())}


class ImportForm(forms.Form):
    """A file of tasks; what is wrong with its rows stands under the field, all of it at once."""

    file = forms.FileField(
        label="文件",
        help_text="XLSX 或者 CSV，表头与模板相同，2 MB 以内。全部行都正确才会导入。",
        error_messages={"required": "请选择要导入的文件。", "empty": "文件是空的。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    rows: list[TaskValues] = []

    def clean_file(self) -> Any:
        """Read it, so that every fault is told with its row."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件导入。")
        with tempfile.TemporaryDirectory(prefix="plan-") as folder:
            path = Path(folder) / "table"
            with path.open("wb") as copy:
                shutil.copyfileobj(upload, copy)
            self.rows, faults = read(path, upload.name)
        if faults:
            raise ValidationError([str(fault) for fault in faults])
        return upload


# --- acts on a task ----------------------------------------------------------------------------------------------------


class ActForm(forms.Form):
    """What an act on a task asks. ``said`` is handed to its service."""

    def __init__(self, *args: Any, actor: User, task: Task, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.task, self.at = actor, task, at

    @property
    def said(self) -> dict[str, Any]:
        """What was typed."""
        return dict(self.cleaned_data)


class ReportForm(ActForm):
    """An entry of a body's progress."""

    department = _bodies("报告机关", empty_label=None)
    on = Day(label="截止日期", required=True, help_text="进展截至哪一天。")
    text = forms.CharField(
        label="进展", max_length=1000, widget=_area(5), help_text="做了什么，取得什么结果，下一步怎么做。"
    )
    share = forms.IntegerField(
        label="完成比例（%）", min_value=0, max_value=100, required=False, help_text="牵头机关填写整项任务的完成比例。"
    )
    held_on = Day(label="发布会日期", help_text="举办了新闻发布会的填写，每场一条；没有填写的，不计入场次。")
    topic = forms.CharField(label="发布会主题", max_length=200, required=False)
    document = PublicDocument(
        label="公开的文件",
        max_length=300,
        required=False,
        help_text="作为依据的公开文件或者发布会实录：发文字号、索引号或者公开页面的网址。",
    )
    url = forms.URLField(label="其他网址", max_length=300, required=False, assume_scheme="https")
    same = Ticked(Proof.objects.none(), label="沿用原来的佐证材料", required=False)
    proofs = ProofsField()
    is_public = forms.BooleanField(label="公开这条进展", required=False, help_text=NO_NAMES)

    def __init__(self, *args: Any, corrects: Progress | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_same(corrects)
        own = [corrects.department] if corrects else rules.bodies_reporting(self.actor, self.task)
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk__in=[body.pk for body in own])
        field.initial = own[0] if own else None
        self.fields["on"].initial = timezone.localdate(self.at)
        named: Any = self.fields["document"]
        named.actor, named.at = self.actor, self.at
        self.fields["text"].error_messages["required"] = "请写明进展。"
        dropped = ("share",) if self.task.is_briefing else ("held_on", "topic")
        if len(own) == 1:
            field.widget = forms.HiddenInput()
        for name in dropped:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """The body that leads says how far the whole is; a briefing has both a day and a topic."""
        said = super().clean() or {}
        leads = said.get("department") == self.task.lead
        if "share" in self.fields and "share" not in self.errors and leads and said.get("share") is None:
            self.add_error("share", "牵头机关应当填写完成比例。")
        if said.get("held_on") and not said.get("topic"):
            self.add_error("topic", "请填写发布会主题。")
        if said.get("topic") and not said.get("held_on") and "held_on" not in self.errors:
            self.add_error("held_on", "请填写发布会日期。")
        if len([*said.get("same", []), *said.get("proofs", [])]) > MOST_PROOFS:
            self.add_error("proofs", f"连同沿用的，最多 {MOST_PROOFS} 个，请打包后再上传。")
        if said.get("on") and said["on"] > timezone.localdate(self.at):
            self.add_error("on", "截止日期不能晚于今天。")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was typed, as an entry."""
        said = dict(self.cleaned_data)
        same = [proof.file for proof in said.pop("same", [])]
        return {"entry": Entry(**said | {"proofs": [*same, *said["proofs"]]})}

    def _offer_same(self, corrects: Progress | None) -> None:
        """Files of the entry that is put right, kept unless unticked."""
        field: Any = self.fields["same"]
        field.queryset = corrects.proofs.standing().select_related("file") if corrects else Proof.objects.none()
        field.initial = list(field.queryset)
        if not field.initial:
            del self.fields["same"]


class DoneForm(ReportForm):
    """The last entry: done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("share", None)
        self.fields["text"].label = "完成情况"
        field: Any = self.fields["department"]
        field.queryset = Department.objects.filter(pk=self.task.lead_id)
        field.initial, field.widget = self.task.lead, forms.HiddenInput()


class ConfirmForm(ActForm):
    """Done indeed."""

    text = forms.CharField(label="意见", max_length=500, required=False, widget=_area(3))


class ReasonForm(ActForm):
    """Sent back or cancelled."""

    text = forms.CharField(
        label="原因", max_length=500, widget=_area(3), error_messages={"required": "请写明原因。"},
        help_text="牵头机关和责任机关会收到。",
    )  # fmt: skip


class DeadlineForm(ReasonForm):
    """Another day. `seen` is the one the typist saw."""

    seen = forms.DateField(widget=forms.HiddenInput)
    due_on = Day(label="新的期限", required=True)
    field_order = ["seen", "due_on", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.task.due_on
        self.fields["due_on"].help_text = f"现在的期限是 {self.task.due_on:%Y-%m-%d}。"

    def clean_due_on(self) -> date:
        """Still to come, within the year of the plan or the next."""
        day: date = self.cleaned_data["due_on"]
        year = self.task.plan.year
        if not year <= day.year <= year + 1:
            raise ValidationError(f"期限应在{year}年至{year + 1}年之间。")
        if day == self.task.due_on:
            raise ValidationError("新的期限与原期限相同。")
        if day < timezone.localdate(self.at):
            raise ValidationError("新的期限不能早于今天。")
        return day


# --- trainings ---------------------------------------------------------------------------------------------------------


class TrainingFilter(forms.Form):
    """Which trainings to list."""

    year = forms.IntegerField(label="年度", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    department = _bodies("机关", required=False, to_field_name="code", empty_label="不限")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = bodies  # type: ignore[attr-defined]
        if len(bodies) < 2:
            del self.fields["department"]


class TrainingForm(Links):
    """A training. `edition` is the one the typist saw."""

    edition = edition_field(required=False)
    department = DepartmentChoice(label="组织机关", queryset=Department.objects.none(), empty_label=None)
    on = Day(label="培训日期", required=True)
    topic = forms.CharField(label="培训内容", max_length=200)
    method = forms.ChoiceField(label="培训方式", choices=TrainingMethod.choices)
    people = forms.IntegerField(label="参训人次", min_value=1, max_value=100_000)
    hours = NumberField(
        label="学时", min_value=HALF, max_value=500, max_digits=4, decimal_places=1, step_size=HALF,
        help_text="以半个学时为单位，例如 3.5。",
        error_messages={"step_size": "学时以半个学时为单位，例如 3.5。"},
    )  # fmt: skip
    document = PublicDocument(
        label="公开的材料", max_length=300, required=False, help_text="发文字号、索引号或者公开页面的网址。"
    )
    url = forms.URLField(label="材料网址", max_length=300, required=False, assume_scheme="https")
    note = forms.CharField(label="备注", max_length=300, required=False, widget=_area(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = rules.bodies_trained_by(self.actor)  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        """Recorded once it took place."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate(self.at):
            raise ValidationError("培训日期不能晚于今天，举办以后再登记。")
        return day

    @property
    def values(self) -> TrainingValues:
        """What was typed."""
        return TrainingValues(**{name: value for name, value in self.cleaned_data.items() if name != "edition"})


class VoidForm(forms.Form):
    """An entry that should not be there."""

    reason = forms.CharField(
        label="作废原因", max_length=200, widget=_area(2), error_messages={"required": "请写明作废的原因。"}
    )


def plan_initial(plan: WorkPlan) -> dict[str, Any]:
    """A plan's head as its form shows it."""
    names = ("edition", "title", "year", "issued_by", "basis")
    return {name: getattr(plan, name) for name in names} | {
        "document": label_of(plan.document) if plan.document else ""
    }
