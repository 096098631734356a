"""How long recounting the clocks of 1,000,000 applications takes: the fold, without the database (rulings 34).

    python bench/clock_fold.py          # 100,000 histories, median of three runs, and ten times that
    python bench/clock_fold.py --all    # 1,000,000 once as well

Histories are random with a fixed seed, mixed like a year of a large city: 70 % received and answered, 10 % with a
correction, 10 % with an extension, 7 % with one consultation, 3 % with two and a fee. One process; making the histories
is not counted. Prints a Markdown table.
"""

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from requests_app.deadlines import RECEIPTS, Happened, fold  # noqa: E402
from workdays.arithmetic import Calendar  # noqa: E402
from workdays.published import published_calendar  # noqa: E402

SOME, EVERYTHING, SLICE = 100_000, 1_000_000, 50_000
FIRST_DAY, DAYS = date(2008, 1, 2), 6500
KINDS = {"plain": 70, "correction": 10, "extension": 10, "consultation": 7, "two and fee": 3}
History = tuple[str, list[Happened]]


def histories(seed: int) -> Iterator[History]:
    """Applications without end."""
    dice = random.Random(seed)
    channels, kinds, weights = list(RECEIPTS), list(KINDS), list(KINDS.values())
    while True:
        channel, kind = dice.choice(channels), dice.choices(kinds, weights)[0]
        start = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
        yield channel, [Happened(start, RECEIPTS[channel]), *MAKERS[kind](start, dice)]


def _after(start: date, least: int, most: int, dice: random.Random) -> date:
    return start + timedelta(days=dice.randint(least, most))


def _plain(start: date, dice: random.Random) -> list[Happened]:
    return [Happened(_after(start, 1, 30, dice), "replied", delivery=dice.choice(["post", "electronic"]))]


def _correction(start: date, dice: random.Random) -> list[Happened]:
    told = _after(start, 1, 6, dice)
    back = _after(told, 1, 10, dice)
    asked = Happened(told, "correction_notice_served", correction_workdays=10)
    return [asked, Happened(back, "correction_received"), *_plain(back, dice)]


def _extension(start: date, dice: random.Random) -> list[Happened]:
    day = _after(start, 10, 20, dice)
    approved = Happened(day, "extension_approved", workdays=dice.randint(5, 20))
    return [approved, Happened(day, "extension_notified"), *_plain(day, dice)]


def _consultation(start: date, dice: random.Random, name: str = "1") -> list[Happened]:
    sent = _after(start, 1, 10, dice)
    served = _after(sent, 1, 4, dice)
    back = _after(served, 1, 15, dice)
    asked = [Happened(sent, "third_party_sent", id=name), Happened(served, "third_party_served", id=name)]
    return [*asked, Happened(back, "third_party_returned", id=name), *_plain(back, dice)]


def _two_and_fee(start: date, dice: random.Random) -> list[Happened]:
    asked = [*_consultation(start, dice, "1")[:-1], *_consultation(start, dice, "2")[:-1]]
    told = _after(max(each.on for each in asked), 1, 5, dice)
    paid = _after(told, 1, 20, dice)
    return [*asked, Happened(told, "fee_notice_served"), Happened(paid, "fee_paid"), *_plain(paid, dice)]


MAKERS = {
    "plain": _plain,
    "correction": _correction,
    "extension": _extension,
    "consultation": _consultation,
    "two and fee": _two_and_fee,
}


def folded(cases: list[History], calendar: Calendar) -> tuple[float, Counter[bool | None]]:
    """Seconds, and how many were answered in time, late, or not."""
    started = time.perf_counter()
    ends = Counter(fold(channel, events, calendar).on_time for channel, events in cases)
    return time.perf_counter() - started, ends


def run(wanted: int, calendar: Calendar, *, seed: int) -> tuple[float, Counter[bool | None]]:
    """Fold so many histories, made slice by slice."""
    source, spent, ends = histories(seed), 0.0, Counter[bool | None]()
    for _ in range(wanted // SLICE):
        seconds, found = folded(list(islice(source, SLICE)), calendar)
        spent, ends = spent + seconds, ends + found
    return spent, ends


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="fold 1,000,000 as well")
    options = parser.parse_args()
    calendar = published_calendar()
    print("| histories | seconds | µs each | in time / late |\n|--:|--:|--:|--:|")
    runs = [run(SOME, calendar, seed=turn) for turn in range(3)]
    median = statistics.median(seconds for seconds, _ in runs)
    _row(f"{SOME:,}", median, SOME, runs[0][1])
    print(f"| {EVERYTHING:,}, extrapolated | {median * EVERYTHING / SOME:.1f} | | |")
    if options.all:
        seconds, ends = run(EVERYTHING, calendar, seed=7)
        _row(f"{EVERYTHING:,}", seconds, EVERYTHING, ends)


def _row(name: str, seconds: float, count: int, ends: Counter[bool | None]) -> None:
    print(f"| {name} | {seconds:.1f} | {seconds / count * 1e6:.1f} | {ends[True]:,} / {ends[False]:,} |")


if __name__ == "__main__":
    main()
