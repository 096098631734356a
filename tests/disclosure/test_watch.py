"""The daily watch: stale and empty columns, dead links inside and outside, notices, promises."""

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from catalog import services as catalog
from catalog.models import Attachment, Column, Document
from disclosure.models import ColumnPromise, FindingKind, WatchFinding, WatchRun
from disclosure.services import take_down_document
from disclosure.watch import jobs, links, outside, services
from files.services import store
from jobs.models import Job
from jobs.registry import Continue
from jobs.services import RunningSlice, run_waiting
from notices.models import Notice
from tests.cast import Cast
from tests.make import make_document

SignedIn = Callable[[User], Client]
DESK = "/desk/documents/registers/watch/"
NOON = timezone.make_aware(datetime(2026, 11, 20, 12, 0))


def promise(cast: Cast, column: str = "policy", days: int = 30, **said: object) -> ColumnPromise:
    wanted = Column.objects.get(slug=column)
    values: dict[str, object] = {"department": None, "basis": "测试"} | said
    return services.add_promise(actor=cast.qianqi, column=wanted, every_days=days, **values)  # type: ignore[arg-type]


def found(kind: FindingKind, **wanted: object) -> list[str]:
    rows = WatchFinding.objects.filter(kind=kind, resolved_at=None, **wanted)
    return list(rows.order_by("pk").values_list("detail", flat=True))


def look(at: datetime | None = None) -> WatchRun:
    """A whole look, its job included."""
    run = services.watch(at or timezone.now())
    run_waiting()
    run.refresh_from_db()
    return run


# --- columns ------------------------------------------------------------------------------------------------------------


def test_a_column_is_stale_from_the_day_its_promise_is_broken(cast: Cast) -> None:
    promise(cast, days=30)
    make_document(cast.jyj, published_at=NOON - timedelta(days=30))
    services.check_columns(at=NOON)
    assert found(FindingKind.STALE) == []
    services.check_columns(at=NOON + timedelta(days=1))
    assert found(FindingKind.STALE) == ["“其他政策文件”已 31 天没有更新，应当每 30 天至少更新一次"]


def test_a_promise_of_one_department_looks_at_its_documents_only(cast: Cast) -> None:
    promise(cast, days=30, department=cast.jyj)
    promise(cast, days=30, department=cast.wjw)
    make_document(cast.jyj, published_at=NOON - timedelta(days=2))
    services.check_columns(at=NOON)
    assert found(FindingKind.EMPTY, department=cast.wjw) == ["“其他政策文件”还没有本机构公开的内容"]
    assert found(FindingKind.EMPTY, department=cast.jyj) == found(FindingKind.STALE) == []


def test_empty_columns_are_found_without_a_promise_and_closed_when_filled(cast: Cast) -> None:
    services.check_columns(at=NOON)
    assert found(FindingKind.EMPTY, column__slug="policy") == ["“其他政策文件”还没有公开的内容"]
    make_document(cast.jyj, published_at=NOON)
    services.check_columns(at=NOON + timedelta(hours=1))
    assert found(FindingKind.EMPTY, column__slug="policy") == []
    assert WatchFinding.objects.get(column__slug="policy").resolved_at == NOON + timedelta(hours=1)


def test_what_comes_back_begins_anew(cast: Cast) -> None:
    document = make_document(cast.jyj, published_at=NOON - timedelta(days=3))
    services.check_columns(at=NOON)
    take_down_document(actor=cast.wangwu, document=document, at=NOON)
    later = NOON + timedelta(days=1)
    services.check_columns(at=later)
    services.check_columns(at=later + timedelta(days=1))
    finding = WatchFinding.objects.get(column__slug="policy")
    assert (finding.first_seen_at, finding.last_seen_at) == (later, later + timedelta(days=1))


# --- once a day ---------------------------------------------------------------------------------------------------------


def test_it_looks_once_a_day_however_often_it_is_asked(cast: Cast) -> None:
    first = look(NOON)
    assert first.finished_at is not None
    assert services.watch(NOON + timedelta(hours=5)) == first
    assert Job.objects.filter(kind=services.JOB).count() == 1
    assert services.watch(NOON + timedelta(days=1)) != first


def test_an_unfinished_look_is_taken_up_again_without_a_second_job(cast: Cast) -> None:
    services.watch(NOON)
    services.watch(NOON + timedelta(minutes=1))
    assert Job.objects.filter(kind=services.JOB).count() == 1
    Job.objects.all().delete()  # its message and row were lost
    services.watch(NOON + timedelta(minutes=2))
    assert Job.objects.filter(kind=services.JOB).count() == 1


# --- links inside -------------------------------------------------------------------------------------------------------


def test_a_link_to_a_document_that_answers_404_or_410_is_dead(cast: Cast) -> None:
    target = make_document(cast.jyj, published_at=timezone.now())
    hidden = make_document(cast.jyj, disclosure_attribute="withheld")
    words = "".join(f'<p><a href="/documents/{pk}/">见</a></p>' for pk in (target.pk, hidden.pk, 99_999_999))
    source = make_document(cast.jyj, words=words, published_at=timezone.now())
    look(timezone.now() - timedelta(days=1))
    dead = WatchFinding.objects.filter(kind=FindingKind.DEAD_LINK, document=source, resolved_at=None)
    assert set(dead.values_list("address", flat=True)) == {f"/documents/{hidden.pk}/", "/documents/99999999/"}
    take_down_document(actor=cast.wangwu, document=target, at=timezone.now())
    look()
    assert dead.filter(address=f"/documents/{target.pk}/", department=cast.jyj).count() == 1


def test_a_document_that_is_not_public_is_not_looked_at(cast: Cast) -> None:
    make_document(cast.jyj, words='<p><a href="/documents/99999999/">见</a></p>', disclosure_attribute="withheld")
    assert look().links == 0
    assert found(FindingKind.DEAD_LINK) == []


def test_an_attachment_whose_file_is_gone_is_found_and_closed_when_it_is_back(cast: Cast) -> None:
    document = make_document(cast.jyj, published_at=timezone.now())
    upload = BytesIO("附件文字".encode())
    stored = store(upload=upload, name="附表.txt")
    catalog.attach(document=document, file_id=stored.pk, title="附表", at=timezone.now())
    storage, name = stored.content.storage, str(stored.content.name)
    storage.delete(name)
    look(timezone.now() - timedelta(days=1))
    assert found(FindingKind.DEAD_LINK) == ["附件“附表”的文件已丢失"]
    assert Attachment.objects.count() == 1
    storage.save(name, BytesIO("附件文字".encode()))
    look()
    assert found(FindingKind.DEAD_LINK) == []


def test_the_job_gives_way_and_goes_on_where_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "DOCUMENTS_AT_ONCE", 2)
    for _ in range(5):
        make_document(cast.jyj, words='<p><a href="/documents/99999999/">见</a></p>', published_at=timezone.now())
    run = services.watch(timezone.now())
    job = Job.objects.get(kind=services.JOB)
    Job.objects.filter(pk=job.pk).update(state="running", leased_by="me")
    job.refresh_from_db()
    slices = 0
    while True:
        try:
            jobs.watch_links(job, RunningSlice(job, seconds=-1))
        except Continue:
            slices += 1
            continue
        break
    run.refresh_from_db()
    assert slices == 2 and (run.documents, run.links) == (5, 5)
    assert run.finished_at is not None and len(found(FindingKind.DEAD_LINK)) == 5


# --- links outside ------------------------------------------------------------------------------------------------------


def with_links(cast: Cast, *addresses: str) -> Document:
    words = "".join(f'<p><a href="{address}">外部</a></p>' for address in addresses)
    return make_document(cast.jyj, words=words, published_at=NOON - timedelta(days=1))


def ask_all(run: WatchRun, ask: Callable[[str], str], at: datetime = NOON) -> None:
    while services.check_outside(run=run, at=at, tick=lambda: None, ask=ask):
        pass


def test_outside_links_are_asked_only_when_switched_on(cast: Cast, settings: Settings) -> None:
    with_links(cast, "https://one.example/a")
    run = WatchRun.objects.create(on=NOON.date(), started_at=NOON)
    asked: list[str] = []
    settings.LINK_CHECK_EXTERNAL = False
    ask_all(run, lambda url: asked.append(url) or "")
    assert asked == []
    settings.LINK_CHECK_EXTERNAL = True
    ask_all(run, lambda url: asked.append(url) or "")
    assert asked == ["https://one.example/a"]


def test_a_run_asks_a_bounded_number_and_the_next_goes_on(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINK_CHECK_EXTERNAL = True
    monkeypatch.setattr(services, "MOST_OUTSIDE", 3)
    for number in range(5):
        with_links(cast, f"https://site{number}.example/")
    asked: list[str] = []
    first = WatchRun.objects.create(on=NOON.date(), started_at=NOON, finished_at=NOON)
    ask_all(first, lambda url: asked.append(url) or "")
    assert len(asked) == 3
    second = services.watch(NOON + timedelta(days=1))
    ask_all(second, lambda url: asked.append(url) or "")
    assert asked == [f"https://site{number}.example/" for number in range(5)]


def test_a_dead_outside_link_is_asked_again_and_closed_when_it_answers(cast: Cast, settings: Settings) -> None:
    settings.LINK_CHECK_EXTERNAL = True
    with_links(cast, "https://gone.example/")
    run = WatchRun.objects.create(on=NOON.date(), started_at=NOON)
    ask_all(run, lambda url: "应答代码 404", at=NOON)
    assert found(FindingKind.DEAD_LINK, is_external=True) == ["应答代码 404"]
    later = NOON + timedelta(days=1)
    ask_all(WatchRun.objects.create(on=later.date(), started_at=later), lambda url: "", at=later)
    assert found(FindingKind.DEAD_LINK) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/admin/",
        "http://10.0.0.8/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://224.0.0.1/",
    ],
)
def test_private_addresses_are_never_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way(*arguments: object, **options: object) -> None:
        raise AssertionError("a private address was asked")

    monkeypatch.setattr(outside.socket, "create_connection", no_way)
    assert outside.fault_of(address) in {"指向内部网络地址，公众无法访问", "域名无法解析"}


def test_a_name_that_resolves_to_a_private_address_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.8", 80))]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *arguments, **options: answers)
    assert outside.fault_of("http://rebind.example/") == "指向内部网络地址，公众无法访问"


class Site(http.server.BaseHTTPRequestHandler):
    """Answers by path; refuses HEAD where the path says so."""

    def do_HEAD(self) -> None:
        self._say(405 if "nohead" in self.path else self._status())

    def do_GET(self) -> None:
        self._say(self._status())

    def _status(self) -> int:
        return int(self.path.rsplit("/", 1)[-1])

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 302:
            self.send_header("Location", "http://10.0.0.8/")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    """A small site on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/200", ""),
        ("/nohead/200", ""),
        ("/302", ""),  # not followed
        ("/404", "应答代码 404"),
        ("/500", "应答代码 500"),
        ("/403", ""),
    ],
)
def test_answers_are_judged_by_head_then_get(site: str, path: str, fault: str) -> None:
    assert outside.fault_of(site + path, judge=lambda address: True) == fault


def test_a_site_that_is_away_is_said(site: str) -> None:
    assert outside.fault_of("http://127.0.0.1:1/", judge=lambda address: True) == "无法连接"
    assert outside.fault_of("http://[bad/", judge=lambda address: True) == "地址不合规范"


@pytest.mark.parametrize(
    ("address", "inside", "is_outside"),
    [
        ("/documents/12/", ("documents", 12), False),
        ("https://xxgk.example/documents/12/", ("documents", 12), False),
        ("/files/7/abc.pdf", ("files", 7), False),
        ("/columns/policy/", None, False),
        ("https://other.example/documents/12/", None, True),
        ("//other.example/documents/12/", None, False),
        ("https://[broken", None, False),
    ],
)
def test_addresses_are_told_apart(address: str, inside: tuple[str, int] | None, is_outside: bool) -> None:
    assert links.inside(address, "https://xxgk.example") == inside
    assert links.is_outside(address, "https://xxgk.example") == is_outside


# --- notices, promises, pages -------------------------------------------------------------------------------------------


def test_owners_hear_of_new_findings_once_and_only_of_their_own(cast: Cast) -> None:
    promise(cast, department=cast.jyj)
    look(NOON)
    heads = Notice.objects.filter(kind=services.NOTICE, recipient__in=[cast.wangwu, cast.wushi])
    assert heads.count() == 2 and "“其他政策文件”还没有本机构公开的内容" in heads[0].text
    assert Notice.objects.filter(recipient=cast.qianqi).count() == 1  # the empty columns of the whole city
    assert not Notice.objects.filter(recipient__in=[cast.lisi, cast.zhaoliu]).exists()
    look(NOON + timedelta(days=1))
    assert heads.count() == 2


def test_a_department_promises_for_itself_and_the_supervisor_for_all(cast: Cast, signed_in: SignedIn) -> None:
    column = Column.objects.get(slug="policy")
    said = {"column": column.pk, "every_days": "30", "basis": "内部制度"}
    browser = signed_in(cast.wushi)
    assert browser.post(f"{DESK}promises/", said | {"department": ""}).status_code == 200
    assert browser.post(f"{DESK}promises/", said | {"department": cast.wjw.pk}).status_code == 200
    assert not ColumnPromise.objects.exists()
    assert browser.post(f"{DESK}promises/", said | {"department": cast.jyj.pk}).status_code == 302
    assert signed_in(cast.qianqi).post(f"{DESK}promises/", said).status_code == 302
    again = signed_in(cast.qianqi).post(f"{DESK}promises/", said)
    assert "已有更新要求" in again.content.decode() and ColumnPromise.objects.count() == 2
    whole = ColumnPromise.objects.get(department=None)
    assert browser.post(f"{DESK}promises/{whole.pk}/delete/").status_code == 404
    assert signed_in(cast.fenger).post(f"{DESK}promises/{whole.pk}/delete/").status_code == 404
    assert signed_in(cast.qianqi).post(f"{DESK}promises/{whole.pk}/delete/").status_code == 302
    with pytest.raises(PermissionDenied):
        promise_of_another = {"column": column, "department": cast.wjw, "every_days": 1, "basis": "x"}
        services.add_promise(actor=cast.wushi, **promise_of_another)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), transaction.atomic():
        promise(cast, department=cast.jyj)


def test_the_page_shows_ones_own_findings(cast: Cast, signed_in: SignedIn) -> None:
    for department in (cast.jyj, cast.wjw):
        promise(cast, department=department)
    look()
    assert [row.department for row in signed_in(cast.wushi).get(DESK).context["findings"]] == [cast.jyj]
    everything = signed_in(cast.fenger).get(f"{DESK}?kind=empty").context["findings"]
    assert {row.department for row in everything} == {cast.jyj, cast.wjw, None}
    assert len(signed_in(cast.fenger).get(f"{DESK}?kind=nonsense").context["findings"]) == len(everything)
    assert signed_in(cast.lisi).get(DESK).status_code == 404
