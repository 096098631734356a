"""Verbs on messages: tell people something, mark it read, choose the ways it goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from accounts.models import User
from jobs.services import enqueue
from notices.addresses import address_of, is_connected
from notices.kinds import CHANNELS, Kind, kind_of
from notices.models import Delivery, Notice, Preference

DELIVER = "notices.deliver"
TITLE_LENGTH, TEXT_LENGTH, URL_LENGTH = 100, 500, 200


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell people about ``subject``; ``url`` is a path of this site."""

    recipients: Iterable[User]
    subject: Model
    title: str
    text: str
    url: str
    due_on: date | None = None
    step: int | None = None
    urgent: bool = False


def notify(
    *,
    recipients: Iterable[User],
    kind: str,
    subject: Model,
    title: str,
    text: str,
    url: str,
    at: datetime,
    due_on: date | None = None,
    step: int | None = None,
    urgent: bool = False,
) -> list[Notice]:
    """Tell people something about ``subject`` in the caller's transaction; returns the messages that are new.

    Exactly once for each (subject, kind, ``due_on``, recipient): repeating it changes nothing, a moved date arms it
    again (rulings 25); a reminder that comes more than once before its date says which ``step`` this is. Inactive
    accounts are left out. Title and text are shortened to fit. ``url`` is a path of this site. ValueError for an unknown
    kind or an address elsewhere. A fixed number of queries for any number of people.
    """
    message = Message(recipients, subject, title, text, url, due_on, step, urgent)
    return notify_all(kind=kind, messages=[message], at=at)


@transaction.atomic
def notify_all(*, kind: str, messages: Sequence[Message], at: datetime) -> list[Notice]:
    """As `notify`, of several messages of one kind about subjects of one model, in as few queries as of one."""
    known = kind_of(kind)
    rows = {row.key: row for message in messages for row in _rows(message, known, at)}
    seen = set(Notice.objects.filter(key__in=list(rows)).values_list("key", flat=True))
    # In one order, so that two transactions never wait for each other.
    new = [rows[key] for key in sorted(rows) if key not in seen]
    Notice.objects.bulk_create(new, ignore_conflicts=True)  # somebody else may be telling the same at this moment
    made = list(Notice.objects.filter(key__in=[row.key for row in new]).select_related("recipient").order_by("pk"))
    if made:
        _put_into_outbox(made, known, messages[0].subject, at)
    return made


def _rows(message: Message, kind: Kind, at: datetime) -> Iterable[Notice]:
    where, subject = _path(message.url), message.subject
    for person in message.recipients:
        if person.is_active:
            yield Notice(
                key=_key(subject, kind, message.due_on, message.step, person),
                recipient=person,
                kind=kind.slug,
                subject_type=subject._meta.label_lower,
                subject_id=subject.pk,
                due_on=message.due_on,
                title=shortened(message.title, TITLE_LENGTH),
                text=shortened(message.text, TEXT_LENGTH),
                url=where,
                is_urgent=message.urgent,
                created_at=at,
            )


def _put_into_outbox(made: Sequence[Notice], kind: Kind, subject: Model, at: datetime) -> None:
    """One delivery for each message and channel that reaches its recipient, and a job that hands them over."""
    chosen = _choices(kind, made)
    rows = [
        Delivery(notice=notice, recipient=notice.recipient, channel=channel, created_at=at, next_attempt_at=at)
        for notice in made
        for channel in CHANNELS
        if is_connected(channel)
        and chosen.get((notice.recipient_id, channel), channel in kind.channels)
        and address_of(notice.recipient, channel)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        # A key shared by all subjects would make every other transaction wait for the end of this one.
        enqueue(kind=DELIVER, dedupe=f"{DELIVER}:{subject._meta.label_lower}:{subject.pk}")


def _choices(kind: Kind, made: Sequence[Notice]) -> dict[tuple[int, str], bool]:
    """What the recipients chose; nobody can choose not to be told what must be told."""
    if not kind.is_optional:
        return {}
    found = Preference.objects.filter(kind=kind.slug, user__in=[notice.recipient_id for notice in made])
    return {(row.user_id, row.channel): row.is_wanted for row in found}


def _key(subject: Model, kind: Kind, due_on: date | None, step: int | None, person: User) -> str:
    """The whole key as readable text, so that a missing date is unique too on every database."""
    due = due_on.isoformat() if due_on else "-"
    due += f"@{step}" if step is not None else ""
    return f"{subject._meta.label_lower}:{subject.pk}|{kind.slug}|{due}|{person.pk}"


def _path(url: str) -> str:
    """``url`` if it is a path of this site."""
    is_path = url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
    if not is_path or len(url) > URL_LENGTH:
        raise ValueError(f"not a path of this site of at most {URL_LENGTH} characters: {url[:80]!r}")
    return url


def shortened(words: str, most: int) -> str:
    """On one line, of at most ``most`` characters, with … where something was cut off."""
    line = " ".join(words.replace("\x00", "").split())
    return line if len(line) <= most else line[: most - 1] + "…"


@transaction.atomic
def mark_read(*, actor: User, notice: Notice, at: datetime) -> None:
    """Note that the recipient has read it; the first time counts. PermissionDenied for everybody else."""
    if notice.recipient_id != actor.pk:
        raise PermissionDenied("只能处理发给自己的消息。")
    Notice.objects.of(actor).unread().filter(pk=notice.pk).update(read_at=at)


@transaction.atomic
def mark_all_read(*, actor: User, at: datetime, until: int | None = None) -> int:
    """Mark the actor's messages read, those up to number ``until`` if given: what came later was not on the page."""
    unread = Notice.objects.of(actor).unread()
    return (unread if until is None else unread.filter(pk__lte=until)).update(read_at=at)


@transaction.atomic
def set_preferences(*, actor: User, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Store the actor's choices by (kind, channel). PermissionDenied for a kind that is not optional, ValueError for
    an unknown kind or channel."""
    for slug, channel in wanted:
        if not kind_of(slug).is_optional:
            raise PermissionDenied("该类消息必须接收。")
        if channel not in CHANNELS:
            raise ValueError(f"no channel is called {channel}")
    Preference.objects.bulk_create(
        [
            Preference(user=actor, kind=slug, channel=channel, is_wanted=is_on)
            for (slug, channel), is_on in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["is_wanted"],
    )
