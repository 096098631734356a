"""Sentences about numbers and the arithmetic they rest on. Pure."""

from collections.abc import Mapping, Sequence

from catalog.charts import share_words


def percent(part: int, whole: int) -> str:
    """97.5%; never 100.0% for less than all, nor 0.0% for some; a dash of nothing."""
    if not whole:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)  # to the nearest, halves up
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths / 10:.1f}%"


def most_of(parts: Mapping[str, int], labels: Mapping[str, str]) -> str:
    """“网上提交最多，占六成以上”; of several with the same number none is named. ``parts`` is not empty."""
    total, most = sum(parts.values()), max(parts.values())
    keys = [key for key, value in parts.items() if value == most]
    if len(keys) > 1:
        return f"共 {total:,} 件"
    share = share_words(most, total)
    return f"{'全部为' if share == '全部' else ''}{labels.get(keys[0], '其他')}{'' if share == '全部' else f'最多，占{share}'}"


def within(counts: Mapping[int, int], share: int) -> int:
    """The smallest number of days within which at least ``share`` per cent lie. ``counts`` is not empty."""
    total, seen = sum(counts.values()), 0
    for days in sorted(counts):
        seen += counts[days]
        if 100 * seen >= share * total:
            return days
    return max(counts)


def mean(stars: Mapping[int, int]) -> str:
    """4.6; a dash of nothing."""
    total = sum(stars.values())
    return f"{sum(value * count for value, count in stars.items()) / total:.1f}" if total else "—"


def best_month(values: Sequence[int], labels: Sequence[str]) -> str:
    """“，2026年10月最多（1,200 件）”, where one month has the most."""
    most = max(values, default=0)
    places = [number for number, value in enumerate(values) if value == most]
    return f"，{labels[places[0]]}最多（{most:,} 件）" if most and len(places) == 1 else ""
