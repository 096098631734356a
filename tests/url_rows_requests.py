"""Rows of applications: citizens' pages, the register, the case page, letters, the ledger; and the objects they speak of."""

from datetime import date

from django.core.files.base import ContentFile
from django.core.management import call_command

from accounts.models import Department
from requests_app import sealed_files
from requests_app.cases import services as register
from requests_app.models import CaseFile
from tests.cast import Cast
from tests.requests_app.casework import Office, at
from tests.url_rows import PUBLIC, SIGNED_IN, UNKNOWN, Row, reading, staff, who

A, D = "requests_app:", "requests_desk:"
OWN = who(302, zhangsan=200)  # the account under which it was handed in; everybody else is asked for the code
OWN_POST = who(404, zhangsan=200)
ASKED = who(302)
ACCOUNT_ROWS = [Row("account_open", get=who(302, visitor=200), post=who(302, visitor=200))]

CITIZEN_ROWS = [
    Row(f"{A}apply_page", ("who",), get=PUBLIC, post=who(302)),  # nothing typed: the page again
    *[
        Row(f"{A}apply_page", (page,), get=who(302), post=who(302))
        for page in ("reach", "body", "what", "way", "files")
    ],
    Row(f"{A}apply_page", ("nothing",), get=UNKNOWN, post=UNKNOWN),
    Row(f"{A}apply_check", get=who(302), post=who(302)),
    Row(f"{A}apply_drop", post=who(302)),
    *reading(f"{A}apply_already", PUBLIC),
    *reading(f"{A}receipt", who(302)),
    Row(f"{A}follow", get=PUBLIC, post=PUBLIC),  # a wrong pair: the form again
    Row(f"{A}mine", get=SIGNED_IN, post=SIGNED_IN),
    *reading(f"{A}followed {A}followed_ics", OWN, "own number"),
    *reading(f"{A}followed {A}followed_ics", ASKED, "number"),
    *reading(f"{A}followed_take", ASKED, "number", "x"),
    *reading(f"{A}followed_take", ASKED, "own number", "x"),
    Row(f"{A}followed_act", ("number", "message"), get=ASKED, post=UNKNOWN),
    Row(f"{A}followed_act", ("own number", "message"), get=OWN, post=OWN_POST),  # nothing written: the form again
    Row(f"{A}followed_gather", ("number",), post=staff(404)),
    Row(f"{A}followed_gather", ("own number",), post=staff(404, zhangsan=302)),
    Row(f"{A}followed_close", ("number",), post=UNKNOWN),
    Row(f"{A}followed_close", ("own number",), post=who(404, zhangsan=302)),
]

# Who looks at the education bureau's cases: its officer and its head; the supervisor and the auditor see all, masked.
SEES = staff(404, lisi=200, wangwu=200, qianqi=200, fenger=200)
HANDLES = staff(404, lisi=200, wangwu=200, qianqi=403, fenger=403)
ANSWERING = staff(404, lisi=200, wangwu=200, zhaoliu=200)
LEDGER = staff(404, lisi=200, wangwu=200, zhaoliu=200, qianqi=200, fenger=200)
ACTS = staff(404, lisi=200, wangwu=200, qianqi=403, fenger=403)
EMPTY = staff(404, lisi=422, wangwu=422, qianqi=403, fenger=403)  # nothing typed: the form again
NOT_NOW = staff(404, lisi=409, wangwu=409, qianqi=409, fenger=409)
CASE_ROWS = [
    *[row for state in ("submitted", "handled", "answered") for row in reading(f"{D}case", SEES, state)],
    *reading(f"{D}case", staff(404, zhaoliu=200, qianqi=200, fenger=200), "case elsewhere"),
    Row(f"{D}unmask", ("handled",), get=ACTS, post=EMPTY),
    Row(f"{D}decide", ("handled",), get=ACTS, post=EMPTY),
    Row(
        f"{D}decide",
        ("answered",),
        get=staff(404, lisi=409, wangwu=409, qianqi=403, fenger=403),
        post=staff(404, lisi=409, wangwu=409, qianqi=403, fenger=403),
    ),
    Row(f"{D}act", ("handled", "note"), get=ACTS, post=EMPTY),
    Row(f"{D}act", ("handled", "claim"), get=NOT_NOW, post=NOT_NOW),
    Row(
        f"{D}act",
        ("submitted", "void"),
        get=staff(404, lisi=403, wangwu=200, qianqi=403, fenger=403),
        post=staff(404, lisi=403, wangwu=422, qianqi=403, fenger=403),
    ),
    Row(
        f"{D}act",
        ("handled", "inquire"),
        get=staff(404, lisi=403, wangwu=403, qianqi=200, fenger=403),
        post=staff(404, lisi=403, wangwu=403, qianqi=422, fenger=403),
    ),
    Row(f"{D}act", ("handled", "nothing"), get=staff(404), post=staff(404)),
    *reading(f"{D}file", ACTS, "handled", "case file"),
    Row(f"{D}remove_file", ("handled", "case file"), post=staff(404, lisi=302, wangwu=302, qianqi=403, fenger=403)),
]
LETTER_ROWS = [
    Row(f"{D}letter", ("letter",), get=SEES, post=staff(404)),
    *reading(f"{D}letter_paper", SEES, "letter"),
    *reading(f"{D}letter_docx", ACTS, "sent letter"),
    *reading(f"{D}to_sign", staff(404, wangwu=200)),
]
WATCH_ROWS = reading(f"{D}reminders {D}recounts", LEDGER)
TAKES_IN = staff(404, lisi=422, wangwu=422, zhaoliu=422)
LEDGER_ROWS = [
    *reading(f"{D}ledger", LEDGER),
    Row(f"{D}ledger_find", post=TAKES_IN),
    Row(f"{D}ledger_view_save", post=staff(404, lisi=422, wangwu=422, zhaoliu=422, qianqi=422, fenger=422)),
    Row(f"{D}ledger_view_drop", (999_999_999,), post=staff(404)),
    Row(f"{D}ledger_assign", post=staff(404, wangwu=422)),
    *reading(f"{D}ledger_export", staff(404)),  # without a format
    *reading(f"{D}overview", staff(404, wangwu=200, qianqi=200, fenger=200)),
]
COUNTER_ROWS = [
    Row(f"{D}counter", get=ANSWERING, post=ANSWERING),  # without a door: the choice of doors
    Row(f"{D}counter_statement", post=staff(404)),
    *reading(f"{D}counter_receipt", staff(404), 999_999_999),
]
DESK_ROWS = [*LEDGER_ROWS, *COUNTER_ROWS, *CASE_ROWS, *LETTER_ROWS, *WATCH_ROWS]

REQUESTS = [*ACCOUNT_ROWS, *CITIZEN_ROWS, *DESK_ROWS]


def requests_objects(cast: Cast) -> dict[str, int | str]:
    """Cases of the education bureau in several states, one of the health commission, one of an account."""
    call_command("load_calendar", verbosity=0)
    for name, value in (("office_address", "云岚市府前路1号"), ("phone", "0700-5212345")):
        Department.objects.filter(**{name: ""}).update(**{name: value})
    office, day = Office(cast), date(2026, 3, 3)
    own, _ = register.submit(application=office.application(account=cast.zhangsan), at=at(day))
    handled = office.handling(day)
    answered = office.answered(office.handling(day), date(2026, 3, 10))
    letter = office.decided(handled, date(2026, 3, 4))
    elsewhere, _ = register.submit(application=office.application(department=cast.wjw), at=at(day))
    kept = sealed_files.keep(ContentFile("说明".encode()), "说明.txt")
    file = CaseFile.objects.create(
        case=handled, role="internal", name=kept.name, key=kept.key, media_type=kept.media_type, size=kept.size,
        digest=kept.sha256, added_by=cast.lisi, at=at(day),
    )  # fmt: skip
    return {
        "own number": own.number,
        "number": handled.number,
        "submitted": own.pk,
        "handled": handled.pk,
        "answered": answered.pk,
        "case elsewhere": elsewhere.pk,
        "letter": letter.pk,
        "sent letter": answered.letters.get().pk,
        "case file": file.pk,
    }
