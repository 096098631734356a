"""What the demo city has nothing of, made by its services, and the cookies of everybody who looks at pages.

Runs inside the product (`manage.py shell`) once a run and prints JSON.
"""

import json
import sys
import time
from contextlib import redirect_stdout
from datetime import datetime
from importlib import import_module
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Department, User
from catalog.models import Document
from disclosure import services as documents
from disclosure.rounds import services as rounds
from disclosure.versions import services as revising
from disclosure.versions.telling import WAITING
from disclosure.watch.services import watch
from notices.models import Delivery
from notices.services import notify
from reports.annual import services as annual
from reports.evaluation import services as evaluation
from reports.figures.periods import ended_quarters
from reports.models import CollectedReport, IndicatorSet
from reports.quarterly import services as quarterly
from reports.scorecards import assessing, computing, sets
from reports.scorecards.periods import PeriodKind, last_over
from requests_app.cases import services as register
from requests_app.cases.application import Application, Days
from requests_app.following import services as following
from requests_app.intake import drafts, wizard
from requests_app.models import ApplicantType, Channel, InformationRequest

PASSWORD = "Yunlan-2026!"
STAFF = ("lisi", "sunba", "zhoujiu", "wangwu", "wushi", "zhaoliu", "qianqi", "zhengyi")
SAID = {
    "who": {"applicant_type": "natural_person", "name": "张三", "id_kind": "resident_id", "id_number": "11010519491231002X"},
    "reach": {"phone": "13800001234", "email": "zhangsan@example.cn", "address": "云岚市青溪区书院路8号"},
    "body": {"body": "jyj"},
    "what": {"kind": "information", "title": "2025年义务教育阶段学校学位预警名单"},
    "way": {"wanted_form": "electronic", "wanted_delivery": "portal"},
}  # fmt: skip
Cookies = dict[str, str]


def build() -> None:
    """The demo city and all that; in one process, because starting one takes as long as the work."""
    with redirect_stdout(sys.stderr):  # commands that it calls speak, too
        call_command("prepare", demo=True)
    json.dump(furnish(), sys.stdout)


def furnish() -> dict[str, dict[str, Any]]:
    """Make everything and say what it is called."""
    at = timezone.now()
    citizen = _account("zhangsan", "张三", at)
    made = {**_rounds(at), **_delivery(at), **_counter(at), **_taken_away(at), **_versions(at)}
    made |= _annual(at)
    made |= _analyses(at)
    made |= _scorecards(at)
    made |= _questionnaire(at)
    watch(at)
    handed_in = _draft(at)
    made["own"] = _handed_in(handed_in[0], citizen, at).number
    made |= _gathered(citizen, at)
    cookies = {name: _session(User.objects.get(username=name)) for name in STAFF}
    cookies |= {
        "zhangsan": _session(citizen) | {drafts.COOKIE: handed_in[1]},
        "writing": {drafts.COOKIE: _draft(at)[1]},
    }
    cookies |= _second_factor(at)
    return {"objects": {name: str(key) for name, key in made.items()}, "cookies": cookies}


# --- people ---------------------------------------------------------------------------------------------------------------


def _account(username: str, full_name: str, at: datetime) -> User:
    said = {"username": username, "full_name": full_name, "password": PASSWORD}
    return accounts.open_own_account(**said, at=at, address="127.0.0.1")


def _session(user: User) -> Cookies:
    """Signed in, and as if the password had been given a moment ago for as long as the tests may run."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    said = [{"method": "password", "at": _tomorrow(), "reauthenticated": True}]
    _into_session(key, account_authentication_methods=said, account_authentication_methods_user=str(user.pk))
    return {settings.SESSION_COOKIE_NAME: key}


def _tomorrow() -> float:
    return time.time() + 86_400


def _into_session(key: str, **said: Any) -> None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session.update(said)
    session.save()


def _second_factor(at: datetime) -> dict[str, Cookies]:
    """Somebody with a second factor, and the same person between password and code."""
    user = _account("chenliu", "陈六", at)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    client = Client(SERVER_NAME="127.0.0.1")
    client.post("/accounts/login/", {"login": "chenliu", "password": PASSWORD})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    _into_session(key, account_login={**client.session["account_login"], "initiated_at": _tomorrow()})
    return {"chenliu": _session(user), "between": {settings.SESSION_COOKIE_NAME: key}}


# --- applications -----------------------------------------------------------------------------------------------------------


def _draft(at: datetime) -> tuple[Any, str]:
    draft, token = drafts.begin(at=at)
    drafts.keep(draft, SAID, at=at)
    return draft, token


def _handed_in(draft: Any, citizen: User, at: datetime) -> InformationRequest:
    return wizard.hand_in(draft=draft, account=citizen, at=at, on=timezone.localdate(at))


def _gathered(citizen: User, at: datetime) -> dict[str, str]:
    """Cases of the demo city in the citizen's account, by what can be done with them."""
    wanted = {"answered": "delivered", "to correct": "awaiting_correction", "to pay": "awaiting_payment"}
    found = {}
    for name, state in wanted.items():
        case = InformationRequest.objects.filter(state=state, channel=Channel.ONLINE).order_by("pk")[0]
        following.gather(user=citizen, case=case, at=at)
        found[name] = case.number
    return found


def _counter(at: datetime) -> dict[str, int]:
    """Just registered by 李四, so that the receipt is still shown."""
    said = {"name": "张三", "phone": "13800001234", "address": "云岚市青溪区书院路8号", "title": "学校食堂检查记录"}
    department = Department.objects.get(code="jyj")
    application = Application(
        department=department, channel=Channel.IN_PERSON, applicant_type=ApplicantType.NATURAL_PERSON,
        id_kind="resident_id", id_number="11010519491231002X", **said,
    )  # fmt: skip
    days = Days(submitted_on=timezone.localdate(at))
    case, _ = register.register(actor=_person("lisi"), application=application, days=days, at=at)
    return {"at the counter": case.pk}


# --- annual reports ---------------------------------------------------------------------------------------------------------


def _annual(at: datetime) -> dict[str, int]:
    """The draft of the education bureau's report, the published one of the city, the collected one of last year's."""
    year, lisi, qianqi = timezone.localdate(at).year - 1, _person("lisi"), _person("qianqi")
    draft = annual.start(actor=lisi, department=Department.objects.get(code="jyj"), year=year, at=at)
    city = Department.objects.get(code="szf")
    whole = annual.start(actor=qianqi, department=city, year=year, is_consolidated=True, at=at)
    texts = whole.texts | {"problems": "各机关更新不够均衡，已经按月通报。"}
    whole = annual.write(actor=qianqi, report=whole, saved=0, texts=texts, at=at)
    annual.check(actor=qianqi, report=whole, at=at)
    for step in (annual.sign, annual.publish):
        step(actor=qianqi, report=whole, digest=whole.digest, at=at)
    collected = CollectedReport.objects.order_by("pk")[0].pk
    return {"annual year": year, "annual draft": draft.pk, "annual whole": whole.pk, "collected": collected}


def _analyses(at: datetime) -> dict[str, int]:
    """Two quarters of the education bureau: one being written, one published."""
    bureau, today = Department.objects.get(code="jyj"), timezone.localdate(at)
    found = []
    for year, quarter in ended_quarters(today, 2):
        said = {"department": bureau, "year": year, "quarter": quarter, "is_consolidated": False}
        found.append(quarterly.begin(actor=_person("lisi"), at=at, **said))
    draft, done = found
    quarterly.publish(actor=_person("wangwu"), analysis=done, edition=done.edition, at=at)
    return {"analysis": draft.pk, "published analysis": done.pk}


# --- scorecards ---------------------------------------------------------------------------------------------------------------


def _scorecards(at: datetime) -> dict[str, int]:
    """A set in draft, and last month's assessment: computed, to be judged."""
    qianqi, last = _person("qianqi"), last_over(PeriodKind.MONTH, timezone.localdate(at))
    template = IndicatorSet.objects.get(state="template")
    draft = sets.copy(actor=qianqi, source=template, name="明年的考核指标", year=last.last.year + 1, note="", at=at)
    bodies = list(Department.objects.filter(code__in=("jyj", "wjw")))
    used = IndicatorSet.objects.filter(state="active").order_by("pk")[0]
    row = assessing.open_assessment(actor=qianqi, indicators=used, period=last, bodies=bodies, at=at)
    asked = assessing.covered(row)
    computing.compute_all(row, at=at, indicators=asked)
    section = draft.sections.order_by("position")[0]
    return {
        "draft set": draft.pk,
        "section": section.pk,
        "draft indicator": section.indicators.order_by("position")[0].pk,
        "open assessment": row.pk,
        "judged indicator": next(one.pk for one in asked if not computing.is_computed(one)),
    }


def _questionnaire(at: datetime) -> dict[str, int]:
    """In draft, with one question."""
    qianqi, today = _person("qianqi"), timezone.localdate(at)
    row = evaluation.compose(
        actor=qianqi, title="下一次评议", intro="请说说您的看法。", opens_on=today, closes_on=today, bodies=[], at=at
    )
    question = evaluation.save_question(
        actor=qianqi, row=row, edition=row.edition, question=None, kind="stars", text="您觉得公开的信息容易找到吗？",
        options=[], is_required=True, at=at,
    )  # fmt: skip
    return {"draft questionnaire": row.pk, "question": question.pk}


# --- publishing -------------------------------------------------------------------------------------------------------------


def _person(name: str) -> User:
    return User.objects.get(username=name)


def _rounds(at: datetime) -> dict[str, int]:
    """A published clean-up, an open one and an offer, all of the education bureau."""
    wangwu = _person("wangwu")
    said: dict[str, Any] = {"actor": wangwu, "department": wangwu.department, "basis": "年度安排", "at": at}
    done = rounds.open_cleanup(**said, year=2025)
    for item in done.items.select_related("document", "round"):
        rounds.conclude(actor=wangwu, item=item, conclusion="amend", reason="上位法已经修改", at=at)
    rounds.close(actor=wangwu, round=done, at=at)
    rounds.publish_result(actor=wangwu, round=done, at=at)
    opened = rounds.open_cleanup(**said, year=2026)
    kept = Document.objects.filter(department=wangwu.department, disclosure_attribute="on_request").order_by("pk")[0]
    offer = rounds.offer_conversion(document=kept, why="asked", at=at)
    assert offer
    return {"result": done.pk, "round": opened.pk, "item": opened.items.order_by("pk")[0].pk, "offer": offer.pk}


def _delivery(at: datetime) -> dict[str, int]:
    """A message that did not go out."""
    lisi, about = _person("lisi"), _person("lisi").department
    assert about
    said = {"title": "有一件拟稿待办理", "text": "", "url": "/desk/"}
    (notice,) = notify(recipients=[lisi], kind=WAITING, subject=about, at=at, **said)
    times = {"created_at": at, "next_attempt_at": at}
    return {
        "delivery": Delivery.objects.create(notice=notice, recipient=lisi, channel="sms", state="failed", **times).pk
    }


def _versions(at: datetime) -> dict[str, int]:
    """A published document with a draft of its next version."""
    lisi = _person("lisi")
    assert lisi.department
    public = Document.objects.filter(department=lisi.department, state="published").order_by("-pk")[0]
    revision = revising.start_version(actor=lisi, document=public, at=at)
    return {"with a version": public.pk, "next version": revision.pk}


def _taken_away(at: datetime) -> dict[str, int]:
    """The last documents of the education bureau but one: archived, taken down."""
    wangwu = _person("wangwu")
    archived, gone = Document.objects.filter(department=wangwu.department, state="published").order_by("-pk")[1:3]
    documents.archive_document(actor=wangwu, document=archived, place="云岚市档案馆", at=at)
    documents.take_down_document(actor=wangwu, document=gone, at=at)
    return {"archived": archived.pk, "taken down": gone.pk}
