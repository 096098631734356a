"""Reads shaped for the pages about messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef

from accounts.models import User
from accounts.rules import Person
from notices.kinds import CHANNELS, Kind, all_kinds
from notices.models import RESENDABLE, Delivery, DeliveryState, Notice, OutsideMail, Preference

PAGE = 30
MOST_UNREAD = 99
MOST_COUNTED = 1000
UNREAD, READ = "unread", "read"


@dataclass(frozen=True)
class Page:
    """Rows of one page and the key after which the next one starts, None on the last."""

    rows: Sequence[Any]
    after: Any


def notice_page(user: User, *, after: tuple[str, int] | None) -> Page:
    """The user's messages: unread ones first, then those read, each newest first; keys are (part, number)."""
    part, number = after or (UNREAD, None)
    rows: list[Notice] = []
    if part == UNREAD:
        rows = list(_before(user, UNREAD, number)[: PAGE + 1])
    if len(rows) <= PAGE:
        rows += _before(user, READ, number if part == READ else None)[: PAGE + 1 - len(rows)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], (READ if last.read_at else UNREAD, last.pk) if last else None)


def _before(user: User, part: str, number: int | None) -> Any:
    found = Notice.objects.of(user).filter(read_at__isnull=part == UNREAD).order_by("-pk")
    return found if number is None else found.filter(pk__lt=number)


def newest_unread(page: Page) -> int | None:
    """Number of the newest unread message of a page: what “mark all read” reaches up to."""
    return max((notice.pk for notice in page.rows if not notice.read_at), default=None)


def unread_label(user: Person) -> str:
    """How many messages ``user`` has not read: "", a number, or "99+"."""
    if not user.is_authenticated:
        return ""
    count = len(Notice.objects.of(user).unread().values_list("pk")[: MOST_UNREAD + 1])
    return f"{MOST_UNREAD}+" if count > MOST_UNREAD else str(count or "")


def told(model: type[Model], kind: str, *, due: str) -> Exists:
    """Condition on rows of ``model``: somebody was told this of the day that stands in the field ``due`` now."""
    label = model._meta.label_lower
    about = Notice.objects.filter(subject_type=label, subject_id=OuterRef("pk"), kind=kind, due_on=OuterRef(due))
    return Exists(about)


def choices_of(user: User) -> list[tuple[Kind, list[tuple[str, str, bool]]]]:
    """Each optional kind with (channel, label, is it wanted): the stored choice or the kind's default."""
    stored = {(row.kind, row.channel): row.is_wanted for row in Preference.objects.filter(user=user)}
    return [
        (kind, [(c, label, stored.get((kind.slug, c), c in kind.channels)) for c, label in CHANNELS.items()])
        for kind in all_kinds()
        if kind.is_optional
    ]


def delivery_page(*, state: str, before: int | None) -> Page:
    """Deliveries of everybody, newest first, of one state or ("") of all; without the words of the messages."""
    found = Delivery.objects.select_related("notice", "recipient__department").order_by("-pk")
    found = found.filter(state=state) if state else found
    rows = list((found if before is None else found.filter(pk__lt=before))[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def delivery_counts() -> list[tuple[str, str, str]]:
    """(state, label, how many: a number or "1000+") for each state."""
    return [(value, label, _bounded(Delivery.objects.filter(state=value))) for value, label in DeliveryState.choices]


def outside_troubles() -> list[OutsideMail]:
    """Mails to people without an account that did not arrive, or perhaps not: the newest of them."""
    return list(OutsideMail.objects.filter(state__in=RESENDABLE).order_by("-pk")[:PAGE])


def _bounded(found: Any) -> str:
    count = len(found.values_list("pk")[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
