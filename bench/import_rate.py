"""How many documents a second an import takes over, without indexing, and whether its memory stays flat.

    python bench/import_rate.py --documents 20000

Rows are recombined with a fixed seed from real laws (`SHARED_DATA`, else `../shared/data` beside the project), written
to a JSONL file and imported into a fresh SQLite database in a temporary folder. Prints a Markdown table.
"""

import argparse
import gzip
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
FOLDER = tempfile.TemporaryDirectory(prefix="bench-import-")
os.environ |= {"DATA_DIR": FOLDER.name, "DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR"}
os.environ.pop("DATABASE_URL", None)
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department  # noqa: E402
from disclosure import services  # noqa: E402
from disclosure.importing.mapping import named  # noqa: E402
from disclosure.importing.readers import Source  # noqa: E402
from disclosure.importing.run import Importer  # noqa: E402


def main() -> None:
    """Parse arguments, generate, import, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--most", type=int, default=0, help="cut bodies at this many characters; 0: as they are")
    parser.add_argument("--laws", type=Path, default=SHARED / "documents" / "laws.jsonl.gz")
    options = parser.parse_args()
    if not options.laws.exists():
        sys.exit(f"no real documents at {options.laws}; name a file with --laws")
    file = Path(FOLDER.name) / "rows.jsonl"
    characters = generate(options.laws, file, options.documents, options.most or None)
    prepare()
    report(measure(file), options.documents, characters)
    FOLDER.cleanup()


def real_rows(laws: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of real laws for their fields, and the bodies of all real documents for their length as it is."""
    rows, bodies = [], []
    for name in (laws.name, "hebei.jsonl.gz"):
        with gzip.open(laws.with_name(name), "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        bodies += [str(row["body"] or "") for row in found]
        rows = rows or found
    return rows, bodies


def generate(laws: Path, target: Path, count: int, most: int | None) -> int:
    """Write ``count`` recombined rows; returns characters of all bodies."""
    rows, bodies = real_rows(laws)
    chance, characters = random.Random(20261122), 0
    with target.open("w", encoding="utf-8") as file:
        for number in range(count):
            row, own, other = chance.choice(rows), chance.choice(bodies).split("\n"), chance.choice(bodies).split("\n")
            body = "\n".join(own[: len(own) // 2] + other[len(other) // 2 :])[:most]
            made = row | {"title": f"{row['title']}（{number}）", "body": body, "path": f"{number}/{row['path']}"}
            characters += len(body)
            file.write(json.dumps(made, ensure_ascii=False) + "\n")
    return characters


def prepare() -> None:
    """A database with reference data and one department."""
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    Department.objects.add_root(instance=Department(code="szf", name="云岚市人民政府", kind="government"))


def measure(file: Path) -> list[tuple[int, float, float]]:
    """Import in this process; (documents, seconds, MB) after every slice."""
    actor, now, mapping = services.system_actor(), timezone.now(), named("laws")
    run = services.program_run(
        department=Department.objects.get(), actor=actor, ground="benchmark", name=mapping.source, at=now
    )
    samples: list[tuple[int, float, float]] = []
    source, started, cpu = Source(file), time.perf_counter(), time.process_time()

    def sample() -> None:
        samples.append((run.imported, time.perf_counter() - started, memory()))

    Importer(run, actor, source, mapping, now, on_slice=sample, in_two_processes=True).go()
    source.close()
    print(f"CPU of the writing process: {(time.process_time() - cpu) / samples[-1][0] * 1000:.2f} ms a document\n")
    return samples


def memory() -> float:
    """MB of this process, without the pages of the database file that SQLite maps (they are the system's to drop)."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["RssAnon"].split()[0]) / 1024


def report(samples: list[tuple[int, float, float]], documents: int, characters: int) -> None:
    """Print the table: rate within each part, memory at its end."""
    print(f"{documents:,} documents of {characters / documents:,.0f} characters on average, SQLite, no indexing\n")
    print("| documents | docs/s in this part | memory, MB |")
    print("|---:|---:|---:|")
    before = (0, 0.0)
    for share in (0.05, 0.25, 0.5, 0.75, 1.0):
        done, seconds, size = samples[max(0, round(len(samples) * share) - 1)]
        rate = (done - before[0]) / max(1e-9, seconds - before[1])
        print(f"| {done:,} | {rate:,.0f} | {size:,.0f} |")
        before = (done, seconds)
    print(f"\n{samples[-1][0] / samples[-1][1]:,.0f} docs/s over all")


if __name__ == "__main__":
    main()
