"""Fill a database with a year of applications of a large city, consistent enough for every page and every job.

    DATABASE_URL=… DATA_DIR=… python bench/requests_year.py [--new 14069] [--carried 560] [--many 1000000] [--years 1]

Prepares the demo city in that database, then adds applications spread over its bodies and over the last years: half of
them handed in online, the others at the counter and by signed-for post; one in a hundred answered late. Each has its
applicant (sealed), register number, chained events, letter and decision, and its days are those that its record gives
(`manage.py recount_applications --all` agrees). `--many` copies that year until there are so many, see requests_many.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hours
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.services import create_user, grant_role  # noqa: E402
from bench.requests_many import multiply  # noqa: E402
from requests_app import rules, sealing  # noqa: E402
from requests_app.cases.clock import SERVICE_WORKDAYS, history_of, values_of  # noqa: E402
from requests_app.cases.numbering import written_number  # noqa: E402
from requests_app.cases.services import applicant_actor  # noqa: E402
from requests_app.deadlines import fold  # noqa: E402
from requests_app.letters.kinds import KINDS  # noqa: E402
from requests_app.models import (  # noqa: E402
    Applicant,
    ApplicantType,
    CaseDue,
    CaseEvent,
    Channel,
    Decision,
    DueKind,
    InformationRequest,
    Letter,
    RegisterCounter,
    RegisterNumber,
    Wish,
)
from requests_app.outcomes import OUTCOMES  # noqa: E402
from requests_app.repeats import matter_key  # noqa: E402
from requests_app.states import (  # noqa: E402
    ARCHIVE,
    CLAIM,
    CONFIRM,
    OPEN_STATES,
    PROPOSE,
    SEND,
    SERVE,
    SIGN,
    SUBMIT,
    TAKE_IN,
    CaseState,
    LetterState,
)
from workdays.selectors import calendar_version, current_calendar  # noqa: E402
from workflow.evidence import GENESIS, checked  # noqa: E402

NEW, CARRIED, AT_ONCE = 14_069, 560, 500
DOORS = {Channel.ONLINE: "submitted", Channel.IN_PERSON: "submitted", Channel.MAIL_SIGNED: "signed"}
THINGS = "学位预警名单 征地补偿方案 施工许可档案 环评批复 财政补贴明细 招投标文件 拆迁安置名册 社保缴费基数 执法检查记录 会议纪要".split()
CASE = InformationRequest._meta.label_lower


@dataclass
class Story:
    """One application and what happened to it."""

    case: InformationRequest
    events: list[CaseEvent] = field(default_factory=list)
    outcome: str = ""


@dataclass
class Body:
    """A department with its people and its last number of each year."""

    department: Department
    officer: User
    head: User
    last: Counter[int] = field(default_factory=Counter)


class City:
    """Everything that applications of the bench share."""

    def __init__(self) -> None:
        self.dice, self.calendar, self.today = random.Random(7), current_calendar(), timezone.localdate()
        self.version, self.citizen = calendar_version(), applicant_actor()
        self.bodies = [self._body(department) for department in rules.bodies_open_to_applications()[:20]]
        self.home = next(body for body in self.bodies if body.department.code == "jyj")
        self.sealed = [[sealing.seal(f"{word}{number}") for word in ("1101051949", "1380000", "邮箱", "地址")]
                       for number in range(200)]  # fmt: skip
        self.outcomes = [code for code, outcome in OUTCOMES.items() if outcome.letter in KINDS and outcome.row]
        self.letters = Letter.objects.count()

    def _body(self, department: Department) -> Body:
        officer = rules.officers_of(department).first() or _new_officer(department)
        body = Body(department, officer, rules.heads_of(department).first() or officer)
        given = RegisterCounter.objects.filter(department=department, word="").values_list("year", "last")
        body.last.update(dict(given))
        return body

    def after(self, day: date, count: int) -> date:
        """So many working days later."""
        return self.calendar.add_workdays(day, count).on if count else day

    def story(self, first: date) -> Story:
        """An application that came in on or after ``first``, as far as it got by today."""
        body = self.home if self.dice.random() < 0.1 else self.dice.choice(self.bodies)
        channel = self.dice.choice([Channel.ONLINE, Channel.ONLINE, Channel.IN_PERSON, Channel.MAIL_SIGNED])
        arrived = self.calendar.next_workday_on_or_after(first).on
        received = self.after(arrived, self.dice.randint(0, 2)) if channel == Channel.ONLINE else arrived
        answered = self.after(
            received, self.dice.choices([self.dice.randint(1, 20), self.dice.randint(21, 30)], [99, 1])[0]
        )
        story = Story(self._case(body, channel, min(arrived, self.today)))
        door = (SUBMIT, "", "submitted") if channel == Channel.ONLINE else (TAKE_IN, "", "registered")
        self._happen(story, *door, on=arrived, actor=self.citizen if channel == Channel.ONLINE else body.officer,
                     clock=DOORS[channel], number=story.case.number, channel=channel.value)  # fmt: skip
        if channel == Channel.ONLINE:
            self._happen(story, CONFIRM, "submitted", "registered", on=received, actor=body.officer, clock="confirmed")
        self._happen(story, CLAIM, "registered", "handling", on=self.after(received, 1), actor=body.officer)
        self._answer(story, body, answered)
        return story

    def _answer(self, story: Story, body: Body, on: date) -> None:
        outcome = self.dice.choice(self.outcomes)
        self._happen(story, PROPOSE, "handling", "in_approval", on=on, actor=body.officer, outcome=outcome, letter=1)
        self._happen(story, SIGN, "in_approval", "issued", on=on, actor=body.head, letter=1)
        self._happen(story, SEND, "issued", "replied", on=on, actor=body.officer, clock="replied", letter=1,
                     delivery="electronic")  # fmt: skip
        self._happen(
            story, SERVE, "replied", "delivered", on=self.after(on, 2), actor=body.officer, clock="served", letter=1
        )
        self._happen(story, ARCHIVE, "delivered", "archived", on=self.after(on, 60), actor=body.officer,
                     until=date(on.year + 10, 12, 31))  # fmt: skip
        story.outcome = outcome if on <= self.today else ""

    def _happen(
        self, story: Story, action: str, source: str, target: str, *, on: date, actor: User, **facts: Any
    ) -> None:
        """One more event, unless it lies in the days to come."""
        if on > self.today or (source and story.events[-1].target != source):
            return
        last = story.events[-1] if story.events else None
        story.events.append(
            CaseEvent(
                subject_type=CASE,
                number=len(story.events) + 1,
                action=action,
                source=source,
                target=target,
                actor=actor,
                at=max(moment(on), last.at) if last else moment(on),
                on=on,
                facts=checked(facts),
            )
        )

    def _case(self, body: Body, channel: Channel, on: date) -> InformationRequest:
        body.last[on.year] += 1
        matter = f"{on.year}年{self.dice.choice(THINGS)}（{self.dice.randint(1, 9999)}）"
        return InformationRequest(
            department=body.department,
            named_body=body.department,
            number=written_number(body.department, on.year, body.last[on.year]),
            channel=channel,
            applicant_type=ApplicantType.NATURAL_PERSON,
            matter=matter,
            matter_key=matter_key(matter),
            officer=body.officer,
            created_at=moment(on),
            updated_at=moment(on),
            waiting_since=moment(on),
        )


def _new_officer(department: Department) -> User:
    """Somebody who answers applications in a body of the demo city that has nobody."""
    root, now = User.objects.filter(is_superuser=True)[0], timezone.now()
    name = f"officer-{department.code}"
    person, _ = create_user(
        actor=root, username=name, full_name=f"{department.code}承办人", department=department, at=now
    )
    grant_role(actor=root, user=person, role=Role.REQUEST_OFFICER, department=department, at=now)
    return person


def moment(day: date) -> datetime:
    """Ten in the morning."""
    return timezone.make_aware(datetime.combine(day, hours(10)))


def settle(city: City, story: Story) -> None:
    """State and days of a case as its events give them."""
    case, last = story.case, story.events[-1]
    # Rows are put in whole and walk no way; only their last state is set, as a restored backup would.
    state = CaseState(last.target)
    clock = fold(
        case.channel, history_of(story.events), city.calendar, as_of=city.today if state in OPEN_STATES else None
    )
    values = {**values_of(clock), "state": state, "calendar_version": city.version, "outcome": story.outcome}
    if state in (CaseState.SUBMITTED, CaseState.REGISTERED):
        values["officer"] = None
    if state == CaseState.ARCHIVED:
        values["keep_until"] = date(last.on.year + 10, 12, 31)
    values |= {"waiting_since": last.at, "updated_at": last.at, "concluded_on": clock.stopped_on}
    for name, value in values.items():
        setattr(case, name, value)


@transaction.atomic
def write(city: City, stories: list[Story]) -> None:
    """One slice into the database."""
    for story in stories:
        settle(city, story)
    InformationRequest.objects.bulk_create([story.case for story in stories])
    CaseEvent.objects.bulk_create([event for story in stories for event in chained(story)])
    RegisterNumber.objects.bulk_create(_number(story.case) for story in stories)
    Applicant.objects.bulk_create(_applicant(city, story.case) for story in stories)
    Wish.objects.bulk_create(Wish(case=story.case, title=story.case.matter) for story in stories)
    answered = [story for story in stories if story.outcome]
    letters = Letter.objects.bulk_create(_letter(city, story) for story in answered)
    answer_of = {letter.case_id: letter for letter in letters}
    CaseDue.objects.bulk_create(due for story in stories for due in _dues(city, story, answer_of.get(story.case.pk)))
    Decision.objects.bulk_create(
        Decision(case=row.case, outcome=row.outcome, letter=row, proposed_by=row.drafted_by, at=row.created_at)
        for row in letters
    )


def chained(story: Story) -> list[CaseEvent]:
    """The events with subject and hashes."""
    previous = GENESIS
    for event in story.events:
        event.subject_id, event.previous_hash = story.case.pk, previous
        event.hash = previous = event.computed_hash()
    return story.events


def _number(case: InformationRequest) -> RegisterNumber:
    year, position = case.number.split("-")[-2:]
    return RegisterNumber(department=case.department, year=int(year), position=int(position), text=case.number, case=case,
                          given_at=case.created_at)  # fmt: skip


def _applicant(city: City, case: InformationRequest) -> Applicant:
    number = city.dice.randrange(200)
    identity, phone, email, address = city.sealed[number]
    return Applicant(case=case, name=f"申请人{number}", id_kind="resident_id", id_sealed=identity, id_hash=f"{number:064d}",
                     phone_sealed=phone, email_sealed=email, address_sealed=address)  # fmt: skip


def _dues(city: City, story: Story, answer: Letter | None) -> list[CaseDue]:
    case = story.case
    if case.state == CaseState.SUBMITTED:
        return [CaseDue(case=case, kind=DueKind.CONFIRM, on=city.after(story.events[0].on, 2))]
    if case.state == CaseState.REPLIED and answer and answer.sent_on:
        return [
            CaseDue(case=case, kind=DueKind.SERVICE, ref=answer.pk, on=city.after(answer.sent_on, SERVICE_WORKDAYS))
        ]
    if case.state in OPEN_STATES and case.due_on:
        return [CaseDue(case=case, kind=DueKind.REPLY, on=case.due_on, provisional=case.provisional)]
    return []


def _letter(city: City, story: Story) -> Letter:
    sent = next(event for event in story.events if event.action == SEND)
    served = next((event.on for event in story.events if event.action == SERVE), None)
    kind, case = KINDS[OUTCOMES[story.outcome].letter], story.case
    city.letters += 1
    return Letter(
        case=case,
        kind=OUTCOMES[story.outcome].letter,
        state=LetterState.SERVED if served else LetterState.SENT,
        title=kind.title,
        salutation="申请人：",
        paragraphs=[f"您申请公开“{case.matter}”，现答复如下。"] * 3,
        outcome=story.outcome,
        number=f"云政公开答〔{sent.on.year}〕{city.letters}号",
        drafted_by=sent.actor,
        signed_by=sent.actor,
        created_at=sent.at,
        issued_on=sent.on,
        delivery="electronic",
        sent_on=sent.on,
        served_on=served,
    )


def fill(new: int, carried: int, years: int) -> float:
    """Add so many applications; seconds it took."""
    city, started = City(), time.perf_counter()
    span = years * 365
    days = [city.today - timedelta(days=city.dice.randrange(span)) for _ in range(new)]
    days += [city.today - timedelta(days=span + city.dice.randrange(28)) for _ in range(carried)]
    add(city, days)
    return time.perf_counter() - started


def add(city: City, days: list[date]) -> None:
    """One application for each day on which it came in."""
    days = sorted(days)
    for start in range(0, len(days), AT_ONCE):
        stories = [city.story(day) for day in days[start : start + AT_ONCE]]
        write(city, [story for story in stories if story.events])
    for body in city.bodies:
        for year, last in body.last.items():
            RegisterCounter.objects.update_or_create(
                department=body.department, year=year, word="", defaults={"last": last}
            )


def prepare(options: argparse.Namespace) -> None:
    """The demo city, and the applications unless they are there already."""
    call_command("prepare", "--demo", verbosity=0)
    if InformationRequest.objects.count() < options.new:
        seconds = fill(options.new, options.carried, options.years)
        print(f"{options.new + options.carried:,} applications in {seconds:.0f} s", flush=True)
    if InformationRequest.objects.count() < options.many:
        print(f"copied to {options.many:,} in {multiply(options.many):.0f} s", flush=True)


def wanted(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Options: how many new, carried over, in how many years, and how many in the end."""
    parser.add_argument("--new", type=int, default=NEW)
    parser.add_argument("--carried", type=int, default=CARRIED)
    parser.add_argument("--many", type=int, default=0, help="copy until there are so many (PostgreSQL)")
    parser.add_argument("--years", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Fill and say how long it took."""
    prepare(wanted(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)))


if __name__ == "__main__":
    main()
