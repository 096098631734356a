"""The table: what is open, what is not, and why not."""

import pytest

from tests.workflow.models import TABLE
from workflow.transitions import NEW, Obstacle, Step, Transition, TransitionTable


def steps(state: str, *roles: str) -> dict[str, Step]:
    return {step.action: step for step in TABLE.steps(state, lambda row: row.role in roles)}


def test_it_finds_a_lawful_change_and_nothing_else() -> None:
    found = TABLE.find("draft", "submit")
    assert found is not None
    assert found.target == "review"
    assert TABLE.find("published", "submit") is None


def test_a_lawful_step_of_the_right_person_is_open_without_a_reason() -> None:
    step = steps("draft", "clerk")["submit"]
    assert step.is_open
    assert (step.label, step.reason) == ("提交", "")


def test_wrong_state_and_wrong_person_are_different_reasons() -> None:
    offered = steps("review", "reviewer")
    assert offered["publish"].obstacle is Obstacle.WRONG_PERSON
    assert offered["publish"].reason == "发布由“签发”岗位办理，您不担任该岗位，或文件不在您的办理范围内。"
    assert offered["submit"].obstacle is Obstacle.WRONG_STATE
    assert offered["submit"].reason == "文件现在是“审核”，只有“起草”时可以提交。"
    assert offered["send_back"].is_open


def test_every_action_is_offered_in_every_state_open_or_with_a_reason() -> None:
    for state in TABLE.states:
        offered = steps(state, "clerk")
        assert set(offered) == {row.action for row in TABLE.rows if row.source != NEW}
        assert all(step.is_open != bool(step.reason) for step in offered.values())


def test_an_unknown_action_is_refused_in_words() -> None:
    assert TABLE.wrong_state("draft", "explode") == "文件不能explode。"


def test_two_rows_for_one_source_and_action_are_an_error() -> None:
    row = Transition("a", "go", "b", "clerk", "条例§17")
    with pytest.raises(ValueError, match="two rows"):
        TransitionTable((row, Transition("a", "go", "c", "clerk", "条例§17")))
