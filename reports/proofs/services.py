"""Putting files beside what they back. Who may write there has been decided by the caller."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from files.models import StoredFile
from reports.models import Objection, ProblemRemark, Progress, Proof, Result
from reports.models.proofs import BESIDE

KINDS = dict(zip(BESIDE, (Progress, ProblemRemark, Objection, Result), strict=True))


@transaction.atomic
def attach(
    beside: Progress | ProblemRemark | Objection | Result, files: Sequence[StoredFile], *, by: User, at: datetime
) -> None:
    """Put files beside what somebody wrote; call it in the transaction that writes it."""
    (name,) = (name for name, kind in KINDS.items() if isinstance(beside, kind))
    Proof.objects.bulk_create(Proof(file=file, added_by=by, added_at=at, **{name: beside}) for file in files)


def facts_of(files: Sequence[StoredFile]) -> dict[str, Any]:
    """What the record keeps of them: their checksums, so that a file put in another's place would show."""
    return {"proofs": [file.sha256 for file in files]} if files else {}
