"""What the tests of accounts share."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import PASSWORD, Cast, make_cast

SignIn = Callable[..., Client]


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast, made once a module inside a transaction that is rolled back; each test works in a savepoint of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_cast()
        transaction.set_rollback(True)


@pytest.fixture
def cast(_city: Cast, db: None) -> Cast:
    """The people and departments, fresh for each test."""
    return copy.deepcopy(_city)


@pytest.fixture
def sign_in() -> SignIn:
    """Sign in through the page, as a person does."""

    def run(username: str, password: str = PASSWORD, client: Client | None = None) -> Client:
        client = client or Client()
        client.post("/accounts/login/", {"login": username, "password": password})
        return client

    return run
