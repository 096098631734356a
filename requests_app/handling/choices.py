"""What may be chosen in the forms of a case: people, bodies, other cases; each with how it is called there."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Department, DepartmentKind, User
from requests_app import rules
from requests_app.handling.services import SPOT_FAMILIES
from requests_app.models import CaseFile, Consultation, FileRole, InformationRequest, Inquiry, Remedy
from requests_app.outcomes import OUTCOMES
from requests_app.states import ANSWERED_STATES, OPEN_STATES

UPLOAD_ROLES = (FileRole.ORIGINAL, FileRole.RELEASED, FileRole.INTERNAL, FileRole.INCOMING)
SPOT_OUTCOMES = [(code, one.label) for code, one in OUTCOMES.items() if one.family in SPOT_FAMILIES]


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row, called as it is called at the desk."""

    def label_from_instance(self, obj: Any) -> str:
        """Words that tell the rows apart."""
        match obj:
            case User():
                return f"{obj}（{obj.department}）" if obj.department else str(obj)
            case InformationRequest():
                return f"{obj.number}　{obj.matter}"
            case Consultation():
                return f"{obj.name}（{obj.get_kind_display()}）"
            case Inquiry():
                return f"{obj.at:%Y-%m-%d}　{obj.text[:40]}"
            case Remedy():
                return f"{obj.get_kind_display()}　{obj.body}　{obj.number}".strip()
            case CaseFile():
                return str(obj.name)
            case _:
                return str(obj)


def officers(case: InformationRequest) -> QuerySet[User]:
    """Who may answer the case."""
    return rules.officers_of(case.department).select_related("department").order_by("full_name", "pk")


def colleagues(case: InformationRequest) -> QuerySet[User]:
    """People at a desk of the same body and of its internal offices."""
    body = case.department
    inside = Q(department=body) | Q(department__path__startswith=body.path, department__kind=DepartmentKind.INTERNAL)
    found = User.objects.filter(inside, is_active=True).select_related("department")
    return found.order_by("full_name", "pk")


def transfer_targets(case: InformationRequest) -> QuerySet[Department]:
    """Rulings 9: internal offices, and at a shared counter the body the applicant named."""
    inside = Q(path__startswith=case.department.path, kind=DepartmentKind.INTERNAL)
    if rules.is_shared_counter(case.department) and case.named_body_id != case.department_id:
        inside |= Q(pk=case.named_body_id)
    return Department.objects.active().filter(inside).exclude(pk=case.department_id).order_by("path")


def other_bodies(case: InformationRequest) -> QuerySet[Department]:
    """Bodies of the city besides this one."""
    return Department.objects.active().bodies().exclude(pk=case.department_id).order_by("path")


def same_applicant(case: InformationRequest) -> QuerySet[InformationRequest]:
    """Other cases of the applicant at this body, newest first; none when nobody knows who it is."""
    applicant = getattr(case, "applicant", None)
    if applicant is None or not applicant.id_hash:
        return InformationRequest.objects.none()
    found = InformationRequest.objects.filter(applicant__id_hash=applicant.id_hash, department=case.department)
    return found.exclude(pk=case.pk).order_by("-pk")


def same_applicant_open(case: InformationRequest) -> QuerySet[InformationRequest]:
    """Into which the case may be merged."""
    return same_applicant(case).filter(state__in=OPEN_STATES)


def same_applicant_answered(case: InformationRequest) -> QuerySet[InformationRequest]:
    """条例§36(6): earlier answers a repeat may rest on."""
    return same_applicant(case).filter(state__in=ANSWERED_STATES)
