"""Dates as they occur in exports (rulings 21)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from disclosure.importing.dates import read_day, read_moment
from disclosure.importing.faults import RowFault

SHANGHAI = ZoneInfo("Asia/Shanghai")

READABLE = [
    ("2014-07-23", date(2014, 7, 23)),
    ("2014-7-3", date(2014, 7, 3)),
    ("2014/7/23", date(2014, 7, 23)),
    ("2014.7.23", date(2014, 7, 23)),
    ("2014年7月23日", date(2014, 7, 23)),
    ("2014 年 7 月 23 日", date(2014, 7, 23)),
    ("２０１４年７月２３日", date(2014, 7, 23)),
    ("20140723", date(2014, 7, 23)),
    (20140723, date(2014, 7, 23)),
    ("2018.11.14 17:44:00", date(2018, 11, 14)),
    ("2021-10-19 17:16:43", date(2021, 10, 19)),
    ("2021-11-18T18:30:00.000Z", date(2021, 11, 19)),
    ("2021-11-19T00:30:00+08:00", date(2021, 11, 19)),
    ("1574758500000", date(2019, 11, 26)),
    (1574758500000, date(2019, 11, 26)),
    (1574758500, date(2019, 11, 26)),
    (41843, date(2014, 7, 23)),
    ("41843.5", date(2014, 7, 23)),
    (datetime(2014, 7, 23, 9), date(2014, 7, 23)),
    (date(2014, 7, 23), date(2014, 7, 23)),
    ("2020-02-29", date(2020, 2, 29)),
    ("", None),
    (None, None),
    ("无", None),
    ("-", None),
]
UNREADABLE = [
    *(
        "2021-02-30",
        "2021-02-29",
        "2021年13月1日",
        "20211301",
        "2021-00-01",
        "0000-00-00",
        "2021-2",
        "2021",
        "去年",
        "昨天",
    ),
    *(
        "2021-1-1至2021-2-1",
        "2021/1-1",
        "12-31-2021",
        "31/12/2021",
        "2021-1-1 25:00",
        "2021-1-1T00:00:00+99:99",
        "9999-01-01",
    ),
    *(
        "0001-01-01",
        0,
        1,
        -5,
        99999999999999999,
        "１",
        True,
        float("nan"),
        float("inf"),
        [],
        {},
        "2021-01-01" * 40,
        "٢٠٢١-٠١-٠١",
    ),
]


@pytest.mark.parametrize(("value", "day"), READABLE)
def test_it_reads_every_way_dates_are_written(value: object, day: date | None) -> None:
    assert read_day(value, SHANGHAI) == day


@pytest.mark.parametrize("value", UNREADABLE)
def test_it_refuses_what_is_no_date_or_impossible(value: object) -> None:
    with pytest.raises(RowFault, match="日期"):
        read_day(value, SHANGHAI)


def test_a_day_without_a_time_is_its_local_midnight() -> None:
    assert read_moment("2014-7-23", SHANGHAI) == datetime(2014, 7, 23, tzinfo=SHANGHAI)
