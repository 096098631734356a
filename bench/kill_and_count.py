"""kill -9 of everything in turn, while people hand in and reminders run; then it is counted. Prints a Markdown table.

    python bench/kill_and_count.py [--rounds 3] [--seconds 2] [--waiting 1500] [--embedded]

Starts private servers in a temporary folder (PostgreSQL and Redis where they are installed; with `--embedded`, or without
them, SQLite and the embedded broker), a mail server that counts, a web server whose one page is the service that the
citizens' wizard calls, a worker, and a process that runs the reminders of the next ten working days. Each of them is
killed in turn, `--rounds` times, and started anew. Four clients hand in all the while and note every number they were
given; a broken answer is not tried again. At the end the work left is done and the rows are counted. Nothing that was not
started here is touched.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.servers import Killable, Mailbox, postgres, redis  # noqa: E402
from scripts.test import free_port  # noqa: E402

CLIENTS = 4
INSIDE = str(ROOT / "bench" / "kill_inside.py")


class Citizens:
    """Clients that hand in one application after the other, and what they were told."""

    def __init__(self, port: int) -> None:
        self.port, self.broken = port, 0
        self.numbers: list[str] = []
        self.over, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self._go, args=(place,)) for place in range(CLIENTS)]

    def start(self) -> None:
        """All at once."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Wait for the last answers."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _go(self, place: int) -> None:
        for turn in itertools.count():
            if self.over.wait(0.05):
                return
            number = self._hand_in(f"kill-{place}-{turn}")
            with self.lock:
                if number:
                    self.numbers.append(number)
                else:
                    self.broken += 1

    def _hand_in(self, title: str) -> str:
        link = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request("GET", f"/?{title}")
            answer = link.getresponse()
            body = answer.read().decode()
            return body if answer.status == 200 else ""
        except (OSError, HTTPException):
            time.sleep(0.2)
            return ""
        finally:
            link.close()


def inside(part: str, env: dict[str, str], *, said: str = "", rest: tuple[str, ...] = ()) -> str:
    """One part of `kill_inside`, to its end."""
    command = [sys.executable, INSIDE, part, *rest]
    return subprocess.run(command, env=env, cwd=ROOT, input=said, text=True, stdout=subprocess.PIPE, check=True).stdout


def processes(env: dict[str, str], folder: Path, port: int) -> list[Killable]:
    """Web server, worker, reminders."""
    python = sys.executable
    web = [python, "-m", "gunicorn", "bench.kill_inside:application", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    worker = [python, "-m", "celery", "--app", "portal", "--quiet", "worker", "--beat", "--concurrency", "1"]
    options = ["--schedule", str(folder / "beat"), "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    return [
        Killable("web", [*web, "--no-control-socket"], port=port, env=env),
        Killable("worker", [*worker, *options], env=env),
        Killable("reminders", [python, INSIDE, "remind"], env=env),
    ]


def run(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], Citizens, Mailbox, list[Killable]]:
    """Start, kill, finish; everything started here is gone afterwards."""
    mailbox, port = Mailbox(), free_port()
    found = [] if options.embedded else [server for server in (postgres(folder), redis(folder)) if server]
    env = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "LOG_LEVEL": "ERROR",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mailbox.port),
    }
    victims, citizens = [*processes(env, folder, port), *found], Citizens(port)
    try:
        for server in found:
            server.start()
            name, url = ("REDIS_URL", "redis://127.0.0.1:{}/0") if server.name == "Redis" else _POSTGRES
            env[name] = url.format(server.port)
        inside("prepare", env, rest=(str(options.waiting),))
        _kill_in_turn(options, victims, citizens, len(found))
        counted = json.loads(inside("finish", env, said=json.dumps(citizens.numbers)).splitlines()[-1])
    finally:
        citizens.over.set()
        for victim in victims:
            victim.kill()
        mailbox.close()
    return counted, citizens, mailbox, victims


_POSTGRES = ("DATABASE_URL", "postgres://portal@127.0.0.1:{}/postgres")


def _kill_in_turn(options: argparse.Namespace, victims: list[Killable], citizens: Citizens, servers: int) -> None:
    ours = victims[: len(victims) - servers]
    for victim in ours:
        victim.start()
    citizens.start()
    for _ in range(options.rounds):
        for victim in victims:
            _let_work(citizens, options.seconds)
            victim.restart()
            print(f"killed {victim.name}; {len(citizens.numbers)} numbers given", file=sys.stderr, flush=True)
    time.sleep(options.seconds)
    citizens.stop()
    for victim in ours:
        victim.kill()


def _let_work(citizens: Citizens, seconds: float) -> None:
    """Until some were answered since the last kill, and so many seconds more; half a minute at most."""
    before, until = len(citizens.numbers), time.monotonic() + 30
    while len(citizens.numbers) < before + CLIENTS and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(seconds)


def table(counted: dict[str, Any], citizens: Citizens, mailbox: Mailbox) -> list[tuple[str, object, object]]:
    """(what, expected, found)."""
    states, arrived = counted["states"], mailbox.arrived
    by_state = Counter(states.values())
    once = sum(arrived[key] == 1 for key, state in states.items() if state == "sent")
    unsure = sum(arrived[key] for key, state in states.items() if state == "uncertain")
    untold = counted["cases"] - len(citizens.numbers)
    return [
        ("numbers given that are not in the register", 0, counted["lost"]),
        ("numbers given twice", 0, counted["told_twice"]),
        ("applications handed in once and kept twice", 0, counted["handed_in_twice"]),
        ("applications without applicant, wish, number, event or due day", 0, counted["not_whole"]),
        ("gaps in the register", 0, counted["gaps"]),
        ("kept though the answer broke off", f"≤ {citizens.broken}", untold),
        ("reminders of answers, in the portal", counted["reminders_expected"], counted["reminders"]),
        ("digests of the supervisor", counted["digests_expected"], counted["digests"]),
        ("mails to applicants put down", counted["outside_expected"], counted["outside"]),
        ("mails recorded as sent, arrived once", by_state["sent"], once),
        ("mails recorded as uncertain, arrived", f"≤ {by_state['uncertain']}", unsure),
        ("mails failed or still waiting", 0, by_state["failed"] + by_state["queued"] + by_state["sending"]),
        ("mails that arrived twice", 0, sum(count > 1 for count in arrived.values())),
        ("jobs left undone", 0, counted["left"]),
    ]


def main() -> None:
    """Run and print; ends with 1 when something expected exactly was not found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of work between two kills")
    parser.add_argument("--waiting", type=int, default=1500, help="applications there before")
    parser.add_argument("--embedded", action="store_true", help="SQLite and the embedded broker")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-kill-") as place:
        counted, citizens, mailbox, victims = run(options, Path(place))
    kills = ", ".join(f"{victim.name} {victim.kills}" for victim in victims)
    print(f"\nkill -9: {kills}. {len(citizens.numbers)} numbers given, {citizens.broken} answers broken off.\n")
    print("| what | expected | found |\n|---|--:|--:|")
    wrong = 0
    for what, expected, found in table(counted, citizens, mailbox):
        print(f"| {what} | {expected} | {found} |")
        most = str(expected).removeprefix("≤ ")
        wrong += (int(str(found)) > int(most)) if str(expected).startswith("≤") else expected != found
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
