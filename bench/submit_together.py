"""Fifty citizens hand in at the same moment: is every number given once, in order, without a gap? Prints a Markdown table.

    python bench/submit_together.py [--processes 50] [--each 4]

On SQLite and, where its programs are installed, on a PostgreSQL started for this run. Fifty processes wait at a barrier,
then each hands in its applications one after the other to the same department. Nothing but temporary folders is touched.
"""

import argparse
import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department  # noqa: E402
from requests_app.cases.application import Application  # noqa: E402
from requests_app.cases.services import submit  # noqa: E402
from requests_app.models import ApplicantType, Channel, InformationRequest, RegisterNumber  # noqa: E402
from scripts.test import Missing, postgres  # noqa: E402

HEADINGS = ("handed in", "numbers", "lost", "doubled", "gaps", "refused", "median, ms", "slowest, ms", "seconds")


def application(department: Department, title: str) -> Application:
    """What a citizen asks for."""
    return Application(
        department=department,
        channel=Channel.ONLINE,
        applicant_type=ApplicantType.NATURAL_PERSON,
        name="张三",
        id_kind="resident_id",
        id_number="11010519491231002X",
        phone="13800001234",
        email="zhangsan@example.cn",
        title=title,
    )


def citizen(place: int, each: int, barrier: Any, answers: Any) -> None:
    """One process: (numbers, milliseconds, faults) into ``answers``."""
    numbers, spent, faults = [], [], []
    department = Department.objects.get(code="jyj")
    barrier.wait()
    for turn in range(each):
        started = time.perf_counter()
        try:
            case, _ = submit(application=application(department, f"事项 {place}-{turn}"), at=timezone.now())
            numbers.append(case.number)
        except Exception as fault:
            faults.append(type(fault).__name__)
        spent.append((time.perf_counter() - started) * 1000)
    answers.put((numbers, spent, faults))
    connections.close_all()


def run(processes: int, each: int) -> list[float]:
    """Prepare this database, let them all begin, count."""
    call_command("prepare", "--demo", verbosity=0, stdout=io.StringIO())
    before = InformationRequest.objects.count()
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    barrier, answers = forked.Barrier(processes + 1), forked.Queue()
    people = [forked.Process(target=citizen, args=(place, each, barrier, answers)) for place in range(processes)]
    for person in people:
        person.start()
    barrier.wait()
    started = time.perf_counter()
    said = [answers.get() for _ in people]
    seconds = time.perf_counter() - started
    for person in people:
        person.join()
    return count(said, before, seconds)


def count(said: list[Any], before: int, seconds: float) -> list[float]:
    """What citizens were told against what the register holds."""
    told = [number for numbers, _, _ in said for number in numbers]
    spent = sorted(each for _, times, _ in said for each in times)
    kept = set(InformationRequest.objects.values_list("number", flat=True))
    positions = RegisterNumber.objects.filter(department__code="jyj", year=timezone.localdate().year)
    places = sorted(positions.values_list("position", flat=True))
    gaps = (places[-1] if places else 0) - len(places)
    lost = len(set(told) - kept) + abs(InformationRequest.objects.count() - before - len(told))
    doubled = len(told) - len(set(told))
    faults = sum(len(each) for _, _, each in said)
    return [len(told), len(set(told)), lost, doubled, gaps, faults, spent[len(spent) // 2], spent[-1], seconds]


def row(title: str, options: argparse.Namespace, url: str) -> None:
    """One database, in a process of its own because the settings are read once."""
    with tempfile.TemporaryDirectory(prefix="portal-together-") as folder:
        url = url or f"sqlite:///{folder}/db.sqlite3"
        environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, __file__, "--one", f"--processes={options.processes}", f"--each={options.each}"]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    print(f"| {title} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |", flush=True)


def main() -> None:
    """Both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=50)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run(options.processes, options.each)))
        return
    print(f"{options.processes} processes, {options.each} applications each\n")
    print("| database | " + " | ".join(HEADINGS) + " |\n|---|" + "--:|" * len(HEADINGS))
    row("SQLite", options, "")
    try:
        with postgres() as url:
            row("PostgreSQL", options, url)
    except Missing as reason:
        print(f"| PostgreSQL | not run: {reason} |")


if __name__ == "__main__":
    main()
