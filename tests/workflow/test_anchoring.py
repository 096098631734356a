"""Tampering is found, whichever row and however it was done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from accounts.models import User
from tests.workflow.models import Paper, PaperEvent
from tests.workflow.test_services import take
from workflow import guard
from workflow.anchoring import Fault, anchor_heads, first_fault
from workflow.models import Anchor

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENTS = [PaperEvent]


@pytest.fixture
def recorded(paper: Paper, lisi: User) -> list[PaperEvent]:
    """Two chains and two anchors."""
    first = [take(paper, "submit", lisi), take(paper, "send_back", lisi, ground="x")]
    anchor_heads(at=AT, models=EVENTS)
    second = take(Paper.objects.create(title="另一件"), "submit", lisi)
    anchor_heads(at=AT + HOUR, models=EVENTS)
    return [*first, second]


@pytest.fixture
def unguarded(recorded: list[PaperEvent]) -> Iterator[None]:
    """Somebody with the keys of the database."""
    with guard.lifted(PaperEvent, Anchor):
        yield


def tamper(statement: str, *values: object) -> Fault:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    fault = first_fault(EVENTS)
    assert fault is not None
    return fault


def test_an_untouched_record_is_whole(recorded: list[PaperEvent]) -> None:
    assert first_fault(EVENTS) is None


def test_events_after_the_last_anchor_are_no_fault(recorded: list[PaperEvent], lisi: User) -> None:
    take(Paper.objects.create(title="新"), "submit", lisi)
    assert first_fault(EVENTS) is None


@pytest.mark.parametrize("column", ["action", "source", "target", "subject_type"])
def test_a_changed_word_is_found(unguarded: None, recorded: list[PaperEvent], column: str) -> None:
    fault = tamper(f"UPDATE workflow_tests_paperevent SET {column} = 'zz' WHERE id = %s", recorded[2].pk)
    assert fault.row.startswith(f"workflow_tests.paperevent {recorded[2].pk}")
    assert fault.text == "内容与摘要不符"


def test_changed_facts_are_found(unguarded: None, recorded: list[PaperEvent]) -> None:
    fault = tamper("UPDATE workflow_tests_paperevent SET facts = '{}' WHERE id = %s", recorded[1].pk)
    assert fault.text == "内容与摘要不符"


def test_a_rewritten_hash_breaks_the_next_link(unguarded: None, recorded: list[PaperEvent]) -> None:
    event = recorded[0]
    event.action = "other"
    statement = "UPDATE workflow_tests_paperevent SET action = %s, hash = %s WHERE id = %s"
    fault = tamper(statement, "other", event.computed_hash(), event.pk)
    assert fault.row.startswith(f"workflow_tests.paperevent {recorded[1].pk}")
    assert fault.text == "与前一条记录不衔接"


def test_a_missing_row_in_the_middle_is_found(unguarded: None, recorded: list[PaperEvent]) -> None:
    fault = tamper("DELETE FROM workflow_tests_paperevent WHERE id = %s", recorded[0].pk)
    assert fault.text == "序号不连续：应为第 1 号"


def test_a_missing_tail_is_found_by_the_anchor(unguarded: None, recorded: list[PaperEvent]) -> None:
    fault = tamper("DELETE FROM workflow_tests_paperevent WHERE id = %s", recorded[1].pk)
    assert fault.row == "workflow.anchor 1"
    assert "应有 2 条，现有 1 条" in fault.text


def test_a_whole_missing_chain_is_found_by_the_anchor(unguarded: None, recorded: list[PaperEvent]) -> None:
    fault = tamper("DELETE FROM workflow_tests_paperevent WHERE id = %s", recorded[2].pk)
    assert fault.row == "workflow.anchor 2"


def test_a_forged_anchor_is_found(unguarded: None) -> None:
    fault = tamper("UPDATE workflow_anchor SET heads = '{}' WHERE number = 1")
    assert (fault.row, fault.text) == ("workflow.anchor 1", "签名不符")


def test_a_missing_anchor_is_found(unguarded: None) -> None:
    assert tamper("DELETE FROM workflow_anchor WHERE number = 1").text == "与前一锚点不衔接"


def test_one_hour_has_one_anchor() -> None:
    first = anchor_heads(at=AT, models=EVENTS)
    assert anchor_heads(at=AT + timedelta(minutes=20), models=EVENTS) == first
    assert anchor_heads(at=AT + HOUR, models=EVENTS).number == 2


def test_anchors_stay_valid_when_the_key_is_replaced_and_kept_as_fallback(recorded: list[PaperEvent]) -> None:
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="a new key of the portal"):
        fault = first_fault(EVENTS)
        assert fault is not None
        assert fault.text == "签名不符"
    with override_settings(SECRET_KEY="a new key of the portal", SECRET_KEY_FALLBACKS=[old]):
        assert first_fault(EVENTS) is None


def test_the_command_says_how_much_is_whole_and_fails_on_the_first_broken_row() -> None:
    anchor_heads(at=AT)
    out = StringIO()
    call_command("verify_records", stdout=out)
    assert "记录完整" in out.getvalue()
    with guard.lifted(Anchor), connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_anchor SET signature = 'forged'")
    with pytest.raises(CommandError, match=r"workflow\.anchor 1，签名不符") as caught:
        call_command("verify_records")
    assert caught.value.returncode == 1
