"""The register: doors, numbers, transfers, what is merged, split, voided, withdrawn."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from accounts.models import Department, DepartmentKind
from accounts.roles import Role
from accounts.services import create_department, grant_role
from requests_app import rules
from requests_app.cases import services as register
from requests_app.cases.application import Days
from requests_app.handling import services as handling
from requests_app.models import Channel, InformationRequest, RegisterNumber
from requests_app.sealing import hash_code, open_sealed
from requests_app.states import CaseState
from tests.requests_app.casework import Office, at, fresh
from workflow.services import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)


@pytest.mark.law("条例§28", "条例§31")
@pytest.mark.parametrize(
    ("channel", "days", "received_on", "state"),
    [
        (Channel.IN_PERSON, Days(submitted_on=date(2026, 3, 2)), date(2026, 3, 2), CaseState.REGISTERED),
        (Channel.ORAL, Days(submitted_on=date(2026, 3, 2)), date(2026, 3, 2), CaseState.REGISTERED),
        (
            Channel.MAIL_SIGNED,
            Days(posted_on=date(2026, 2, 25), signed_on=date(2026, 2, 27)),
            date(2026, 2, 27),
            CaseState.REGISTERED,
        ),
        (Channel.MAIL_ORDINARY, Days(arrived_on=date(2026, 3, 2)), None, CaseState.SUBMITTED),
        (
            Channel.FAX,
            Days(arrived_on=date(2026, 3, 2), confirmed_on=date(2026, 3, 3)),
            date(2026, 3, 3),
            CaseState.REGISTERED,
        ),
        (Channel.EMAIL, Days(arrived_on=date(2026, 3, 2)), None, CaseState.SUBMITTED),
    ],
)
def test_each_door_has_its_own_day_of_receipt(
    office: Office, channel: Channel, days: Days, received_on: date | None, state: CaseState
) -> None:
    application = office.application(channel=channel)
    case, _ = register.register(actor=office.cast.lisi, application=application, days=days, at=at(DAY))
    assert (fresh(case).received_on, case.state) == (received_on, state)


@pytest.mark.law("条例§31")
@pytest.mark.parametrize(
    ("channel", "days", "reason"),
    [
        (Channel.IN_PERSON, Days(), "提交之日"),
        (Channel.MAIL_SIGNED, Days(posted_on=DAY), "签收之日"),
        (Channel.MAIL_SIGNED, Days(posted_on=DAY, signed_on=date(2026, 3, 2)), "不能早于交邮"),
        (Channel.FAX, Days(arrived_on=DAY, confirmed_on=date(2026, 3, 2)), "不能早于到达"),
        (Channel.IN_PERSON, Days(submitted_on=date(2026, 3, 4)), "还没有到"),
    ],
)
def test_days_that_cannot_be_are_refused(office: Office, channel: Channel, days: Days, reason: str) -> None:
    application = office.application(channel=channel)
    with pytest.raises(Refused, match=reason):
        register.register(actor=office.cast.lisi, application=application, days=days, at=at(DAY))
    assert not InformationRequest.objects.exists()


def test_what_identifies_an_applicant_is_not_readable_in_the_database(office: Office) -> None:
    case, code = register.submit(application=office.application(), at=at(DAY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM requests_app_applicant")
        stored = repr(cursor.fetchall())
    for secret in ("11010519491231002X", "13800001234", "zhangsan@example.cn", "书院路", code):
        assert secret not in stored
    applicant = fresh(case).applicant
    assert open_sealed(applicant.id_sealed) == "11010519491231002X"
    assert applicant.code_hash == hash_code(code)


@pytest.mark.law("条例§27", "条例§54", "条例§55")
def test_a_public_enterprise_takes_no_applications(office: Office) -> None:
    cast = office.cast
    water = create_department(
        actor=cast.root,
        parent=cast.szf,
        code="gsgs",
        name="自来水公司",
        kind=DepartmentKind.PUBLIC_ENTERPRISE,
        at=at(DAY),
    )
    with pytest.raises(Refused, match="申诉"):
        register.submit(application=office.application(department=water), at=at(DAY))


def test_an_officer_of_another_department_registers_nothing_here(office: Office) -> None:
    application = office.application(channel=Channel.IN_PERSON)
    with pytest.raises(Refused, match="不能为该机关"):
        register.register(actor=office.cast.zhaoliu, application=application, days=Days(submitted_on=DAY), at=at(DAY))


def test_a_shared_counter_registers_for_the_body_named_and_may_pass_on(office: Office, settings: object) -> None:
    cast = office.cast
    settings.SHARED_COUNTERS = ["szf"]  # type: ignore[attr-defined]
    grant_role(actor=cast.root, user=cast.zhangsan, role=Role.REQUEST_OFFICER, department=cast.szf, at=at(DAY))
    application = office.application(channel=Channel.IN_PERSON, department=cast.szf, named_body=cast.jyj)
    case, _ = register.register(actor=cast.zhangsan, application=application, days=Days(submitted_on=DAY), at=at(DAY))
    handling.transfer(actor=cast.zhangsan, case=fresh(case), to=cast.jyj, reason="申请人写明向教育局申请", at=at(DAY))
    case = fresh(case)
    assert (case.department, case.number, case.received_on) == (cast.jyj, "JYJ-2026-00001", DAY)
    assert RegisterNumber.objects.get(text="SZF-2026-00001").voided_reason


@pytest.mark.law("条例§36")
def test_another_organ_is_never_a_transfer(office: Office) -> None:
    case = office.handling(DAY)
    with pytest.raises(Refused, match="第三十六条"):
        handling.transfer(actor=office.cast.lisi, case=case, to=office.cast.wjw, reason="属卫健委", at=at(DAY))
    handling.transfer(actor=office.cast.lisi, case=case, to=office.cast.jyj_bgs, reason="办公室承办", at=at(DAY))
    assert (fresh(case).office, fresh(case).state) == (office.cast.jyj_bgs, CaseState.REGISTERED)


def test_parts_of_a_split_keep_the_day_of_receipt_and_the_applicant(office: Office) -> None:
    case = office.handling(DAY)
    one, two = handling.split(
        actor=office.cast.lisi, case=case, matters=["2025年学位预警名单", "2025年教师招聘名单"], at=at(date(2026, 3, 5))
    )
    assert fresh(case).state == CaseState.CLOSED
    assert [part.number for part in (one, two)] == ["JYJ-2026-00002", "JYJ-2026-00003"]
    assert {fresh(part).due_on for part in (one, two)} == {fresh(office.in_person(DAY)).due_on}
    assert fresh(one).applicant.id_hash == fresh(case).applicant.id_hash


def test_only_the_same_applicants_open_case_takes_another_in(office: Office) -> None:
    first, second = office.handling(DAY), office.handling(DAY)
    other = office.handling(DAY, id_number="110105194912310021"[:17] + "X", name="李二")
    stranger = office.handling(DAY, id_number="810000199408230021", id_kind="hmt_residence", name="陈大文")
    with pytest.raises(Refused, match="同一申请人"):
        handling.merge(actor=office.cast.lisi, case=second, into=stranger, reason="重复", at=at(DAY))
    handling.merge(actor=office.cast.lisi, case=second, into=first, reason="重复提交", at=at(DAY))
    assert (fresh(second).merged_into, fresh(second).state) == (first, CaseState.CLOSED)
    assert other.state == CaseState.HANDLING


def test_a_voided_number_stays_in_the_register_with_its_reason(office: Office) -> None:
    case = office.in_person(DAY)
    register.void(actor=office.cast.wangwu, case=case, reason="与前一件重复录入", at=at(DAY))
    assert RegisterNumber.objects.get(text=case.number).voided_reason == "与前一件重复录入"
    assert fresh(office.in_person(DAY)).number == "JYJ-2026-00002"


def test_an_applicant_takes_an_application_back(office: Office) -> None:
    case = office.handling(DAY)
    register.withdraw(
        actor=register.applicant_actor(), case=case, by="applicant", reason="已经找到", at=at(date(2026, 3, 6))
    )
    case = fresh(case)
    assert (case.state, case.outcome, case.clock_state) == (CaseState.CLOSED, "other_withdrawn", "stopped")


def test_cases_are_seen_by_their_department_and_the_supervisor_alone(office: Office) -> None:
    case, cast = office.handling(DAY), office.cast
    seen = {name for name, who in cast.people.items() if rules.cases_visible_to(who).filter(pk=case.pk).exists()}
    assert seen == {"lisi", "wangwu", "qianqi", "fenger"}
    assert {name for name, who in cast.people.items() if rules.can_see_case(who, case)} == seen
    assert {name for name, who in cast.people.items() if rules.can_unmask(who, case)} == {"lisi", "wangwu"}
    handling.ask_to_co_handle(actor=cast.lisi, case=case, person=cast.sunba, at=at(DAY))
    assert rules.can_see_case(cast.sunba, case)
    assert not rules.can_unmask(cast.sunba, case)


@pytest.fixture
def together(committed: None, office: Office) -> Iterator[Office]:
    """An office whose database is shared by threads."""
    yield office


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory is not shared by threads")
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_when_many_apply_at_once(together: Office) -> None:
    applications = [together.application(title=f"第{n}项") for n in range(16)]
    register.applicant_actor()

    def hand_in(n: int) -> str:
        try:
            case, _ = register.submit(application=applications[n], at=at(DAY))
            return case.number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(hand_in, range(16)))
    assert numbers == [f"JYJ-2026-{n:05d}" for n in range(1, 17)]
    assert Department.objects.filter(code="jyj").exists()
