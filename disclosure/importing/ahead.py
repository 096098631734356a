"""Reading one slice ahead in a process of its own, so that two processors share an import."""

import multiprocessing
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from disclosure.importing.faults import FileFault

T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """``items`` in order, made by a forked process that is one ahead. It must not touch the database.

    The pipe holds the child back, and ends it when this process is killed. FileFault passes through.
    """
    receiver, sender = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_produce, args=(items, sender, receiver), daemon=True)
    child.start()
    sender.close()
    try:
        while (message := _next(receiver)) is not None:
            yield message
    finally:
        receiver.close()
        child.terminate()
        child.join()


def _next(receiver: Any) -> Any:
    """The next item, None at the end."""
    try:
        item, fault = receiver.recv()
    except EOFError:
        raise FileFault("读取文件的进程意外中断，再次运行将从中断处继续") from None
    if fault:
        raise FileFault(fault)
    return item


def _produce(items: Iterable[T], sender: Connection, receiver: Connection) -> None:
    receiver.close()
    try:
        for item in items:
            sender.send((item, ""))
        sender.send((None, ""))
    except FileFault as fault:
        sender.send((None, str(fault)))
    except BrokenPipeError:
        return
