"""One shape of an application for every door (条例§29)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models import Department, User
from requests_app.models import (
    ApplicantType,
    CaseFile,
    CaseKind,
    Channel,
    FileRole,
    InformationRequest,
    WantedDelivery,
    WantedForm,
)
from requests_app.sealed_files import Kept


@dataclass(frozen=True, slots=True)
class Handed:
    """A file handed in, already encrypted in the storage."""

    role: FileRole
    kept: Kept


def case_file(case: InformationRequest, file: Handed, *, by: User, at: datetime, **more: Any) -> CaseFile:
    """The row (unsaved) of a file that is kept already."""
    return CaseFile(case=case, role=file.role, added_by=by, at=at, **file.kept.columns, **more)


@dataclass(frozen=True, slots=True)
class Application:
    """条例§29: who, how to reach them, what is asked for, in which form and by which way. Plain values, checked by forms."""

    department: Department
    channel: Channel
    applicant_type: ApplicantType
    name: str
    id_kind: str = ""
    id_number: str = ""
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    kind: CaseKind = CaseKind.INFORMATION
    title: str = ""
    document_number: str = ""
    features: str = ""
    purpose: str = ""
    wanted_form: WantedForm = WantedForm.ELECTRONIC
    wanted_delivery: WantedDelivery = WantedDelivery.PORTAL
    assistance: str = ""
    suggests_publication: bool = False
    read_back: str = ""
    named_body: Department | None = None
    account: User | None = None
    files: tuple[Handed, ...] = ()

    @property
    def matter(self) -> str:
        """What it is about, in one line: the name, else the number, else the first words of the description."""
        words = self.title or self.document_number or self.features
        line = " ".join(words.split())
        return line if len(line) <= 200 else line[:199] + "…"


@dataclass(frozen=True, slots=True)
class Days:
    """条例§31: the days a door needs; the day of entry is none of them. ``evidence`` says what proves them."""

    submitted_on: date | None = None
    posted_on: date | None = None
    signed_on: date | None = None
    arrived_on: date | None = None
    confirmed_on: date | None = None
    evidence: str = field(default="")
