"""What a citizen's page may cost on the first visit, and who may keep it."""

MOST_BYTES, MOST_HOME_BYTES = 60_000, 100_000  # compressed: HTML, CSS and scripts; the home page with its pictures
MOST_REQUESTS = 16
KEPT_NOWHERE = "no-store"  # said of what depends on the person in front of the screen
COUNTED = {"document", "stylesheet", "script"}


def overspent(sizes: dict[str, list[int]], *, is_home: bool = False) -> list[str]:
    """What is above its budget, of the bytes of every answer by kind."""
    kinds = sizes.keys() if is_home else sizes.keys() & COUNTED
    spent, most = sum(sum(sizes[kind]) for kind in kinds), MOST_HOME_BYTES if is_home else MOST_BYTES
    count = sum(map(len, sizes.values()))
    found = [f"{spent:,} bytes, at most {most:,}: {sizes}"] if spent > most else []
    return found + ([f"{count} requests, at most {MOST_REQUESTS}"] if count > MOST_REQUESTS else [])
