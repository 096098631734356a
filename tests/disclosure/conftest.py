"""What the tests of publishing share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.cast import Cast, make_cast
from tests.make import make_reference


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, the departments and the reference data."""
    cache.clear()
    people = make_cast()
    make_reference()
    return people


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which a person is signed in."""

    def run(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return run


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: object) -> None:
    """Reports go to a folder of the test."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
