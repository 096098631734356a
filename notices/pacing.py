"""How many mails a person gets at a time, and when a failed one is tried again. Pure: moments in, a decision out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
MOST_SINGLE_MAILS = 5
MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class Pace:
    """What to do with the mails of one person that are due: send as one, wait, or (neither) send one by one."""

    is_digest: bool = False
    wait_until: datetime | None = None


def pace(*, made_at: Sequence[datetime], recently_sent: int, at: datetime) -> Pace:
    """Digest instead of floods: about `MOST_SINGLE_MAILS` mails within a `WINDOW`, the rest as one.

    ``made_at``: when the waiting mails were put down; ``recently_sent``: mails to the same person within the last
    window. More than five that wait go as one. Whoever got five already, or would with these, gets the next when the
    oldest has waited for one window, together with all that came meanwhile.
    """
    waits_until = min(made_at) + WINDOW
    if waits_until <= at:
        return Pace(is_digest=len(made_at) > 1)
    if recently_sent < MOST_SINGLE_MAILS < len(made_at):
        return Pace(is_digest=True)
    if recently_sent + len(made_at) > MOST_SINGLE_MAILS:
        return Pace(wait_until=waits_until)
    return Pace()


def next_attempt_at(*, attempts: int, at: datetime) -> datetime | None:
    """2, 4, 8, 16, 32 minutes after the failed attempt number ``attempts``; None after the sixth: it has failed."""
    return at + timedelta(minutes=2**attempts) if attempts < MOST_ATTEMPTS else None
