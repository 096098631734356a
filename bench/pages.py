"""Server time of the citizens' pages and the API over a catalogue filled by `bench/corpus.py`. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/pages.py --label "SQLite, 100,000"

Starts gunicorn with two workers of four threads on that database. Two measurements a page: one client alone (the time one
request takes), and eight clients at once with keep-alive connections (what they see under load). Times include the way
over loopback. The index must have been built (`manage.py search_index build`) for the rows marked *.
"""

import argparse
import http.client
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


def serve(port: int) -> subprocess.Popen[bytes]:
    """Two web workers of four threads."""
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    options = ["--threads", "4", "--worker-class", "gthread", "--no-control-socket", "--log-level", "error"]
    return subprocess.Popen([*command, *options], cwd=ROOT, env=os.environ | {"LOG_LEVEL": "ERROR"})


def wait(port: int) -> None:
    """Until the server answers."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the web server did not start")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--label", default=os.environ.get("DATABASE_URL", "SQLite"))
    parser.add_argument("--documents", type=int, default=100_000, help="highest key in the catalogue")
    parser.add_argument("--without-index", action="store_true", help="leave out the rows marked *")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = serve(port)
    try:
        wait(port)
        print(
            f"\n{options.label}\n\n| page | alone p50 | alone p95 | 8 clients p50 | 8 clients p95 | requests/s |\n|---|--:|--:|--:|--:|--:|"
        )
        for name, paths in pages(port, options.documents).items():
            if options.only not in name or (options.without_index and name.endswith("*")):
                continue
            one, (many, rate) = alone(port, paths), together(port, paths)
            cells = [statistics.median(one), p95(one), statistics.median(many), p95(many)]
            print(f"| {name} | " + " | ".join(f"{cell:.1f}" for cell in cells) + f" | {rate:.0f} |", flush=True)
        print(f"\nLargest web worker: {resident(server.pid)} MB")
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
