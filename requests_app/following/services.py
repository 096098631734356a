"""What applicants do with a case they follow: correct, explain, write, withdraw, rate, complain, suggest, gather, read.

The actor is the named applicant; what the law makes of an opened letter is recorded by the named system.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from disclosure.services import system_actor
from requests_app import sealed_files
from requests_app.cases import services as register
from requests_app.cases.acting import NotLawful, locked, note, say
from requests_app.cases.application import Handed, case_file
from requests_app.cases.converting import consider_publication
from requests_app.cases.services import applicant_actor
from requests_app.cases.telling import tell_complained, tell_said
from requests_app.following.rules import COMPLAIN, CORRECT, MESSAGE, RATE, REASONS, SUGGEST, WITHDRAW, why_not
from requests_app.following.selectors import standing_of
from requests_app.handling import services as handling
from requests_app.letters import services as letters
from requests_app.models import Access, Delivery, FileRole, InformationRequest, Letter, Said, SaidKind
from requests_app.states import ANSWERED_STATES, CHANGE, LetterState
from workflow.services import Incomplete, Refused

LETTER, DOCX, FILE = "letter", "docx", "file"  # what can be opened; `Access.what`


def _open_to(act: str, case: InformationRequest, at: datetime) -> InformationRequest:
    """The row, locked, once the act is open to the applicant; NotLawful says why it is not."""
    row = locked(case)
    reason = why_not(act, standing_of(row, today=timezone.localdate(at)))
    if reason:
        raise NotLawful(reason)
    return row


# --- acts -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def correct(*, case: InformationRequest, text: str, attachments: Sequence[UploadedFile] = (), at: datetime) -> None:
    """条例§30: hand in what was missing. In time it starts the count anew; late it waits for the officer's judgement.

    Raises:
        NotLawful: nothing was asked for. Incomplete: no words. FileRefused: a file that may not be kept.
    """
    row = _open_to(CORRECT, case, at)
    _keep_files(row, attachments, at)
    on = timezone.localdate(at)
    handling.receive_correction(actor=applicant_actor(), case=row, text=text, on=on, at=at)


def _keep_files(case: InformationRequest, files: Sequence[UploadedFile], at: datetime) -> None:
    for upload in files:
        handed = Handed(FileRole.ATTACHMENT, sealed_files.keep(upload, upload.name or "附件"))
        case_file(case, handed, by=applicant_actor(), at=at).save()


@transaction.atomic
def state_reasons(*, case: InformationRequest, text: str, at: datetime) -> None:
    """条例§35: why there are so many applications, as the body asked."""
    _write(_open_to(REASONS, case, at), SaidKind.REASON, text, "理由说明", at)


@transaction.atomic
def send_message(*, case: InformationRequest, text: str, at: datetime) -> None:
    """A few words to who handles the case."""
    row = _open_to(MESSAGE, case, at)
    _not_too_many(row, at)
    _write(row, SaidKind.MESSAGE, text, "留言", at)


def _write(case: InformationRequest, kind: SaidKind, text: str, what: str, at: datetime) -> None:
    if not text.strip():
        raise Incomplete("请填写内容。")
    actor = applicant_actor()
    facts = {str(kind): say(case, kind, text, by=actor, at=at)}
    event = note(case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
    tell_said(event, case, what, at=at)


@transaction.atomic
def complain(*, case: InformationRequest, text: str, at: datetime) -> None:
    """条例§51: a complaint about how the case is handled; the head hears of it and answers."""
    row = _open_to(COMPLAIN, case, at)
    _not_too_many(row, at)
    if not text.strip():
        raise Incomplete("请写明投诉的内容。")
    actor = applicant_actor()
    facts = {"complaint": say(row, SaidKind.COMPLAINT, text, by=actor, at=at)}
    event = note(row, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
    tell_complained(event, row, at=at)


def _not_too_many(case: InformationRequest, at: datetime) -> None:
    since = at - timedelta(days=1)
    written = Said.objects.filter(case=case, by=applicant_actor(), at__gt=since).count()
    if written >= settings.FOLLOW_WORDS_A_DAY:
        raise NotLawful("24 小时内提交的内容已经很多，请稍后再提交；事情紧急的，请致电办理机关。")


@transaction.atomic
def withdraw(*, case: InformationRequest, reason: str, at: datetime) -> None:
    """The applicant no longer asks; it cannot be undone."""
    row = _open_to(WITHDRAW, case, at)
    register.withdraw(actor=applicant_actor(), case=row, by="applicant", reason=reason, at=at)


@transaction.atomic
def rate(*, case: InformationRequest, stars: int, text: str, at: datetime) -> None:
    """How content, once, after the answer."""
    handling.rate(case=_open_to(RATE, case, at), stars=stars, text=text, at=at)


@transaction.atomic
def suggest_publication(*, case: InformationRequest, at: datetime) -> None:
    """条例§44: suggest that what is asked for be published on the body's own motion; considered with the answer."""
    row = _open_to(SUGGEST, case, at)
    InformationRequest.objects.filter(pk=row.pk).update(suggests_publication=True)
    row.suggests_publication = True
    actor, on = applicant_actor(), timezone.localdate(at)
    event = note(row, CHANGE, actor=actor, on=on, at=at, facts={"suggests_publication": True})
    tell_said(event, row, "主动公开建议", at=at)
    if row.state in ANSWERED_STATES:
        consider_publication(row, at=at)


@transaction.atomic
def gather(*, user: User, case: InformationRequest, at: datetime) -> None:
    """Put a case into the account of the person who opened it with its code; it stays there until the account ends."""
    row = locked(case)
    if row.account_id == user.pk:
        return
    if row.account_id is not None:
        raise NotLawful("这件申请已经加入另一个账号。")
    InformationRequest.objects.filter(pk=row.pk).update(account=user)
    case.account = user
    note(row, CHANGE, actor=user, on=timezone.localdate(at), at=at, facts={"account": user.pk})


# --- reading ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def note_opened(*, case: InformationRequest, what: str, ref: int, at: datetime) -> None:
    """Who had the code opened a letter or took a file: proof of delivery."""
    Access.objects.create(case=case, what=what, ref=ref, at=at)


def open_letter(*, letter: Letter, what: str, at: datetime) -> None:
    """国办公开办函〔2016〕235号: an electronic letter reaches the applicant on the day it is first opened here.

    Noted by the system. Where the case has moved on and service means nothing any more, the letter is read all the same.
    """
    note_opened(case=letter.case, what=what, ref=letter.pk, at=at)
    if letter.state != LetterState.SENT or letter.delivery != Delivery.ELECTRONIC:
        return
    proof = f"申请人于{timezone.localtime(at):%Y年%-m月%-d日%H时%M分}在本平台打开"
    try:
        letters.serve(actor=system_actor(), letter=letter, on=timezone.localdate(at), proof=proof, at=at)
    except Refused:  # opened twice at once, or the case was withdrawn meanwhile
        letter.refresh_from_db()
