"""The counter: applications that come by hand, by word, by post, by fax, by e-mail, taken into the register by staff."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Department, DepartmentKind, User
from accounts.rules import Person
from requests_app import rules
from requests_app.cases import services as register
from requests_app.cases.alike import Alike, Volume, earlier, volume
from requests_app.cases.application import Application, Days
from requests_app.cases.clock import CONFIRM_WORKDAYS
from requests_app.handling import services as handling
from requests_app.models import CaseEvent, Channel, InformationRequest, WantedDelivery
from requests_app.outcomes import OUTCOMES
from requests_app.states import ARRIVE, TAKE_IN

SHOWN_FOR = timedelta(hours=24)
PASSED_ON = "登记后转承办科室办理"


@dataclass(frozen=True, slots=True)
class Door:
    """条例§31: a door with the days it states and what proves them. ``days`` name fields of `application.Days`."""

    channel: Channel
    rule: str
    days: tuple[str, ...]
    evidence: str
    hint: str

    @property
    def is_present(self) -> bool:
        """The applicant stands at the counter and can be answered at once."""
        return self.channel in (Channel.IN_PERSON, Channel.ORAL)

    @property
    def delivery(self) -> WantedDelivery:
        """The way back that fits the way in, until the applicant says otherwise."""
        if self.is_present:
            return WantedDelivery.PICK_UP
        return WantedDelivery.EMAIL if self.channel == Channel.EMAIL else WantedDelivery.POST

    @property
    def is_by_post(self) -> bool:
        """There is an envelope with a mark."""
        return self.channel in (Channel.MAIL_SIGNED, Channel.MAIL_ORDINARY)


_NOT_YET = "确认之前不起算"
_BOTH = f"{_NOT_YET}；最迟在到达后 {CONFIRM_WORKDAYS} 个工作日内确认。"
DOORS = {
    door.channel.value: door
    for door in (
        Door(
            Channel.IN_PERSON, "条例第三十一条第（一）项：申请人当面提交的，以提交之日为收到申请之日。",
            ("submitted_on",), "收件情况", "例如：窗口当面收件，已核验身份证件原件。",
        ),
        Door(
            Channel.ORAL,
            "条例第二十九条第一款：采用书面形式确有困难的，可以口头提出，由受理机构代为填写；宣读无误、签名确认之日为收到申请之日。",
            ("submitted_on",), "收件情况", "例如：申请人因视力障碍口头提出，陪同人在场。",
        ),
        Door(
            Channel.MAIL_SIGNED,
            "条例第三十一条第（二）项：以邮寄方式提交的，以行政机关签收之日为收到申请之日，不是寄出、拆封或者登记之日。",
            ("posted_on", "signed_on"), "签收凭证", "例如：特快专递单号、签收人。",
        ),
        Door(
            Channel.MAIL_ORDINARY,
            "条例第三十一条第（二）项：以平常信函等无需签收的方式提交的，收到当日与申请人确认，确认之日为收到申请之日。" + f"{_NOT_YET}。",
            ("posted_on", "arrived_on", "confirmed_on"), "邮戳和确认情况", "例如：邮戳日期；与申请人电话确认的时间、通话人。",
        ),
        Door(
            Channel.FAX, "条例第三十一条第（三）项：以传真提交的，以双方确认之日为收到申请之日。" + _BOTH,
            ("arrived_on", "confirmed_on"), "传真和确认情况", "例如：传真页数、传真号码；与申请人确认的方式和时间。",
        ),
        Door(
            Channel.EMAIL,
            "条例第三十一条第（三）项：通过互联网渠道提交的，以双方确认之日为收到申请之日。公开指南公布的邮箱收到的，照此办理。" + _BOTH,
            ("arrived_on", "confirmed_on"), "邮件和确认情况", "例如：邮件到达时间；与申请人确认的方式和时间。",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpotAnswer:
    """条例§33: what is given or told across the counter."""

    outcome: str
    granted: str


def spot_outcomes() -> list[tuple[str, str]]:
    """条例§33: decisions that can be given on the spot."""
    return [(code, row.label) for code, row in OUTCOMES.items() if row.family in handling.SPOT_FAMILIES]


def offices_of(user: Person) -> list[Department]:
    """Internal offices of the bodies whose applications ``user`` answers, to pass a new case on to."""
    found: list[Department] = []
    for body in rules.departments_handled_by(user).bodies():
        inside = Department.objects.active().filter(kind=DepartmentKind.INTERNAL, path__startswith=body.path)
        found += inside.order_by("path")
    return found


@transaction.atomic
def take_in(
    *,
    actor: User,
    application: Application,
    days: Days,
    office: Department | None = None,
    spot: SpotAnswer | None = None,
    at: datetime,
) -> InformationRequest:
    """条例§31, §33: register, then answer on the spot or pass on to an office; all of it or nothing.

    Raises:
        Refused: what `register`, `claim`, `answer_on_the_spot` and `transfer` refuse.
    """
    case, _ = register.register(actor=actor, application=application, days=days, at=at)
    if spot is not None:
        handling.claim(actor=actor, case=case, at=at)
        handling.answer_on_the_spot(actor=actor, case=case, outcome=spot.outcome, granted=spot.granted, at=at)
    elif office is not None:
        handling.transfer(actor=actor, case=case, to=office, reason=PASSED_ON, at=at)
    return case


@dataclass(frozen=True, slots=True)
class Known:
    """What the register already holds of an applicant."""

    alike: list[Alike]
    volume: Volume

    @property
    def is_news(self) -> bool:
        """Whether the clerk is to see it before registering."""
        return bool(self.alike) or self.volume.is_much

    @property
    def mark(self) -> str:
        """Says which of it the clerk was shown; what is new since then is shown again."""
        return ",".join([*(str(one.case.pk) for one in self.alike), *(["much"] if self.volume.is_much else [])])


def known_of(user: User, application: Application, *, today: date) -> Known:
    """条例§35, §36: the same asked before, and how often. Only for who answers there: at a shared counter other bodies'
    cases are nobody's business. It only suggests (rulings 28)."""
    body = application.department
    if not rules.can_take_in_for(user, body):
        return Known([], Volume(0, 0, False))
    id_hash = register.identity_hash(application.id_number, application.credit_code)
    return Known(earlier(id_hash, application.matter, body, today=today), volume(id_hash, today, body))


def has_just_registered(user: User, case: InformationRequest, *, at: datetime) -> bool:
    """Whether ``user`` registered the case at a counter within a day: the receipt may still be handed over."""
    events = CaseEvent.objects.filter(subject_type=case._meta.label_lower, subject_id=case.pk, number=1)
    return events.filter(actor=user, action__in=(ARRIVE, TAKE_IN), at__gte=at - SHOWN_FOR).exists()
