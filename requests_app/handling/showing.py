"""What the case page shows, put together once: the applicant by right only, the clock, what comes next, the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse

from requests_app.cases.alike import earlier, volume
from requests_app.clock_words import WARNINGS, ClockWords
from requests_app.counting import counting
from requests_app.handling import choices
from requests_app.handling.acts import ACTS, GROUPS, NEXT
from requests_app.handling.offering import Act
from requests_app.handling.record import entries
from requests_app.handling.selectors import Folder, can_read_file, clock_words, consultation_clock, opened, seen_mark
from requests_app.identity import IdentityKind, mask, mask_address, mask_email, mask_name, mask_phone
from requests_app.models import (
    Applicant,
    CaseEvent,
    CaseFile,
    Consultation,
    ConsultedKind,
    FileRole,
    InformationRequest,
    Letter,
    Unmasking,
)
from requests_app.outcomes import OUTCOMES, Remedy
from requests_app.remedies import litigation_until, reconsideration_until
from requests_app.states import PROPOSE, RETURN, SEND, SERVE, SIGN, CaseState, LetterState
from workdays.arithmetic import Counted

NEXT_OF_LETTER = {
    LetterState.DRAFT: "修改、送签",
    LetterState.IN_APPROVAL: "签发或者退回",
    LetterState.ISSUED: "送出",
    LetterState.SENT: "登记送达",
}
SEALED = (
    ("id_sealed", "证件号码", mask),
    ("contact_sealed", "联系人", mask_name),
    ("phone_sealed", "联系电话", mask_phone),
    ("email_sealed", "电子邮箱", mask_email),
    ("address_sealed", "通信地址", mask_address),
)
MOST_SHOWN = 20


class Offered(NamedTuple):
    """A step on the page; ``reason`` is empty exactly when it may be taken, ``is_simple`` posts at once."""

    slug: str
    label: str
    place: tuple[Any, ...]
    reason: str
    is_simple: bool = False

    @property
    def url(self) -> str:
        """Where it is taken; worked out for the few that are shown as a way."""
        name, *args = self.place
        return reverse(name, args=args)


class LetterRow(NamedTuple):
    """A letter with what it waits for."""

    letter: Letter
    next: str


class ConsultationRow(NamedTuple):
    """A consultation with its clock; ``name`` as the reader may see it."""

    row: Consultation
    name: str
    clock: ClockWords | None
    contact: str


class FileRow(NamedTuple):
    """A file; without the right to read it its name stays hidden."""

    file: CaseFile
    name: str
    is_open: bool
    copies: list[CaseFile]


@dataclass(frozen=True, slots=True)
class Period:
    """Until when the applicant may go on."""

    label: str
    until: Counted


def page_of(folder: Folder, *, revealed: bool = False) -> dict[str, Any]:
    """Everything on the page, in a bounded number of queries."""
    case, standing = folder.case, folder.standing
    offered = steps_of(folder)
    return {
        "case": case,
        "standing": standing,
        "seen": seen_mark(case, folder.letters),
        "heading": f"{case.number}　{case.matter}",
        "person": name_of(folder),
        "applicant_rows": applicant_rows(folder, revealed=revealed),
        "revealed": revealed,
        "next_steps": _first(offered, _next(case)),
        "groups": _grouped(offered),
        "closed": [step for step in offered if step.reason],
        "files": files_of(folder),
        "letters": [LetterRow(letter, NEXT_OF_LETTER.get(LetterState(letter.state), "")) for letter in folder.letters],
        "consultations": [_consultation(folder, row) for row in folder.consultations],
        **_clock(folder),
        **_others(folder),
        **_earlier(folder),
    }


def _clock(folder: Folder) -> dict[str, Any]:
    clock = folder.clock
    return {
        "clock": clock,
        "clock_words": clock_words(folder),
        "months": counting(clock, folder.calendar) if clock else [],
        "warnings": [WARNINGS[name] for name in (clock.warnings if clock else folder.case.warnings)],
        "today": folder.today,
        "dues": list(folder.case.dues.order_by("on", "pk")),
        "correct_by": _correct_by(folder),
    }


def _correct_by(folder: Folder) -> Counted | None:
    """条例§30: until when the applicant may still be asked to correct, while nobody has begun to ask."""
    case, clock = folder.case, folder.clock
    if case.state not in (CaseState.REGISTERED, CaseState.HANDLING) or clock is None:
        return None
    if clock.received_on != clock.first_received_on or any(row.kind == "correction_notice" for row in folder.letters):
        return None
    latest = clock.notice_latest
    return latest if latest and latest.on >= folder.today else None


def _others(folder: Folder) -> dict[str, Any]:
    case, standing = folder.case, folder.standing
    return {
        "decision": getattr(case, "decision", None),
        "outcome": OUTCOMES.get(case.outcome or getattr(getattr(case, "decision", None), "outcome", "")),
        "fee": getattr(case, "fee", None),
        "rating": getattr(case, "rating", None),
        "said": folder.said,
        "inquiries": folder.inquiries,
        "remedies": folder.remedies,
        "periods": periods_of(folder),
        "entries": entries(folder.events, _letter_events(folder), folder.letters),
        **_kin(case),
        "co_handlers": list(case.co_handlers.select_related("department").order_by("pk")),
        "unmaskings": list(Unmasking.objects.filter(case=case).select_related("person").order_by("-pk")[:MOST_SHOWN])
        if standing.handles or not standing.helps
        else [],
    }


def _kin(case: InformationRequest) -> dict[str, list[InformationRequest]]:
    """What was split off this case, and what is answered together with it; one question for both."""
    found = InformationRequest.objects.filter(Q(split_from=case) | Q(merged_into=case)).order_by("pk")
    rows = list(found.only("number", "matter", "split_from", "merged_into"))
    return {
        "parts": [row for row in rows if row.split_from_id == case.pk],
        "merged": [row for row in rows if row.merged_into_id == case.pk],
    }


def _earlier(folder: Folder) -> dict[str, Any]:
    """条例§35, §36: what the same applicant asked before; for who handles the case."""
    case = folder.case
    applicant: Applicant | None = getattr(case, "applicant", None)
    if not folder.standing.handles or applicant is None or not applicant.id_hash:
        return {}
    found = choices.same_applicant(case).select_related("applicant")
    same = list(found.only("number", "matter", "state", "applicant__name")[:MOST_SHOWN])
    return {
        "same": same,
        "other_names": sorted({row.applicant.name for row in same} - {applicant.name}),
        "alike": earlier(case, case.matter, case.department, today=folder.today),
        "volume": volume(applicant.id_hash, folder.today, case.department),
    }


# --- the applicant ---------------------------------------------------------------------------------------------------------


def name_of(folder: Folder) -> str:
    """The name for who handles the case, its first character for everybody else."""
    applicant: Applicant | None = getattr(folder.case, "applicant", None)
    if applicant is None:
        return "（已清除）"
    return applicant.name if folder.standing.handles else mask_name(applicant.name)


def applicant_rows(folder: Folder, *, revealed: bool) -> list[tuple[str, str]]:
    """Number and addresses, masked until unmasked; nothing at all for who does not handle the case."""
    applicant: Applicant | None = getattr(folder.case, "applicant", None)
    if applicant is None or not folder.standing.handles:
        return []
    rows = [("证件", IdentityKind(applicant.id_kind).label)] if applicant.id_kind in IdentityKind else []
    if applicant.credit_code:
        rows.append(("信用代码", applicant.credit_code))
    for name, label, masked in SEALED:
        plain = opened(getattr(applicant, name))
        if plain:
            rows.append((label, plain if revealed else masked(plain)))
    return rows


# --- what comes next -------------------------------------------------------------------------------------------------------


def steps_of(folder: Folder) -> list[Offered]:
    """Every act, open or with the reason why not; steps of the answer lead to its letter."""
    found = [_decide(folder), *_answer_steps(folder)]
    return [*found, *(_offer(folder, act) for act in ACTS.values())]


def _offer(folder: Folder, act: Act) -> Offered:
    place = ("requests_desk:act", folder.case.pk, act.slug)
    return Offered(act.slug, act.label, place, act.why(folder)[1], act.is_simple)


def _decide(folder: Folder) -> Offered:
    return Offered("decide", "作出处理决定", ("requests_desk:decide", folder.case.pk), why_no_decision(folder))


def why_no_decision(folder: Folder) -> str:
    """Why nothing can be decided now."""
    return folder.steps[PROPOSE].reason


def _answer_steps(folder: Folder) -> list[Offered]:
    decision = getattr(folder.case, "decision", None)
    if decision is None or decision.letter_id is None:
        return []
    place = ("requests_desk:letter", decision.letter_id)
    steps = [folder.steps[name] for name in (SIGN, RETURN, SEND, SERVE)]
    return [Offered(step.action, step.label, place, step.reason) for step in steps]


def _next(case: InformationRequest) -> tuple[str, ...]:
    return (*NEXT.get(CaseState(case.state), ()), "decide", SIGN, SEND, SERVE)


def _first(offered: Iterable[Offered], slugs: Sequence[str]) -> list[Offered]:
    """Open steps in the order in which they are mostly taken."""
    open_ones = [step for step in offered if not step.reason and step.slug in slugs]
    return sorted(open_ones, key=lambda step: slugs.index(step.slug))


def _grouped(offered: Iterable[Offered]) -> list[tuple[str, list[Offered]]]:
    """Open acts by group; those of the answer's letter stand among the next steps already."""
    rows = [step for step in offered if not step.reason and step.slug in ACTS]
    groups = [(group, [step for step in rows if ACTS[step.slug].group == group]) for group in GROUPS]
    return [(group, steps) for group, steps in groups if steps]


# --- files, consultations, periods, record ---------------------------------------------------------------------------------


def files_of(folder: Folder) -> list[tuple[str, list[FileRow]]]:
    """Files by use, redacted copies beside their originals."""
    rows = list(folder.case.files.filter(erased_at=None).select_related("added_by").order_by("pk"))
    copies: dict[int, list[CaseFile]] = {}
    for row in rows:
        if row.original_id:
            copies.setdefault(row.original_id, []).append(row)
    found = []
    for role in FileRole:
        shown = [_file(folder, row, copies) for row in rows if row.role == role and not row.original_id]
        if shown:
            found.append((str(role.label), shown))
    return found


def _file(folder: Folder, row: CaseFile, copies: dict[int, list[CaseFile]]) -> FileRow:
    is_open = can_read_file(folder.standing, row)
    return FileRow(row, row.name if is_open else "（文件名不显示）", is_open, copies.get(row.pk, []) if is_open else [])


def _consultation(folder: Folder, row: Consultation) -> ConsultationRow:
    """A third party's name and contact are for who handles the case; bodies have no privacy of name."""
    handles = folder.standing.handles
    name = row.name if handles or row.kind != ConsultedKind.THIRD_PARTY else mask_name(row.name)
    return ConsultationRow(row, name, consultation_clock(row, folder), opened(row.contact_sealed) if handles else "")


def served_on(folder: Folder) -> date | None:
    """The day from which remedies run: the answer's service."""
    days = [letter.served_on for letter in folder.letters if letter.outcome and letter.served_on]
    spot = [row.on for row in folder.events if row.facts.get("clock") == "served"]
    return next(iter([*days, *spot]), None)


def periods_of(folder: Folder) -> list[Period]:
    """行政复议法§20, 行政诉讼法§46: counted from service; a refusal goes to reconsideration first (行政复议法§23)."""
    day = served_on(folder)
    outcome = OUTCOMES.get(folder.case.outcome)
    if day is None or outcome is None:
        return []
    found = [Period("申请行政复议", reconsideration_until(day, folder.calendar))]
    if outcome.remedy != Remedy.REVIEW_FIRST:
        found.append(Period("提起行政诉讼", litigation_until(day, folder.calendar)))
    return found


def _letter_events(folder: Folder) -> list[CaseEvent]:
    keys = [letter.pk for letter in folder.letters]
    found = CaseEvent.objects.filter(subject_type=Letter._meta.label_lower, subject_id__in=keys)
    return list(found.select_related("actor").order_by("pk"))
