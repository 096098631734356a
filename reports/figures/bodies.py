"""The bodies of the city beside each other, in the measures in which they can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Department
from catalog.charts import Measure as Length
from catalog.charts import TableRow
from catalog.figures import MOST_BODIES
from reports.figures.links import Links
from reports.figures.measures import ALL, KEYS, LATE, LEAST_RATINGS, ON_TIME, Measure
from reports.figures.sections import Section, number
from reports.figures.selectors import Parts
from reports.figures.words import mean, percent
from requests_app.ledger.overview import median

HEAD = (
    "机关",
    "公开（件）",
    "收到申请（件）",
    "答复（件）",
    "逾期答复（件）",
    "按时率",
    "用时中位数（工作日）",
    "满意度",
)
OF_PUBLISHED, OF_RECEIVED, OF_SHARE = 1, 2, 5
"""Places of columns that are drawn."""
FEW = "—"


@dataclass(frozen=True)
class Body:
    """One body's numbers in a period."""

    department: Department
    found: dict[str, Parts]

    def total(self, measure: Measure, *keys: str) -> int:
        """The sum of these keys; of all without any."""
        parts = self.found.get(measure, {})
        return sum(parts.get(key, 0) for key in keys) if keys else sum(parts.values())

    @property
    def received(self) -> int:
        """Applications received."""
        return self.total(Measure.CHANNEL)

    @property
    def has_any(self) -> bool:
        """Whether there is a number at all."""
        return any(self.found.values())

    def cells(self, *, hides_few: bool) -> tuple[str, ...]:
        """In the order of `HEAD`, without the name."""
        timely, late = self.total(Measure.ANSWERED, ON_TIME), self.total(Measure.ANSWERED, LATE)
        middle = median({int(key): value for key, value in self.found.get(Measure.WORKDAYS, {}).items()})
        stars = {int(key): value for key, value in self.found.get(Measure.RATING, {}).items()}
        is_few = hides_few and sum(stars.values()) < LEAST_RATINGS
        counts = (self.total(Measure.PUBLISHED, ALL), self.received, timely + late, late)
        return (
            *map(number, counts),
            percent(timely, timely + late),
            FEW if middle is None else f"{middle:g}",
            FEW if is_few else mean(stars),
        )

    def links(self, links: Links) -> tuple[str, ...]:
        """The pages behind its numbers."""
        late = links.cases(Measure.ANSWERED, LATE) if self.total(Measure.ANSWERED, LATE) else ""
        return (
            links.documents() if self.total(Measure.PUBLISHED, ALL) else "",
            links.cases(Measure.CHANNEL) if self.received else "",
            links.cases(Measure.ANSWERED) if self.total(Measure.ANSWERED) else "",
            late,
        )


def of_bodies(departments: Sequence[Department], found: dict[int, dict[str, Parts]]) -> list[Body]:
    """Those that have a number, in the order of the city."""
    bodies = [Body(department, found.get(department.pk, {})) for department in departments]
    return [body for body in bodies if body.has_any]


def city_ratings(found: dict[int, dict[str, Parts]]) -> Parts | None:
    """The city's ratings by stars without bodies whose own are not published, where the difference would tell them: those
    of a single body, or too few together; None where all may stand.
    """
    kept: list[Parts] = []
    left: list[int] = []
    for measures in found.values():
        parts = measures.get(Measure.RATING, {})
        if sum(parts.values()) >= LEAST_RATINGS:
            kept.append(parts)
        elif parts:
            left.append(sum(parts.values()))
    if not left or (len(left) > 1 and sum(left) >= LEAST_RATINGS):
        return None
    return {key: sum(parts.get(key, 0) for parts in kept) for key in KEYS[Measure.RATING]}


def section(bodies: Sequence[Body], links: Links, address: str, *, hides_few: bool = True) -> Section:
    """各机关. ``address`` of a body's own page has `{}` for its code; numbers lead where ``links`` of a city may."""
    rows = []
    for body in bodies:
        own = Links(body.department, links.period, links.follows)
        rows.append(
            TableRow(
                body.department.name,
                body.cells(hides_few=hides_few),
                address.format(body.department.code),
                body.links(own),
            )
        )
    most = sorted((body for body in bodies if body.received), key=lambda body: -body.received)[:MOST_BODIES]
    with_requests = sum(bool(body.received) for body in bodies)
    title = f"{len(bodies)} 个机关有数据，{with_requests} 个机关收到申请" if bodies else "还没有数据"
    note = f"图中为收到申请最多的 {len(most)} 个机关的件数。" if with_requests > len(most) else "图中为收到申请的件数。"
    few = f"满意度只列评价不少于 {LEAST_RATINGS} 条的机关。" if hides_few else ""
    return Section(
        "bodies", "各机关", "各机关", title, HEAD, rows,
        [Length(body.department.name, body.received) for body in most],
        ("published", "received", "ontime", "workdays", "rating"), note=f"{note if most else ''}{few}",
    )  # fmt: skip
