"""A city with something wrong in every corner."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from catalog.models import Column
from disclosure.models import FindingKind, Revision, WatchFinding
from jobs.models import Job
from jobs.services import beat
from notices.models import Delivery
from notices.services import notify
from reports.plans.telling import DUE_SOON
from requests_app.models import CaseDue, InformationRequest
from tests.disclosure.drafting import Way
from tests.make import make_reference
from tests.reports.plans.planning import Planner
from tests.reports.plans.planning import at as moment
from tests.reports.problems.making import entered
from tests.requests_app.casework import Office

TODAY = date(2026, 6, 15)
NOW = moment(TODAY)
Troubled = Planner


@pytest.fixture
def planner(office: Office) -> Planner:
    """Who plans and who reports, with the calendar."""
    return Planner(office.cast)


@pytest.fixture
def troubled(planner: Planner, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planner]:
    """One of each kind in the education bureau but where it says otherwise; nothing runs."""
    make_reference()
    cast, at = planner.cast, moment(TODAY)
    monkeypatch.setattr("reports.watch.looking.store.last_beat", lambda: None)
    column = Column.objects.order_by("pk")[0]
    for number, (kind, body) in enumerate([(FindingKind.EMPTY, None), (FindingKind.STALE, cast.jyj),
                                           (FindingKind.DEAD_LINK, cast.jyj), (FindingKind.DEAD_LINK, cast.wjw)]):  # fmt: skip
        WatchFinding.objects.create(key=str(number), kind=kind, column=column, department=body, detail="测试",
                                    first_seen_at=at - timedelta(days=10), last_seen_at=at)  # fmt: skip
    way = Way(cast)
    way.draft()
    document = way.published()
    Revision.objects.exclude(document=document).update(due_on=date(2026, 6, 10))
    Revision.objects.filter(document=document).update(due_on=date(2026, 6, 1), finished_on=date(2026, 6, 3))
    _applications(office)
    planner.issued(planner.values(due_on=date(2026, 6, 12)), planner.briefing(), title="今年的计划")
    entered(cast, due_on=date(2026, 6, 10), at=moment(date(2026, 6, 1)))
    said = {"kind": "extract_text", "not_before": at, "created_at": at}
    Job.objects.create(**said, state="failed", finished_at=at - timedelta(days=10), message="文件已损坏")
    (notice,) = notify(
        recipients=[cast.lisi], kind=DUE_SOON, subject=cast.jyj, title="提醒", text="", url="/desk/", at=at
    )
    times = {"created_at": at - timedelta(days=10), "next_attempt_at": at}
    Delivery.objects.create(notice=notice, recipient=cast.lisi, channel="sms", state="uncertain", **times)
    beat("worker", at=at - timedelta(days=10))
    yield planner


def _applications(office: Office) -> None:
    """Late, paused past its day, due today, to confirm late, a correction notice late, an inquiry late; one of the commission."""
    cases = [office.handling(date(2026, 3, 3)) for _ in range(4)]
    cases.append(office.submitted(date(2026, 3, 30)))
    cases.append(office.submitted(date(2026, 3, 30), department=office.cast.wjw))
    CaseDue.objects.all().delete()
    days = {0: ("reply", date(2026, 6, 8)), 1: ("reply", date(2026, 6, 8)), 2: ("reply", TODAY),
            3: ("correction_notice", date(2026, 6, 9)), 4: ("confirm", date(2026, 6, 11)), 5: ("confirm", date(2026, 6, 11))}  # fmt: skip
    for number, (kind, on) in days.items():
        CaseDue.objects.create(case=cases[number], kind=kind, on=on)
    CaseDue.objects.create(case=cases[3], kind="inquiry", on=date(2026, 6, 1))
    CaseDue.objects.create(case=cases[2], kind="payment", on=date(2026, 6, 1))  # the applicant's own
    InformationRequest.objects.filter(pk=cases[1].pk).update(clock_state="paused")
