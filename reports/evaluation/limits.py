"""How many ballots one address may hand in; who proves its work may more (as for applications, decision 14)."""

from datetime import datetime

from django.conf import settings

from requests_app.intake import human


def take(address: str | None, questionnaire: int, body: int, *, is_proven: bool, at: datetime) -> list[str]:
    """Slots for one ballot: of all from this address, and of those about this body; to give back if it comes to nothing.

    Raises `human.TooOften`. The cache holds keyed hashes of addresses for an hour; the ballot knows nothing of them.
    """
    most = settings.BALLOTS_PER_HOUR if is_proven else settings.BALLOTS_PER_HOUR_UNPROVEN
    about = range(min(most, settings.BALLOTS_PER_BODY))
    taken = [human.take(f"ballot:{questionnaire}:{body}", address, about, at=at)]
    try:
        taken.append(human.take("ballot", address, range(most), at=at))
    except human.TooOften:
        give_back(taken)
        raise
    return taken


def give_back(taken: list[str]) -> None:
    """Nothing was handed in after all."""
    for key in taken:
        human.give_back(key)
