"""What tests of applications share: people apply and officers answer, all through the real services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts import services as accounts
from accounts.models import Department, User
from accounts.roles import Role
from requests_app.cases import services as register
from requests_app.cases.application import Application, Days
from requests_app.handling import consulting, deciding, writing
from requests_app.handling import services as handling
from requests_app.letters import services as letters
from requests_app.models import ApplicantType, Channel, Consultation, InformationRequest, Letter
from tests.cast import Cast

ID_NUMBER = "11010519491231002X"


def at(day: date, hour: int = 10) -> datetime:
    """A moment of that day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def fresh(case: InformationRequest) -> InformationRequest:
    """The row as it is now."""
    return InformationRequest.objects.select_related("department", "applicant", "wish").get(pk=case.pk)


@dataclass
class Office:
    """The education bureau's disclosure office: 李四 answers, 王五 heads."""

    cast: Cast

    def application(self, **said: Any) -> Application:
        """A citizen asks the education bureau."""
        wanted: dict[str, Any] = {
            "department": self.cast.jyj,
            "channel": Channel.ONLINE,
            "applicant_type": ApplicantType.NATURAL_PERSON,
            "name": "张三",
            "id_kind": "resident_id",
            "id_number": ID_NUMBER,
            "phone": "13800001234",
            "email": "zhangsan@example.cn",
            "address": "云岚市青溪区书院路8号",
            "title": "2025年义务教育阶段学校学位预警名单",
        }
        return Application(**(wanted | said))

    def submitted(self, on: date, **said: Any) -> InformationRequest:
        """Handed in online."""
        case, _ = register.submit(application=self.application(**said), at=at(on))
        return fresh(case)

    def confirmed(self, on: date, **said: Any) -> InformationRequest:
        """Handed in and confirmed the same day."""
        case = self.submitted(on, **said)
        register.confirm(actor=self.cast.lisi, case=case, on=on, evidence="电话确认", at=at(on, 11))
        return fresh(case)

    def in_person(self, on: date, **said: Any) -> InformationRequest:
        """Registered at the counter."""
        application = self.application(**{"channel": Channel.IN_PERSON, **said})
        days = Days(submitted_on=on)
        case, _ = register.register(actor=self.cast.lisi, application=application, days=days, at=at(on))
        return fresh(case)

    def handling(self, on: date, **said: Any) -> InformationRequest:
        """Confirmed and taken up by 李四."""
        case = self.confirmed(on, **said)
        handling.claim(actor=self.cast.lisi, case=case, at=at(on, 12))
        return fresh(case)

    def corrected_asked(self, case: InformationRequest, on: date, workdays: int = 10) -> InformationRequest:
        """The correction notice drafted, signed and served on that day."""
        letter = writing.ask_correction(
            actor=self.cast.lisi, case=fresh(case), points=["请写明年份"], workdays=workdays, at=at(on)
        )
        self.out(letter, on)
        return fresh(case)

    def extended(self, case: InformationRequest, on: date, workdays: int) -> InformationRequest:
        """Extended, approved and told."""
        letter = writing.ask_extension(
            actor=self.cast.lisi, case=fresh(case), workdays=workdays, reason="检索档案量大", at=at(on)
        )
        self.out(letter, on, serve=False)
        return fresh(case)

    def refused_by_third_party(self, case: InformationRequest, on: date, reason: str = "涉及报价") -> Consultation:
        """Asked and answered on that day."""
        asked = consulting.begin(
            actor=self.cast.lisi, case=fresh(case), kind="third_party", name="云岚建工", at=at(on, 11)
        )
        self.out(
            writing.write_consultation(actor=self.cast.lisi, consultation=asked, matter="合同价款", at=at(on, 11)), on
        )
        asked.refresh_from_db()
        consulting.receive_opinion(
            actor=self.cast.lisi, consultation=asked, opinion="disagree", reason=reason, on=on, at=at(on, 17)
        )
        asked.refresh_from_db()
        return asked

    def decided(self, case: InformationRequest, on: date, outcome: str = "grant_provide", **said: Any) -> Letter:
        """The decision with its letter in draft."""
        given = said.pop("said", {"granted_text": "随本答复书提供电子文件1份"})
        return deciding.decide(actor=self.cast.lisi, case=fresh(case), outcome=outcome, said=given, at=at(on), **said)

    def answered(
        self, case: InformationRequest, on: date, outcome: str = "grant_provide", **said: Any
    ) -> InformationRequest:
        """Decided, signed, sent and served on that day."""
        self.out(self.decided(case, on, outcome, **said), on)
        return fresh(case)

    @contextmanager
    def heading(self, person: User, department: Department) -> Iterator[None]:
        """Heads the office of a body that has no head in the cast."""
        held: dict[str, Any] = {"user": person, "role": Role.OFFICE_HEAD, "department": department}
        accounts.grant_role(actor=self.cast.root, **held, at=timezone.now())
        yield
        accounts.revoke_role(actor=self.cast.root, **held, at=timezone.now())

    def out(self, letter: Letter, on: date, *, serve: bool = True, head: User | None = None) -> Letter:
        """Handed to the head, signed, sent, served."""
        letters.submit(actor=self.cast.lisi, letter=letter, at=at(on, 13))
        letter.refresh_from_db()
        letters.issue(actor=head or self.cast.wangwu, letter=letter, at=at(on, 14))
        letter.refresh_from_db()
        if letter.state == "issued":
            letters.send(actor=self.cast.lisi, letter=letter, delivery="post", on=on, at=at(on, 15))
            letter.refresh_from_db()
        if serve:
            letters.serve(actor=self.cast.lisi, letter=letter, on=on, proof="签收", at=at(on, 16))
            letter.refresh_from_db()
        return letter


def days_after(day: date, count: int) -> date:
    """Calendar days."""
    return day + timedelta(days=count)


def department_named(code: str) -> Department:
    """A department by code."""
    return Department.objects.get(code=code)
