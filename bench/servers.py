"""Private servers that can be killed and started again: PostgreSQL, Redis, and a mail server that only counts."""

import os
import re
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from scripts.test import Missing, free_port, ordinary_user, program, wait_for


class Killable:
    """A process group that is started, killed with -9 and started again."""

    def __init__(self, name: str, command: list[str], *, port: int = 0, env: dict[str, str] | None = None) -> None:
        self.name, self.command, self.port, self.env = name, command, port, env
        self.kills = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it in a session of its own; wait for its port."""
        quiet = subprocess.DEVNULL
        cwd = Path(__file__).resolve().parent.parent if self.env else "/"
        self.process = subprocess.Popen(
            self.command, env=self.env, cwd=cwd, stdout=quiet, stderr=quiet, start_new_session=True
        )
        if self.port:
            wait_for(self.port, self.process, self.name)

    def kill(self) -> None:
        """kill -9 of the whole group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
            self.process = None

    def restart(self) -> None:
        """Killed, and there again."""
        self.kill()
        self.kills += 1
        for _ in range(20):  # children may hold the port or the folder for a moment
            try:
                self.start()
                return
            except Missing:
                self.kill()
                time.sleep(1)
        raise Missing(f"{self.name} did not come back")


def postgres(folder: Path) -> Killable | None:
    """A PostgreSQL with durable writes below ``folder``; None where its programs are missing."""
    initdb, server = program("initdb"), program("postgres")
    if not initdb or not server:
        return None
    place = folder / "postgres"
    place.mkdir()
    as_user, port = ordinary_user(), free_port()
    if as_user:
        folder.chmod(0o755)
        shutil.chown(place, "postgres", "postgres")
    made = [*as_user, initdb, "-D", f"{place}/data", "-U", "portal", "-E", "UTF8", "--locale=C", "-A", "trust"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=place)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={place}", "-c", "max_connections=60"]
    return Killable("PostgreSQL", [*as_user, server, "-D", f"{place}/data", "-p", str(port), *options], port=port)


def redis(folder: Path) -> Killable | None:
    """A Redis that keeps nothing on disk: killed, it has forgotten everything. None where it is not installed."""
    server = program("redis-server")
    if not server:
        return None
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Killable("Redis", [server, *options], port=port)


class _Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as Django speaks."""

    def handle(self) -> None:
        """Until the other side hangs up."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._message()
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")

    def _message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        found = re.search(rb"^Message-ID: <([0-9a-f-]{36})@", b"".join(lines), re.M | re.I)
        self.server.arrived[found[1].decode() if found else "?"] += 1  # type: ignore[attr-defined]
        self.wfile.write(b"250 taken\r\n")


class Mailbox:
    """A mail server on a free port that counts by Message-ID."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), _Conversation)
        self.server.daemon_threads = True
        self.arrived: Counter[str] = Counter()
        self.server.arrived = self.arrived  # type: ignore[attr-defined]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
