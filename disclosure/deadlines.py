"""By when information must be published. Pure: dates in, dates out."""

from dataclasses import dataclass
from datetime import date

from workdays.arithmetic import Calendar
from workdays.due import Due, count_due, written

PUBLICATION_WORKDAYS = 20


@dataclass(frozen=True, slots=True)
class LocalPeriods:
    """Periods shorter than the law's, set by a department with their basis (rulings 14); None where there is none."""

    normative_basis: str | None = None
    meeting_workdays: int | None = None
    meeting_basis: str = ""


def publication_due_on(formed_or_changed_on: date, calendar: Calendar) -> Due:
    """条例§26: proactive information is published within 20 working days of being formed or changed.

    Laws and regulations that set another period prevail; such periods are settings with their basis (rulings 14).
    """
    return count_due(
        start=formed_or_changed_on,
        event="信息形成或者变更",
        workdays=PUBLICATION_WORKDAYS,
        article="《政府信息公开条例》第二十六条",
        calendar=calendar,
    )


def due_of(
    formed_or_changed_on: date, calendar: Calendar, *, local: LocalPeriods, is_normative: bool, from_meeting: bool
) -> Due:
    """The earliest day that binds: the law's, or the department's own shorter period."""
    law = publication_due_on(formed_or_changed_on, calendar)
    if is_normative and local.normative_basis is not None:
        steps = (
            f"行政规范性文件印发当日公开：{written(formed_or_changed_on)}（{local.normative_basis or '本机构规定'}）",
        )
        return Due(formed_or_changed_on, False, (*steps, f"法定期限届满：{written(law.on)}"))
    if from_meeting and local.meeting_workdays is not None:
        meeting = count_due(
            start=formed_or_changed_on,
            event="作出决定",
            workdays=local.meeting_workdays,
            article=local.meeting_basis or "本机构规定",
            calendar=calendar,
        )
        return meeting if meeting.on < law.on else law
    return law


@dataclass(frozen=True, slots=True)
class FixedDay:
    """A day that the law itself names. ``latest_workday`` is the last working day up to it: such a day does not move."""

    on: date
    label: str
    who: str
    what: str
    article: str
    latest_workday: date

    @property
    def is_workday(self) -> bool:
        """False when the work has to be done on an earlier day."""
        return self.latest_workday == self.on


def annual_report_days(year: int, calendar: Calendar) -> tuple[FixedDay, ...]:
    """条例§49: departments hand in and publish their annual report by 31 January, the department in charge publishes
    that of its government by 31 March. Fixed days: no article moves them to the next working day.
    """
    reports = (
        (
            date(year, 1, 31),
            "部门年度报告",
            "县级以上人民政府部门",
            f"向本级政府信息公开工作主管部门提交{year - 1}年政府信息公开工作年度报告，并向社会公布",
        ),
        (
            date(year, 3, 31),
            "政府年度报告",
            "县级以上地方人民政府的政府信息公开工作主管部门",
            f"向社会公布本级政府{year - 1}年政府信息公开工作年度报告",
        ),
    )
    article = "《政府信息公开条例》第四十九条"
    return tuple(
        FixedDay(on, label, who, what, article, on if calendar.is_workday(on) else calendar.add_workdays(on, -1).on)
        for on, label, who, what in reports
    )
