"""How findings become points, points a score, scores an order. Pure; points are decimals of two places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST_STARS = 5


def deduction(findings: int, *, each: Decimal, most: Decimal) -> Decimal:
    """So much for each finding, never more than the indicator is worth."""
    return min(findings * each, most).quantize(CENT)


def lost_of(share: Decimal, most: Decimal) -> Decimal:
    """What is not earned of ``most`` by a ``share`` between 0 and 1."""
    return (most * (1 - share)).quantize(CENT, ROUND_HALF_UP)


def share_of_stars(total: int, count: int) -> Decimal:
    """The mean of ``count`` ratings, ``total`` stars together, as a share of the five there are."""
    return Decimal(total) / (count * MOST_STARS)


@dataclass(frozen=True, slots=True)
class Sum:
    """What a body could earn, and what was taken off."""

    full: Decimal = NOTHING
    deducted: Decimal = NOTHING

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.full + other.full, self.deducted + other.deducted)

    @property
    def earned(self) -> Decimal:
        """What is left."""
        return self.full - self.deducted

    @property
    def rate(self) -> Decimal | None:
        """折算得分: of 100; None where nothing was assessed. What does not concern a body neither helps nor harms it."""
        return (100 * self.earned / self.full).quantize(CENT, ROUND_HALF_UP) if self.full else None


def ranks(rates: Sequence[Decimal | None]) -> list[int | None]:
    """Places in the order given: 1 for the highest, equals share one, None without a rate."""
    known = [rate for rate in rates if rate is not None]
    return [1 + sum(other > rate for other in known) if rate is not None else None for rate in rates]


def mean(rates: Iterable[Decimal]) -> Decimal | None:
    """To two places; None without any."""
    found = list(rates)
    return (sum(found, NOTHING) / len(found)).quantize(CENT, ROUND_HALF_UP) if found else None
