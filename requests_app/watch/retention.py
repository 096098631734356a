"""Nobody's data is kept longer than needed: archived cases after their years, drafts, files that no row knows."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from disclosure.services import system_actor
from requests_app import sealed_files
from requests_app.cases.acting import note
from requests_app.intake.drafts import KEPT
from requests_app.letters.kinds import KINDS
from requests_app.models import (
    Applicant,
    ApplicationDraft,
    CaseFile,
    Consultation,
    Decision,
    DraftFile,
    Fee,
    InformationRequest,
    Inquiry,
    Letter,
    Rating,
    Remedy,
    Said,
    Wish,
)
from requests_app.states import CHANGE, CaseState

ERASED = "（已匿名化）"
FILE_DAYS = 2  # a file is stored before the transaction of its row ends
DRAFTS_AT_ONCE, SWEEP_DAYS = 50, 16
logger = structlog.get_logger(__name__)


# --- archived cases --------------------------------------------------------------------------------------------------------


def to_anonymise(until: date) -> QuerySet[InformationRequest]:
    """Archived cases that were to be kept until ``until`` or less."""
    return InformationRequest.objects.filter(
        state__in=[CaseState.ARCHIVED, CaseState.VOIDED],
        anonymised_at=None,
        keep_until__isnull=False,
        keep_until__lte=until,
    )


@transaction.atomic
def anonymise(*, case: int, until: date, at: datetime) -> bool:
    """《个人信息保护法》§47: everything about the applicant of a case is erased once its years are over.

    What the statistics count (state, outcome, type of applicant, door, days) and the record stay. False when somebody
    did it meanwhile, or the case is kept longer now.
    """
    row = to_anonymise(until).select_for_update(of=("self",)).filter(pk=case).first()
    if row is None:
        return False
    keys = _keys_of(row)
    _erase_applicant(row)
    _erase_words(row)
    note(row, CHANGE, actor=system_actor(), on=timezone.localdate(at), at=at, facts={"anonymised": True})
    InformationRequest.objects.filter(pk=row.pk).update(matter=ERASED, matter_key="", account=None, anonymised_at=at)
    row.files.update(name=ERASED, key="", redaction="", erased_at=at)
    ApplicationDraft.objects.filter(case=row).delete()
    transaction.on_commit(partial(erase_unused, keys))
    return True


def _keys_of(case: InformationRequest) -> set[str]:
    found = [
        CaseFile.objects.filter(case=case).values_list("key", flat=True),
        Letter.objects.filter(case=case).values_list("docx_key", flat=True),
        DraftFile.objects.filter(draft__case=case).values_list("key", flat=True),
    ]
    return {key for keys in found for key in keys if key}


def _erase_applicant(case: InformationRequest) -> None:
    sealed = {field.name: "" for field in Applicant._meta.fields if field.name.endswith("_sealed")}
    Applicant.objects.filter(case=case).update(
        name=ERASED, id_kind="", id_hash="", credit_code="", code_hash="", **sealed
    )
    Wish.objects.filter(case=case).update(title=ERASED, document_number="", features="", purpose="", read_back="")


def _erase_words(case: InformationRequest) -> None:
    Said.objects.filter(case=case).update(text=ERASED)
    Rating.objects.filter(case=case).update(text="")
    Consultation.objects.filter(case=case).update(name=ERASED, contact_sealed="", reason="", override_reason="")
    Inquiry.objects.filter(case=case).update(text=ERASED, answer="")
    Remedy.objects.filter(case=case).update(number="", note="")
    Fee.objects.filter(case=case).update(voucher="", waiver_reason="")
    for letter in Letter.objects.filter(case=case):
        letter.title, letter.salutation = KINDS[letter.kind].title, ERASED
        letter.paragraphs, letter.facts, letter.docx_key = [ERASED], {}, ""
        letter.opinion = letter.tracking = letter.proof = ""
        letter.save(
            update_fields=["title", "salutation", "paragraphs", "facts", "docx_key", "opinion", "tracking", "proof"]
        )
    for decision in Decision.objects.filter(case=case):
        decision.facts, decision.parts = {}, [{**part, "what": ERASED, "reason": ""} for part in decision.parts]
        decision.save(update_fields=["facts", "parts"])


# --- files -----------------------------------------------------------------------------------------------------------------


def keys_in_use(keys: Iterable[str]) -> set[str]:
    """Those that some row still names: cases that were split share their files. What was taken out names nothing."""
    wanted = list(keys)
    found = [
        CaseFile.objects.filter(key__in=wanted, erased_at=None).values_list("key", flat=True),
        DraftFile.objects.filter(key__in=wanted).values_list("key", flat=True),
        Letter.objects.filter(docx_key__in=wanted).exclude(docx_key="").values_list("docx_key", flat=True),
    ]
    return {key for keys in found for key in keys}


def erase_unused(keys: Iterable[str]) -> int:
    """Erase the contents that no row names any more; call it after the commit. One that fails is left to the sweep."""
    wanted = set(keys)
    return sum(_erase(key) for key in sorted(wanted - keys_in_use(wanted)))


def _erase(key: str) -> bool:
    try:
        sealed_files.erase(key)
    except Exception:
        logger.exception("sealed_file_not_erased", key=key)
        return False
    return True


@transaction.atomic
def erase_old_drafts(*, at: datetime) -> int:
    """Applications that were begun and not touched for 30 days, with their files; how many, at most 50."""
    old = ApplicationDraft.objects.filter(updated_at__lt=at - KEPT).order_by("updated_at")
    drafts = list(old.values_list("pk", flat=True)[:DRAFTS_AT_ONCE])
    keys = set(DraftFile.objects.filter(draft__in=drafts).values_list("key", flat=True))
    ApplicationDraft.objects.filter(pk__in=drafts).delete()
    transaction.on_commit(partial(erase_unused, keys))
    return len(drafts)


def sweep(*, after: int, at: datetime) -> int | None:
    """Erase contents without a row (their transaction was rolled back, or their erasure failed), older than two days.

    One folder of the storage a call, a sixteenth of all a day; the next folder, None at the end of the day's share.
    """
    folder = after or timezone.localdate(at).toordinal() % SWEEP_DAYS
    stored = sealed_files.keys_below(folder)
    strays = set(stored) - keys_in_use(stored) if stored else set()
    old = [key for key in strays if sealed_files.kept_at(key) < at - timedelta(days=FILE_DAYS)]
    erase_unused(old)
    following = folder + SWEEP_DAYS
    return following if following < sealed_files.FOLDERS else None
