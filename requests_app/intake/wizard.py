"""The guided application: its pages, what is still missing, and handing it in, once (条例§29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from catalog.models import Document
from requests_app import rules
from requests_app.cases import services as register
from requests_app.cases.application import Application, Handed
from requests_app.intake import drafts
from requests_app.intake.wizard_forms import BodyForm, ReachForm, Said, StepForm, WayForm, WhatForm, WhoForm
from requests_app.models import (
    ApplicantType,
    ApplicationDraft,
    CaseKind,
    Channel,
    FileRole,
    InformationRequest,
    WantedDelivery,
    WantedForm,
)
from requests_app.sealed_files import Kept
from workflow.services import Incomplete


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its heading, its form; the page of files has none."""

    slug: str
    title: str
    short: str
    form: type[StepForm] | None
    number: int


PAGES = tuple(
    Page(slug, title, short, form, number)
    for number, (slug, title, short, form) in enumerate(
        [
            ("who", "谁提出申请", "申请人", WhoForm),
            ("reach", "怎样联系您", "联系方式", ReachForm),
            ("body", "向哪个机关申请", "机关", BodyForm),
            ("what", "您要什么信息", "申请内容", WhatForm),
            ("way", "怎样提供给您", "提供方式", WayForm),
            ("files", "上传材料", "材料", None),
        ],
        1,
    )
)
FIRST = PAGES[0]
BY_SLUG = {page.slug: page for page in PAGES}
DEFAULTS = {
    "what": {"kind": CaseKind.INFORMATION.value},
    "way": {"wanted_form": WantedForm.ELECTRONIC.value, "wanted_delivery": WantedDelivery.PORTAL.value},
}


def form_of(page: Page, said: Said, *, on: date, typed: Mapping[str, str] | None = None) -> StepForm:
    """The form of a page: with what is kept, or checked against what was ``typed`` just now."""
    if page.form is None:
        raise LookupError(f"the page {page.slug} has no form of fields")
    kept = said.get(page.slug, DEFAULTS.get(page.slug, {}))
    return page.form(typed, said=said, on=on) if typed is not None else page.form(initial=dict(kept), said=said, on=on)


def typed_on(page: Page, posted: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a page, as it was typed; longer than any field allows is cut."""
    names = page.form.base_fields if page.form else ()
    return {name: str(posted.get(name, ""))[:6000] for name in names}


def checked(said: Said, *, on: date) -> dict[str, StepForm]:
    """Every page's form, checked against what is kept."""
    return {
        page.slug: form_of(page, said, on=on, typed=said.get(page.slug, {})) for page in PAGES if page.form is not None
    }


def next_of(page: Page) -> Page | None:
    """The page after this one; None before the check."""
    return PAGES[page.number] if page.number < len(PAGES) else None


def prefilled(*, body: str, about: str, at: datetime) -> dict[str, dict[str, str]]:
    """Pages filled beforehand: for a body's page (its code), or a public document's (its id)."""
    document = None
    if about.isascii() and about.isdigit() and len(about) < 16:
        document = Document.objects.public(at).select_related("department").filter(pk=int(about)).first()
    if document is None:
        return {"body": {"body": body}} if body else {}
    number = f"（{document.document_number}）" if document.document_number else ""
    what = {**DEFAULTS["what"], "features": f"与已公开的《{document.title}》{number}有关："}
    return {"body": {"body": document.department.code}, "what": what}


@transaction.atomic
def hand_in(*, draft: ApplicationDraft, account: User | None, at: datetime, on: date) -> InformationRequest:
    """条例§29: hand in a draft. However often it is asked for, one draft becomes one case.

    Raises:
        Incomplete: a page is not filled in as it should be. NotLawful: the body takes no applications any more.
    """
    row = ApplicationDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.case_id is not None:
        return InformationRequest.objects.get(pk=row.case_id)
    forms = checked(drafts.said(row), on=on)
    if not all(form.is_valid() for form in forms.values()):
        raise Incomplete("申请还没有填完，请先修改标出的各项。")
    case, _ = register.submit(application=_application(forms, row, account), at=at)
    drafts.handed_in(row, case, at=at)
    return case


def _application(forms: Mapping[str, StepForm], draft: ApplicationDraft, account: User | None) -> Application:
    who, body, reach, what, way = (forms[name].cleaned_data for name in ("who", "body", "reach", "what", "way"))
    return Application(
        department=rules.bodies_open_to_applications().get(code=body["body"]),
        channel=Channel.ONLINE,
        **_applicant(who),
        phone=reach["phone"],
        email=reach["email"],
        address=reach["address"],
        assistance=reach["assistance"],
        kind=CaseKind(what["kind"]),
        title=" ".join(what["title"].split()),
        document_number=what["document_number"].strip(),
        features=_features(what),
        purpose=what["purpose"].strip(),
        wanted_form=WantedForm(way["wanted_form"]),
        wanted_delivery=WantedDelivery(way["wanted_delivery"]),
        suggests_publication=way["suggests_publication"],
        account=account,
        files=tuple(
            Handed(FileRole(row.role), Kept(row.key, row.name, row.size, row.media_type, "", row.digest))
            for row in draft.files.order_by("pk")
        ),
    )


def _applicant(who: Mapping[str, Any]) -> dict[str, Any]:
    kind = ApplicantType(who["applicant_type"])
    if kind == ApplicantType.NATURAL_PERSON:
        chosen = {"name": who["name"], "id_kind": who["id_kind"], "id_number": who["id_number"]}
    else:
        chosen = {"name": who["org_name"], "credit_code": who["credit_code"], "contact": who["contact"]}
    return {"applicant_type": kind, **chosen}


def _features(what: Mapping[str, str]) -> str:
    features, evidence = what["features"].strip(), what["evidence"].strip()
    if what["kind"] != CaseKind.RECTIFICATION or not evidence:
        return features
    return f"{features}\n\n记录不准确的依据：{evidence}".strip()
