"""The extraction process: `python -m files.extract_main KIND PATH MAX_CHARS MEMORY_BYTES SECONDS`.

Limits itself before any parser is loaded, writes one JSON object to standard output and ends. No Django, no database,
no secrets in its environment.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from files.extract import extract

_MAX_FILE_BYTES = 256 * 1024 * 1024


def limit(memory_bytes: int, seconds: int) -> None:
    """Bound memory (bytes), processor time and lifetime (seconds) and the size of written files."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES, _MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Should the worker be killed, nobody is left to stop this process.
    signal.alarm(seconds + 5)


def main(arguments: list[str]) -> int:
    """Extract as asked on the command line."""
    kind, path, max_chars, memory_bytes, seconds = arguments
    limit(int(memory_bytes), int(seconds))
    # Whatever a native library prints must not mix with the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    result = extract(Path(path), kind, max_chars=int(max_chars))
    with answer:
        json.dump(asdict(result), answer, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
