"""The demo city's last year: applications received and answered, the report before it, and the reports most bodies published."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.services import grant_role, revoke_role
from notices.services import mark_all_read
from portal.demo.applications import Way
from reports.annual import services
from reports.annual.collecting import Checked, collect
from reports.annual.reading import figures_from
from reports.annual.tables import COLUMNS, GROUPS, PATHS, RESULTS, TOTAL
from reports.models import AnnualReport, CollectedReport
from requests_app.models import InformationRequest
from workdays.selectors import current_calendar

FILE = Path(__file__).resolve().parent / "last_year.yaml"
EARLY = "before "  # the year before last
Row = dict[str, Any]


def load(at: datetime) -> int:
    """What is missing of it; how many applications were added. Nothing where the year has no report here."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    year = timezone.localdate(at).year - 1
    founder = User.objects.get(username="founder")
    rows = [_dated(row, year) for row in data["applications"]]
    missing = [row for row in rows if not _is_there(row)]
    with transaction.atomic():
        held = _hold(founder, {row.get("department", "jyj") for row in missing} - {"jyj"}, at)
        for row in sorted(missing, key=lambda row: row["received_on"]):
            _answered(row, founder, timezone.localdate(at))
        _let_go(held)
        _collect_before(data["before"], year - 1, at)
        for row in data["published"]:
            _publish(row, year, founder, at)
        if missing:
            for name in ("lisi", "wangwu", "qianqi"):
                mark_all_read(actor=User.objects.get(username=name), at=at)
    return len(missing)


def _dated(row: Row, year: int) -> Row:
    """With the working day of receipt and the day of the answer."""
    words, calendar = str(row["day"]), current_calendar()
    month, day = map(int, words.removeprefix(EARLY).split("-"))
    received = date(year - words.startswith(EARLY), month, day)
    while not calendar.is_workday(received):
        received += timedelta(days=1)
    return row | {"received_on": received, "answered_on": calendar.add_workdays(received, row["took"]).on}


def _is_there(row: Row) -> bool:
    return InformationRequest.objects.filter(matter=row["title"], first_received_on=row["received_on"]).exists()


# --- applications ------------------------------------------------------------------------------------------------------


def _answered(row: Row, founder: User, today: date) -> None:
    """Registered, claimed, decided, sent and served; then rated, or taken to reconsideration."""
    calendar = current_calendar()
    ago = {name: calendar.workdays_between(row[f"{name}_on"], today) for name in ("received", "answered")}
    way = "handling" if row["answered_on"] > today else "archived" if row.get("rating") else "answered"
    earlier = InformationRequest.objects.filter(matter=row["title"]).order_by("pk").first()
    told = {"ago": ago["received"], "done": ago["answered"], "way": way, "prior": earlier}
    remedy = row.get("remedy")
    Way(row | told | {"remedy": bool(remedy)}, today, founder if "department" in row else None).go()
    if remedy:
        _concluded(row, remedy, founder)


def _concluded(row: Row, result: str, founder: User) -> None:
    """The reconsideration ends sixty days after it began."""
    case = InformationRequest.objects.get(matter=row["title"], first_received_on=row["received_on"])
    filed = case.remedies.get()
    on = filed.filed_on + timedelta(days=60)
    actor = User.objects.get(username="lisi") if case.department.code == "jyj" else founder
    Way.conclude(filed, actor=actor, result=result, on=on)


def _hold(founder: User, codes: set[str], at: datetime) -> list[Row]:
    """Bodies without people of their own in the demo are answered for by the founder for as long as it takes."""
    held: list[Row] = [
        {"user": founder, "role": role, "department": Department.objects.get(code=code), "at": at}
        for code in sorted(codes)
        for role in (Role.REQUEST_OFFICER, Role.OFFICE_HEAD)
    ]
    for row in held:
        grant_role(actor=founder, **row)
    return held


def _let_go(held: list[Row]) -> None:
    for row in held:
        revoke_role(actor=row["user"], **row)


# --- reports -----------------------------------------------------------------------------------------------------------


def _collect_before(said: Row, year: int, at: datetime) -> None:
    body = Department.objects.get(code=said["department"])
    if CollectedReport.objects.filter(department=body, year=year).exists():
        return
    table3 = {name: dict.fromkeys((*COLUMNS, TOTAL), 0) for name in PATHS}
    for name, numbers in said["table3"].items():
        table3[name] = dict(zip(COLUMNS, numbers, strict=True)) | {TOTAL: sum(numbers)}
    table4 = {
        name: dict(zip(RESULTS, said["table4"][name], strict=True)) | {TOTAL: sum(said["table4"][name])}
        for name in GROUPS
    }
    content = {"agency": body.name, "year": year, **said, "table3": table3, "table4": table4}
    content.pop("department")
    supervisor = User.objects.get(username="qianqi")
    found = [Checked("上年年度报告.json", figures_from(content))]
    collect(actor=supervisor, found=found, belongs_to=None, at=at)


def _publish(row: Row, year: int, founder: User, at: datetime) -> None:
    """On 20 January; not before that day has come."""
    moment = timezone.make_aware(datetime.combine(date(year + 1, 1, 20), time(10)))
    body = Department.objects.get(code=row["department"])
    if moment > at or AnnualReport.objects.filter(department=body, year=year).exists():
        return
    held = _hold(founder, {body.code}, at)
    report = services.start(actor=founder, department=body, year=year, at=moment)
    texts = report.texts | {"problems": row["problems"]}
    texts["supervision"] += "未发生因政府信息公开工作被追究责任的情形。"
    report = services.write(actor=founder, report=report, saved=0, at=moment, texts=texts, stated=row["figures"])
    services.check(actor=founder, report=report, at=moment)
    for step in (services.sign, services.publish):
        step(actor=founder, report=report, digest=report.digest, at=moment)
    _let_go(held)
