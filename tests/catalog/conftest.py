"""The press of the catalogue's tests."""

import pytest

from tests.cast import Cast
from tests.catalog.make import Press


@pytest.fixture
def press(cast: Cast, reference: None) -> Press:
    """Makes documents."""
    return Press(cast)
