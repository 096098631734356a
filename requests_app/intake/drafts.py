"""Applications being written: sealed rows found by a random key in a cookie; nobody needs an account."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from files.errors import FileRefused
from requests_app import sealed_files, sealing
from requests_app.models import ApplicationDraft, DraftFile, InformationRequest

COOKIE, PATH = "application", "/apply/"
KEPT = timedelta(days=30)  # `watch.retention` deletes them after that
RECEIPT_SHOWN = timedelta(hours=24)


def of_request(request: HttpRequest, *, at: datetime) -> ApplicationDraft | None:
    """The draft of this browser, or the one it handed in less than a day ago."""
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    rows = ApplicationDraft.objects.select_related("case__department", "case__applicant")
    draft = rows.filter(key=sealing.keyed_hash(token), updated_at__gt=at - KEPT).first()
    if draft and draft.case_id and draft.updated_at <= at - RECEIPT_SHOWN:
        return None
    return draft


def begin(*, at: datetime) -> tuple[ApplicationDraft, str]:
    """An empty draft and the key of it, which only the browser keeps."""
    token = secrets.token_urlsafe(32)
    return ApplicationDraft.objects.create(key=sealing.keyed_hash(token), created_at=at, updated_at=at), token


def remember(response: HttpResponse, token: str) -> None:
    """Give the browser its key."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=KEPT,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    """Take the key from the browser."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def said(draft: ApplicationDraft) -> dict[str, dict[str, str]]:
    """Everything typed: page → field → text. `Unreadable` when no key of ours opens it."""
    pages: dict[str, dict[str, str]] = json.loads(sealing.open_sealed(draft.sealed) or "{}")
    return pages


@transaction.atomic
def keep(draft: ApplicationDraft, pages: Mapping[str, Mapping[str, str]], *, at: datetime, over: bool = True) -> None:
    """Keep what was typed on pages; without ``over`` only on those not yet filled in. Nothing once it is handed in."""
    row = ApplicationDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, case=None).first()
    if row is None:
        return
    old = said(row)
    new = {**old, **pages} if over else {**pages, **old}
    draft.sealed = row.sealed = sealing.seal(json.dumps(new, ensure_ascii=False))
    draft.updated_at = row.updated_at = at
    row.save(update_fields=["sealed", "updated_at"])


def add_file(draft: ApplicationDraft, *, role: str, upload: UploadedFile, at: datetime) -> None:
    """Check, encrypt and keep a file. `FileRefused` (Chinese) when it may not be kept."""
    most = settings.APPLICANT_FILES_MOST
    if draft.files.count() >= most:
        raise FileRefused(f"一件申请最多上传 {most} 个文件")
    kept = sealed_files.keep(upload, upload.name or "文件")
    with transaction.atomic():
        row = ApplicationDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, case=None).first()
        if row is None or row.files.count() >= most:
            transaction.on_commit(lambda: sealed_files.erase(kept.key))
            return
        DraftFile.objects.create(draft=row, role=role, **kept.columns)
        ApplicationDraft.objects.filter(pk=row.pk).update(updated_at=at)


@transaction.atomic
def remove_file(draft: ApplicationDraft, pk: int) -> None:
    """Remove a file of this draft for good; nothing when it is gone or was handed in."""
    for row in DraftFile.objects.select_for_update(of=("self",)).filter(draft=draft, draft__case=None, pk=pk):
        row.delete()
        _erase([row.key])


@transaction.atomic
def drop(draft: ApplicationDraft) -> None:
    """Give it up: nothing of it is left. A draft that was handed in stays."""
    row = ApplicationDraft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, case=None).first()
    if row is not None:
        _erase(list(row.files.values_list("key", flat=True)))
        row.delete()


def handed_in(draft: ApplicationDraft, case: InformationRequest, *, at: datetime) -> None:
    """Only which case it became is kept; its files are the case's now."""
    draft.case, draft.sealed, draft.updated_at = case, "", at
    draft.save(update_fields=["case", "sealed", "updated_at"])
    draft.files.all().delete()


def _erase(keys: Iterable[str]) -> None:
    for key in keys:
        transaction.on_commit(lambda key=key: sealed_files.erase(key))  # type: ignore[misc]
