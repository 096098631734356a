"""The table of lawful state changes. Pure: one source for what may be done, what may not, and why not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# Source of transitions that bring a record into being.
NEW = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One lawful change. `clock` says what it does to a period, `letter` which letter goes out, `needs` which facts
    must be given."""

    source: str
    action: str
    target: str
    role: str
    article: str
    clock: str = ""
    letter: str = ""
    needs: tuple[str, ...] = ()


class Obstacle(StrEnum):
    """Why a step may not be taken: not now, or not by you."""

    WRONG_STATE = "wrong_state"
    WRONG_PERSON = "wrong_person"


@dataclass(frozen=True, slots=True)
class Step:
    """An action as offered to a person. `reason` (Chinese) is empty exactly when it may be taken."""

    action: str
    label: str
    transition: Transition | None
    obstacle: Obstacle | None
    reason: str

    @property
    def is_open(self) -> bool:
        """True when the action may be taken now by this person."""
        return self.obstacle is None


@dataclass(frozen=True)
class TransitionTable:
    """All lawful changes of one kind of record, with the words for states, actions, roles and facts.

    Labels are only for sentences; a missing label shows the slug. Two rows for one (source, action) are an error.
    """

    rows: tuple[Transition, ...]
    noun: str = "本件"
    states: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = [(row.source, row.action) for row in self.rows]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"two rows for one source and action: {sorted(twice)}")

    def find(self, source: str, action: str) -> Transition | None:
        """The row for ``action`` in state ``source``; None when that is not lawful."""
        return next((row for row in self.rows if row.source == source and row.action == action), None)

    def sources_of(self, action: str) -> tuple[str, ...]:
        """States in which ``action`` is lawful."""
        return tuple(row.source for row in self.rows if row.action == action)

    def steps(self, state: str, allowed: Callable[[Transition], bool]) -> list[Step]:
        """Every action of the table, open or with the reason why not; creation is no step of a record that exists."""
        names = dict.fromkeys(row.action for row in self.rows if row.source != NEW)
        return [self._step(state, action, allowed) for action in names]

    def _step(self, state: str, action: str, allowed: Callable[[Transition], bool]) -> Step:
        row = self.find(state, action)
        label = self.actions.get(action, action)
        if row is None:
            return Step(action, label, None, Obstacle.WRONG_STATE, self.wrong_state(state, action))
        if not allowed(row):
            return Step(action, label, row, Obstacle.WRONG_PERSON, self.wrong_person(row))
        return Step(action, label, row, None, "")

    def wrong_state(self, state: str, action: str) -> str:
        """Sentence why ``action`` is not lawful in ``state``."""
        sources = self._quoted(self.states.get(source, source) for source in self.sources_of(action) if source != NEW)
        now = self.states.get(state, state)
        label = self.actions.get(action, action)
        if not sources:
            return f"{self.noun}不能{label}。"
        return f"{self.noun}现在是“{now}”，只有{sources}时可以{label}。"

    def wrong_person(self, row: Transition) -> str:
        """Sentence why this person may not take a step that is lawful now."""
        label, role = self.actions.get(row.action, row.action), self.roles.get(row.role, row.role)
        return f"{label}由“{role}”岗位办理，您不担任该岗位，或{self.noun}不在您的办理范围内。"

    @staticmethod
    def _quoted(words: Iterable[str]) -> str:
        return "、".join(f"“{word}”" for word in dict.fromkeys(words))
