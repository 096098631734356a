"""What tests of annual reports share: a body with a year of work, and its report brought as far as is wanted."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from reports.annual import services
from reports.annual.tables import TEXTS
from reports.models import AnnualReport
from tests.requests_app.casework import Office, at

YEAR = 2025
WRITTEN = date(2026, 1, 15)
SAID = {"permits": 12, "penalties": 3, "coercion": 0, "fees_wan": "8.5"}


def moment(day: date = WRITTEN, hour: int = 10) -> datetime:
    """A moment of the day the report is written on."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def year_of_work(office: Office) -> None:
    """Three applications of 2025: one granted, one refused, one carried into the next year."""
    office.answered(office.handling(date(2025, 3, 3)), date(2025, 3, 10))
    office.answered(
        office.handling(date(2025, 5, 6), applicant_type="commercial", name="某公司", credit_code="919901007000000119", id_kind="", id_number=""),
        date(2025, 5, 20),
        "deny_process",
        said={"ground_kind": "过程稿", "reason": "属于过程稿"},
    )  # fmt: skip
    office.handling(date(2025, 12, 29))


def begun(office: Office, department: Department | None = None, **said: Any) -> AnnualReport:
    """Begun by 李四."""
    wanted: dict[str, Any] = {"actor": office.cast.lisi, "department": department or office.cast.jyj, "year": YEAR}
    return services.start(**{**wanted, "at": moment(), **said})


def filled(office: Office, report: AnnualReport | None = None) -> AnnualReport:
    """With every text and figure that people have to give."""
    report = report or begun(office)
    texts = report.texts | {"problems": "更新不够及时，已经明确专人负责。"}
    texts = {name: texts[name] or "已经写明。" for name in TEXTS}
    return services.write(
        actor=office.cast.lisi, report=report, saved=report.saved, at=moment(), texts=texts, stated=SAID
    )


def checked(office: Office) -> AnnualReport:
    """Checked off by 李四."""
    return services.check(actor=office.cast.lisi, report=filled(office), at=moment())


def signed(office: Office) -> AnnualReport:
    """Signed by 王五."""
    report = checked(office)
    return services.sign(actor=office.cast.wangwu, report=report, digest=report.digest, at=moment())


def published(office: Office) -> AnnualReport:
    """Published by 王五."""
    report = signed(office)
    return services.publish(actor=office.cast.wangwu, report=report, digest=report.digest, at=moment())


def made_public(report: AnnualReport, *, writer: User, signer: User, at: datetime) -> AnnualReport:
    """A finished draft checked off, signed and published."""
    services.check(actor=writer, report=report, at=at)
    services.sign(actor=signer, report=report, digest=report.digest, at=at)
    return services.publish(actor=signer, report=report, digest=report.digest, at=at)


__all__ = [
    "SAID",
    "WRITTEN",
    "YEAR",
    "at",
    "begun",
    "checked",
    "filled",
    "made_public",
    "moment",
    "published",
    "signed",
    "year_of_work",
]
