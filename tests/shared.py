"""Where real data for tests lies: beside the project, never in it."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))


def shared_path(name: str) -> Path:
    """Path of a file of real data; the test is skipped, saying so, when it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"real data {name} is not beside the project")
    return path
