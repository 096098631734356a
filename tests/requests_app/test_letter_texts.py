"""Letters say what the law wants in them: every kind from full facts, and nothing goes out with a gap."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from requests_app import deadlines
from requests_app.clock_words import unpublished_year
from requests_app.letters.facts import LetterFacts, Part, missing, unfinished
from requests_app.letters.kinds import AGENCY, KINDS, THIRD_PARTY, decisions_of
from requests_app.letters.paper import Draft, document_number
from requests_app.letters.remedy_clauses import remedy_text
from requests_app.letters.texts import draft
from requests_app.letters.wording import counted, listed, quoted
from requests_app.outcomes import OUTCOMES
from tests.requests_app.letter_facts import FULL, facts_for
from workdays.arithmetic import Calendar

ANSWERS = [(each.letter, code) for code, each in OUTCOMES.items()]
PLAIN = [slug for slug, kind in KINDS.items() if not kind.carries_decision]
SPOT = [("spot_record", code) for code in decisions_of("spot_record")]
REVIEW_FIRST = (
    "如不服本决定，可以自收到之日起60日内先向云岚市人民政府申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书之日起"
    "15日内向云岚市青溪区人民法院提起行政诉讼。"
)
EITHER = "如不服本决定，可以自收到之日起60日内向云岚市人民政府申请行政复议，或者自收到之日起6个月内向云岚市青溪区人民法院提起行政诉讼。"
EXCLUDED = "如认为上述处理侵犯合法权益，可以依法申请行政复议或者提起行政诉讼。"


def whole(paper: Draft) -> str:
    return "\n".join([paper.title, paper.salutation, *paper.paragraphs, paper.closing])


def answer(code: str, **changes: Any) -> str:
    return whole(draft(OUTCOMES[code].letter, facts_for(code, **changes)))


@pytest.mark.parametrize(("slug", "code"), [*ANSWERS, *SPOT, *((slug, "") for slug in PLAIN)])
def test_full_facts_give_a_letter_without_gaps(slug: str, code: str) -> None:
    facts = facts_for(code) if code else FULL
    assert missing(KINDS[slug], facts) == []
    paper = draft(slug, facts)
    assert unfinished((paper.title, *paper.paragraphs, paper.closing), facts=facts) == []
    text = whole(paper)
    assert "None" not in text and "{" not in text and "。。" not in text and "；。" not in text
    assert all(line.endswith(("。", "；", "：")) for line in paper.paragraphs)


@pytest.mark.law("条例§36")
@pytest.mark.parametrize(("slug", "code"), ANSWERS)
def test_an_answer_has_the_elements_of_the_law(slug: str, code: str) -> None:
    paper = draft(slug, facts_for(code))
    text = whole(paper)
    assert paper.salutation == "张三："
    assert "2026年3月3日收到" in text and "2026年3月12日，本机关收到您补正后的申请" in text
    assert "YJ2026-00012" in text and "“2025年全市‘双减’专项督导报告”" in text
    assert "办理经过：2026年3月5日，本机关告知您补正申请内容；2026年3月12日，本机关收到您的补正材料。" in text
    assert OUTCOMES[code].article in text
    assert "纸质，邮寄" in text


@pytest.mark.law("行政复议法§23", "条例§51")
@pytest.mark.parametrize("code", OUTCOMES)
def test_each_decision_says_its_own_remedy_word_for_word(code: str) -> None:
    text = answer(code)
    match OUTCOMES[code].remedy:
        case "review_first":
            assert REVIEW_FIRST in text and "6个月" not in text
        case "either":
            assert EITHER in text and "先向" not in text
        case "excluded":
            assert EXCLUDED in text and "人民法院" not in text
        case "procedural":
            assert "行政复议" not in text and "诉讼" not in text
        case "partial":
            assert "对本决定中不予公开的部分不服的，可以自收到之日起60日内先向云岚市人民政府申请行政复议；" in text
            assert "对本决定中予以公开的部分不服的，可以自收到之日起60日内向云岚市人民政府申请行政复议，或者" in text


def test_a_partial_answer_keeps_its_two_remedies_apart() -> None:
    first, second = remedy_text("partial", review_body="甲政府", court="乙法院")
    assert "先向甲政府" in first and "6个月" not in first
    assert "6个月内向乙法院" in second and "先向" not in second


def test_on_the_way_no_letter_speaks_of_courts_and_complaints_have_their_own_words() -> None:
    for slug in PLAIN:
        text = whole(draft(slug, FULL))
        assert ("行政诉讼" in text) == (slug == "third_party_result")
    assert "申诉" in remedy_text("complaint_only", review_body="", court="")[0]


def test_a_bodys_lawyers_may_replace_a_clause() -> None:
    paper = draft("notice_repeat", facts_for("reject_repeat"), clauses={"excluded": ("另有规定。",)})
    assert paper.paragraphs[-1] == "另有规定。"


@pytest.mark.law("条例§36")
@pytest.mark.parametrize(("slug", "code"), ANSWERS)
def test_every_fact_a_decision_needs_is_asked_for(slug: str, code: str) -> None:
    for name in (*KINDS[slug].needs, *OUTCOMES[code].needs):
        empty = LetterFacts.__dataclass_fields__[name].default
        assert missing(KINDS[slug], replace(facts_for(code), **{name: empty})) != [], name


@pytest.mark.parametrize("slug", PLAIN)
def test_every_fact_a_letter_on_the_way_needs_is_asked_for(slug: str) -> None:
    for name in KINDS[slug].needs:
        empty = LetterFacts.__dataclass_fields__[name].default
        assert missing(KINDS[slug], replace(FULL, **{name: empty})) != [], name


def test_it_names_what_is_missing_in_chinese() -> None:
    facts = facts_for("unable_not_exist", search_record=" ", review_body="")
    assert missing(KINDS["reply_not_exist"], facts) == ["检索情况", "行政复议机关"]


def test_a_decision_in_another_letter_is_refused() -> None:
    assert missing(KINDS["reply_grant"], facts_for("deny_internal")) == [
        "处理决定“内部事务信息”应当使用《政府信息不予公开答复书》"
    ]
    assert missing(KINDS["reply_grant"], replace(FULL, outcome_code="no_such")) == ["没有“no_such”这种处理决定"]


@pytest.mark.parametrize("gap", ["××", "某某", "【文号】", "待填", "XXX", "____"])
def test_a_place_to_be_filled_in_does_not_go_out(gap: str) -> None:
    facts = facts_for("deny_internal", reason=f"属于{gap}事项")
    assert missing(KINDS["reply_deny"], facts) == ["具体理由中有未填写的内容"]
    paper = draft("reply_deny", facts)
    assert len(unfinished(paper.paragraphs, facts=facts)) == 1


def test_the_applicants_own_words_may_hold_what_ours_may_not() -> None:
    facts = facts_for("deny_internal", request_text="国办发【2019】60号“通知”\n及某某小区规划")
    assert missing(KINDS["reply_deny"], facts) == []
    assert unfinished(draft("reply_deny", facts).paragraphs, facts=facts) == []


@pytest.mark.law("条例§14", "条例§15", "条例§16")
def test_a_ground_is_one_the_law_names() -> None:
    assert missing(KINDS["reply_deny"], facts_for("deny_process", ground_kind="请示")) == [
        "具体情形应当是讨论记录、过程稿、磋商信函、请示报告之一"
    ]
    assert missing(KINDS["reply_deny"], facts_for("deny_state_secret", secret_level="内部")) == [
        "密级应当是绝密、机密、秘密之一"
    ]
    assert missing(KINDS["reply_deny"], facts_for("deny_law_forbidden", special_law="有关规定")) == [
        "法律、行政法规应当写明名称和条款，如《……法》第……条"
    ]


@pytest.mark.law("条例§14", "条例§15", "条例§16")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("deny_state_secret", "密级为机密，保密期限为20年"),
        ("deny_law_forbidden", "属于《不动产登记暂行条例》第二十七条禁止公开的政府信息"),
        ("deny_safety_stability", "公开后可能危及国家安全，理由是：经核对"),
        ("deny_third_party", "本机关依法书面征求了第三方的意见，第三方不同意公开"),
        ("deny_internal", "属于本机关人事管理方面的内部事务信息，不予公开的理由是：经核对"),
        ("deny_process", "形成的讨论记录，属于过程性信息"),
        ("deny_case_file", "属于行政执法案卷信息"),
    ],
)
def test_each_refusal_has_its_own_reasons(code: str, words: str) -> None:
    assert words in answer(code)


@pytest.mark.law("条例§37")
def test_withheld_parts_are_listed_each_with_ground_and_reason() -> None:
    second = Part("报告附件二", "deny_process", "是尚未定稿的过程稿")
    text = answer("partial", parts=(*FULL.parts, second))
    assert (
        "（一）报告第三部分中的课程定价方法。根据《政府信息公开条例》第十五条的规定，不予公开，理由是：第三方不同意公开"
        in text
    )
    assert (
        "（二）报告附件二。根据《政府信息公开条例》第十六条第二款的规定，不予公开，理由是：是尚未定稿的过程稿。" in text
    )
    wrong = facts_for("partial", parts=(Part("附件", "reject_repeat", " "),))
    assert missing(KINDS["reply_partial"], wrong) == [
        "第1处不予公开的部分没有法定事由",
        "第1处不予公开的部分没有写明内容和理由",
    ]


@pytest.mark.law("条例§38")
def test_what_would_have_to_be_made_first_is_declined_with_the_reason() -> None:
    text = answer("unable_need_creation")
    assert "需要对现有政府信息进行加工、分析" in text and "第三十八条" in text


@pytest.mark.law("条例§39")
def test_petitions_and_publications_are_pointed_elsewhere() -> None:
    assert "不作为政府信息公开申请处理。有关诉求，您可以向云岚市人民政府教育督导委员会办公室" in answer(
        "reject_complaint"
    )
    assert "有关诉求" not in answer("reject_complaint", redirect_body="", redirect_contact="")
    assert "现告知获取的途径：云岚市人民政府门户网站" in answer("reject_publication")


@pytest.mark.law("条例§40")
def test_another_form_than_asked_for_is_given_with_its_reason() -> None:
    assert "上述政府信息的提供方式：纸质，邮寄。" in answer("grant_provide")
    changed = answer("grant_provide", forms_changed_reason="可能危及档案原件安全", delivery_form="电子数据")
    assert "按照您要求的形式提供，可能危及档案原件安全。根据《政府信息公开条例》第四十条" in changed
    assert "本机关改以下列方式提供：电子数据。" in changed


@pytest.mark.law("条例§41")
def test_the_correction_of_a_record_has_four_answers() -> None:
    titles = {code: draft("rectify_notice", facts_for(code)).title for code in OUTCOMES if code.startswith("rectify")}
    assert titles == {
        "rectify_done": "政府信息更正告知书",
        "rectify_refused": "政府信息不予更正告知书",
        "rectify_transferred": "政府信息更正申请转送告知书",
        "rectify_redirected": "政府信息更正告知书",
    }
    assert "更正后的内容为：联系地址为云岚市青溪区学府路1号。" in answer("rectify_done")
    assert "提出的更正政府信息记录的申请" in answer("rectify_refused")


def test_another_body_is_named_with_its_contact_or_not_at_all() -> None:
    assert missing(KINDS["reply_not_own"], facts_for("unable_not_own", redirect_contact="")) == ["负责机关联系方式"]
    unknown = facts_for("unable_not_own", redirect_body="", redirect_contact="")
    assert missing(KINDS["reply_not_own"], unknown) == []
    assert "负责公开，您可以" not in whole(draft("reply_not_own", unknown))


@pytest.mark.law("条例§30")
def test_a_correction_notice_names_every_point_the_period_and_the_consequence() -> None:
    text = whole(draft("correction_notice", FULL))
    assert "（一）写明所申请信息的文号；" in text and "（二）写明所申请信息的形成年份。" in text
    assert "10个工作日内" in text and "视为放弃申请" in text and "0000-1234567" in text


@pytest.mark.law("条例§33", "条例§35")
def test_later_answers_say_from_which_day_to_which_and_why() -> None:
    text = whole(draft("extension_notice", FULL))
    assert "2026年4月1日" in text and "7个工作日" in text and "2026年4月10日" in text and "负责人同意" in text
    assert "延迟答复，最迟于2026年4月10日答复" in whole(draft("art35_delay_notice", FULL))
    assert "请您于2026年3月20日前（含当日）书面说明申请的理由" in whole(draft("reason_request", FULL))


@pytest.mark.parametrize("slug", ["extension_notice", "confirmation_notice"])
def test_a_provisional_day_is_called_provisional(slug: str) -> None:
    text = whole(draft(slug, replace(FULL, due_on=date(2027, 1, 15), unpublished_year=2027)))
    assert "尚未公布2027年的节假日安排，该日期为暂定" in text
    assert "暂定" not in whole(draft(slug, FULL))


def test_a_day_late_in_december_hangs_on_the_next_year(calendar: Calendar) -> None:
    assert unpublished_year(date(2026, 12, 1), date(2026, 12, 29), calendar) == 2027
    assert unpublished_year(date(2026, 12, 10), date(2027, 1, 15), calendar) == 2027


@pytest.mark.law("条例§32", "条例§34")
def test_who_is_consulted_decides_period_and_silence() -> None:
    third, co, other = (
        whole(draft(slug, FULL)) for slug in ("third_party_consult", "agency_consult", "other_agency_consult")
    )
    assert "15个工作日" in third and "由本机关依法决定是否公开" in third and "视为同意" not in third
    assert "15个工作日" in co and "逾期未提出意见的，视为同意公开" in co
    assert "15个工作日" not in other and "视为同意" not in other and "2026年4月3日" in other


def test_who_is_consulted_does_not_learn_who_applied() -> None:
    for slug, kind in KINDS.items():
        if kind.addressee in (THIRD_PARTY, AGENCY):
            paper = draft(slug, FULL)
            assert paper.salutation == "云岚市启明培训中心：" and "张三" not in whole(paper)


@pytest.mark.law("条例§32")
def test_a_third_party_is_told_what_is_disclosed_and_may_go_on() -> None:
    assert EITHER in whole(draft("third_party_result", FULL))
    kept = replace(FULL, third_party_disclosed=False, review_body="", court="")
    assert missing(KINDS["third_party_result"], kept) == []
    assert "不予公开" in whole(draft("third_party_result", kept)) and "诉讼" not in whole(
        draft("third_party_result", kept)
    )


@pytest.mark.law("条例§42")
def test_a_fee_notice_says_basis_rates_amount_payee_and_consequence() -> None:
    text = whole(draft("fee_notice", FULL))
    for words in (
        "第四十二条",
        "国办函〔2020〕109号",
        "880.00元",
        "每页20元",
        "20个工作日",
        "非税收入专户",
        "视为放弃申请",
    ):
        assert words in text


@pytest.mark.law("条例§31")
def test_a_receipt_says_when_the_period_begins() -> None:
    assert "收到申请之日为2026年3月12日，答复期限自次日起计算，答复期限至2026年4月10日" in whole(
        draft("receipt_ack", FULL)
    )
    waiting = replace(FULL, received_on=None, confirm_due_on=FULL.submitted_on)
    text = whole(draft("receipt_ack", waiting))
    assert missing(KINDS["receipt_ack"], waiting) == []
    assert "以双方确认之日为收到申请之日" in text and "最迟于2026年3月2日与您确认" in text


def test_an_organisation_is_addressed_as_one() -> None:
    text = answer("grant_provide", is_organisation=True, steps_so_far=())
    assert "你单位" in text and "您" not in text and "办理经过" not in text


def test_the_clock_knows_every_event_a_letter_stands_for() -> None:
    known = set(deadlines.HANDLERS) | {"served"}
    known |= {f"{kind}_{act}" for kind in deadlines.CONSULTED for act in ("sent", "served")}
    events = {event for kind in KINDS.values() for event in (kind.on_issue, kind.on_send, kind.on_serve)}
    assert events - {""} <= known | {"delay_notified"}
    assert (KINDS["reply_deny"].on_send, KINDS["reply_deny"].on_serve) == ("replied", "served")


def test_numbers_of_papers_have_six_cornered_brackets_and_no_zeros_in_front() -> None:
    assert document_number("云教", KINDS["reply_grant"].word, 2026, 12) == "云教公开复〔2026〕12号"
    for wrong in (
        ("", "", 2026, 1),
        ("云教", "公开复", 2026, 0),
        ("云教A", "公开复", 2026, 1),
        ("云教", "公开复", 26, 1),
    ):
        with pytest.raises(ValueError, match="不符合发文字号的格式"):
            document_number(*wrong)


def test_lists_and_quotations_follow_the_rules_of_official_papers() -> None:
    assert [counted(n) for n in (1, 10, 11, 20, 35)] == ["（一）", "（十）", "（十一）", "（二十）", "（三十五）"]
    assert listed(["甲。", "乙"]) == ("（一）甲；", "（二）乙。")
    assert quoted("关于“双减”\n的报告") == "“关于‘双减’ 的报告”"
