"""Server time of the citizens' pages and the API over a catalogue filled by `bench/corpus.py`. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/pages.py --label "SQLite, 100,000"

Starts gunicorn with two workers of four threads on that database, and times requests as a client sees them over loopback:
one client alone with every page made anew (`KEEP_PAGES_SECONDS=0`, different addresses each time), one client alone with
pages kept (twenty addresses again and again), and eight clients at once with pages kept. Milliseconds. The index must have
been built (`manage.py search_index build`) for the rows marked *, which are never kept; nor are numbers and the API.
Cells are p50 / p95. `--save` and `--against` give the ratio of two sizes (eight clients, made anew, p50).
"""

import argparse
import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
WARM, ALONE, TOGETHER, CLIENTS = 10, 60, 400, 8
SUBJECTS = "政府信息公开 行政许可 食品安全 安全生产 养老保险 土地征收 环境保护 义务教育 医疗机构 道路交通 应当 管理 单位 规定 有关部门".split()
PHRASES = ["“县级以上地方人民政府”", "“自公布之日起施行”", "“应当自收到申请之日起”", "“法律、行政法规另有规定”"]


def get(link: http.client.HTTPConnection, path: str) -> tuple[int, bytes, float]:
    """One request: status, body, milliseconds."""
    started = time.perf_counter()
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    return answer.status, body, (time.perf_counter() - started) * 1000


def pages(port: int, highest: int) -> dict[str, list[str]]:
    """Addresses to ask for, by row of the table."""
    dice, link = random.Random(7), http.client.HTTPConnection("127.0.0.1", port)
    deep = "/documents/"
    for _ in range(200):  # two hundred pages down
        body = get(link, deep)[1].decode()
        found = re.search(r'href="(/documents/\?cursor=[^"]+)"[^>]*rel="next"', body)
        if not found:
            break
        deep = found[1]
    api = "/api/v1/documents/"
    years = [str(year) for year in range(2010, 2026)]
    return {
        "home": ["/"],
        "list, first page": ["/documents/"],
        "list, page 200 by cursor": [deep],
        "column": ["/columns/normative/", "/columns/policy/", "/columns/notices/"],
        "department": [f"/departments/d{number}/" for number in range(1, 40)],
        "document": [f"/documents/{dice.randint(1, highest)}/" for _ in range(200)],
        "document number": [f"/documents/?q={quote(f'〔{y}〕{n}号')}" for y in years for n in (6, 18)],
        "API list": [api, f"{api}?column=normative", f"{api}?year=2019"],
        "filtered list *": [f"/documents/?column=normative&year={year}" for year in years],
        "search *": [f"/documents/?q={quote(words)}" for words in (*SUBJECTS, *PHRASES)]
        + [f"/documents/?q={quote(a + ' ' + b)}" for a, b in zip(SUBJECTS, SUBJECTS[3:], strict=False)],
    }


def alone(port: int, paths: list[str]) -> list[float]:
    """Milliseconds of requests one after the other."""
    link, times = http.client.HTTPConnection("127.0.0.1", port), []
    for number in range(WARM + ALONE):
        status, _, spent = get(link, paths[number % len(paths)])
        if status != 200:
            sys.exit(f"{paths[number % len(paths)]} answered {status}")
        times.append(spent)
    return times[WARM:]


def together(port: int, paths: list[str]) -> tuple[list[float], float]:
    """Milliseconds seen by eight clients at once, and requests a second."""
    times: list[float] = []
    lock = threading.Lock()

    def client(seed: int) -> None:
        link, dice = http.client.HTTPConnection("127.0.0.1", port), random.Random(seed)
        mine = [get(link, dice.choice(paths))[2] for _ in range(TOGETHER // CLIENTS)]
        with lock:
            times.extend(mine)

    started = time.perf_counter()
    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, TOGETHER / (time.perf_counter() - started)


def p95(times: list[float]) -> float:
    """The ninety-fifth percentile."""
    return sorted(times)[int(len(times) * 0.95) - 1]


def resident(parent: int) -> int:
    """Largest resident size among the workers, in MB."""
    found = subprocess.run(["ps", "--ppid", str(parent), "-o", "rss="], capture_output=True, text=True, check=True)
    return max(int(line) for line in found.stdout.split()) // 1024


def serve(port: int, keeping: int) -> subprocess.Popen[bytes]:
    """Two web workers of four threads; pages kept for so many seconds."""
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    options = ["--threads", "4", "--worker-class", "gthread", "--no-control-socket", "--log-level", "error"]
    environment = os.environ | {"LOG_LEVEL": "ERROR", "KEEP_PAGES_SECONDS": str(keeping)}
    return subprocess.Popen([*command, *options], cwd=ROOT, env=environment)


def wait(port: int) -> None:
    """Until the server answers."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the web server did not start")


def table(options: argparse.Namespace) -> dict[str, list[float]]:
    """Ten figures a row: alone p50, p95, eight clients p50, p95, requests/s; made anew, then the same with kept pages."""
    found: dict[str, list[float]] = {}
    for keeping in (0, 30):
        port = free_port()
        server = serve(port, keeping)
        try:
            wait(port)
            for name, paths in pages(port, options.documents).items():
                if options.only not in name or (options.without_index and name.endswith("*")):
                    continue
                asked = paths[:20] if keeping else paths
                one = alone(port, asked)
                row = found.setdefault(name, [])
                many, rate = together(port, asked)
                row += [statistics.median(one), p95(one), statistics.median(many), p95(many), rate]
            found["largest worker, MB"] = [resident(server.pid)]
        finally:
            server.terminate()
            server.wait(20)
    return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--label", default=os.environ.get("DATABASE_URL", "SQLite"))
    parser.add_argument("--documents", type=int, default=100_000, help="highest key in the catalogue")
    parser.add_argument("--without-index", action="store_true", help="leave out the rows marked *")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--save", type=Path, help="write the figures to this file")
    parser.add_argument("--against", type=Path, help="figures saved before: a column with the ratio to them")
    options = parser.parse_args()
    before = json.loads(options.against.read_text()) if options.against else {}
    found = table(options)
    if options.save:
        options.save.write_text(json.dumps(found))
    print(
        f"\n{options.label}\n\n| page | anew, alone | anew, 8 clients | /s | kept, alone | kept, 8 clients | /s |",
        end="",
    )
    print(" ratio |\n|---" + "|--:" * 7 + "|" if before else "\n|---" + "|--:" * 6 + "|")
    memory = found.pop("largest worker, MB")[0]
    for name, row in found.items():
        cells = [
            cell
            for p50, p_95, many, many95, rate in (row[:5], row[5:])
            for cell in (f"{p50:.1f} / {p_95:.1f}", f"{many:.1f} / {many95:.1f}", f"{rate:.0f}")
        ]
        cells += [f"{row[2] / before[name][2]:.2f}"] if name in before else []  # eight clients, made anew
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nLargest web worker: {memory:.0f} MB")


if __name__ == "__main__":
    main()
