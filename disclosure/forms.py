"""Is the input of the documents' desk well-formed."""

from typing import Any

from django import forms

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from accounts.rules import departments_visible_to
from catalog.states import DisclosureAttribute, DocumentState
from disclosure import rules
from disclosure.importing.mapping import shipped
from disclosure.selectors import UNDECIDED


class DocumentFilter(forms.Form):
    """What to look for among the documents of one's desk."""

    q = forms.CharField(
        label="标题、文号或索引号",
        required=False,
        max_length=200,
        help_text="不选机构时，在最近的五万件信息中查找。",
    )
    department = DepartmentChoice(
        label="机构", queryset=Department.objects.none(), required=False, empty_label="全部机构"
    )
    attribute = forms.ChoiceField(
        label="公开属性", required=False, choices=[("", "全部"), *DisclosureAttribute.choices, UNDECIDED]
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部，不含已作废的"), *DocumentState.choices]
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_visible_to(actor)  # type: ignore[attr-defined]


class ApproverChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People with their department."""

    def label_from_instance(self, obj: User) -> str:
        """Name and department."""
        return f"{obj}（{obj.department}）" if obj.department else str(obj)


class ImportForm(forms.Form):
    """A file of documents already public at their source."""

    file = forms.FileField(
        label="文件",
        help_text="JSONL、JSON、CSV 或 XLSX；JSONL、JSON、CSV 可压缩为 .gz。最大 300 MB。",
        allow_empty_file=False,
    )
    department = DepartmentChoice(label="导入到", queryset=Department.objects.none(), empty_label=None)
    mapping = forms.ChoiceField(label="字段对应", required=False, help_text="一般不必选择，系统按文件的字段自动识别。")
    ground = forms.CharField(
        label="公开依据",
        max_length=300,
        help_text="这批信息为何已经公开，例如“原门户网站政府信息公开专栏已公开的信息，因平台迁移导入”。",
    )
    approver = ApproverChoice(
        label="批准人",
        empty_label="请选择批准人",
        queryset=User.objects.none(),
        help_text="在该机构担任签发或者公开机构负责人的人员。姓名和依据按批次记录一次。",
    )
    dry_run = forms.BooleanField(label="试运行：只检查和统计，不写入", required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = rules.departments_importable_by(actor)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["approver"].queryset = rules.approvers_for(actor)  # type: ignore[attr-defined]
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]
            ("", "自动识别"),
            *((mapping.name, mapping.label) for mapping in shipped()),
        ]


class ReasonForm(forms.Form):
    """Why a document is withdrawn."""

    reason = forms.CharField(
        label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="将显示在该文件的页面上。"
    )


class ArchiveForm(forms.Form):
    """Where a document handed over to the archives is read from now on."""

    place = forms.CharField(
        label="接收的档案馆",
        max_length=100,
        help_text="名称，可以写明地址和电话。将显示在该文件的页面上。",
        error_messages={"required": "请填写接收的档案馆。"},
    )


class TakeDownForm(forms.Form):
    """Why a document is taken down; it may be written afterwards."""

    reason = forms.CharField(
        label="原因",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="情况紧急的可以先下架，事后再补充。不对外显示。",
    )


class ExplainForm(TakeDownForm):
    """Why a document was taken down, written afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].help_text = "不对外显示，留存备查。"
