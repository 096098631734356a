"""Places in lists that are ordered by a day and then by key, as pagers write them."""

from datetime import date


def day_and_key(text: str) -> tuple[date, int] | None:
    """The last row above, of ``2026-03-10.17``; None for anything else."""
    day, _, key = text.partition(".")
    try:
        return (date.fromisoformat(day), int(key)) if key.isascii() and key.isdigit() and len(key) <= 18 else None
    except ValueError:
        return None
