"""Run every test: on SQLite with the embedded broker, then on real PostgreSQL and Redis.

PostgreSQL and Redis are those of TEST_DATABASE_URL and TEST_REDIS_URL; else private ones started from installed programs
on free ports under a temporary folder; else, as root on Debian, the packages are installed first. No server that was not
started here is ever touched. Chromium, Java and npm, which the browser's tests need, are installed likewise. Without them
what can run runs, the summary says what did not, and the exit code is non-zero only with --complete (rulings 35).
"""

import argparse
import contextlib
import glob
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
SECOND = {"ONLY_DATABASE": "1"}  # tests/conftest.py: what touches a database, two variants of each
CHECKER = ROOT / "tests" / "browser" / "nu"
NEEDED_BY_CHECKER = {"java": "default-jre-headless", "npm": "npm"}
POSTGRES_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


class Missing(Exception):
    """A server cannot be had here; the text says what to install."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> str | None:
    """Path of an installed server program."""
    for place in POSTGRES_PLACES:
        for folder in sorted(glob.glob(place), reverse=True):
            if os.access(f"{folder}/{name}", os.X_OK):
                return f"{folder}/{name}"
    return shutil.which(name)


def install(*packages: str) -> None:
    """Install Debian packages when we may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"请安装 {' '.join(packages)}（Debian：apt-get install {' '.join(packages)}）")
    print(f"正在安装 {' '.join(packages)}……", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    policy = Path("/usr/sbin/policy-rc.d")
    if not policy.exists() and shutil.which("systemctl") is None:
        env["RUNLEVEL"] = "1"
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    try:
        subprocess.run(["apt-get", "update", "-qq"], env=env, check=True)
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        raise Missing(f"安装 {' '.join(packages)} 没有成功") from error


def ordinary_user() -> list[str]:
    """Prefix that runs a command as `postgres` when we are root, because initdb refuses root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError as error:
        raise Missing("以 root 运行时需要 postgres 用户：请安装 postgresql 软件包") from error
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL for tests."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    if not program("initdb"):
        install("postgresql")
    initdb, server = program("initdb"), program("postgres")
    if not initdb or not server:
        raise Missing("没有找到 initdb 和 postgres：请安装 postgresql")
    as_user, port = ordinary_user(), free_port()
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        subprocess.run(
            [*as_user, initdb, "-D", data, "-U", "portal", "-E", "UTF8", "--locale=C", "-A", "trust"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "fsync": "off",
            "max_connections": "100",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = open(f"{folder}/log", "wb")
        process = subprocess.Popen(
            [*as_user, server, "-D", data, "-p", str(port), *settings], stdout=log, stderr=log, cwd=folder
        )
        try:
            wait_for(port, process, "PostgreSQL")
            yield f"postgres://portal@127.0.0.1:{port}/postgres"
        finally:
            stop(process)
            log.close()


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """URL of a Redis for tests."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    if not program("redis-server"):
        install("redis-server")
    server = program("redis-server")
    if not server:
        raise Missing("没有找到 redis-server：请安装 redis-server")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(port, process, "Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(process)


def wait_for(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    """Wait until the server accepts connections."""
    for _ in range(150):
        if process.poll() is not None:
            raise Missing(f"{name} 没有启动（退出码 {process.returncode}）")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            time.sleep(0.3)
            return
        time.sleep(0.2)
    raise Missing(f"{name} 在 30 秒内没有应答")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that was started here."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


def chromium() -> None:
    """The browser tests need Chromium and a Chinese font; installed when we may."""
    if not shutil.which("chromium") and os.geteuid() == 0 and shutil.which("apt-get"):
        with contextlib.suppress(Missing):
            install("chromium", "fonts-noto-cjk")


def checker() -> str:
    """The HTML checker of the browser's tests, from the npm registry; empty when it is there, else why it is not."""
    try:
        packages = [package for name, package in NEEDED_BY_CHECKER.items() if not shutil.which(name)]
        if packages:
            install(*packages)
        wanted = json.loads((CHECKER / "package.json").read_text())["devDependencies"]["vnu-jar"]
        installed = CHECKER / "node_modules" / "vnu-jar" / "package.json"
        if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
            print("正在安装 HTML 检查器……", flush=True)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(["npm", "ci", *quiet], cwd=CHECKER, check=True, stdout=subprocess.DEVNULL)
    except Missing as reason:
        return f"网页的 HTML 没有检查：{reason}"
    except (OSError, subprocess.CalledProcessError):
        return "网页的 HTML 没有检查：npm 没有装上 tests/browser/nu 里的检查器"
    return ""


def pytest(title: str, arguments: list[str], **environment: str) -> bool:
    """One run of the suite; True when it passed."""
    print(f"\n== {title}", flush=True)
    clean = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    clean |= {"PYTHONPYCACHEPREFIX": str(ROOT / ".venv" / "compiled")}  # every process would compile all tests anew
    with tempfile.TemporaryDirectory(prefix="portal-test-") as folder:
        command = [sys.executable, "-m", "pytest", *arguments]
        return (
            subprocess.run(command, check=False, cwd=ROOT, env=clean | {"DATA_DIR": folder} | environment).returncode
            == 0
        )


def main() -> int:
    """Run what can run and say what could not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complete", action="store_true", help="fail when a suite could not run")
    parser.add_argument("--only-sqlite", action="store_true")
    parser.add_argument("--all", action="store_true", help="every test with every variant on PostgreSQL, too")
    options, rest = parser.parse_known_args()
    arguments = rest or ["-n", os.environ.get("TEST_PROCESSES", str(max(2, os.cpu_count() or 2)))]
    chromium()
    missing = [checker()]
    results = {"SQLite": pytest("SQLite, embedded broker", arguments)}
    if not options.only_sqlite:
        try:
            with postgres() as database, redis() as broker:
                marks, places = ([], {}) if rest else (["-m", "not browser"], {} if options.all else SECOND)
                servers = {"DATABASE_URL": database, "REDIS_URL": broker}
                results["PostgreSQL + Redis"] = pytest(
                    "PostgreSQL and Redis", [*arguments, *marks], **places, **servers
                )
        except (Missing, subprocess.CalledProcessError) as reason:
            missing.append(f"PostgreSQL 与 Redis 上的测试没有运行：{reason}")
    for name, passed in results.items():
        print(f"{name}: {'passed' if passed else 'FAILED'}")
    for sentence in filter(None, missing):
        print(sentence)
    return 0 if all(results.values()) and not (any(missing) and options.complete) else 1


if __name__ == "__main__":
    sys.exit(main())
