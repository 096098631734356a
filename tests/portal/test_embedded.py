"""The embedded broker: messages are whole when they can be seen, and a reader beside a writer never stumbles."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal import embedded


@pytest.fixture
def broker(tmp_path: Path) -> Connection:
    control = tmp_path / "control"
    control.mkdir()
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(control)}
    return Connection(f"{embedded.SCHEME}://", transport_options=folders)


def test_a_message_arrives_as_it_was_sent(broker: Connection) -> None:
    with broker.SimpleQueue("work") as queue:
        queue.put({"matter": "期限"})
        message = queue.get(timeout=5)
        message.ack()
        assert message.payload == {"matter": "期限"}


def test_no_message_can_be_seen_before_it_is_whole(
    broker: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    moved = Path.replace

    def watch(half: Path, name: Path) -> Path:
        seen.append([path.name for path in tmp_path.glob("*.work.msg")])
        done = moved(half, name)
        seen.append([path.read_text() for path in tmp_path.glob("*.work.msg")])
        return done

    monkeypatch.setattr(Path, "replace", watch)
    broker.channel()._put("work", {"number": 7})
    assert seen == [[], ['{"number": 7}']]


def test_a_reader_beside_a_writer_takes_every_message_once(broker: Connection, tmp_path: Path) -> None:
    channel, taken = broker.channel(), []

    def write() -> None:
        own = broker.clone().channel()
        for number in range(300):
            own._put("work", number)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or [*tmp_path.glob("*.work.msg")]:
        try:
            taken.append(channel._get("work"))
        except Empty:
            continue
    assert sorted(taken) == list(range(300))


def test_processes_that_start_together_bind_every_queue(broker: Connection, tmp_path: Path) -> None:
    """Each opens the table before the other has written it, as two workers at a city's first start."""
    channels = [broker.clone().channel() for _ in range(8)]
    together = threading.Barrier(len(channels), timeout=60)

    def bind(number: int) -> None:
        for city in range(60):  # each with its first start
            together.wait()
            channels[number]._queue_bind(f"city-{city}", "", "", f"queue-{number}")
            assert channels[number].get_table(f"city-{city}"), "never an empty table"

    with ThreadPoolExecutor(len(channels)) as pool:
        list(pool.map(bind, range(len(channels))))
    assert {len(broker.channel().get_table(f"city-{city}")) for city in range(60)} == {8}
