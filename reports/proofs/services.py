"""Putting files beside what they back. Who may write there has been decided by the caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from files.models import StoredFile
from files.services import Readable, store
from reports.models import Objection, ProblemRemark, Progress, Proof, ReportEvent, Result
from reports.proofs.states import REMOVE_PROOF
from reports.rules import is_in_charge
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, WrongPerson, record

MOST_PROOFS = 5  # at one step
MOST_REASON = 200


def keep(*, upload: Readable, name: str, by: User) -> StoredFile:
    """Store a file that will back something. Nobody searches in it, so its text is not read. `FileRefused` as `store`."""
    return store(upload=upload, name=name, by=by, reads_text=False)


@transaction.atomic
def attach(
    beside: Progress | ProblemRemark | Objection | Result, files: Sequence[StoredFile], *, by: User, at: datetime
) -> None:
    """Put files beside what somebody wrote; call it in the transaction that writes it. `Incomplete` when too many."""
    if len(files) > MOST_PROOFS:
        raise Incomplete(f"一次最多 {MOST_PROOFS} 个佐证材料，请打包后再上传。")
    for file in files:
        beside.proofs.create(file=file, added_by=by, added_at=at)


@transaction.atomic
def remove(*, actor: User, proof: Proof, reason: str, at: datetime) -> None:
    """Close a file that was sent by mistake to everybody. That it stood there, who removed it and why stays.

    Raises:
        WrongPerson: not the department in charge. Incomplete: no reason. Lost: somebody was first.
    """
    if not is_in_charge(actor):
        raise WrongPerson("佐证材料由主管部门移除。")
    words = reason.strip()
    if not words:
        raise Incomplete("请写明移除的原因。")
    changes = {"removed_by": actor, "removed_at": at, "removed_reason": words[:MOST_REASON]}
    if not Proof.objects.standing().filter(pk=proof.pk).update(**changes):
        raise Lost("这份材料已经移除。", None)
    record(
        subject=_subject(proof), action=REMOVE_PROOF, actor=actor, event_model=ReportEvent, on=timezone.localdate(at),
        at=at, facts={"proof": proof.pk, "digest": proof.file.sha256, "text": digest(words)},
    )  # fmt: skip


def _subject(proof: Proof) -> Model:
    """In whose record it stands."""
    beside = proof.beside
    if isinstance(beside, Progress):
        return beside.task
    if isinstance(beside, ProblemRemark):
        return beside.problem
    return beside.card.assessment if isinstance(beside, Result) else beside


def facts_of(files: Sequence[StoredFile]) -> dict[str, Any]:
    """What the record keeps of them: their checksums, against which a file can be held later."""
    return {"proofs": [file.sha256 for file in files]} if files else {}
