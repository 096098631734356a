"""Putting files beside what they back. Who may write there has been decided by the caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from files.models import StoredFile
from reports.models import Objection, ProblemRemark, Progress, Proof, Result
from reports.models.proofs import BESIDE
from workflow.services import Incomplete

MOST_PROOFS = 5  # at one step
KINDS = dict(zip(BESIDE, (Progress, ProblemRemark, Objection, Result), strict=True))


@transaction.atomic
def attach(
    beside: Progress | ProblemRemark | Objection | Result, files: Sequence[StoredFile], *, by: User, at: datetime
) -> None:
    """Put files beside what somebody wrote; call it in the transaction that writes it. `Incomplete` when too many."""
    if len(files) > MOST_PROOFS:
        raise Incomplete(f"一次最多 {MOST_PROOFS} 个佐证材料，请打包后再上传。")
    (name,) = (name for name, kind in KINDS.items() if isinstance(beside, kind))
    Proof.objects.bulk_create(Proof(file=file, added_by=by, added_at=at, **{name: beside}) for file in files)


def facts_of(files: Sequence[StoredFile]) -> dict[str, Any]:
    """What the record keeps of them: their checksums, against which a file can be held later."""
    return {"proofs": [file.sha256 for file in files]} if files else {}
