"""An application from its door to the archive, through the services."""

from datetime import date

import pytest

from requests_app.cases import services as register
from requests_app.cases.application import Days
from requests_app.handling import consulting, writing
from requests_app.handling import services as handling
from requests_app.letters import services as letters
from requests_app.models import CaseDue, Channel, InformationRequest, RegisterNumber
from requests_app.states import CaseState
from tests.requests_app.casework import Office, at, fresh
from workflow.services import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


def dues(case: InformationRequest) -> dict[str, date]:
    return {row.kind: row.on for row in CaseDue.objects.filter(case=case)}


@pytest.mark.law("条例§31")
def test_an_online_application_is_received_when_both_sides_confirm(office: Office) -> None:
    case = office.submitted(DAY)
    assert (case.state, case.due_on, case.clock_state) == (CaseState.SUBMITTED, None, "not_started")
    assert dues(case) == {"confirm": date(2026, 3, 5)}
    register.confirm(actor=office.cast.lisi, case=case, on=date(2026, 3, 4), evidence="电话", at=at(date(2026, 3, 4)))
    case = fresh(case)
    assert (case.received_on, case.due_on) == (date(2026, 3, 4), date(2026, 4, 1))
    assert dues(case) == {"reply": date(2026, 4, 1)}


@pytest.mark.law("条例§31")
def test_an_ordinary_letter_is_to_be_confirmed_on_the_day_it_arrives(office: Office) -> None:
    application = office.application(channel=Channel.MAIL_ORDINARY)
    case, _ = register.register(actor=office.cast.lisi, application=application, days=Days(arrived_on=DAY), at=at(DAY))
    assert dues(case) == {"confirm": DAY}


@pytest.mark.law("条例§36", "条例§45")
def test_an_answer_goes_from_decision_to_service(office: Office) -> None:
    case = office.answered(office.handling(DAY), date(2026, 3, 10))
    assert (case.state, case.outcome, case.on_time) == (CaseState.DELIVERED, "grant_provide", True)
    assert (case.stopped_on, case.used_workdays) == (date(2026, 3, 10), 5)
    answer = case.letters.get()
    assert answer.number.endswith("〔2026〕1号")
    assert len(answer.docx_digest) == 64
    register.archive(actor=office.cast.lisi, case=case, years=10, at=at(date(2026, 3, 11)))
    assert fresh(case).state == CaseState.ARCHIVED


@pytest.mark.law("条例§30")
def test_a_correction_starts_the_count_anew(office: Office) -> None:
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9))
    assert (case.state, case.due_on) == (CaseState.AWAITING_CORRECTION, None)
    assert dues(case) == {"correction": date(2026, 3, 23)}
    on = date(2026, 3, 16)
    handling.receive_correction(actor=office.cast.lisi, case=case, text="2025年", on=on, at=at(on))
    case = fresh(case)
    assert (case.state, case.received_on, case.due_on) == (CaseState.HANDLING, on, date(2026, 4, 14))


@pytest.mark.law("条例§33")
def test_an_extension_is_the_heads_and_only_one(office: Office) -> None:
    case = office.extended(office.handling(DAY), date(2026, 3, 20), 10)
    assert (case.due_on, case.extension_workdays) == (date(2026, 4, 15), 10)
    with pytest.raises(Refused, match="只能延长一次"):
        office.extended(case, date(2026, 3, 23), 5)


@pytest.mark.law("条例§32", "条例§34")
def test_overlapping_consultations_are_united(office: Office) -> None:
    case = office.handling(DAY)
    for kind, name in (("third_party", "云岚建工公司"), ("agency", "市发展和改革委员会")):
        asked = consulting.begin(actor=office.cast.lisi, case=case, kind=kind, name=name, at=at(DAY, 13))
        letter = writing.write_consultation(
            actor=office.cast.lisi, consultation=asked, matter="所附合同是否涉及商业秘密", at=at(DAY, 14)
        )
        office.out(letter, date(2026, 3, 4))
    case = fresh(case)
    assert (case.clock_state, case.due_on) == ("paused", date(2026, 4, 22))
    for asked in case.consultations.all():
        consulting.receive_opinion(
            actor=office.cast.lisi,
            consultation=asked,
            opinion="agree",
            reason="",
            on=date(2026, 3, 10),
            at=at(date(2026, 3, 10)),
        )
    assert fresh(case).suspended_workdays == 4
    assert fresh(case).due_on == date(2026, 4, 7)


@pytest.mark.law("条例§42")
def test_a_fee_restarts_the_count_when_paid(office: Office) -> None:
    case = office.handling(DAY)
    letter = writing.charge(actor=office.cast.lisi, case=case, standard="page", quantity=57, at=at(date(2026, 3, 6)))
    office.out(letter, date(2026, 3, 6))
    case = fresh(case)
    assert (case.state, case.fee.amount) == (CaseState.AWAITING_PAYMENT, 270)
    on = date(2026, 3, 12)
    handling.receive_payment(actor=office.cast.lisi, case=case, on=on, voucher="云财票1", at=at(on))
    assert (fresh(case).state, fresh(case).due_on) == (CaseState.HANDLING, date(2026, 4, 10))


def test_a_year_of_receipt_changes_the_register(office: Office) -> None:
    case = office.submitted(date(2025, 12, 31))
    assert case.number == "JYJ-2025-00001"
    register.confirm(actor=office.cast.lisi, case=case, on=date(2026, 1, 4), evidence="电话", at=at(date(2026, 1, 4)))
    assert fresh(case).number == "JYJ-2026-00001"
    assert RegisterNumber.objects.get(text="JYJ-2025-00001").voided_reason.startswith("收到之日")


def test_a_wrong_day_of_receipt_is_corrected_and_the_clock_follows(office: Office) -> None:
    case = office.in_person(DAY, channel=Channel.IN_PERSON)
    register.correct_date(
        actor=office.cast.lisi, case=case, event=1, to=date(2026, 3, 2), reason="登记时看错日期", at=at(DAY, 15)
    )
    assert (fresh(case).received_on, fresh(case).due_on) == (date(2026, 3, 2), date(2026, 3, 30))


def test_only_the_head_signs(office: Office) -> None:
    letter = office.decided(office.handling(DAY), DAY)
    letters.submit(actor=office.cast.lisi, letter=letter, at=at(DAY, 13))
    letter.refresh_from_db()
    with pytest.raises(Refused, match="负责人"):
        letters.issue(actor=office.cast.lisi, letter=letter, at=at(DAY, 14))
