"""The embedded broker: kombu's folder of messages, with every message written whole before a reader can see it.

kombu opens the file under its own name and fills it afterwards; a worker that reads in between takes an empty message,
stops, and the whole demo city with it.
"""

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
        message = dumps(payload)  # before there is a file
        with tempfile.NamedTemporaryFile("w", dir=self.data_folder_out, prefix="new-", delete=False) as half:
            half.write(message)
        Path(half.name).replace(Path(self.data_folder_out) / name)


class Transport(filesystem.Transport):  # type: ignore[misc]
    """The transport of `embedded://`."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
