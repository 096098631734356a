"""Files handed in at the counter: encrypted at once, and carried by the form until the case is registered."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from files.errors import FileRefused
from requests_app import sealed_files, sealing
from requests_app.cases.application import Handed
from requests_app.models import FileRole
from requests_app.sealed_files import Kept

ROLES = {
    "scan": FileRole.INCOMING,
    "envelope": FileRole.INCOMING,
    "proof": FileRole.PROOF,
    "attachment": FileRole.ATTACHMENT,
}


def take(
    uploads: MultiValueDict[str, UploadedFile], sealed: str, *, owner: int
) -> tuple[dict[str, Kept], dict[str, str]]:
    """(files by field, what is wrong by field): what was carried, and what is new in its place."""
    found, wrong = _opened(sealed, owner), {}
    for name in ROLES:
        upload = uploads.get(name)
        if upload is None:
            continue
        try:
            found[name] = sealed_files.keep(upload, upload.name or "未命名")
        except FileRefused as refusal:
            wrong[name] = f"{refusal}。"
    return found, wrong


def carried(found: Mapping[str, Kept], *, owner: int) -> str:
    """What the form keeps of files that were already sent: sealed, of use to the same person only."""
    if not found:
        return ""
    return sealing.seal(json.dumps({"owner": owner, "files": {name: asdict(kept) for name, kept in found.items()}}))


def handed(found: Mapping[str, Kept]) -> tuple[Handed, ...]:
    """As an application names them."""
    return tuple(Handed(ROLES[name], kept) for name, kept in found.items())


def _opened(sealed: str, owner: int) -> dict[str, Kept]:
    """Nothing for what is not ours, or somebody else's."""
    try:
        said: Any = json.loads(sealing.open_sealed(sealed)) if sealed.isascii() else {}
    except (sealing.Unreadable, ValueError):
        return {}
    if not sealed or said.get("owner") != owner:
        return {}
    return {name: Kept(**kept) for name, kept in said["files"].items() if name in ROLES}
