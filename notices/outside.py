"""Mails to people who have no account here: applicants. Their address is sealed elsewhere and asked for when a mail leaves.

A room registers, by kind, the function that finds address and words; nothing of them stands in a row, an error or the log.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Model

from jobs.services import enqueue
from notices.addresses import is_connected
from notices.channels import Later, Never, send_mail
from notices.handing_over import claim, hand_over
from notices.kinds import EMAIL
from notices.letters import Mail
from notices.models import OutsideMail
from notices.services import DELIVER

Composer = Callable[[int, datetime], tuple[str, Mail] | None]
_composers: dict[str, Composer] = {}


def register_composer(kind: str, function: Composer) -> None:
    """Make a kind of mail known in `AppConfig.ready`: ``function(subject_id, at)`` gives address and mail, or None when
    there is nobody to write to any more. ValueError for a kind that somebody else composes."""
    if _composers.setdefault(kind, function) is not function:
        raise ValueError(f"two composers of {kind}")


def send_later(*, kind: str, subject: Model, dedupe: str, at: datetime) -> bool:
    """Put a mail about ``subject`` into the caller's transaction, exactly once for each ``dedupe``, and a job that sends it.

    False, and nothing happens, while no mail server is connected. ValueError for an unknown kind.
    """
    if kind not in _composers:
        raise ValueError(f"nobody composes {kind}")
    if not is_connected(EMAIL):
        return False
    row = OutsideMail(
        dedupe=dedupe,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        created_at=at,
        next_attempt_at=at,
    )
    OutsideMail.objects.bulk_create([row], ignore_conflicts=True)
    # A key shared by all subjects would make every other transaction wait for the end of this one.
    enqueue(kind=DELIVER, dedupe=f"{DELIVER}:{row.subject_type}:{row.subject_id}")
    return True


def deliver_next(*, at: datetime) -> bool:
    """Hand over the mail that is due longest; False when none is. Call it outside transactions."""
    first = OutsideMail.objects.due(at).in_order().first()
    if first is None:
        return False
    if claim(OutsideMail.objects.all(), [first], at=at):
        first.refresh_from_db()
        hand_over([first], lambda: _send(first, at), at=at, words_of=_without_address)
    return True


def _send(row: OutsideMail, at: datetime) -> None:
    compose = _composers.get(row.kind)
    if compose is None:
        raise Never("这种邮件已不再发送")
    try:
        found = compose(row.subject_id, at)
    except Exception as error:  # nothing has left: whatever went wrong, the others go on and this one is tried again
        raise Later(f"邮件没有写成（{type(error).__name__}）") from None
    if found is None:
        raise Never("没有可用的收件地址")
    to, mail = found
    send_mail(to=to, mail=mail, key=row.key)


def _without_address(reason: Exception) -> str:
    """The portal's own words; what the mail server adds after them names the address."""
    return str(reason).partition("：")[0]
