"""Beginning a draft once: a button pressed twice finds, the second time, the draft of the first."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Department, User
from catalog.models import Document
from disclosure.models import Revision
from disclosure.states import RevisionState
from disclosure.versions import services as revising

PRESSED_TWICE = timedelta(seconds=10)


@transaction.atomic
def begin(*, actor: User, department: Department, title: str, interprets: Document | None, at: datetime) -> Revision:
    """`revising.start`, or the untouched draft that the same press began a moment ago. PermissionDenied as there."""
    just_begun = _just_begun(actor, at).filter(department=department, title=title, interprets=interprets, number=1)
    return just_begun.first() or revising.start(
        actor=actor, department=department, title=title, interprets=interprets, at=at
    )


@transaction.atomic
def begin_version(*, actor: User, document: Document, is_erratum: bool, at: datetime) -> Revision:
    """`revising.start_version`, or the untouched version that the same press began a moment ago. Refused as there."""
    just_begun = _just_begun(actor, at).filter(document=document, is_erratum=is_erratum)
    return just_begun.first() or revising.start_version(actor=actor, document=document, is_erratum=is_erratum, at=at)


def _just_begun(actor: User, at: datetime) -> QuerySet[Revision]:
    """Drafts of the last seconds that were never saved. The person is locked: two presses come one after the other."""
    User.objects.select_for_update().get(pk=actor.pk)
    return Revision.objects.filter(
        written_by=actor, state=RevisionState.DRAFT, edition=1, created_at__gt=at - PRESSED_TWICE
    ).order_by("-pk")
