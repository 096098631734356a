"""Files added to a case while it is handled: originals, redacted copies, internal material (条例§37); taking one out."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from requests_app import rules
from requests_app.cases.acting import NotLawful, NotYours, note
from requests_app.cases.application import Handed, case_file
from requests_app.models import CaseFile, FileRole, InformationRequest
from requests_app.sealed_files import Kept
from requests_app.states import CHANGE, OPEN_STATES, CaseState
from requests_app.watch.retention import erase_unused
from workflow.services import Incomplete

# Once the head has the answer, what goes out with it is no longer changed.
FROZEN = frozenset({CaseState.IN_APPROVAL, CaseState.ISSUED})
FOR_APPLICANT = frozenset({FileRole.ORIGINAL, FileRole.RELEASED})
MOST_FILES = 200


@transaction.atomic
def add_file(
    *,
    actor: User,
    case: InformationRequest,
    role: str,
    kept: Kept,
    original: CaseFile | None = None,
    redaction: str = "",
    at: datetime,
) -> CaseFile:
    """Put a file into the case. A redacted copy names its original and what was covered (条例§37)."""
    _need_open(actor, case, role)
    if case.files.filter(erased_at=None).count() >= MOST_FILES:
        raise Incomplete(f"一件申请最多存 {MOST_FILES} 个文件，请合并后再上传。")
    if original is not None and not redaction.strip():
        raise Incomplete("请写明遮盖了哪些内容。")
    if original is not None and original.digest == kept.sha256:
        raise Incomplete("这个文件与原件完全相同，没有遮盖任何内容，请核对后上传遮盖后的文件。")
    covered = {"original": original, "redaction": redaction.strip()[:500]}
    made = case_file(case, Handed(FileRole(role), kept), by=actor, at=at, **covered)
    made.save()
    facts = {"file": made.pk, "digest": made.digest}
    note(case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
    return made


@transaction.atomic
def remove_file(*, actor: User, file: CaseFile, at: datetime) -> None:
    """Take out a file put in by mistake; what the applicant handed in stays. The content is erased after the commit."""
    case = file.case
    _need_open(actor, case, file.role)
    if file.role in (FileRole.PROOF, FileRole.ATTACHMENT):
        raise NotLawful("申请人提交的材料不能删除。")
    if file.copies.filter(erased_at=None).exists():
        raise NotLawful("这个原件还有遮盖后的文件，请先删除遮盖后的文件。")
    if CaseFile.objects.filter(pk=file.pk, erased_at=None).update(erased_at=at) != 1:
        raise NotLawful("这个文件已经删除。")
    note(case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts={"file": file.pk, "removed": True})
    transaction.on_commit(partial(erase_unused, [file.key]))


@transaction.atomic
def note_taken(*, actor: User, file: CaseFile, at: datetime) -> None:
    """Who took a file that holds an applicant's data stands in the record."""
    note(file.case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts={"file": file.pk, "taken": True})


def _need_open(actor: User, case: InformationRequest, role: str) -> None:
    if not rules.can_co_work(actor, case):
        raise NotYours("由承办人、协办人提供材料。")
    if role in FOR_APPLICANT and (case.state in FROZEN or case.state not in OPEN_STATES):
        raise NotLawful(
            f"该申请现在是“{case.get_state_display()}”，随答复提供的文件不能再变动；需要改动的，先退回答复。"
        )
