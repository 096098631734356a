"""The fields a decision needs, from its row in the table of outcomes (条例§36): nothing here knows a single code's law."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from catalog.models import Document
from requests_app.deadline_forms import day_field
from requests_app.handling import choices
from requests_app.handling.forms import ActForm, choice, line, row, words
from requests_app.letters.facts import FACT_NAMES
from requests_app.letters.wording import clause
from requests_app.models import InformationRequest
from requests_app.outcomes import OUTCOMES, PART_GROUNDS, SECRET_LEVELS, Family, Outcome, ground_article
from workdays.due import written

# Known from the record: no clerk types them.
KNOWN = frozenset({
    "correction_served_on", "correction_due_on", "fee_served_on", "fee_amount", "payment_due_on", "steps_so_far",
    "prior_number", "prior_on", "parts",
})  # fmt: skip
LINES = frozenset(
    {"redirect_body", "redirect_contact", "special_law", "secret_authority", "secret_basis", "secret_until"}
)
HINTS = {
    "reason": "写明事实和理由，使申请人看得懂为什么；不要只引法条。",
    "granted_text": "写明提供的信息名称、形式和份数，例如“《……》电子文件 1 份”。",
    "publication_source": "写明网址、公报期号或者查阅场所等，申请人凭此能够找到。",
    "special_law": "写明名称和条款，例如“《不动产登记暂行条例》第二十七条”。",
    "third_party_opinion": "概括第三方的意见，不要写第三方要求保密的内容。",
    "secret_until": "例如“10 年”“2030年12月31日”“长期”。",
    "matter": "写明是哪些申请、哪项信息。",
}
MOST_PARTS = 30
AFTER_RECEIPT = frozenset({"search_on", "withdrawn_on"})


class DecisionForm(ActForm):
    """What one outcome needs and may state."""

    def __init__(self, *args: Any, outcome: Outcome, **kwargs: Any) -> None:
        self.outcome = outcome
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """One field a fact; what is known from the record is not asked."""
        for name in self.outcome.needs:
            self._add(name, required=True)
        for name in self.outcome.may:
            self._add(name, required=False)
        if self.outcome.code == "reject_repeat":
            self.fields["prior"] = row(
                "此前已经答复的申请", InformationRequest, hint="同一申请人、相同内容、本机关已经答复的；请先打开核对。"
            )
            self.offer("prior", choices.same_applicant_answered(self.folder.case))
        if self.outcome.family in (Family.GRANTED, Family.PARTIAL):
            self.fields["document"] = DocumentField()

    def _add(self, name: str, *, required: bool) -> None:
        if name == "search_record":
            self.fields.update(search_fields())
        elif name not in KNOWN:
            self.fields[name] = field_of(name, self.outcome, required=required)

    def clean(self) -> dict[str, Any]:
        """What a letter states has happened: not in days to come; a withdrawal or a search not before the receipt."""
        given = dict(super().clean() or {})
        received = self.folder.case.first_received_on
        for name, day in given.items():
            if not isinstance(day, date):
                continue
            if day > self.folder.today:
                self.add_error(name, "日期还没有到，请填写实际的日期。")
            elif name in AFTER_RECEIPT and received and day < received:
                self.add_error(name, "日期早于收到申请之日，请核对。")
        return given

    @property
    def said(self) -> dict[str, Any]:
        """What the letter states, by names of `LetterFacts`, and what the search record was made of."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("prior", "document")}
        if "search_where" in given:
            given["search_record"] = search_record(given)
        return given


class DocumentField(forms.CharField):
    """The document of the catalogue that is given, by its index number."""

    def __init__(self) -> None:
        hint = "提供的信息已经在信息目录中的，填写索引号；多人申请同一信息的，将提示考虑主动公开（条例第四十四条）。"
        super().__init__(label="信息目录中的索引号", required=False, max_length=60, help_text=hint)

    def clean(self, value: Any) -> Any:
        """The document, None for nothing."""
        typed = super().clean(value)
        if not typed:
            return None
        found = Document.objects.filter(index_number=typed).first()
        if found is None:
            raise forms.ValidationError("信息目录中没有这个索引号，请核对；不清楚的可以不填。")
        return found

    def prepare_value(self, value: Any) -> Any:
        """As it was typed."""
        return value.index_number if isinstance(value, Document) else value


def field_of(name: str, outcome: Outcome, *, required: bool) -> forms.Field:
    """One fact as a field: words of the law as a choice, days as days, the rest as text."""
    label, hint = FACT_NAMES[name], HINTS.get(name, "")
    if name == "ground_kind":
        return choice(label, [(kind, kind) for kind in outcome.kinds])
    if name == "secret_level":
        return choice(label, [(level, level) for level in SECRET_LEVELS])
    if name.endswith("_on"):
        return day_field(label, required=required)
    if name in LINES:
        return line(label, required=required, hint=hint)
    return words(label, required=required, most=5000, hint=hint)


def search_fields() -> dict[str, forms.Field]:
    """条例§36(4): when, where and how it was searched for; a finding that nothing is there rests on it."""
    return {
        "search_on": day_field("检索日期", required=True),
        "search_where": line("检索了哪里", most=300, hint="例如“公文处理系统、档案室 2024 至 2026 年义务教育类卷宗”。"),
        "search_words": line("检索的关键词、文号", most=300),
        "search_scope": line("检索的时间范围", required=False),
        "search_more": words("向哪些科室、人员核实", rows=2, most=1000, required=False),
    }


def search_record(said: Mapping[str, Any]) -> str:
    """条例§36(4): the search in one sentence of the letter."""
    parts = [
        f"{written(said['search_on'])}，检索了{clause(said['search_where'])}",
        f"检索的关键词、文号为{clause(said['search_words'])}",
    ]
    if said.get("search_scope"):
        parts.append(f"检索的时间范围为{clause(said['search_scope'])}")
    if said.get("search_more"):
        parts.append(f"并向{clause(said['search_more'])}核实")
    return "，".join(parts)


class PartForm(forms.Form):
    """条例§37: one withheld part."""

    what = line("不予公开的内容", most=300, hint="写明位置和内容的类别，不写内容本身。")
    ground_code = choice(
        "法定事由", [(code, f"{OUTCOMES[code].label}（{ground_article(code)}）") for code in PART_GROUNDS]
    )
    reason = line("理由", most=500)


class _Parts(forms.BaseFormSet[PartForm]):
    """At least one part, or it is no partial disclosure."""

    def clean(self) -> None:
        """条例§37."""
        if any(self.errors):
            return
        if not self.rows:
            raise forms.ValidationError("部分公开的，至少写明一处不予公开的内容、事由和理由。")

    @property
    def rows(self) -> list[dict[str, str]]:
        """The filled ones."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("what")]


def parts_formset(data: Any = None, *, initial: Any = None) -> "_Parts":
    """The withheld parts: those there, and three empty rows."""
    made = forms.formset_factory(PartForm, formset=_Parts, extra=3, max_num=MOST_PARTS, absolute_max=MOST_PARTS + 10)
    return made(data, prefix="part", initial=initial)  # type: ignore[return-value]


def typed_parts(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows as they were typed, for a page with more of them."""
    found = []
    for n in range(MOST_PARTS):
        typed = {name: str(data.get(f"part-{n}-{name}", "")) for name in ("what", "ground_code", "reason")}
        if any(typed.values()):
            found.append(typed)
    return found
