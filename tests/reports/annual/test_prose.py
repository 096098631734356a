"""What the texts of a report say is held against its tables: R7, R9, R10; and who makes rules: R11."""

import time
from typing import Any

import pytest

from reports.annual.facts import Facts
from reports.annual.identities import breaches
from reports.annual.prose import breaches_of_alikeness, percent_alike
from reports.annual.reading import MOST_CHARACTERS, figures_from
from reports.annual.wording import suggestions
from tests.reports.annual.test_identities import sound

pytestmark = pytest.mark.law("条例§50")
TEXTS = {
    "publishing": "", "applications": "", "management": "", "platform": "", "supervision": "",
    "problems": "更新不够及时。", "others": "无其他需要报告的事项。",
}  # fmt: skip


def found(**said: Any) -> list[tuple[str, str, str]]:
    """(rule, number in the text, number in the table) of a sound report with these texts."""
    texts = TEXTS | said.pop("texts", {})
    report = sound() | {"texts": texts} | said
    return [(each.rule, str(each.found), str(each.expected)) for each in breaches(figures_from(report))]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("全年新收政府信息公开申请4件，上年结转0件。", []),
        ("全年收到申请5件。", [("5", "4")]),
        ("共受理政府信息公开申请１２３４件。", [("1234", "4")]),
        ("新收申请4件，办结3件，结转下年度2件。", [("2", "1")]),
        ("予以公开2件、部分公开0件、不予公开1件、无法提供0件、不予处理0件。", []),
        ("予以公开3件，不予公开2件。", [("3", "2"), ("2", "1")]),
        ("收到行政复议1件，行政诉讼0件。", [("1", "0")]),
        ("行政复议决定维持2件。", []),  # a part of them
        ("通过网上收到申请3件，其中邮寄收到申请1件。", []),  # of one door
        ("区政府本级收到申请1件。", []),  # of one office
        ("制发规范性文件2件，废止规范性文件1件，现行有效规范性文件9件。", []),
        ("现行有效行政规范性文件8件。", [("8", "9")]),
        ("行政事业性收费12.5万元。", []),
        ("行政事业性收费13万元。", [("13", "12.5")]),
        ("行政事业性收费,万元。", []),
    ],
)
def test_a_number_said_of_what_a_table_counts_is_compared(words: str, wrong: list[tuple[str, str]]) -> None:
    assert found(texts={"applications": words}) == [("R7", said, counted) for said, counted in wrong]


def test_the_same_slip_is_told_once_a_section() -> None:
    words = "新收申请5件，新收申请5件，新收申请6件。"
    assert found(texts={"applications": words, "management": "新收申请5件。"}) == [
        ("R7", "5", "4"), ("R7", "6", "4"), ("R7", "5", "4"),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["新收申请5件，", "新收申请5件", "其中新收申请5件", "新收申请" + "5" * 5000 + "件"])
def test_the_longest_text_is_read_in_no_time(words: str) -> None:
    text = words * (MOST_CHARACTERS // len(words))
    begun = time.process_time()
    assert len(found(texts=dict.fromkeys(TEXTS, text) | {"others": "无其他事项。"})) <= len(TEXTS)
    assert time.process_time() - begun < 2


def test_fees_are_reported_in_part_six_by_number_and_amount() -> None:
    fees = {"count": 3, "yuan": 2230}
    assert [rule for rule, *_ in found(fees=fees)] == ["R9"]
    assert found(fees=fees, texts={"others": "收取信息处理费３件，共2,230元。"}) == []
    assert found(fees={"count": 0, "yuan": 0}) == []


@pytest.mark.parametrize("words", ["", " ", "无", "暂无。", "/"])
def test_part_five_names_problems(words: str) -> None:
    assert [rule for rule, *_ in found(texts={"problems": words})] == ["R10"]


def test_part_six_says_when_there_is_nothing() -> None:
    assert [rule for rule, *_ in found(texts={"others": "无"})] == ["R10"]
    assert found(texts={"others": "没有其他需要报告的事项。"}) == []


def test_a_report_without_texts_is_not_asked_for_them() -> None:
    assert [each.rule for each in breaches(figures_from(sound()))] == []


def test_a_body_below_the_city_makes_no_rules() -> None:
    table2 = sound()["table2"] | {"regulations": {"made": 0, "repealed": 0, "valid": 6}}
    for level, rules in (("县区", ["R11"]), ("市级部门", ["R11"]), ("设区市", []), ("", []), ("实验区", [])):
        report = sound() | {"table2": table2, "level": level}
        assert [each.rule for each in breaches(figures_from(report))] == rules
    assert not any(each.is_hard for each in breaches(figures_from(sound() | {"table2": table2, "level": "县区"})))


def test_the_wording_offered_agrees_with_the_tables() -> None:
    fees = {"count": 2, "yuan": 310}
    figures = figures_from(sound() | {"fees": fees})
    facts = Facts(published=9, interpretations=2, dated=3, on_time=3, channels={"网上提交": 3, "当面提交": 1},
                  ended=3, answered=3, answered_on_time=3, workdays=30)  # fmt: skip
    texts = suggestions(figures, facts) | {"problems": "更新不够及时。"}
    report = sound() | {"texts": texts, "fees": fees}
    assert breaches(figures_from(report)) == []
    assert "新收政府信息公开申请4件" in texts["applications"] and "平均用时10.0个工作日" in texts["applications"]


def test_one_late_answer_of_many_is_not_worded_as_none() -> None:
    facts = Facts(ended=3, answered=14_069, answered_on_time=14_068, workdays=1)
    assert "按时答复率99.9%" in suggestions(figures_from(sound()), facts)["applications"]


def test_a_report_that_repeats_last_year_s_words_is_told_so() -> None:
    old = {
        "publishing": "主动公开招生政策、学区划分、教师招聘等群众关注的信息，及时回应关切。",
        "problems": "更新不够及时，已经明确专人负责。",
    }
    new = old | {"publishing": "主动公开招生政策、学区划分、教师招聘等群众关注的信息284条，及时回应关切。"}
    other = {
        "publishing": "新开通政策解答专栏，集中公布收费目录和投诉电话。",
        "problems": "解读形式单一，今后增加图解。",
    }
    assert percent_alike(old, old) == 100 and 70 < percent_alike(new, old) < 100 and percent_alike(other, old) == 0
    assert [each.rule for each in breaches_of_alikeness(new, old)] == ["R13"]
    assert [*breaches_of_alikeness(other, old), *breaches_of_alikeness(new, {}), *breaches_of_alikeness({}, old)] == []
