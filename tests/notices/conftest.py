"""What the tests of messages share: people who can be reached, kinds, a real mail server and a real SMS gateway."""

import copy
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from accounts.models import User
from notices import kinds, services
from notices.models import Notice
from tests.cast import Cast, make_cast

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, made once a module inside a transaction that is rolled back; each test works in a savepoint of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        reachable(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def cast(_city: Cast, db: None) -> Cast:
    """The people and departments, fresh for each test; everybody has an address and a mobile number."""
    return copy.deepcopy(_city)


def reachable(cast: Cast) -> None:
    """Give everybody an e-mail address and a mobile number."""
    for number, (name, person) in enumerate(cast.people.items()):
        if isinstance(person, User):
            person.email, person.phone = f"{name}@example.cn", f"138 0000 {number:04}"
            person.save(update_fields=["email", "phone"])


@pytest.fixture(autouse=True)
def _ways_out(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Three kinds, e-mail connected, SMS not."""
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register("duty", "待办提醒")
    kinds.register("alarm", "紧急处置", channels=("email", "sms"))
    kinds.register("news", "进展通报", is_optional=True)
    settings.EMAIL_HOST, settings.SMS_WEBHOOK_URL = "mail.test", ""


Tell = Callable[..., list[Notice]]


@pytest.fixture
def tell(cast: Cast) -> Tell:
    """Tell 李四 about the education bureau; ``said`` changes any argument."""

    def run(**said: Any) -> list[Notice]:
        usual: dict[str, Any] = {
            "recipients": [cast.lisi],
            "kind": "duty",
            "subject": cast.jyj,
            "title": "有一件文件待审核",
            "text": "请在期限前办理。",
            "url": "/desk/documents/",
            "at": NOW,
        }
        return services.notify(**(usual | said))

    return run


@dataclass
class Gateway:
    """An SMS gateway on this machine: answers with ``statuses`` in turn (None: hangs up), then with 200."""

    url: str = ""
    statuses: list[int | None] = field(default_factory=list)
    received: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    """A real HTTP server that the settings name as SMS gateway."""
    found = Gateway()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append((dict(self.headers.items()), json.loads(content)))
            status = found.statuses.pop(0) if found.statuses else 200
            if status is not None:
                self.send_response(status)
                self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}/send?app=portal"
        settings.SMS_WEBHOOK_URL, settings.SMS_WEBHOOK_TOKEN = found.url, "geheim"
        yield found
        server.shutdown()


@dataclass
class MailServer:
    """A mail server on this machine: ``answers`` replaces what it says to a command, "" hangs up."""

    answers: dict[str, str] = field(default_factory=dict)
    received: list[str] = field(default_factory=list)


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server that the settings name, and Django's real mail backend."""
    found = MailServer()

    class Door(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(found.answers.get("CONNECT", "220 here"))
            while line := self.rfile.readline().decode().strip():
                command = line.split()[0].upper()
                usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(command, "250 ok")
                if not self.say(found.answers.get(command, usual)):
                    return
                if command == "DATA" and "DATA" not in found.answers and not self.take():
                    return
                if command == "QUIT":
                    return

        def say(self, words: str) -> bool:
            self.wfile.write(f"{words}\r\n".encode() if words else b"")
            return bool(words)

        def take(self) -> bool:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.decode())
            found.received.append("".join(lines))
            return self.say(found.answers.get("TAKEN", "250 taken"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield found
        server.shutdown()
