"""One decision code says letter, basis, remedy and row of the national table, and none disagrees with another."""

from dataclasses import fields

import pytest

from requests_app.letters.facts import FACT_NAMES, LetterFacts
from requests_app.letters.kinds import KINDS, decisions_of
from requests_app.outcomes import (
    OUTCOMES,
    PART_GROUNDS,
    ROWS,
    SUMS,
    Family,
    Remedy,
    ground_article,
)

# law.md §0: decision, family's row in the national table, letter, whether reconsideration comes first.
TABLE = [
    ("grant_already_public", "granted", "reply_grant", "either"),
    ("grant_provide", "granted", "reply_grant", "either"),
    ("partial", "partialGrant", "reply_partial", "partial"),
    ("deny_state_secret", "denied.stateSecret", "reply_deny", "review_first"),
    ("deny_law_forbidden", "denied.lawForbidden", "reply_deny", "review_first"),
    ("deny_safety_stability", "denied.safetyStability", "reply_deny", "review_first"),
    ("deny_third_party", "denied.thirdPartyRights", "reply_deny", "review_first"),
    ("deny_internal", "denied.internalAffairs", "reply_deny", "review_first"),
    ("deny_process", "denied.processInfo", "reply_deny", "review_first"),
    ("deny_case_file", "denied.enforcementCase", "reply_deny", "review_first"),
    ("deny_admin_query", "denied.adminQuery", "reply_admin_query", "excluded"),
    ("unable_not_exist", "unableToProvide.noInfo", "reply_not_exist", "either"),
    ("unable_not_own", "unableToProvide.noInfo", "reply_not_own", "either"),
    ("unable_need_creation", "unableToProvide.needCreation", "reply_need_creation", "excluded"),
    ("unable_unclear", "unableToProvide.unclear", "reply_unclear", "either"),
    ("reject_complaint", "notProcessed.complaint", "notice_not_foi", "excluded"),
    ("reject_repeat", "notProcessed.repeat", "notice_repeat", "excluded"),
    ("reject_publication", "notProcessed.publication", "notice_publication", "excluded"),
    ("reject_massive", "notProcessed.massiveRequests", "notice_massive", "either"),
    ("reject_confirm", "notProcessed.confirmInfo", "notice_confirm", "either"),
    ("other_overdue_correction", "other.overdueCorrection", "notice_closed", "either"),
    ("other_overdue_fee", "other.overdueFee", "notice_closed", "either"),
    ("other_withdrawn", "other.otherReasons", "notice_closed", "excluded"),
    ("other_misc", "other.otherReasons", "notice_closed", "either"),
]


@pytest.mark.law("条例§35", "条例§36", "条例§37", "条例§38", "条例§39")
def test_every_decision_has_the_letter_row_and_remedy_of_the_table() -> None:
    counted = [(code, each.row, each.letter, each.remedy) for code, each in OUTCOMES.items() if each.row]
    assert counted == TABLE


def test_every_row_of_results_is_reached_and_no_decision_leads_elsewhere() -> None:
    figures = {row.path for row in ROWS if not row.is_heading} - SUMS
    assert {each.row for each in OUTCOMES.values()} - {""} == figures
    assert all(each.row_label for each in OUTCOMES.values() if each.row)


def test_the_national_table_has_its_twenty_five_rows_of_figures_in_order() -> None:
    figures = [row.path for row in ROWS if not row.is_heading]
    assert len(figures) == len(set(figures)) == 25
    assert (figures[0], figures[2], figures[-2:]) == ("newReceived", "granted", ["totalProcessed", "carriedForward"])
    heading = ""
    for row in ROWS:
        heading = row.path if row.is_heading else heading
        assert "." not in row.path or row.path.split(".")[0] == heading


@pytest.mark.law("条例§41")
def test_the_correction_of_ones_own_record_is_not_in_the_table() -> None:
    outside = {code for code, each in OUTCOMES.items() if not each.row}
    assert outside == {"rectify_done", "rectify_refused", "rectify_transferred", "rectify_redirected"}
    assert {OUTCOMES[code].family for code in outside} == {Family.RECTIFICATION}


def test_only_what_no_article_speaks_of_cites_none() -> None:
    assert {code for code, each in OUTCOMES.items() if not each.article} == {"other_withdrawn", "other_misc"}
    assert OUTCOMES["grant_already_public"].article == "《政府信息公开条例》第三十六条第（一）项"


@pytest.mark.law("条例§14", "条例§15", "条例§16", "条例§37")
def test_a_part_is_withheld_on_the_grounds_that_send_to_reconsideration_first() -> None:
    assert {OUTCOMES[code].remedy for code in PART_GROUNDS} == {Remedy.REVIEW_FIRST}
    assert [ground_article(code) for code in PART_GROUNDS] == [
        f"《政府信息公开条例》{article}"
        for article in (
            "第十四条",
            "第十四条",
            "第十四条",
            "第十五条",
            "第十六条第一款",
            "第十六条第二款",
            "第十六条第二款",
        )
    ]


def test_everything_needed_is_a_fact_with_a_name() -> None:
    known = {each.name for each in fields(LetterFacts)}
    asked = {name for each in OUTCOMES.values() for name in (*each.needs, *each.may)}
    asked |= {name for kind in KINDS.values() for name in kind.needs}
    assert asked <= known and asked <= FACT_NAMES.keys() <= known


def test_a_decision_goes_into_its_own_letter_only() -> None:
    assert {each.letter for each in OUTCOMES.values()} <= KINDS.keys()
    for code, each in OUTCOMES.items():
        assert [slug for slug in KINDS if code in decisions_of(slug) and slug != "spot_record"] == [each.letter]
    assert "rectify_done" not in decisions_of("spot_record")
