"""Six workers at the same outbox: every message leaves once."""

import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection

from notices import services
from notices.delivery import deliver_next
from notices.models import Delivery
from tests.cast import make_cast
from tests.notices.conftest import NOW, reachable


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection")
def test_workers_at_once_never_send_the_same_message(committed: None) -> None:
    cast = make_cast()
    reachable(cast)
    for number in range(40):
        services.notify(
            recipients=[cast.lisi, cast.wangwu], kind="duty", subject=cast.jyj, title=f"第{number}件。", text="",
            url="/desk/", at=NOW, due_on=date(2026, 1, 1) + timedelta(days=number), urgent=number % 2 == 0,
        )  # fmt: skip

    def work() -> None:
        try:
            while deliver_next(at=NOW):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    for person in ("lisi", "wangwu"):
        words = "".join(message.body for message in mail.outbox if message.to == [f"{person}@example.cn"])
        assert all(words.count(f"第{number}件。") == 1 for number in range(40))
