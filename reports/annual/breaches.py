"""What is wrong in a report, as one shape for every rule. Pure."""

from dataclasses import dataclass

from reports.annual.tables import Number

HARD = frozenset({"R1", "R2", "R3", "R4", "R5", "R12"})


@dataclass(frozen=True, slots=True)
class Breach:
    """Two figures that should be equal and are not: where, which rule (law.md §2.5), both figures and what each is;
    ``reason`` is how the report explains it."""

    rule: str
    table: str
    row: str
    column: str
    found: Number | str
    expected: Number | str
    what: str
    should: str
    reason: str = ""

    @property
    def is_hard(self) -> bool:
        """False for a warning, and for what is explained."""
        return self.rule in HARD and not self.reason

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return "，".join(part for part in (self.table, self.row, self.column) if part)

    @property
    def sentence(self) -> str:
        """For people."""
        said = f"已说明：{self.reason.rstrip('。')}。" if self.reason else ""
        return f"{self.place}：{self.what}{self.found}，{self.should}{self.expected}。{said}"
