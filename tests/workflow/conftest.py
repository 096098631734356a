"""Tables of the test-only models: made before the tests of this folder, dropped after them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from tests.workflow.models import MODELS, Paper, PaperEvent
from workflow import guard


@pytest.fixture(scope="package", autouse=True)
def tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tables with their triggers. SQLite cannot make tables inside a test's transaction."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in MODELS:
                editor.create_model(model)
        guard.install(PaperEvent)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)


@pytest.fixture
def lisi(db: None) -> User:
    return User.objects.create(username="lisi", full_name="李四")


@pytest.fixture
def wangwu(db: None) -> User:
    return User.objects.create(username="wangwu", full_name="王五")


@pytest.fixture
def paper(db: None) -> Paper:
    return Paper.objects.create(title="通知")
