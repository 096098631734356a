"""Is the input of the registers' desk well-formed."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from accounts.rules import is_supervisor
from catalog.models import Column, Document
from disclosure.models import Channel, ColumnPromise, DirectoryEntry, Edition, Gazette
from disclosure.registers import rules
from disclosure.registers.services import EditionKind, label_of, token

MOST_ITEMS = 300
_ADDRESS = re.compile(r"(?:.*/documents/)?(\d{1,18})/?", re.ASCII)
HINTS = {
    "classification": "公开哪些类别的信息，例如机构职能、规划计划、行政许可、财政预决算。",
    "arrangement": "信息怎样编排、索引号由什么组成。",
    "access_methods": "在哪里查阅、怎样获取：网站、公报、查阅点、政务服务大厅等。",
    "in_person": "地点、时间、应当携带的材料。基本渠道，不得拒收。",
    "by_post": "收件人、地址、信封上注明的字样。基本渠道，不得拒收。",
    "online": "没有开通的不填。",
    "by_fax": "没有开通的不填；开通的，写明发出后怎样确认。",
    "by_email": "没有开通的不填；开通的，写明邮件主题和确认方式。",
    "reading_places": "国家档案馆、公共图书馆、政务服务场所等，每行一处，写成“名称：地址，开放时间，联系电话”。",
    "supervision": "投诉、举报的受理机关和电话，行政复议机关和管辖法院。",
    "offices": "每行一个，例如“基础教育科：组织义务教育招生入学”。",
    "leaders": "每行一人，例如“李明，局长：主持全面工作”。",
}
LONG = {
    "duties",
    "offices",
    "leaders",
    "classification",
    "arrangement",
    "access_methods",
    "reading_places",
    "supervision",
}
RULES = {"in_person", "by_post", "online", "by_fax", "by_email"}


class EditionForm(forms.Form):
    """The fields of a guide or an institution; all may be left blank in a draft."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data: Mapping[str, Any] | None, *, kind: EditionKind, copy: Edition) -> None:
        initial = {name: getattr(copy, name) for name in kind.fields} | {"seen": token(copy)}
        super().__init__(data, initial=initial)
        for name in kind.fields:
            is_long = name in LONG | RULES
            self.fields[name] = forms.CharField(
                label=label_of(kind.model, name),
                required=False,
                max_length=10_000 if is_long else getattr(kind.model._meta.get_field(name), "max_length", None),
                widget=forms.Textarea(attrs={"rows": 6 if name in LONG else 3}) if is_long else forms.TextInput(),
                help_text=HINTS.get(name, ""),
            )


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of the directory."""

    channels = forms.MultipleChoiceField(
        label="公开渠道和载体", choices=Channel.choices, widget=forms.SelectMultiple(attrs={"size": len(Channel)})
    )

    class Meta:
        model = DirectoryEntry
        fields = [
            *("matter", "sub_matter", "elements", "basis", "limit_start", "limit_days", "limit_kind", "limit_text"),
            *("issuer", "channels", "column", "position"),
        ]
        widgets = {"elements": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "limit_start": "“自形成之日起”核对每件文件是否按时公开；“定期更新”核对最新一件是否过期。",
            "limit_days": "例如 20。没有天数的，在“时限说明”中写明。",
            "issuer": "不填时为本机构。",
            "position": "数字小的排在前面；不填时排在最后。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = Column.objects.filter(is_active=True)
        self.fields["column"].queryset = columns  # type: ignore[attr-defined]
        self.fields["position"].required = False

    def clean_position(self) -> int:
        """Blank means: at the end."""
        return self.cleaned_data["position"] or 0

    def save(self, commit: bool = True) -> Any:
        """Never: the service writes."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """The instance stays as it was stored: only the service changes it."""


class IssueForm(forms.Form):
    """An issue of the gazette; its documents one a line."""

    year = forms.IntegerField(label="年份", min_value=1949, max_value=2100)
    number = forms.IntegerField(label="期号", min_value=1, max_value=999)
    title = forms.CharField(label="名称", max_length=120, initial="云岚市人民政府公报")
    published_on = forms.DateField(label="出版日期", widget=forms.DateInput(attrs={"type": "date"}))
    documents = forms.CharField(
        label="篇目",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="每行一件，按刊登次序：文件的页面地址、索引号或者发文字号。只能列入已经公开的文件。",
    )
    upload = forms.FileField(label="整期文件", required=False, help_text="PDF，可以不传。")

    def __init__(self, *args: Any, at: datetime, issue: Gazette | None = None, **kwargs: Any) -> None:
        self.at = at
        if issue is not None:
            names = ("year", "number", "title", "published_on")
            items = issue.items.select_related("document").order_by("position", "id")
            lines = "\n".join(item.document.index_number or item.document.url for item in items)
            kwargs["initial"] = {name: getattr(issue, name) for name in names} | {"documents": lines}
        super().__init__(*args, **kwargs)

    def clean_documents(self) -> list[Document]:
        """The documents named, in order, each once; every line that names none, or several, is said."""
        lines = dict.fromkeys(line.strip() for line in self.cleaned_data["documents"].splitlines() if line.strip())
        if len(lines) > MOST_ITEMS:
            raise forms.ValidationError(f"一期最多 {MOST_ITEMS} 件。")
        found, faults = {}, []
        for line in lines:
            named = _named(line, self.at)
            if len(named) == 1:
                found[named[0].pk] = named[0]
            else:
                faults.append(f"“{line[:60]}”{'对应多件文件，请改用页面地址' if named else '没有对应的公开文件'}")
        if faults:
            raise forms.ValidationError("；".join(faults) + "。")
        return list(found.values())


def _named(line: str, at: datetime) -> list[Document]:
    """Public documents with this address, index number or document number; two are enough to know it is unclear."""
    public = Document.objects.public(at).only("pk", "title")
    for by in ("index_number", "document_number"):
        if rows := list(public.filter(**{by: line}).order_by()[:2]):
            return rows
    address = _ADDRESS.fullmatch(line)
    return list(public.filter(pk=int(address[1])).order_by()) if address else []


class PromiseForm(forms.Form):
    """How often a column is to be updated, by whom."""

    column = forms.ModelChoiceField(label="栏目", queryset=Column.objects.none(), empty_label="请选择栏目")
    department = DepartmentChoice(
        label="责任机构", queryset=Department.objects.none(), required=False, empty_label="全市（不限机构）"
    )
    every_days = forms.IntegerField(label="最长更新间隔（天）", min_value=1, max_value=3660)
    basis = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].queryset = Column.objects.filter(is_active=True)  # type: ignore[attr-defined]
        field = self.fields["department"]
        field.queryset = rules.departments_kept_by(actor)  # type: ignore[attr-defined]
        if not is_supervisor(actor):
            field.required, field.empty_label = True, None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One promise a column and department."""
        said = super().clean() or {}
        same = ColumnPromise.objects.filter(column=said.get("column"), department=said.get("department"))
        if said.get("column") and "department" in said and same.exists():
            raise forms.ValidationError("这一栏目和机构已有更新要求，请先删除原来的。")
        return said
