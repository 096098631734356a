"""Rows of the publishing side: versions, reviews, rounds, registers, messages; and the objects they speak of."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Department
from catalog.models import Column, Document
from disclosure.models import RevisionFile
from disclosure.registers import services as registers
from disclosure.rounds import services as rounds
from disclosure.versions import services as revising
from disclosure.versions.telling import WAITING
from disclosure.watch.services import add_promise
from files.services import store
from notices.models import Delivery
from notices.services import notify
from tests.cast import Cast
from tests.disclosure.drafting import Way
from tests.url_rows import HOME_DESK, PUBLIC, SIGNED_IN, UNKNOWN, Row, reading, staff, who

P, D = "disclosure_public:", "disclosure:"
CITY_ONLY = staff(404, city=200)

# --- versions at the clerk's desk -----------------------------------------------------------------------------------------

ANY_DESK = staff(200, nobody=404)
BEGINS = staff(403, nobody=404, lisi=200, zhaoliu=200)
STALE = staff(404, bureau=403, city=403, lisi=409)  # a form without the edition it was typed over
DRAFT_ROWS = [
    *reading(f"{D}drafts {D}draft_find", ANY_DESK),
    Row(f"{D}draft_paste", post=ANY_DESK),
    Row(f"{D}draft_new", get=BEGINS, post=BEGINS),
    Row(f"{D}draft_begin", ("published",), post=staff(404, bureau=403, city=403, lisi=302)),
    Row(f"{D}draft", ("revision",), get=HOME_DESK, post=STALE),
    Row(f"{D}draft_autosave", ("revision",), post=STALE),
    Row(f"{D}draft_upload", ("revision",), post=staff(404, bureau=403, city=403, lisi=400)),
    *reading(f"{D}draft_preview", HOME_DESK, "revision"),
    Row(f"{D}draft_take_back", ("revision",), post=staff(404, bureau=302, city=302)),
    Row(f"{D}draft_drop", ("revision",), get=HOME_DESK, post=HOME_DESK),  # without a reason: the form again
    Row(f"{D}rule", get=staff(404, wangwu=200, wushi=200), post=staff(404, wangwu=200, wushi=200)),
]

# --- reviews --------------------------------------------------------------------------------------------------------------

SEEN = {"action": "pass_review"}  # without the mark of the page it was decided on
REVIEW_ROWS = [
    *reading(f"{D}review", ANY_DESK),
    *reading(f"{D}overview", staff(404, wangwu=200, city=200)),
    Row(f"{D}review_bulk", post=staff(422, nobody=404)),
    Row(f"{D}revision", ("in review",), get=HOME_DESK, post=staff(404, bureau=409, city=409, sunba=302), data=SEEN),
    *reading(f"{D}revision_file", HOME_DESK, "revision", "revision file"),
    *reading(f"{D}versions {D}record", HOME_DESK, "revision document"),
]

# --- messages -------------------------------------------------------------------------------------------------------------

NOTICE_ROWS = [
    *reading("notices:list", SIGNED_IN),
    Row("notices:preferences", get=SIGNED_IN, post=who(302)),
    Row("notices:open", ("notice",), post=staff(404, lisi=302)),
    Row("notices:read_all", post=who(302)),
    Row("notices:resend", ("delivery",), get=staff(404, zhengyi=200, root=200), post=staff(404, zhengyi=302, root=302)),
    *reading("notices:deliveries", staff(404, zhengyi=200, root=200)),
]

# --- rounds of clean-up and re-review -------------------------------------------------------------------------------------

WORK = {"lisi": 200, "sunba": 200, "wangwu": 200}
ROUND = staff(404, **WORK, qianqi=200, fenger=200)
ROUNDS = staff(404, **WORK, qianqi=200, fenger=200, zhaoliu=200)
OPENS_ROUNDS = staff(404, wangwu=200, qianqi=200)
CONCLUDES = staff(404, **WORK, qianqi=403, fenger=403)
TO_CLOSE = staff(404, lisi=302, sunba=302, wangwu=302, qianqi=302, fenger=302)  # back to the round, with the reason
TO_PUBLISH = staff(404, lisi=409, sunba=409, wangwu=409, qianqi=409, fenger=409)

ROUND_ROWS = [
    *reading(f"{D}rounds {D}offers", ROUNDS),
    Row(f"{D}round_open", get=OPENS_ROUNDS, post=OPENS_ROUNDS),
    *reading(f"{D}round", ROUND, "round"),
    Row(f"{D}round_close", ("round",), post=TO_CLOSE),
    Row(f"{D}round_publish", ("round",), get=ROUND, post=TO_PUBLISH),
    Row(f"{D}round_item", ("round", "item"), get=ROUND, post=CONCLUDES),
    Row(f"{D}offer", ("offer",), get=ROUND, post=CONCLUDES),
    *reading(f"{P}cleanups", PUBLIC),
    *reading(f"{P}cleanup {P}cleanup_table", PUBLIC, "result"),
    *reading(f"{P}cleanup {P}cleanup_table", UNKNOWN, "round"),
]

# --- guides, institutions, directories, gazette, watch --------------------------------------------------------------------

KEEPERS = {"wushi": 200, "wangwu": 200, "qianqi": 200}
DONE = dict.fromkeys(KEEPERS, 302)
READ = staff(404, city=200, wushi=200, wangwu=200)
KEPT = staff(404, **KEEPERS)

REGISTER_ROWS = [
    *reading(f"{P}directories {P}institutions {P}guides {P}gazette", PUBLIC),
    *reading(f"{P}directory {P}directory_sheet {P}institution {P}guide", PUBLIC, "jyj"),
    *reading(f"{P}directory {P}directory_sheet {P}institution {P}guide", UNKNOWN, "wjw"),
    *reading(f"{P}gazette_issue", PUBLIC, 2026, 1),
    *reading(f"{P}gazette_file", PUBLIC, 2026, 1, "txt"),
    *reading(f"{D}registers {D}watch", READ),
    *reading(f"{D}register_check_city {D}register_gazette", CITY_ONLY),
    *[Row(f"{D}register_{kind}", ("jyj",), get=READ, post=KEPT) for kind in ("guide", "institution")],
    Row(f"{D}register_guide", ("wjw",), get=CITY_ONLY, post=staff(404, qianqi=200)),
    Row(f"{D}register_publish", ("jyj", "guide"), post=staff(404, **DONE)),
    *reading(f"{D}register_version", READ, "jyj", "guide", 1),
    *reading(f"{D}register_directory {D}register_check {D}register_exempt {D}register_exempt_sheet", READ, "jyj"),
    *reading(f"{D}register_directory_sheet", READ, "jyj", 1),
    Row(f"{D}register_new_entry", ("jyj",), get=KEPT, post=KEPT),
    Row(f"{D}register_entry", ("jyj", "entry"), get=KEPT, post=KEPT),
    Row(f"{D}register_entry_active", ("jyj", "entry"), post=staff(404, **DONE)),
    Row(f"{D}register_publish_directory", ("jyj",), post=staff(404, **DONE)),
    Row(f"{D}register_new_issue", get=staff(404, qianqi=200), post=staff(404, qianqi=200)),
    Row(f"{D}register_issue", ("issue",), get=CITY_ONLY, post=staff(404, qianqi=200)),
    Row(f"{D}register_publish_issue", ("issue",), post=staff(404, qianqi=302)),
    Row(f"{D}watch_promises", get=READ, post=KEPT),
    Row(f"{D}watch_delete_promise", ("promise",), post=staff(404, **DONE)),
]

PUBLISHING = [*DRAFT_ROWS, *REVIEW_ROWS, *NOTICE_ROWS, *ROUND_ROWS, *REGISTER_ROWS]


# --- the objects ----------------------------------------------------------------------------------------------------------


def publishing_objects(cast: Cast, objects: dict[str, int]) -> dict[str, int]:
    """What the rows name, in the education bureau unless it says otherwise."""
    return _draft(cast) | _rounds(cast, objects) | _registers(cast, objects)


def _draft(cast: Cast) -> dict[str, int]:
    way = Way(cast)
    revision = revising.start(actor=cast.lisi, department=cast.jyj, title="关于寒假安排的通知", at=timezone.now())
    file = store(upload=ContentFile("附件".encode()), name="附件.txt")
    attached = RevisionFile.objects.create(revision=revision, file=file, title="附件")
    said = {"title": "有一件拟稿待办理", "text": "", "url": "/desk/"}
    (notice,) = notify(recipients=[cast.lisi], kind=WAITING, subject=revision, at=timezone.now(), **said)
    delivery = Delivery.objects.create(
        notice=notice,
        recipient=cast.lisi,
        channel="sms",
        state="failed",
        created_at=notice.created_at,
        next_attempt_at=notice.created_at,
    )
    return {
        "delivery": delivery.pk,
        "notice": notice.pk,
        "in review": way.submitted(way.draft()).pk,
        "revision": revision.pk,
        "revision document": revision.document_id,
        "revision file": attached.pk,
    }


def _rounds(cast: Cast, objects: dict[str, int]) -> dict[str, int]:
    now = timezone.now()
    said: dict[str, Any] = {"actor": cast.wangwu, "department": cast.jyj, "year": 2026, "basis": "测试", "at": now}
    done = rounds.open_cleanup(**said)
    for item in done.items.select_related("document", "round"):
        rounds.conclude(actor=cast.wangwu, item=item, conclusion="amend", reason="测试", at=now)
    rounds.close(actor=cast.wangwu, round=done, at=now)
    rounds.publish_result(actor=cast.wangwu, round=done, at=now)
    opened = rounds.open_cleanup(**said)
    offer = rounds.offer_conversion(document=Document.objects.get(pk=objects["withheld"]), why="asked", at=now)
    return {"result": done.pk, "round": opened.pk, "item": opened.items.order_by("pk")[0].pk, "offer": offer.pk}


def _registers(cast: Cast, objects: dict[str, int]) -> dict[str, int]:
    now, office = timezone.now(), ("office_name", "office_address", "office_hours", "phone", "fax", "email")
    Department.objects.filter(pk=cast.jyj.pk).update(**dict.fromkeys(office, "写明"), postal_code="990126")
    for kind in registers.KINDS.values():
        said: dict[str, Any] = {"actor": cast.wangwu, "kind": kind, "department": cast.jyj, "at": now}
        seen = registers.token(registers.working_copy(kind, cast.jyj))
        registers.save_edition(values=dict.fromkeys(kind.fields, "写明"), seen=seen, **said)
        registers.publish_edition(**said)
    column = Column.objects.get(slug="policy")
    values = {"matter": "招生", "elements": "条件", "basis": "条例", "channels": ["website"], "column": column}
    values |= {"sub_matter": "", "limit_days": 20}
    entry = registers.save_entry(actor=cast.wangwu, department=cast.jyj, entry=None, values=values)
    registers.publish_directory(actor=cast.wangwu, department=cast.jyj, at=now)
    promise = add_promise(actor=cast.wangwu, column=column, department=cast.jyj, every_days=90, basis="规定")
    return {"entry": entry.pk, "promise": promise.pk, "issue": _issue(cast, objects)}


def _issue(cast: Cast, objects: dict[str, int]) -> int:
    file = store(upload=ContentFile("公报全文".encode()), name="公报.txt")
    values = {"year": 2026, "number": 1, "title": "第1期", "published_on": timezone.localdate(), "file": file}
    documents = [Document.objects.get(pk=objects["published"])]
    issue = registers.save_issue(actor=cast.qianqi, issue=None, values=values, documents=documents)
    return registers.publish_issue(actor=cast.qianqi, issue=issue, at=timezone.now()).pk
