"""Handlers by kind of work, registered by the rooms that own them when Django starts."""

from collections.abc import Callable
from typing import Any, Protocol

from jobs.models import Job


class Slice(Protocol):
    """What a handler sees of its time slice."""

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Write progress and renew the lease."""

    def out_of_time(self) -> bool:
        """True once the slice is used up: stop at the next safe place with `Continue`."""


class Continue(Exception):
    """Raised by a handler that is not finished: run me again with this payload."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__("to be continued")
        self.payload = payload


class GiveUp(Exception):
    """Raised by a handler for work that no repetition can save; the text (Chinese) is shown to the owner."""


Handler = Callable[[Job, Slice], None]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of ``kind``. It must be idempotent: a killed worker's job runs again."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler | None:
    """The handler of ``kind``, None when no room registered one."""
    return _handlers.get(kind)
