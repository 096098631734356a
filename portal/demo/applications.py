"""Applications of the demo city, brought by the services to where they stand; running it again adds what is missing."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from stdnum.iso7064 import mod_11_2

from accounts.models import Department, User
from requests_app.cases import services as register
from requests_app.cases.application import Application, Days
from requests_app.cases.services import RECEIVED_BY
from requests_app.handling import consulting, deciding, writing
from requests_app.handling import services as handling
from requests_app.letters import services as letters
from requests_app.models import ApplicantType, CaseKind, Channel, InformationRequest, Letter, Remedy
from workdays.selectors import current_calendar

HERE = Path(__file__).resolve().parent
Row = dict[str, Any]


def load(at: datetime) -> int:
    """Every application of `applications.yaml`, oldest first; how many were added."""
    rows = yaml.safe_load((HERE / "applications.yaml").read_text(encoding="utf-8"))["applications"]
    missing = [row for row in rows if not InformationRequest.objects.filter(matter=row["title"]).exists()]
    for row in sorted(missing, key=lambda row: -int(row["ago"])):
        Way(row, timezone.localdate(at)).go()
    return len(missing)


class Way:
    """One application on its way; each step some working days ago. ``everybody``: who answers and signs, where the body
    has no people of its own in the demo."""

    def __init__(self, row: Row, today: date, everybody: User | None = None) -> None:
        self.row, self.today, self.everybody = row, today, everybody
        self.lisi, self.wangwu = everybody or _person("lisi"), everybody or _person("wangwu")

    def day(self, ago: int) -> date:
        """The working day ``ago`` working days before today, today's own evening at the latest."""
        return current_calendar().add_workdays(self.today, -ago).on if ago else self.today

    def moment(self, ago: int, hour: int = 9) -> datetime:
        """A moment of that day."""
        return timezone.make_aware(datetime.combine(self.day(ago), time(hour)))

    @transaction.atomic
    def go(self) -> None:
        """As far as `way` says."""
        case = self._registered()
        way = self.row["way"]
        if way in ("submitted", "registered"):
            return
        if way == "withdrawn":
            actor = register.applicant_actor()
            register.withdraw(
                actor=actor, case=case, by="applicant", reason="已在网上查到", at=self.moment(self.row["ago"] - 2)
            )
            return
        handling.claim(actor=self.lisi, case=case, at=self.moment(self.row["ago"], 14))
        getattr(self, f"_{way}", lambda _case: None)(_fresh(case))

    def _registered(self) -> InformationRequest:
        row, ago = self.row, int(self.row["ago"])
        application, on = _application(row), self.day(ago)
        if application.channel == Channel.ONLINE:
            case, _ = register.submit(application=application, at=self.moment(ago))
            if row["way"] != "submitted":
                is_elsewhere = row.get("department") == "wjw" and self.everybody is None
                officer = _person("zhaoliu") if is_elsewhere else self.lisi
                said = "电话与申请人确认收到"
                register.confirm(actor=officer, case=case, on=on, evidence=said, at=self.moment(ago, 11))
            return _fresh(case)
        field = RECEIVED_BY.get(application.channel, ("arrived_on", "", ""))[0]
        confirmed = {} if application.channel in RECEIVED_BY else {"confirmed_on": on}
        days = Days(**{field: on}, **confirmed, evidence="来件登记簿")
        case, _ = register.register(actor=self.lisi, application=application, days=days, at=self.moment(ago, 11))
        return _fresh(case)

    def _correction(self, case: InformationRequest) -> None:
        at = self.moment(self.row["ago"] - 3)
        letter = writing.ask_correction(actor=self.lisi, case=case, points=self.row["points"], workdays=10, at=at)
        self._out(letter, self.row["ago"] - 3)

    def _consulting(self, case: InformationRequest) -> None:
        for number, (kind, name, matter) in enumerate(self.row["asked"]):
            ago = self.row["ago"] - 3 - number
            asked = consulting.begin(actor=self.lisi, case=_fresh(case), kind=kind, name=name, at=self.moment(ago))
            letter = writing.write_consultation(actor=self.lisi, consultation=asked, matter=matter, at=self.moment(ago))
            self._out(letter, ago)

    def _extended(self, case: InformationRequest) -> None:
        ago = self.row["ago"] - 13
        letter = writing.ask_extension(
            actor=self.lisi, case=case, workdays=self.row["workdays"], reason=self.row["reason"], at=self.moment(ago)
        )
        self._out(letter, ago)

    def _paying(self, case: InformationRequest) -> None:
        ago = self.row["ago"] - 4
        letter = writing.charge(
            actor=self.lisi, case=case, standard="page", quantity=self.row["pages"], at=self.moment(ago)
        )
        self._out(letter, ago)

    def _in_approval(self, case: InformationRequest) -> None:
        letter = self._decided(case, "grant_provide", 1)
        letters.submit(actor=self.lisi, letter=letter, at=self.moment(1, 13))

    def _answered(self, case: InformationRequest) -> None:
        self._out(self._decided(case, self.row["outcome"], self.row["done"]), self.row["done"])
        if self.row.get("remedy"):
            filed_on = self.day(self.row["done"] - 12)
            handling.record_remedy(
                actor=self.lisi, case=_fresh(case), kind="reconsideration", body="云岚市人民政府", number="",
                filed_on=filed_on, at=self.moment(self.row["done"] - 12),
            )  # fmt: skip

    @staticmethod
    def conclude(remedy: Remedy, *, actor: User, result: str, on: date) -> None:
        """The reconsideration is over."""
        at = timezone.make_aware(datetime.combine(on, time(10)))
        handling.conclude_remedy(actor=actor, remedy=remedy, result=result, concluded_on=on, at=at)

    def _archived(self, case: InformationRequest) -> None:
        self._answered(case)
        handling.rate(case=_fresh(case), stars=self.row["rating"], text="", at=self.moment(self.row["done"] - 1))
        at = self.moment(self.row["done"] - 5)
        register.archive(actor=self.lisi, case=_fresh(case), years=register.KEPT_YEARS, at=at)

    def _decided(self, case: InformationRequest, outcome: str, ago: int) -> Letter:
        said, parts = self.row.get("said", {}), self.row.get("parts", [])
        return deciding.decide(
            actor=self.lisi,
            case=_fresh(case),
            outcome=outcome,
            said=said,
            parts=parts,
            prior=self.row.get("prior"),
            at=self.moment(ago, 10),
        )

    def _out(self, letter: Letter, ago: int) -> None:
        """Handed in, signed, sent and served within that day."""
        letters.submit(actor=self.lisi, letter=letter, at=self.moment(ago, 13))
        letter.refresh_from_db()
        letters.issue(actor=self.wangwu, letter=letter, at=self.moment(ago, 14))
        letter.refresh_from_db()
        if letter.state == "issued":
            on = self.day(ago)
            letters.send(actor=self.lisi, letter=letter, delivery="post", on=on, at=self.moment(ago, 15))
            letter.refresh_from_db()
        letters.serve(actor=self.lisi, letter=letter, on=self.day(ago), proof="签收回执", at=self.moment(ago, 16))


def _application(row: Row) -> Application:
    born = row.get("born")
    return Application(
        department=Department.objects.get(code=row.get("department", "jyj")),
        channel=Channel(row["channel"]),
        kind=CaseKind(row.get("kind", "information")),
        applicant_type=ApplicantType(row.get("type", "natural_person")),
        name=row["name"],
        id_kind="resident_id" if born else "",
        id_number=_id_number(born) if born else "",
        credit_code=row.get("code", ""),
        contact=row.get("contact", ""),
        phone="13800000000",
        address="云岚市青溪区书院路1号",
        title=row["title"],
        document_number=row.get("document_number", ""),
        features=row.get("features", ""),
        assistance=row.get("assistance", ""),
    )


def _id_number(born: str) -> str:
    """A number of a region that does not exist, with its check digit."""
    bare = f"530999{born}001"
    return f"{bare}{mod_11_2.calc_check_digit(bare)}"


def _fresh(case: InformationRequest) -> InformationRequest:
    return InformationRequest.objects.select_related("department", "applicant", "wish").get(pk=case.pk)


def _person(name: str) -> User:
    return User.objects.get(username=name)
