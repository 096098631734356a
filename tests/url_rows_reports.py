"""Rows of annual reports: citizens' pages, the desk, collected reports; and the objects they speak of."""

import json
from datetime import date

from reports.annual import services
from reports.annual.collecting import checked, collect
from reports.annual.tables import TEXTS
from reports.models import AnnualReport
from tests.cast import Cast
from tests.reports.annual.making import SAID, moment
from tests.reports.annual.test_identities import sound
from tests.requests_app.casework import Office
from tests.url_rows import CITY_IMPORT as CITY_ONLY
from tests.url_rows import HOME_DESK, PUBLIC, UNKNOWN, Row, reading, staff

R, D = "reports:", "reports_desk:"
YEAR = 2025
AT_A_DESK = staff(200, nobody=404)
BODY_FILES = [f"{R}annual_file", f"{R}annual_consolidated_file"]
WRITES = staff(404, bureau=403, city=403, lisi=200, wangwu=200)
TAKES = staff(404, bureau=409, city=409)
IN_CHARGE = staff(404, city=403, qianqi=200)

CITIZEN_ROWS = [
    *reading(f"{R}annual_reports", PUBLIC),
    *reading(f"{R}annual_report", PUBLIC, YEAR, "wjw"),
    *reading(f"{R}annual_report", UNKNOWN, YEAR, "jyj"),
    *reading(f"{R}annual_consolidated", PUBLIC, YEAR, "szf"),
    *reading(f"{R}annual_consolidated", UNKNOWN, YEAR, "wjw"),
    *[
        row
        for form in ("docx", "xlsx", "json", "html")
        for row in reading(f"{R}annual_file", PUBLIC, YEAR, "wjw", form)
    ],
    *reading(f"{R}annual_file", UNKNOWN, YEAR, "jyj", "json"),
    *reading(f"{R}annual_consolidated_file", PUBLIC, YEAR, "szf", "json"),
    *reading(f"{R}annual_figures", PUBLIC, YEAR),
    *reading(f"{R}annual_figures", UNKNOWN, 2009),
]
DESK_ROWS = [
    *reading(f"{D}annual", AT_A_DESK),
    Row(f"{D}annual_start", post=staff(404)),  # without a body
    *reading(f"{D}annual_one", HOME_DESK, "annual draft"),
    *reading(f"{D}annual_one", HOME_DESK, "annual checked"),
    *reading(f"{D}annual_one", staff(404, zhaoliu=200, city=200), "annual public"),
    *reading(f"{D}annual_one", CITY_ONLY, "annual whole"),
    Row(
        f"{D}annual_texts", ("annual draft",), get=WRITES, post=WRITES
    ),  # without the count that was seen: the form again
    Row(f"{D}annual_figures", ("annual draft",), get=WRITES, post=WRITES),
    Row(
        f"{D}annual_figures",
        ("annual whole",),
        get=staff(404, city=403, qianqi=200),
        post=staff(404, city=403, qianqi=200),
    ),
    *[
        Row(f"{D}annual_step", ("annual draft", action), get=staff(404), post=TAKES)
        for action in ("check", "reopen", "sign", "publish")
    ],
    Row(f"{D}annual_step", ("annual checked", "sign"), get=staff(404), post=TAKES),  # without the digest that was read
    Row(
        f"{D}annual_step",
        ("annual checked", "reopen"),
        get=staff(404),
        post=staff(404, bureau=409, city=409, lisi=302, wangwu=302),
    ),
    Row(
        f"{D}annual_step",
        ("annual draft", "drop"),
        get=HOME_DESK,
        post=staff(404, bureau=409, city=409, lisi=302, wangwu=302),
        data={"reason": "误建"},
    ),
    Row(
        f"{D}annual_step",
        ("annual checked", "send_back"),
        get=HOME_DESK,
        post=staff(404, bureau=409, city=409, wangwu=302),
        data={"reason": "数字有误"},
    ),
    Row(
        f"{D}annual_step",
        ("annual public", "correct"),
        get=staff(404, zhaoliu=200, city=200),
        post=staff(404, city=409, zhaoliu=302),
        data={"reason": "漏计"},
    ),
    Row(f"{D}annual_step", ("annual draft", "nothing"), get=staff(404), post=staff(404)),
    *reading(f"{D}annual_cell", staff(404), "annual draft"),  # without a cell
    *reading(f"{D}annual_file", HOME_DESK, "annual checked", "xlsx"),
    *reading(f"{D}annual_file", staff(404), "annual draft", "xlsx"),
    Row(f"{D}collected", get=CITY_ONLY, post=IN_CHARGE),
    *reading(f"{D}collected_one", CITY_ONLY, "collected"),
    Row(f"{D}collected_discard", ("collected",), post=staff(404, city=403, qianqi=302)),
]
REPORTS = [*CITIZEN_ROWS, *DESK_ROWS]


def reports_objects(cast: Cast) -> dict[str, int]:
    """A draft and a checked report of the education bureau, public ones of the health commission and of the city."""
    draft = _begun(cast, cast.lisi, cast.jyj, 2024)
    sealed = _written(cast, cast.lisi, _begun(cast, cast.lisi, cast.jyj, YEAR))
    services.check(actor=cast.lisi, report=sealed, at=moment())
    found = checked("x.json", json.dumps(sound() | {"agency": "市气象局"}).encode(), lambda _: None)
    (kept,) = collect(actor=cast.qianqi, found=found, belongs_to=cast.szf, at=moment())
    return {
        "annual draft": draft.pk,
        "annual checked": sealed.pk,
        "annual public": _public(cast),
        "annual whole": _public_whole(cast),
        "collected": kept.pk,
    }


def _begun(cast: Cast, actor: object, department: object, year: int, **said: bool) -> AnnualReport:
    wanted = {"actor": actor, "department": department, "year": year, "at": moment()}
    return services.start(**wanted, **said)  # type: ignore[arg-type]


def _written(cast: Cast, actor: object, report: AnnualReport) -> AnnualReport:
    texts = {name: report.texts[name] or "更新不够及时。" for name in TEXTS}
    said = {"texts": texts} | ({} if report.is_consolidated else {"stated": SAID})
    return services.write(actor=actor, report=report, saved=report.saved, at=moment(), **said)  # type: ignore[arg-type]


def _public(cast: Cast) -> int:
    """赵六 heads the office for as long as it takes."""
    office = Office(cast)
    with office.heading(cast.zhaoliu, cast.wjw):
        report = _written(cast, cast.zhaoliu, _begun(cast, cast.zhaoliu, cast.wjw, YEAR))
        services.check(actor=cast.zhaoliu, report=report, at=moment())
        for step in (services.sign, services.publish):
            step(actor=cast.zhaoliu, report=report, digest=report.digest, at=moment())
    return report.pk


def _public_whole(cast: Cast) -> int:
    report = _written(cast, cast.qianqi, _begun(cast, cast.qianqi, cast.szf, YEAR, is_consolidated=True))
    when = moment(date(2026, 3, 20))
    services.check(actor=cast.qianqi, report=report, at=when)
    for step in (services.sign, services.publish):
        step(actor=cast.qianqi, report=report, digest=report.digest, at=when)
    return report.pk
