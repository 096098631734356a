"""The embedded broker: kombu's folder of messages, with every file written whole before a reader can see it.

kombu opens the file under its own name and fills it afterwards; a worker that reads in between takes an empty message or
an empty table of queues, stops, and the whole demo city with it.
"""

import fcntl
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "embedded"


class Channel(filesystem.Channel):  # type: ignore[misc]
    """A channel over a folder."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:  # type: ignore[override]
        """One after the other: two processes that start together lose no queue."""
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "binding.lock").open("a") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            row = (routing_key or "", pattern or "", queue or "")
            table = [tuple(known) for known in self.get_table(exchange)]
            if row not in table:
                _write_whole(self._exchange_file(exchange), dumps([row, *table]))  # type: ignore[attr-defined]


def _write_whole(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="new-", delete=False) as half:
        half.write(text)
    Path(half.name).replace(path)


class Transport(filesystem.Transport):  # type: ignore[misc]
    """The transport of `embedded://`."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
