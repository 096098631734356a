"""Sample data for the style guide: one of everything a component can show, nothing from the database."""

from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts.models import Department
from catalog import figures
from catalog.body import Heading
from catalog.charts import Bars, Measure, Plot, TableRow, lying
from catalog.models import Document
from catalog.selectors import TimelineEntry, metadata
from catalog.states import DisclosureAttribute, Validity
from requests_app.clock_words import ClockWords, shown
from requests_app.counting import counting
from requests_app.deadlines import Clock, Happened, fold
from workdays.arithmetic import Calendar

ICONS = ("search", "folders", "send", "login", "printer", "link", "quote", "paperclip", "rss", "calendar", "check", "x")
# A day off and a made-up Saturday: one count shows every kind of day.
CALENDAR = Calendar.of([(date(2025, 6, 2), False), (date(2025, 6, 14), True)], [2024, 2025])


class SampleForm(forms.Form):
    """A form with one right and one wrong field."""

    title = forms.CharField(label="信息名称", help_text="写文件名称、文号或者能够查找的特征", max_length=60)
    year = forms.IntegerField(
        label="年份", required=False, min_value=1949, error_messages={"min_value": "年份应在 1949 年以后，例如 2026。"}
    )


def sample(on: date) -> dict[str, Any]:
    """Everything `styleguide/index.html` asks for."""
    department = _department()
    document = _document(on, department)
    clock = _clock()
    form = SampleForm({"title": "", "year": "1937"})
    form.is_valid()
    return {
        "validities": [(value.value, value.label) for value in Validity],
        "chosen": [{"label": "2026年", "remove_url": "#"}, {"label": "机构：云岚市教育局", "remove_url": "#"}],
        "document": document,
        "snippet": mark_safe("今年的<mark>供暖</mark>期自11月10日开始。"),
        "chips": ["有解读", "附件 2"],
        "meta": metadata(document),
        "figures": [("累计公开（件）", "226"), ("政策解读（篇）", "35")],
        "on": on,
        "form": form,
        "facet": {"title": "年份", "name": "sample-year", "options": _options()},
        "timeline": [TimelineEntry(date(2024, 1, 1), "施行"), TimelineEntry(on, "被修改：关于修改部分条款的决定", "#")],
        "files": [SimpleNamespace(title="补贴标准表", get_absolute_url="#", file=_file())],
        "toc": [Heading(2, "type", "第一章　总则"), Heading(3, "type", "（一）适用范围")],
        "tree": [
            {"name": "卫生、体育", "url": "#", "count": 7, "children": [{"name": "卫生", "url": "#", "count": 6}]}
        ],
        "department": department,
        "departments": [department],
        "icons": ICONS,
        "clocks": _clocks(),
        "derivation": clock.steps,
        "counting": counting(clock, CALENDAR),
        "bars": _bars(on),
        "plots": _plots(),
    }


def _department() -> Department:
    return Department(
        code="bgs",
        name=settings.SITE["undertaking_body"],
        office_name="政务公开科",
        office_address="云岚大道1号",
        office_hours="工作日 9:00—17:30",
        phone=settings.SITE["phone"],
        postal_code="990100",
    )


def _document(on: date, department: Department) -> Document:
    return Document(
        pk=1,
        index_number="11990100100010011R/2026-00001",
        title="云岚市人民政府办公室关于做好今冬供暖工作的通知",
        document_number="云政办发〔2026〕1号",
        department=department,
        formed_on=on,
        published_at=timezone.make_aware(datetime.combine(on, time(9))),
        validity=Validity.VALID,
        disclosure_attribute=DisclosureAttribute.PROACTIVE,
    )


def _clock() -> Clock:
    """A count with a day off, a make-up day and a consultation."""
    events = [
        Happened(date(2025, 5, 30), "submitted"),
        Happened(date(2025, 6, 9), "third_party_sent"),
        Happened(date(2025, 6, 12), "third_party_returned"),
    ]
    return fold("in_person", events, CALENDAR)


def _clocks() -> list[ClockWords]:
    """The clock in each of its tones."""
    received, due, late_due = date(2025, 6, 3), date(2025, 7, 1), date(2025, 12, 31)
    said: dict[str, Any] = {"started_on": received, "calendar": CALENDAR, "due_on": due, "provisional": False}
    return [
        *(shown(stands="running", today=date(*day), **said) for day in [(2025, 6, 23), (2025, 6, 27)]),
        *(shown(stands="running", today=date(2025, 7, day), **said) for day in (1, 2)),
        shown(stands="paused", today=due, pause_reason="征求第三方意见", **said),
        shown(stands="running", today=due, **said | {"due_on": late_due, "provisional": True}),
        shown(stands="stopped", today=due, used_workdays=12, **said),
    ]


def _bars(on: date) -> list[dict[str, Any]]:
    """Both ways bars stand."""
    bodies = [("云岚市人力资源和社会保障局", 1312), ("云岚市教育局", 968), ("望山区人民政府", 7)]
    rows = [TableRow(name, (f"{count:,}",), "#") for name, count in bodies]
    by_body = Bars(
        "3 个单位累计公开 2,287 件，云岚市人力资源和社会保障局最多（1,312 件）", ("单位", "累计（件）"), rows
    )
    return [
        {"id": "sample-months", "bars": figures.months_chart([84, 91, 75, 0, 120, 96, 88, 102, 131, 180, 95, 60], on)},
        {"id": "sample-bodies", "bars": lying(by_body, [Measure(name, count) for name, count in bodies])},
    ]


def _plots() -> list[Plot]:
    """One of each kind, each with its table."""
    months = [TableRow(f"2026年{month}月", (str(20 + month), str(16 + 2 * month))) for month in range(1, 7)]
    steps = [TableRow("云岚市教育局", ("4", "2", "1")), TableRow("云岚市公安局", ("1", "5", "0"))]
    late = [TableRow("云岚市教育局", ("18", "2")), TableRow("云岚市公安局", ("9", "0"))]
    shares = [TableRow("2025年", ("93.1%",)), TableRow("2026年", ("97.4%",))]
    return [
        Plot("line", "六个月收到 141 件，答复 138 件", ("月份", "收到（件）", "答复（件）"), months),
        Plot("bar", "今年九成五以上的申请按时答复", ("年份", "按时率"), shares),
        Plot("part", "在办 27 件，其中 2 件超期", ("机关", "在办", "超期"), late, tones=("main", "late")),
        Plot(
            "stacked",
            "在办 13 件，多数等待审核",
            ("机构", "起草", "审核", "签发"),
            steps,
            tones=("main", "quiet", "good"),
        ),
    ]


def _file() -> SimpleNamespace:
    return SimpleNamespace(extension="xlsx", size=38_000, text_note="")


def _options() -> list[dict[str, Any]]:
    return [{"label": f"{2026 - n}年", "count": 40 - 4 * n, "url": "#", "chosen": n == 0} for n in range(9)]
