"""Reads about files."""

from files.models import FileText, StoredFile, TextState


def pending_extraction(limit: int) -> list[StoredFile]:
    """Files whose text is still to be extracted, oldest first."""
    return list(StoredFile.objects.filter(text_state=TextState.PENDING).order_by("id")[:limit])


def text_of(file_id: int) -> str:
    """Extracted text; empty while there is none."""
    return FileText.objects.filter(pk=file_id).values_list("text", flat=True).first() or ""


def texts_of(file_ids: list[int]) -> dict[int, str]:
    """Extracted texts by file, in one query; files without text are left out."""
    return dict(FileText.objects.filter(pk__in=file_ids).values_list("pk", "text"))
