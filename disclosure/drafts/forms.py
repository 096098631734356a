"""Is the input of the clerk's desk well-formed. Drafts may be incomplete: what is missing is said at submission."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from catalog.models import Column, Document, Genre, KeyArea, Topic
from catalog.states import DisclosureAttribute, InterpretationKind, RelationKind
from disclosure import finding
from disclosure.drafts.pasting import body_of, typed_body
from disclosure.drafts.rules import departments_ruled_by
from disclosure.fields import Day, DocumentNamed, DocumentsNamed
from disclosure.grounds import ELEMENTS, grounds_of
from disclosure.models import Confirmation, DepartmentRule, Revision
from disclosure.versions.content import DAYS, NORMATIVE, WORDS, needs_change_note
from disclosure.versions.rules import departments_writable_by

CHOOSE = ("", "请选择")
EFFECTS = {"repeals": RelationKind.REPEALS, "amends": RelationKind.AMENDS, "related": RelationKind.RELATED}
CHOICES = {"column": "column_id", "topic": "topic_id", "genre": "genre_id", "key_area": "key_area_id"}
KEPT = ("title", "attribute", "ground", "reason", "is_policy", "interpretation_kind", "plan", "elements", "change_note")
GROUNDS = [CHOOSE, *((label, grounds_of(value)) for value, label in DisclosureAttribute.choices)]


class Words(forms.CharField):
    """A text whose length is checked here and said: a browser would cut a pasted one without a word."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["max_length"] = "最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without maxlength."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class TopicChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Topics by their full name."""

    def label_from_instance(self, obj: Topic) -> str:
        """类/子类."""
        return str(obj)


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def _words(label: str, most: int, *, rows: int = 0, hint: str = "") -> forms.CharField:
    widget = _text(rows) if rows else forms.TextInput()
    return Words(label=label, max_length=most, required=False, help_text=hint, widget=widget)


def _kind_field(*, label: str, choices: Any, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=hint)


class DraftForm(forms.Form):
    """Everything a version says. Nothing is required here; each field that is well-formed can be saved by itself."""

    title = _words("标题", 300)
    column = forms.ModelChoiceField(label="栏目", queryset=Column.objects.none(), required=False, empty_label="请选择")
    topic = TopicChoice(
        label="主题分类",
        queryset=Topic.objects.as_tree().select_related("parent"),
        required=False,
        empty_label="不分类",
    )
    genre = forms.ModelChoiceField(label="体裁", queryset=Genre.objects.all(), required=False, empty_label="请选择")
    key_area = forms.ModelChoiceField(
        label="重点领域", queryset=KeyArea.objects.all(), required=False, empty_label="不属于重点领域"
    )
    document_number = _words("发文字号", 100, hint="例如“云教发〔2026〕8号”。没有的不填。")
    issuers_text = _words("发文机关", 300, hint="联合发文的按次序填写，用空格隔开；不填的为本机构。")
    formed_on = Day(label="成文日期")
    effective_on = Day(label="施行日期")
    expires_on = Day(label="有效期至")
    body = forms.CharField(
        label="正文",
        required=False,
        widget=_text(20),
        help_text="可以从 Word、WPS 直接粘贴，保留标题、列表和表格；图片请作为附件上传。",
    )
    summary = _words("内容概述", 600, rows=3)
    keywords = _words("关键词", 200, hint="用空格隔开。")
    attribute = _kind_field(label="公开属性", choices=[CHOOSE, *DisclosureAttribute.choices])
    ground = _kind_field(label="认定依据", choices=GROUNDS, hint="请选择与公开属性相应的条款。")
    reason = _words("理由", 500, rows=2, hint="认定为依申请公开、不予公开的必须填写。")
    formed_or_changed_on = Day(label="信息形成或者变更日期", help_text="自次日起 20 个工作日内公开（条例第二十六条）。")
    from_meeting = forms.BooleanField(label="会议决定事项", required=False)
    is_policy = forms.BooleanField(label="属于应当解读的政策文件", required=False)
    plan = _words("解读方案", 1000, rows=3, hint="政策文件必须填写：由谁解读、用什么形式、与文件同步发布。")
    interprets = DocumentNamed(
        label="解读的文件",
        max_length=500,
        help_text="发文字号、索引号、公开页面的网址或者完整的标题。",
        error_messages={"required": "请填写所解读的文件。"},
        widget=forms.TextInput(attrs={"data-find": "", "autocomplete": "off"}),
    )
    interpretation_kind = _kind_field(label="解读形式", choices=[CHOOSE, *InterpretationKind.choices])
    elements = forms.MultipleChoiceField(
        label="解读要素", choices=list(ELEMENTS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    repeals = DocumentsNamed(
        label="废止的文件", required=False, help_text="每行一件：发文字号、索引号、网址或者完整的标题。"
    )
    amends = DocumentsNamed(label="修改的文件", required=False, help_text="每行一件。")
    related = DocumentsNamed(label="相关的文件", required=False, help_text="每行一件。")
    change_note = _words("向公众说明的修改情况", 300, rows=2, hint="将与改动前后的文字一并显示在公开页面上。")

    def __init__(self, data: Any, *, actor: User, revision: Revision, at: datetime) -> None:
        super().__init__(data, initial=initial_of(revision))
        self.revision, self.at = revision, at
        for name in ("interprets", *EFFECTS):
            field: Any = self.fields[name]
            field.actor, field.at = actor, at
        column: Any = self.fields["column"]
        column.queryset = Column.objects.filter(is_active=True) | Column.objects.filter(
            pk=revision.content.get("column_id")
        )
        gone: tuple[str, ...] = (
            ("is_policy", "plan") if revision.interprets_id else ("interprets", "interpretation_kind", "elements")
        )
        for name in (*gone, *(() if needs_change_note(revision) else ("change_note",))):
            del self.fields[name]

    def _named_is_another(self, name: str) -> Any:
        found = self.cleaned_data[name]
        rows = found if isinstance(found, list) else [found]
        if any(row is not None and row.pk == self.revision.document_id for row in rows):
            raise ValidationError("不能是本文件。")
        return found

    def clean_interprets(self) -> Any:
        """Another document."""
        return self._named_is_another("interprets")

    def clean_repeals(self) -> Any:
        """Other documents."""
        return self._named_is_another("repeals")

    def clean_amends(self) -> Any:
        """Other documents."""
        return self._named_is_another("amends")

    def clean_related(self) -> Any:
        """Other documents."""
        return self._named_is_another("related")

    def clean(self) -> dict[str, Any]:
        """Dates in their order; what has been formed lies behind us."""
        said = super().clean() or {}
        for name in ("formed_on", "formed_or_changed_on"):
            if (day := said.get(name)) and day > timezone.localdate(self.at):
                self.add_error(name, "这一天还没有到。")
        if (begins := said.get("effective_on")) and (ends := said.get("expires_on")) and ends < begins:
            self.add_error("expires_on", "有效期不能早于施行日期。")
        return said

    def values(self) -> dict[str, Any]:
        """Fields of the version, those that are well-formed."""
        said = self.cleaned_data
        values = {name: said[name] for name in (*KEPT, "formed_or_changed_on", "from_meeting") if name in said}
        if "body" in said:
            values["html"], values["text"] = body_of(said["body"])
        return values

    def content(self) -> dict[str, Any]:
        """What the catalogue takes, those fields that are well-formed."""
        said = self.cleaned_data
        content: dict[str, Any] = {name: said[name] for name in WORDS if name in said}
        content |= {name: said[name].isoformat() if said[name] else None for name in DAYS if name in said}
        content |= {key: said[name].pk if said[name] else None for name, key in CHOICES.items() if name in said}
        if "column" in said:
            content["is_normative"] = bool(said["column"] and said["column"].slug == NORMATIVE)
        content["effects"] = self._effects()
        return content

    def _effects(self) -> list[list[Any]]:
        """(kind, key) of the documents this one acts on; a field with an error leaves its own as they were."""
        before = self.revision.content.get("effects", [])
        effects: list[list[Any]] = []
        for name, kind in EFFECTS.items():
            if name in self.cleaned_data:
                effects += [[kind.value, document.pk] for document in self.cleaned_data[name]]
            else:
                effects += [list(effect) for effect in before if effect[0] == kind]
        return effects


def initial_of(revision: Revision) -> dict[str, Any]:
    """A version as the editor shows it; one query for the documents it names."""
    said = revision.content
    named = [key for _, key in said.get("effects", [])]
    wanted = {*named, *([revision.interprets_id] if revision.interprets_id else [])}
    documents = Document.objects.for_cards().in_bulk(wanted) if wanted else {}
    initial = {name: getattr(revision, name) for name in (*KEPT, "formed_or_changed_on", "from_meeting")}
    initial |= {name: said.get(name) or "" for name in (*WORDS, *DAYS)}
    initial |= {name: said.get(key) for name, key in CHOICES.items()}
    initial["body"] = typed_body(revision.html, revision.text)
    for name, kind in EFFECTS.items():
        keys = [key for its, key in said.get("effects", []) if its == kind and key in documents]
        initial[name] = "\n".join(finding.label_of(documents[key]) for key in keys)
    if revision.interprets_id in documents:
        initial["interprets"] = finding.label_of(documents[revision.interprets_id])
    return initial


class NewForm(forms.Form):
    """Where a new draft belongs and what it is."""

    department = DepartmentChoice(label="机构", queryset=Department.objects.none(), empty_label=None)
    title = _words("标题", 300, hint="可以以后再填。")
    kind = forms.ChoiceField(
        label="类别",
        choices=[("document", "文件"), ("interpretation", "某文件的解读")],
        widget=forms.RadioSelect,
        initial="document",
    )
    interprets = DocumentNamed(
        label="解读的文件",
        max_length=500,
        required=False,
        help_text="起草解读的填写：发文字号、索引号、公开页面的网址或者完整的标题。",
        widget=forms.TextInput(attrs={"data-find": "", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, actor: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writable: Any = self.fields["department"]
        writable.queryset = departments_writable_by(actor)
        interprets: Any = self.fields["interprets"]
        interprets.actor, interprets.at = actor, at

    def clean(self) -> dict[str, Any]:
        """An interpretation explains a document."""
        said = super().clean() or {}
        if said.get("kind") == "interpretation" and "interprets" in said and said["interprets"] is None:
            self.add_error("interprets", "请填写所解读的文件。")
        if said.get("kind") == "document":
            said["interprets"] = None
        return said


class ConfirmationForm(forms.Form):
    """条例§11: a body the text involves, and its confirmation. ``row`` None is a body to be added."""

    body = _words("涉及的机关", 100)
    confirmed_on = Day(label="确认日期")
    evidence = _words("确认方式和凭据", 300, hint="例如“2026年3月4日复函”。")

    def __init__(self, data: Any, *, row: Confirmation | None) -> None:
        said = {"confirmed_on": row.confirmed_on, "evidence": row.evidence} if row else {}
        super().__init__(data, prefix=f"c{row.pk if row else 0}", initial=said)
        self.row = row
        if row is not None:
            del self.fields["body"]

    def clean(self) -> dict[str, Any]:
        """What is typed beside no body is not lost silently."""
        said = super().clean() or {}
        if self.row is None and not said.get("body") and (said.get("confirmed_on") or said.get("evidence")):
            self.add_error("body", "请填写涉及的机关。")
        return said

    @property
    def name(self) -> str:
        """The body in question; empty when none is to be added."""
        return self.row.body if self.row else str(self.cleaned_data.get("body", ""))


class DropForm(forms.Form):
    """Why a draft is given up."""

    reason = forms.CharField(label="原因", max_length=300, widget=_text(3), error_messages={"required": "请写明原因。"})


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rulings 14: how a department works."""

    class Meta:
        model = DepartmentRule
        fields = ["with_review", "normative_same_day", "normative_basis", "meeting_workdays", "meeting_basis"]
        help_texts = {
            "with_review": "保密审查和签发是法定环节，没有开关；任何人不得审查自己起草的文件。",
            "normative_basis": "规定当日公开的文件及条款。",
            "meeting_workdays": "自作出决定次日起的工作日数；不另作规定的填 0。",
            "meeting_basis": "规定该期限的文件及条款。",
        }

    def clean_meeting_workdays(self) -> int:
        """Never longer than the law allows."""
        days: int = self.cleaned_data["meeting_workdays"]
        if days > 20:
            raise ValidationError("不能长于条例规定的 20 个工作日。")
        return days

    def clean(self) -> dict[str, Any]:
        """A shorter period rests on a document."""
        said = super().clean() or {}
        if said.get("normative_same_day") and not said.get("normative_basis"):
            self.add_error("normative_basis", "选择了当日公开的，请写明依据。")
        if said.get("meeting_workdays") and not said.get("meeting_basis"):
            self.add_error("meeting_basis", "规定了期限的，请写明依据。")
        return said


class RuledDepartment(forms.Form):
    """Which department's rules."""

    department = DepartmentChoice(label="机构", queryset=Department.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["department"]
        field.queryset = departments_ruled_by(actor)
