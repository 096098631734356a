"""Every family of outcomes, what each rests on, and what leads to it."""

from datetime import date

import pytest

from disclosure.models import ConversionOffer
from notices.models import Notice
from requests_app.cases import services as register
from requests_app.handling import consulting, deciding, writing
from requests_app.handling import services as handling
from requests_app.letters import services as letters
from requests_app.models import Decision, Letter
from requests_app.outcomes import OUTCOMES, Family
from requests_app.states import CaseState
from tests.make import make_document
from tests.requests_app.casework import Office, at, fresh
from tests.requests_app.letter_facts import FULL
from workflow.services import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
BARE = sorted(
    code
    for code, outcome in OUTCOMES.items()
    if outcome.family != Family.RECTIFICATION
    and code
    not in (
        "reject_repeat",
        "reject_massive",
        "unable_unclear",
        "other_overdue_correction",
        "other_overdue_fee",
        "partial",
    )
)


def given(code: str) -> dict[str, object]:
    """What a clerk states for this decision."""
    outcome = OUTCOMES[code]
    said = {name: getattr(FULL, name) for name in outcome.needs if name not in ("parts", "steps_so_far")}
    if outcome.kinds:
        said["ground_kind"] = outcome.kinds[0]
    return said


@pytest.mark.law("条例§36", "条例§38", "条例§39", "条例§40")
@pytest.mark.parametrize("code", BARE)
def test_each_decision_goes_out_as_its_own_letter(office: Office, code: str) -> None:
    case = office.handling(DAY)
    if code == "deny_third_party":
        office.refused_by_third_party(case, date(2026, 3, 9))
    case = office.answered(case, date(2026, 3, 10), code, said=given(code))
    assert (case.state, case.outcome) == (CaseState.DELIVERED, code)
    assert case.letters.exclude(outcome="").get().kind == OUTCOMES[code].letter


@pytest.mark.law("条例§32")
def test_nobody_is_said_to_refuse_who_was_not_asked(office: Office) -> None:
    case = office.handling(DAY)
    with pytest.raises(Refused, match="先书面征求第三方的意见"):
        office.decided(case, DAY, "deny_third_party", said=given("deny_third_party"))


@pytest.mark.law("条例§33")
def test_an_extension_into_a_year_without_a_calendar_is_provisional_and_never_signed_outdated(office: Office) -> None:
    on = date(2026, 11, 30)
    case = office.handling(date(2026, 11, 16))
    letter = writing.ask_extension(actor=office.cast.lisi, case=case, workdays=20, reason="需要检索", at=at(on))
    text = "".join(letter.paragraphs)
    assert "2027年的节假日安排，该日期为暂定" in text
    letters.submit(actor=office.cast.lisi, letter=letter, at=at(on, 13))
    letter.refresh_from_db()
    letter.facts = {**letter.facts, "due_on": "2027-01-09"}  # as if days had moved since it was drafted
    letter.save(update_fields=["facts"])
    with pytest.raises(Refused, match="起草以后期限有了变化"):
        letters.issue(actor=office.cast.wangwu, letter=letter, at=at(on, 14))


@pytest.mark.law("条例§30")
def test_a_late_correction_notice_promises_no_new_count(office: Office) -> None:
    case, late = office.handling(DAY), date(2026, 3, 17)
    said = {"points": ["写明年度"], "workdays": 10}
    in_time = writing.ask_correction(actor=office.cast.lisi, case=case, at=at(DAY, 13), **said)
    assert "答复期限自本机关收到补正的申请之日起计算" in "".join(in_time.paragraphs)
    with pytest.raises(Refused, match="照原申请计算"):
        letters.submit(actor=office.cast.lisi, letter=in_time, at=at(late, 13))
    anew = writing.ask_correction(actor=office.cast.lisi, case=case, at=at(late, 13), **said)
    text = "".join(anew.paragraphs)
    assert "答复期限仍按收到原申请之日计算" in text
    assert "视为放弃申请" not in text
    office.out(anew, late)


def test_a_letter_of_the_way_is_not_signed_after_the_answer(office: Office) -> None:
    case = office.handling(DAY)
    left = writing.acknowledge(actor=office.cast.lisi, case=case, at=at(DAY, 13))
    office.answered(case, date(2026, 3, 10))
    with pytest.raises(Refused, match="不再发出"):
        letters.issue(actor=office.cast.lisi, letter=left, at=at(date(2026, 3, 11), 10))


@pytest.mark.law("条例§37")
def test_a_partial_answer_names_each_withheld_part_and_its_ground(office: Office) -> None:
    parts = [{"what": "附件3第2页联系人电话", "ground_code": "deny_third_party", "reason": "属于个人隐私"}]
    letter = office.decided(
        office.handling(DAY), DAY, "partial", said={"granted_text": "合同正文及附件1、2"}, parts=parts
    )
    words = "\n".join(letter.paragraphs)
    assert "附件3第2页联系人电话" in words
    assert "第三十七条" in words
    assert "先向" in words
    assert Decision.objects.get().parts[0]["ground_code"] == "deny_third_party"


def test_a_decision_that_misses_what_the_law_wants_is_refused_with_its_name(office: Office) -> None:
    with pytest.raises(Refused, match="检索情况"):
        office.decided(office.handling(DAY), DAY, "unable_not_exist", said={})
    assert not Letter.objects.exists()


@pytest.mark.law("条例§30")
def test_giving_up_is_decided_by_the_clock_alone(office: Office) -> None:
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9), workdays=5)
    with pytest.raises(Refused, match="补正期限届满"):
        office.decided(case, date(2026, 3, 16), "other_overdue_correction", said={})
    case = office.answered(case, date(2026, 3, 18), "other_overdue_correction", said={})
    assert (case.state, case.outcome) == (CaseState.DELIVERED, "other_overdue_correction")


@pytest.mark.law("条例§42")
def test_not_paying_ends_the_case(office: Office) -> None:
    case = office.handling(DAY)
    letter = writing.charge(actor=office.cast.lisi, case=case, standard="page", quantity=250, at=at(DAY, 13))
    office.out(letter, DAY)
    case = office.answered(case, date(2026, 4, 2), "other_overdue_fee", said={})
    assert case.outcome == "other_overdue_fee"


@pytest.mark.law("条例§42")
def test_a_waived_fee_counts_on_as_if_it_never_was(office: Office) -> None:
    case = office.handling(DAY)
    due_on = case.due_on
    letter = writing.charge(actor=office.cast.lisi, case=case, standard="page", quantity=250, at=at(DAY, 13))
    office.out(letter, DAY)
    handling.waive_payment(actor=office.cast.wangwu, case=fresh(case), reason="低保家庭", at=at(date(2026, 3, 6)))
    assert (fresh(case).state, fresh(case).due_on) == (CaseState.HANDLING, due_on)


@pytest.mark.law("条例§32")
def test_a_third_partys_refusal_is_overridden_by_the_head_alone(office: Office) -> None:
    case = office.handling(DAY)
    asked = consulting.begin(actor=office.cast.lisi, case=case, kind="third_party", name="云岚建工", at=at(DAY, 13))
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="合同价款", at=at(DAY, 13))
    office.out(letter, DAY)
    with pytest.raises(Refused, match="征求意见还没有办结"):
        office.decided(case, DAY)
    on = date(2026, 3, 9)
    asked.refresh_from_db()
    consulting.receive_opinion(
        actor=office.cast.lisi, consultation=asked, opinion="disagree", reason="涉及报价策略", on=on, at=at(on)
    )
    with pytest.raises(Refused, match="第三方不同意"):
        office.decided(case, on)
    with pytest.raises(Refused, match="负责人"):
        consulting.override(actor=office.cast.lisi, consultation=asked, reason="涉及校舍安全", at=at(on))
    consulting.override(actor=office.cast.wangwu, consultation=asked, reason="涉及校舍安全，公共利益重大", at=at(on))
    asked.refresh_from_db()
    told = writing.tell_third_party(actor=office.cast.lisi, consultation=asked, matter="合同价款", at=at(on))
    assert "公共利益" in "\n".join(told.paragraphs)
    with pytest.raises(Refused, match="书面告知第三方"):
        office.decided(case, on)
    office.out(told, on)
    assert office.answered(case, on).outcome == "grant_provide"


@pytest.mark.law("条例§32", "条例§34")
def test_silence_is_consent_of_a_body_and_nothing_of_a_third_party(office: Office) -> None:
    case = office.handling(DAY)
    for kind in ("third_party", "agency", "other_agency"):
        asked = consulting.begin(actor=office.cast.lisi, case=case, kind=kind, name=kind, at=at(DAY, 13))
        letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="合同", at=at(DAY, 13))
        office.out(letter, DAY)
    later = at(date(2026, 3, 27))
    for asked in case.consultations.all():
        consulting.expire(consultation=asked, at=later)
    said = dict(case.consultations.values_list("kind", "opinion"))
    assert said == {"third_party": "silent", "agency": "agree", "other_agency": ""}


@pytest.mark.law("条例§35")
def test_too_many_applications_are_asked_for_reasons_then_refused_or_delayed(office: Office) -> None:
    case = office.handling(DAY)
    lisi, matter = office.cast.lisi, "三个月内提出 42 件申请"
    said = {"matter": matter, "reason": "申请人说明的理由不合理"}
    with pytest.raises(Refused, match="第三十五条"):
        office.decided(case, DAY, "reject_massive", said=said)
    handling.flag_excessive(actor=office.cast.wangwu, case=case, is_excessive=True, at=at(DAY, 13))
    letter = writing.ask_reason(
        actor=lisi, case=fresh(case), matter=matter, answer_by_on=date(2026, 3, 13), at=at(DAY, 13)
    )
    office.out(letter, DAY)
    until = date(2026, 6, 30)
    delay = writing.ask_delay(
        actor=lisi, case=fresh(case), until=until, matter=matter, reason="逐件核查", at=at(date(2026, 3, 16))
    )
    office.out(delay, date(2026, 3, 16))
    assert fresh(case).due_on == until
    assert office.answered(case, date(2026, 3, 20), "reject_massive", said=said).outcome == "reject_massive"


@pytest.mark.law("条例§36")
def test_a_repeat_names_the_earlier_answer_to_the_same_applicant(office: Office) -> None:
    first = office.answered(office.handling(DAY), date(2026, 3, 10))
    again = office.handling(date(2026, 3, 16))
    stranger = office.answered(
        office.handling(DAY, id_number="810000199408230021", id_kind="hmt_residence", name="陈大文"), date(2026, 3, 10)
    )
    with pytest.raises(Refused, match="同一申请人"):
        office.decided(again, date(2026, 3, 17), "reject_repeat", said={}, prior=stranger)
    letter = office.decided(again, date(2026, 3, 17), "reject_repeat", said={}, prior=first)
    assert first.letters.get().number in "\n".join(letter.paragraphs)


@pytest.mark.law("条例§41")
def test_a_record_of_ones_own_is_rectified_with_its_own_letter(office: Office) -> None:
    case = office.handling(DAY, kind="rectification", title="学籍登记的出生日期")
    with pytest.raises(Refused, match="第四十一条"):
        office.decided(case, DAY)
    said = {"matter": "学籍登记的出生日期", "rectified_to": "2012年3月5日"}
    case = office.answered(case, date(2026, 3, 10), "rectify_done", said=said)
    assert case.letters.get().kind == "rectify_notice"


@pytest.mark.law("条例§33")
def test_what_can_be_answered_on_the_spot_is_answered_at_once(office: Office) -> None:
    case = office.in_person(DAY)
    handling.claim(actor=office.cast.lisi, case=case, at=at(DAY, 10))
    with pytest.raises(Refused, match="书面答复"):
        handling.answer_on_the_spot(
            actor=office.cast.lisi, case=fresh(case), outcome="deny_process", granted="无", at=at(DAY, 11)
        )
    handling.answer_on_the_spot(
        actor=office.cast.lisi, case=fresh(case), outcome="grant_already_public", granted="告知网址", at=at(DAY, 11)
    )
    case = fresh(case)
    assert (case.state, case.stopped_on, case.on_time) == (CaseState.DELIVERED, DAY, True)


@pytest.mark.law("条例§44")
def test_what_two_people_got_is_offered_for_publication(office: Office) -> None:
    document = make_document(office.cast.jyj, disclosure_attribute="on_request", attribute_reason="未定")
    strangers = ({}, {"id_number": "810000199408230021", "id_kind": "hmt_residence", "name": "陈大文"})
    for said in strangers:
        letter = office.decided(office.handling(DAY, **said), DAY)
        Decision.objects.filter(letter=letter).update(document=document)
        assert not ConversionOffer.objects.exists()
        office.out(letter, DAY)
    assert ConversionOffer.objects.get().document == document


@pytest.mark.law("条例§44")
def test_an_applicants_suggestion_reaches_the_head(office: Office) -> None:
    office.answered(office.handling(DAY, suggests_publication=True), date(2026, 3, 10))
    assert Notice.objects.filter(recipient=office.cast.wangwu, title__startswith="可以考虑主动公开").exists()


@pytest.mark.law("条例§46", "条例§47")
def test_the_supervisor_asks_and_the_department_answers(office: Office) -> None:
    case = office.handling(DAY)
    with pytest.raises(Refused, match="主管部门"):
        handling.inquire(
            actor=office.cast.wangwu, case=case, text="请说明进展", due_on=date(2026, 3, 10), at=at(DAY, 13)
        )
    asked = handling.inquire(
        actor=office.cast.qianqi, case=case, text="请说明进展", due_on=date(2026, 3, 10), at=at(DAY, 13)
    )
    assert case.dues.filter(kind="inquiry").exists()
    handling.answer_inquiry(actor=office.cast.lisi, inquiry=asked, answer="正在检索", at=at(date(2026, 3, 5)))
    assert not case.dues.filter(kind="inquiry").exists()


@pytest.mark.law("条例§51")
def test_a_reconsideration_is_recorded_with_its_result(office: Office) -> None:
    case = office.answered(office.handling(DAY), date(2026, 3, 10))
    lisi, filed = office.cast.lisi, date(2026, 4, 1)
    row = handling.record_remedy(
        actor=lisi, case=case, kind="reconsideration", body="云岚市人民政府", filed_on=filed, at=at(filed)
    )
    handling.conclude_remedy(
        actor=lisi, remedy=row, result="maintain", concluded_on=date(2026, 5, 20), at=at(date(2026, 5, 20))
    )
    row.refresh_from_db()
    assert row.result == "maintain"


def test_a_letter_that_was_signed_is_never_changed(office: Office) -> None:
    letter = office.out(office.decided(office.handling(DAY), DAY), DAY)
    with pytest.raises(Refused, match="不能修改"):
        letters.edit(
            actor=office.cast.lisi, letter=letter, title="改", salutation="", paragraphs=["改"], edition=letter.edition
        )


def test_a_returned_answer_goes_back_to_its_officer_with_the_reason(office: Office) -> None:
    case = office.handling(DAY)
    letter = office.decided(case, DAY)
    letters.submit(actor=office.cast.lisi, letter=letter, at=at(DAY, 13))
    letter.refresh_from_db()
    letters.give_back(actor=office.cast.wangwu, letter=letter, reason="请补充提供方式", at=at(DAY, 14))
    letter.refresh_from_db()
    assert (fresh(case).state, letter.state, letter.opinion) == (CaseState.HANDLING, "draft", "请补充提供方式")
    assert Notice.objects.filter(recipient=office.cast.lisi, title__startswith="退回").exists()


def test_somebody_who_comes_second_is_told_who_was_first(office: Office) -> None:
    case = office.confirmed(DAY)
    handling.claim(actor=office.cast.lisi, case=fresh(case), at=at(DAY, 12))
    with pytest.raises(Refused, match="李四"):
        handling.claim(actor=office.cast.wangwu, case=case, at=at(DAY, 13))


def test_a_case_cannot_be_decided_before_it_is_taken_up(office: Office) -> None:
    case = office.confirmed(DAY)
    assert "受理办理后" in deciding.why_not(case, OUTCOMES["grant_provide"], prior=None, today=DAY)
    register.void(actor=office.cast.wangwu, case=case, reason="重复", at=at(DAY, 13))


@pytest.mark.law("条例§36")
def test_a_letter_cut_down_to_nothing_is_not_handed_in(office: Office) -> None:
    letter = office.decided(office.handling(DAY), DAY, "deny_process", said=given("deny_process"))
    letters.edit(
        actor=office.cast.lisi, letter=letter, title=letter.title, salutation="", paragraphs=["请知悉。"], edition=1
    )
    letter.refresh_from_db()
    with pytest.raises(Refused, match=r"法律依据.*救济途径"):
        letters.submit(actor=office.cast.lisi, letter=letter, at=at(DAY, 13))


@pytest.mark.law("条例§32")
def test_nothing_goes_electronically_to_who_has_no_address_here(office: Office) -> None:
    case = office.handling(DAY)
    asked = consulting.begin(actor=office.cast.lisi, case=case, kind="third_party", name="云岚建工", at=at(DAY, 13))
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="价款", at=at(DAY, 13))
    letters.submit(actor=office.cast.lisi, letter=letter, at=at(DAY, 13))
    letter.refresh_from_db()
    letters.issue(actor=office.cast.wangwu, letter=letter, at=at(DAY, 14))
    letter.refresh_from_db()
    with pytest.raises(Refused, match="联系方式"):
        letters.send(actor=office.cast.lisi, letter=letter, delivery="electronic", on=DAY, at=at(DAY, 15))
    assert fresh(case).clock_state == "running"
