"""The answers as the last page shows them before they are handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django import forms

from requests_app.intake.wizard import PAGES, Page
from requests_app.intake.wizard_forms import BodyForm, StepForm, WhatForm, WhoForm
from requests_app.models import CaseKind, DraftFile

PERSON, BODY = (
    ("applicant_type", "name", "id_kind", "id_number"),
    ("applicant_type", "org_name", "credit_code", "contact"),
)


# What is short enough to stand beside an answer, where the label of the field is a sentence.
LABELS = {
    "address": "通信地址",
    "assistance": "需要的帮助",
    "credit_code": "信用代码",
    "contact": "联系人",
    "evidence": "依据",
    "suggests_publication": "建议主动公开",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One page's answers: (label, text) and what is wrong with them."""

    page: Page
    rows: list[tuple[str, str]]
    errors: list[str] = field(default_factory=list)


def sections(forms_by_page: Mapping[str, StepForm], files: Sequence[DraftFile]) -> list[Section]:
    """Every page in order."""
    found = []
    for page in PAGES:
        form = forms_by_page.get(page.slug)
        if form is None:
            found.append(Section(page, [(file.get_role_display(), file.name) for file in files]))
            continue
        errors = [str(error) for errors in form.errors.values() for error in errors]
        found.append(Section(page, [(_label(form, name), _shown(form, name)) for name in _names(form)], errors))
    return found


def _names(form: StepForm) -> list[str]:
    """The fields that count, as they were chosen."""
    if isinstance(form, WhoForm):
        return list(PERSON if form.is_person else BODY)
    if isinstance(form, WhatForm) and form.cleaned_data.get("kind") != CaseKind.RECTIFICATION:
        return [name for name in form.fields if name != "evidence"]
    return list(form.fields)


def _label(form: StepForm, name: str) -> str:
    return LABELS.get(name) or str(form.fields[name].label)


def _shown(form: StepForm, name: str) -> str:
    """The answer in words; what was refused is shown as it was typed."""
    asked, typed = form.fields[name], form.cleaned_data.get(name, form.data.get(name) or "")
    if isinstance(asked, forms.BooleanField):
        return "是" if typed is True else "否"
    if isinstance(form, BodyForm):
        return form.bodies[typed].name if typed in form.bodies else ""
    if isinstance(asked, forms.ChoiceField):
        return dict(_flat(asked)).get(str(typed), "")
    return str(typed)


def _flat(asked: forms.ChoiceField) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in asked.choices]  # type: ignore[misc, union-attr, str-unpack]
