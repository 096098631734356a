"""How many ballots one address may hand in; who proves its work may more (as for applications, decision 14)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from requests_app.intake import human

DAY_SECONDS = 24 * 3600


def take(address: str | None, questionnaire: int, body: int, *, is_proven: bool, at: datetime) -> list[str]:
    """Slots for one ballot: of all from this address, and of those about this body; to give back if it comes to nothing.

    Without a proof those about a body last a day and are fewer than make a result: one machine does not decide alone. Of
    all together those with a proof fill from the top, so that those without have theirs left.
    Raises `human.TooOften`. The cache holds keyed hashes of addresses so long; the ballot knows nothing of them.
    """
    about, most = f"ballot:{questionnaire}:{body}", settings.BALLOTS_PER_HOUR
    if is_proven:
        taken = [human.take(about, address, range(settings.BALLOTS_PER_BODY), at=at)]
        slots: Iterable[int] = reversed(range(most))
    else:
        few = range(settings.BALLOTS_PER_BODY_UNPROVEN)
        taken = [human.take(f"{about}:bare", address, few, at=at, seconds=DAY_SECONDS)]
        slots = range(min(settings.BALLOTS_PER_HOUR_UNPROVEN, most))
    try:
        taken.append(human.take("ballot", address, slots, at=at))
    except human.TooOften:
        give_back(taken)
        raise
    return taken


def give_back(taken: list[str]) -> None:
    """Nothing was handed in after all."""
    for key in taken:
        human.give_back(key)
