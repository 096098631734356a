"""Information processing fees (信息处理费, 国办函〔2020〕109号): how much, and how it comes about. Pure.

An application is charged by item or by page, never by both. Every range has its own price and only what lies in it is
charged at that price (超额累进). Amounts are whole yuan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

FREE_ITEMS = 10
FREE_PAGES = 30
_PAGE_RANGES = ((1, FREE_PAGES, 0), (FREE_PAGES + 1, 100, 10), (101, 200, 20), (201, None, 40))


@dataclass(frozen=True, slots=True)
class Tier:
    """What falls into one range of prices: the ``first`` to the ``last`` item or page, both included."""

    first: int
    last: int
    price_yuan: int
    unit: str

    @property
    def quantity(self) -> int:
        """How many items or pages."""
        return self.last - self.first + 1

    @property
    def amount_yuan(self) -> int:
        """What they cost."""
        return self.quantity * self.price_yuan

    @property
    def line(self) -> str:
        """The line of the derivation, as it stands in the notice."""
        which = f"第 {self.first} {self.unit}"
        if self.last > self.first:
            which = f"第 {self.first} 至 {self.last} {self.unit}"
        if not self.price_yuan:
            return f"{which}：{self.quantity} {self.unit}，不收费"
        return f"{which}：{self.quantity} {self.unit} × {self.price_yuan} 元 = {self.amount_yuan:,} 元"


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee and the ranges it is made of, free ones included."""

    amount_yuan: int
    tiers: tuple[Tier, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The derivation, line by line."""
        return tuple(tier.line for tier in self.tiers)


def fee_by_item(n_before: int, n_now: int) -> Fee:
    """条例§42: the fee by items: what the items after ``n_before`` up to ``n_now`` of one natural month cost.

    Both are totals of the same applicant at the same body in that month, before and with this application; what was
    charged before is neither paid back nor charged again. Source: 国办函〔2020〕109号. ValueError when the totals
    are impossible.
    """
    if not 0 <= n_before <= n_now:
        raise ValueError(f"items of a month go from {n_before} to {n_now}")
    return _fee(n_before, n_now, _item_ranges(), "件")


def fee_by_page(pages: int) -> Fee:
    """条例§42: the fee by volume: ``pages`` provided on one application, counted for each application alone.

    Source: 国办函〔2020〕109号. ValueError when ``pages`` is negative.
    """
    if pages < 0:
        raise ValueError(f"{pages} pages")
    return _fee(0, pages, _PAGE_RANGES, "页")


def _item_ranges() -> Iterator[tuple[int, int | None, int]]:
    """Ten free, twenty at 100 yuan, then each ten dearer by 100; without end."""
    yield 1, FREE_ITEMS, 0
    yield FREE_ITEMS + 1, 30, 100
    for step in count():
        yield 31 + 10 * step, 40 + 10 * step, 200 + 100 * step


def _fee(before: int, now: int, ranges: Iterable[tuple[int, int | None, int]], unit: str) -> Fee:
    tiers = []
    for first, last, price in ranges:
        if first > now:
            break
        start, end = max(first, before + 1), now if last is None else min(last, now)
        if start <= end:
            tiers.append(Tier(start, end, price, unit))
    return Fee(sum(tier.amount_yuan for tier in tiers), tuple(tiers))
