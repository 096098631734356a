"""The review desk over HTTP: queue, one screen for each step, who sees what, the overview, the cost."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from catalog.models import Document
from disclosure.models import DocumentEvent, Revision, RevisionFile
from disclosure.review import selectors as selectors_review
from disclosure.versions import rules
from disclosure.versions import services as revising
from files.services import store
from portal.desk import desk_figures
from tests.cast import Cast
from tests.disclosure.drafting import Way, fresh
from workflow.services import last_event

SignedIn = Callable[[User], Client]
QUEUE, BULK, OVERVIEW = "/desk/documents/review/", "/desk/documents/review/bulk/", "/desk/documents/overview/"
CLEARED = {
    "clear-conclusion": "public",
    "clear-level": "none",
    "clear-form_number": "云教密审〔2026〕18号",
    "clear-reviewed_on": "2026-03-10",
    "clear-opinion": "不涉及国家秘密。",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def page_of(revision: Revision) -> str:
    return f"{QUEUE}{revision.pk}/"


def seen(client: Client, revision: Revision) -> str:
    """The mark that the page hides in its forms."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(page_of(revision)).content.decode())
    assert found is not None
    return found[1]


def take(client: Client, revision: Revision, action: str, **typed: str) -> Any:
    """A step taken from a page opened just before."""
    said = {"action": action, "seen": seen(client, revision), **typed}
    return client.post(page_of(revision), said)


def attach(revision: Revision, name: str = "附图.png") -> RevisionFile:
    return RevisionFile.objects.create(
        revision=revision, file=store(upload=ContentFile(PNG, name=name), name=name), title=name
    )


# --- the way -----------------------------------------------------------------------------------------------------------


def test_four_people_bring_a_document_to_the_public_over_their_desks(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision = way.submitted(way.draft(title="关于校园食堂管理的通知"))
    sunba, zhoujiu, wangwu = (signed_in(who) for who in (cast.sunba, cast.zhoujiu, cast.wangwu))
    assert "关于校园食堂管理的通知" in sunba.get(QUEUE).content.decode()
    assert "关于校园食堂管理的通知" not in wangwu.get(QUEUE).content.decode()
    assert take(sunba, revision, "pass_review", **{"pass_review-opinion": "同意"}).status_code == 302
    assert take(zhoujiu, fresh(revision), "clear", **CLEARED).status_code == 302
    page = wangwu.get(page_of(revision)).content.decode()
    assert "孙八 审核通过：同意" in page and "云教密审〔2026〕18号" in page and "条例第二十条第（十一）项" in page
    assert "2026年3月30日" in page and "第 20 个工作日" in page
    assert take(wangwu, fresh(revision), "approve", **{"approve-when": "now"}).status_code == 302
    assert "关于校园食堂管理的通知" in Client().get("/documents/").content.decode()


def test_a_document_without_a_reason_is_sent_back_with_one(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision, client = way.submitted(way.draft()), signed_in(cast.sunba)
    refused = take(client, revision, "send_back", **{"send_back-reason": " "})
    assert refused.status_code == 422 and fresh(revision).state == "in_review"
    assert take(client, revision, "send_back", **{"send_back-reason": "请说明发放标准"}).status_code == 302
    assert fresh(revision).state == "draft"
    assert "请说明发放标准" in signed_in(cast.lisi).get(page_of(revision)).content.decode()


def test_a_policy_waits_for_its_interpretation_until_the_approver_waives_it(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    policy, client = way.to_approval(way.draft(is_policy=True, plan="发布图解")), signed_in(cast.wangwu)
    assert "解读材料尚未审查完毕" in client.get(page_of(policy)).content.decode()
    typed = {"approve-when": "now", "approve-opinion": "请尽快发布"}
    refused = take(client, policy, "approve", **typed)
    page = refused.content.decode()
    assert refused.status_code == 409 and "不能签发：" in page and "请尽快发布" in page
    assert take(client, policy, "waive", **{"waive-waiver": "urgent"}).status_code == 302
    event = last_event(DocumentEvent, policy)
    assert event is not None and (event.action, event.facts["waiver"], event.actor) == ("waive", "urgent", cast.wangwu)
    assert take(client, policy, "approve", **typed).status_code == 302
    assert fresh(policy).state == "published"
    overview = client.get(OVERVIEW).content.decode()
    assert "已公开的政策文件都已解读" in overview


def test_an_hour_is_signed_for_and_a_wrong_one_is_explained(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision, client = way.to_approval(way.draft()), signed_in(cast.wangwu)
    for moment in ("", "2020-01-01T08:00", "2999-01-01T08:00", "nonsense"):
        typed = {"approve-when": "later", "approve-publish_at": moment}
        assert take(client, revision, "approve", **typed).status_code == 422, moment
    assert (
        take(
            client, revision, "approve", **{"approve-when": "now", "approve-publish_at": "2999-01-01T08:00"}
        ).status_code
        == 422
    )
    hour = timezone.localtime() + timedelta(hours=3)
    typed = {"approve-when": "later", "approve-publish_at": f"{hour:%Y-%m-%dT%H:%M}"}
    assert take(client, revision, "approve", **typed).status_code == 302
    revision = fresh(revision)
    assert revision.state == "scheduled"
    assert revision.publish_at == hour.replace(second=0, microsecond=0)
    grant_role(actor=cast.root, user=cast.wushi, role=Role.APPROVER, department=cast.jyj, at=timezone.now())
    assert take(signed_in(cast.wushi), revision, "send_back", **{"send_back-reason": "暂缓"}).status_code == 302
    assert fresh(revision).publish_at is None


def test_what_is_not_for_the_public_is_filed(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision = way.draft(attribute="withheld", ground="16_process", reason="会议讨论记录")
    revision = way.cleared(way.reviewed(way.submitted(revision)), conclusion="not_public")
    client = signed_in(cast.wangwu)
    page = client.get(page_of(revision)).content.decode()
    assert "签发留存" in page and "签发并发布" not in page
    assert take(client, revision, "file").status_code == 302
    assert Document.objects.get().state == "filed"


def test_a_secrecy_review_that_forbids_is_refused_with_everything_kept(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    revision, client = way.reviewed(way.submitted(way.draft())), signed_in(cast.zhoujiu)
    refused = take(client, revision, "clear", **{**CLEARED, "clear-conclusion": "not_public"})
    page = refused.content.decode()
    assert refused.status_code == 409 and "不能通过保密审查" in page
    assert "云教密审〔2026〕18号" in page and "不涉及国家秘密。" in page
    for name in CLEARED:
        assert take(client, revision, "clear", **{**CLEARED, name: ""}).status_code == 422
    assert fresh(revision).state == "in_secrecy"


# --- two at once, four eyes ----------------------------------------------------------------------------------------------


def test_the_second_of_two_reviewers_is_told_who_and_when_and_keeps_the_text(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    grant_role(actor=cast.wushi, user=cast.wangwu, role=Role.REVIEWER, department=cast.jyj, at=timezone.now())
    revision = way.submitted(way.draft())
    first, second = signed_in(cast.sunba), signed_in(cast.wangwu)
    mark = seen(second, revision)
    assert take(first, revision, "pass_review").status_code == 302
    typed = {"action": "pass_review", "seen": mark, "pass_review-opinion": "写了很久的意见"}
    refused = second.post(page_of(revision), typed)
    page = refused.content.decode()
    today = timezone.localtime()
    assert refused.status_code == 409
    assert f"孙八已于{today:%Y年%-m月%-d日}" in page and "办理“审核通过”" in page and "写了很久的意见" in page


def test_a_text_that_changed_behind_an_open_page_is_not_passed_unread(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    revision, client = way.submitted(way.draft()), signed_in(cast.sunba)
    mark = seen(client, revision)
    revising.take_back(actor=cast.lisi, revision=revision, at=timezone.now())
    way.submitted(way.save(fresh(revision), words="悄悄换掉的正文。"))
    refused = client.post(page_of(revision), {"action": "pass_review", "seen": mark})
    assert refused.status_code == 409 and "李四已于" in refused.content.decode()
    assert fresh(revision).state == "in_review"


def test_who_had_a_hand_in_the_text_sees_why_the_step_is_not_theirs(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    grant_role(actor=cast.wushi, user=cast.lisi, role=Role.REVIEWER, department=cast.jyj, at=timezone.now())
    revision, client = way.submitted(way.draft(title="自己写的")), signed_in(cast.lisi)
    assert "自己写的" not in client.get(QUEUE).content.decode()
    page = client.get(page_of(revision)).content.decode()
    assert "您起草、修改过或者已在前一环节审查过该拟稿" in page and 'value="pass_review"' not in page
    refused = client.post(page_of(revision), {"action": "pass_review"})
    assert refused.status_code == 409 and fresh(revision).state == "in_review"


# --- the queue ---------------------------------------------------------------------------------------------------------


def test_the_queue_is_in_the_order_of_due_days_and_pages_do_not_overlap(
    way: Way, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors_review, "PAGE", 2)
    day = timezone.localdate()
    for number, offset in enumerate((9, None, 3, 3, None)):
        revision = way.submitted(way.draft(title=f"第{number}件"))
        due = day + timedelta(days=offset) if offset else None
        Revision.objects.filter(pk=revision.pk).update(due_on=due)
    client, after, found = signed_in(cast.sunba), "", []
    for _ in range(3):
        page = client.get(QUEUE, {"after": after}).content.decode()
        found += re.findall(r">(第\d件)</a>", page)
        step = re.search(r'href="\?after=([^&"]+)[^"]*" rel="next"', page)
        after = step[1] if step else ""
    assert found == ["第2件", "第3件", "第0件", "第1件", "第4件"] and not after
    assert client.get(QUEUE, {"after": "2026-02-31.x", "step": "nonsense"}).status_code == 200


def test_the_tile_counts_what_waits_up_to_999(way: Way, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    way.submitted(way.draft())
    way.submitted(way.draft())
    assert [selectors_review.waiting_total(who) for who in (cast.sunba, cast.wangwu, cast.visitor)] == ["2", "0", "0"]
    monkeypatch.setattr(selectors_review, "MOST_COUNTED", 2)
    assert selectors_review.waiting_total(cast.sunba) == "1+"


def test_the_entrance_says_what_waits(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    way.submitted(way.draft())
    back = way.submitted(way.draft())
    revising.send_back(actor=cast.sunba, revision=back, reason="请写明依据", at=timezone.now())
    today = timezone.localdate()
    Revision.objects.update(due_on=today)
    assert ("等我办理", "1", "/desk/documents/review/") in desk_figures(cast.sunba, today=today)
    assert ("退回给我的", "1", "/desk/documents/drafts/?tab=returned") in desk_figures(cast.lisi, today=today)
    assert {label: number for label, number, _ in desk_figures(cast.wangwu, today=today)}["超过公开期限"] == "0"
    Revision.objects.filter(pk=back.pk).update(due_on=today - timedelta(days=1))
    assert {label: number for label, number, _ in desk_figures(cast.wangwu, today=today)}["超过公开期限"] == "1"
    page = signed_in(cast.sunba).get("/desk/").content.decode()
    assert re.search(r'<a href="/desk/documents/review/">等我办理</a></dt><dd>1</dd>', page)
    assert desk_figures(cast.zhangsan, today=today) == []


def test_the_queue_says_late_in_words(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    way.submitted(way.draft())
    assert re.search(r"超期 \d+ 个工作日 · ", signed_in(cast.sunba).get(QUEUE).content.decode())


def test_what_is_assigned_to_me_can_be_looked_for_alone(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.sunba)
    first, _ = way.submitted(way.draft(title="甲")), way.submitted(way.draft(title="乙"))
    assert take(client, first, "assign", **{"assign-person": str(cast.sunba.pk)}).status_code == 302
    page = client.get(QUEUE, {"mine": "on"}).content.decode()
    assert "《甲》" in page and "《乙》" not in page
    assert take(client, first, "assign", **{"assign-person": str(cast.zhaoliu.pk)}).status_code == 422
    revising.pass_review(actor=cast.sunba, revision=first, at=timezone.now())
    assert fresh(first).assigned_to is None


def test_bulk_sends_back_what_it_can_and_says_of_each_why_not(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.sunba)
    rows = [way.submitted(way.draft(title=f"第{number}件")) for number in range(3)]
    marks = re.findall(r'name="rows" value="([^"]+)"', client.get(QUEUE).content.decode())
    revising.pass_review(actor=cast.sunba, revision=rows[1], at=timezone.now())
    other = Way(cast).draft(cast.wjw, actor=cast.zhaoliu, title="卫健委的稿")
    marks += [f"{other.pk}|draft", "nonsense", "9" * 30]
    typed = {"step": "in_review", "rows": marks, "action": "send_back"}
    refused = client.post(BULK, typed)
    assert refused.status_code == 422 and refused.content.decode().count(" checked") == 2
    page = client.post(BULK, {**typed, "reason": "格式不符"}).content.decode()
    assert "共 3 件，已退回 2 件" in page and "孙八已于" in page and "卫健委的稿" not in page
    assert [fresh(row).state for row in rows] == ["draft", "in_secrecy", "draft"]
    assert DocumentEvent.objects.filter(action="send_back").count() == 2


def test_bulk_does_nothing_but_assign_and_send_back(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision, client = way.submitted(way.draft()), signed_in(cast.sunba)
    mark = f"{revision.pk}|{selectors_review.seen_mark(revision)}"
    for action in ("pass_review", "clear", "approve", ""):
        assert client.post(BULK, {"step": "in_review", "rows": [mark], "action": action}).status_code == 422
    assert client.post(BULK, {"step": "in_review", "action": "assign"}).status_code == 422
    said = {"step": "in_review", "rows": [mark], "action": "assign", "person": cast.sunba.pk}
    assert "已分派 1 件" in client.post(BULK, said).content.decode()
    assert fresh(revision).assigned_to == cast.sunba and fresh(revision).state == "in_review"
    event = last_event(DocumentEvent, revision)
    assert event is not None and (event.action, event.facts) == ("assign", {"person": cast.sunba.pk})


# --- who sees what -----------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses(way: Way, cast: Cast) -> list[str]:
    """Every address of one document of the education bureau."""
    document = way.published(title="机密的标题")
    revision = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    revision = way.save(revision, title="机密的标题", change_note="调整")
    attached = attach(revision)
    way.submitted(revision)
    mine = f"/desk/documents/{document.pk}/"
    file = f"/desk/documents/drafts/{revision.pk}/files/{attached.pk}/"
    return [page_of(revision), file, f"{mine}versions/", f"{mine}record.zip"]


def test_outsiders_find_nothing_anywhere_and_no_counts(addresses: list[str], cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.zhaoliu)
    assert [client.get(address).status_code for address in [*addresses, OVERVIEW]] == [404] * 5
    assert client.post(addresses[0], {"action": "pass_review"}).status_code == 404
    page = client.get(QUEUE).content.decode()
    assert "机密的标题" not in page and '<span class="num">1</span>' not in page
    nobody, visitor = signed_in(cast.zhangsan), Client()
    for address in [*addresses, OVERVIEW, QUEUE]:
        assert nobody.get(address).status_code == 404
        assert visitor.get(address).status_code == 302


def test_those_who_watch_the_city_read_everything_and_do_nothing(
    addresses: list[str], cast: Cast, signed_in: SignedIn
) -> None:
    for person in (cast.qianqi, cast.fenger):
        client = signed_in(person)
        for address in [*addresses, OVERVIEW, QUEUE]:
            answer = client.get(address)
            assert answer.status_code == 200 and b"".join(answer)  # read to the end, so that files are closed
        refused = client.post(addresses[0], {"action": "pass_review"})
        assert refused.status_code == 409 and "由“审核”岗位办理" in refused.content.decode()
        assert "市教育局" in client.get(OVERVIEW).content.decode()
    assert Revision.objects.filter(state="in_review").count() == 1


def test_a_file_is_given_only_under_its_own_version(
    addresses: list[str], way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.sunba)
    answer = client.get(addresses[1])
    assert b"".join(answer) == PNG and "attachment" in answer["Content-Disposition"]
    other = way.submitted(way.draft(title="另一件"))
    assert client.get(page_of(other)).status_code == 200
    own, _, tail = addresses[1].partition("files/")
    assert client.get(f"/desk/documents/drafts/{other.pk}/files/{tail}").status_code == 404
    assert own == f"/desk/documents/drafts/{addresses[0].split('/')[-2]}/"


def test_predicates_and_their_querysets_agree_over_everybody_and_every_state(way: Way, cast: Cast) -> None:
    grant_role(actor=cast.wushi, user=cast.wangwu, role=Role.REVIEWER, department=cast.jyj, at=timezone.now())
    way.draft()
    way.draft(cast.jyj_bgs)
    way.submitted(way.draft())
    way.submitted(way.draft(cast.jyj_bgs))
    way.reviewed(way.submitted(way.draft()))
    way.to_approval(way.draft())
    way.published()
    way.draft(cast.wjw, actor=cast.zhaoliu)
    everything, checked = list(Revision.objects.select_related("department")), 0
    for person in cast.people.values():
        assert isinstance(person, User | AnonymousUser)
        visible = set(rules.revisions_visible_to(person).values_list("pk", flat=True))
        waiting = list(rules.revisions_waiting_for(person).values_list("pk", flat=True))
        assert len(waiting) == len(set(waiting))
        for row in everything:
            assert rules.can_see_revision(person, row) == (row.pk in visible)
            assert rules.is_waiting_for(person, row) == (row.pk in waiting), (person, row.state)
            checked += row.pk in waiting
        led = set(rules.departments_led_by(person).values_list("pk", flat=True))
        for department in cast.departments.values():
            assert rules.can_lead(person, department) == (department.pk in led)
    assert checked >= 5


# --- the overview ------------------------------------------------------------------------------------------------------


def test_the_overview_says_what_is_late_how_timely_and_what_misses_an_interpretation(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    way.published(title="按时的", formed_or_changed_on=timezone.localdate())
    policy = way.to_approval(way.draft(title="晚了的", is_policy=True, plan="发布问答"))
    revising.waive_interpretation(actor=cast.wangwu, revision=policy, waiver="urgent", at=timezone.now())
    way.sign(fresh(policy))
    assert "（100.0%）" not in signed_in(cast.wangwu).get(OVERVIEW).content.decode()
    Revision.objects.filter(pk=policy.pk).update(waiver="")
    way.submitted(way.draft(title="还在办的"))
    page = signed_in(cast.wangwu).get(OVERVIEW).content.decode()
    assert "（50.0%）" in page and "还在办的" in page and "市卫生健康委员会" not in page
    missing = page[page.index("尚未解读的政策文件") :]
    assert "晚了的" in missing and "按时的" not in missing
    assert "还在办的" in signed_in(cast.wangwu).get(OVERVIEW + "?late=1").content.decode()


def test_publications_are_in_time_by_the_day_of_the_city(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    day = timezone.localdate()
    last = timezone.make_aware(datetime.combine(day, datetime.min.time().replace(hour=23, minute=30)))
    for moment, in_time, share in ((last, True, "（100.0%）"), (last + timedelta(hours=1), False, "（50.0%）")):
        revision = way.to_approval(way.draft())
        Revision.objects.filter(pk=revision.pk).update(due_on=day)
        revising.approve(actor=cast.wangwu, revision=revision, at=moment)
        assert selectors_review.finished_on_time(fresh(revision)) is in_time
        assert share in signed_in(cast.wangwu).get(OVERVIEW).content.decode()


# --- cost --------------------------------------------------------------------------------------------------------------


def queries(client: Client, address: str) -> tuple[int, int]:
    """(all, those about versions) that a page asks; the rest is who the reader is and the way in."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured), sum("disclosure_" in row["sql"] for row in captured)


def test_pages_ask_as_often_for_one_row_as_for_thirty(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    sunba, qianqi = signed_in(cast.sunba), signed_in(cast.qianqi)

    def ask() -> list[tuple[int, int]]:
        mine = [QUEUE, QUEUE + "?mine=on", page_of(first), f"/desk/documents/{first.document_id}/versions/"]
        return [*(queries(sunba, address) for address in mine), queries(qianqi, OVERVIEW)]

    first = way.submitted(way.draft())
    attach(first)
    few = ask()
    for _ in range(30):
        way.submitted(way.draft())
        attach(first)
    revising.send_back(actor=cast.sunba, revision=first, reason="请修改", at=timezone.now())
    first = way.submitted(fresh(first))
    many = ask()
    assert all(after[0] <= before[0] for before, after in zip(few, many, strict=True)), (few, many)
    assert max(own for _, own in many) <= 12, many


def test_the_queue_is_read_out_of_its_index_in_order(way: Way, cast: Cast) -> None:
    template = way.submitted(way.draft())
    others = {name: getattr(template, name) for name in ("title", "html", "text", "attribute", "ground")}
    held, due_on = Document.objects.get(pk=template.document_id), timezone.localdate()
    documents = [
        Document(title=f"{n}", department=held.department, column=held.column, disclosure_attribute="on_request",
                 created_at=held.created_at, updated_at=held.updated_at)
        for n in range(3000)
    ]  # fmt: skip
    Document.objects.bulk_create(documents)
    moment = template.created_at
    Revision.objects.bulk_create(
        Revision(document=document, number=1, department=cast.jyj if n % 3 else cast.wjw,
                 state="in_review" if n % 10 == 0 else "published", written_by=cast.lisi,
                 due_on=due_on + timedelta(days=n % 200) if n % 20 else None, waiting_since=moment,
                 created_at=moment, updated_at=moment, **others)
        for n, document in enumerate(documents)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for after in ("", f"{due_on + timedelta(days=50)}.7", "none.7"):
        waiting = rules.revisions_waiting_for(cast.sunba).filter(state="in_review")
        with CaptureQueriesContext(connection) as captured:
            page = selectors_review.page_by_due(waiting, after=after, today=timezone.localdate())
        assert len(page.rows) == 30
        keys = [row["sql"] for row in captured if "ORDER BY" in row["sql"] and "disclosure_revision" in row["sql"]]
        assert keys and all("html" not in sql for sql in keys)
        said = explained(keys[0] if "IS NOT NULL" in keys[0] or after.startswith("none") else keys[-1])
        # PostgreSQL may take the index of the few open versions instead while they are few.
        assert "disclosure_revision_queue" in said or "disclosure_one_open_revision" in said, said
        assert "Seq Scan on disclosure_revision" not in said, said


def explained(sql: str) -> str:
    """The plan of a query as it was sent."""
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}")
        return str(cursor.fetchall())
