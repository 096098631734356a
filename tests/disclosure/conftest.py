"""What the tests of publishing share."""

from pathlib import Path

import pytest

from tests.cast import Cast, make_cast
from tests.make import make_reference


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, the departments and the reference data."""
    people = make_cast()
    make_reference()
    return people


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: object) -> None:
    """Reports go to a folder of the test."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
