"""What somebody new to the desks looks for: where a draft stands, what was done with it, why a button is closed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog.models import Document
from disclosure import selectors, services
from disclosure.drafts import selectors as selectors_drafts
from disclosure.models import Revision
from disclosure.rounds import services as rounds
from disclosure.versions import services as revising
from disclosure.versions.telling import tell_removed
from notices.models import Notice
from portal.desk import desk_tiles
from tests.cast import Cast
from tests.disclosure.drafting import Way, fresh
from tests.make import make_document

SignedIn = Callable[[User], Client]
LIST, DRAFTS, REVIEW = "/desk/documents/", "/desk/documents/drafts/", "/desk/documents/review/"


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def shown(client: Client, address: str, **said: str) -> str:
    response = client.get(address, said)
    assert response.status_code == 200, address
    return response.content.decode()


def counts(client: Client, **said: str) -> dict[str, str]:
    options = client.get(LIST, said).context["facet"]["options"]
    return {option["label"]: option["count"] for option in options}


def titles(client: Client, **said: str) -> list[str]:
    return [row.document.title for row in client.get(LIST, said).context["page"].rows]


# --- drafts among the documents ----------------------------------------------------------------------------------------


def test_a_draft_stands_in_the_list_as_its_version_says(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    draft = way.draft(title="关于校车安全的通知")
    said = {"values": {}, "content": {"document_number": "云教发〔2026〕8号"}, "at": timezone.now()}
    draft = revising.save_draft(actor=cast.lisi, revision=draft, edition=draft.edition, **said)
    way.to_approval(draft)
    row = signed_in(cast.lisi).get(LIST).context["page"].rows[0]
    assert (row.document.title, row.attribute, row.state, row.writer) == (
        "关于校车安全的通知",
        "主动公开",
        "草稿（签发）",
        cast.lisi,
    )
    page = shown(signed_in(cast.lisi), LIST, q="〔2026〕8号")
    assert "关于校车安全的通知" in page and "云教发〔2026〕8号" in page


def test_a_draft_counts_for_its_own_attribute_and_an_undecided_one_for_none(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    way.draft(title="已经认定的")
    way.draft(title="还没有认定的", attribute="", ground="")
    make_document(cast.jyj, disclosure_attribute="on_request", title="导入的")
    client = signed_in(cast.lisi)
    assert counts(client) == {"主动公开": "1", "依申请公开": "1", "不予公开": "0", "待认定": "1"}
    assert titles(client, attribute="proactive") == ["已经认定的"]
    assert titles(client, attribute="on_request") == ["导入的"]
    assert titles(client, attribute="undecided") == ["还没有认定的"]
    assert "待认定" in shown(client, LIST, attribute="undecided")
    assert titles(client, state="published") == []
    assert counts(signed_in(cast.zhaoliu))["待认定"] == "0"


def test_what_was_given_up_is_found_only_by_who_asks_for_it(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    gone = way.draft(title="不要的")
    way.draft(title="接着写的")
    revising.drop(actor=cast.lisi, revision=gone, reason="重复", at=timezone.now())
    imported = make_document(cast.jyj, disclosure_attribute="on_request", title="导入的")
    again = revising.start_version(actor=cast.lisi, document=imported, at=timezone.now())
    revising.drop(actor=cast.lisi, revision=again, reason="不必修订", at=timezone.now())
    client = signed_in(cast.lisi)
    assert titles(client) == ["导入的", "接着写的"] and counts(client)["主动公开"] == "1"
    assert titles(client, state="dropped") == ["不要的"]
    assert "已作废" in shown(client, f"{LIST}{gone.document_id}/")


def test_the_page_of_a_draft_says_what_its_version_says(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision = way.to_approval(way.draft(title="关于校车安全的通知"))
    client, address = signed_in(cast.lisi), f"{LIST}{revision.document_id}/"
    page = shown(client, address)
    assert "<h1>关于校车安全的通知</h1>" in page and "公开属性待认定" not in page
    assert "<dt>公开属性</dt><dd>主动公开</dd>" in page and "<dt>环节</dt><dd>签发</dd>" in page
    assert "<dt>采编</dt><dd>李四</dd>" in page and "<dt>栏目</dt><dd>通知公告</dd>" in page
    assert "关于校车安全的通知" in shown(client, f"{address}versions/")
    way.sign(revision)
    assert "<dt>索引号</dt>" in shown(client, address)


def test_the_list_of_drafts_asks_as_often_for_one_as_for_thirty_and_pages_do_not_overlap(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.lisi)

    def asked() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    way.draft(title="第0件")
    make_document(cast.jyj)
    few = asked()
    for number in range(1, 20):
        way.draft(title=f"第{number}件")
        make_document(cast.jyj)
    assert asked() == few
    first = client.get(LIST).context["page"]
    second = client.get(LIST, {"before": first.after}).context["page"]
    keys = [row.document.pk for row in (*first.rows, *second.rows)]
    assert len(first.rows) == 30 and keys == sorted(set(keys), reverse=True) and len(keys) == 40
    assert second.after is None


# --- the record --------------------------------------------------------------------------------------------------------


def test_the_record_of_a_document_tells_every_step_of_its_versions_in_order(
    way: Way, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = way.submitted(way.draft())
    revising.send_back(actor=cast.sunba, revision=revision, reason="请改", at=timezone.now())
    document = way.published(fresh(revision))
    revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    steps = ["起草", "起草", "送审", "退回", "送审", "审核通过", "保密审查", "签发并发布", "发布", "起草"]
    rows = selectors.history(document).rows
    assert [row.label for row in rows] == steps
    assert [row.number for row in rows] == [None, *[1] * 8, 2]
    page = shown(signed_in(cast.lisi), f"{LIST}{document.pk}/")
    assert "<td>退回</td><td>孙八</td>" in page and f'<a href="{REVIEW}{revision.pk}/">第 1 版</a>' in page
    monkeypatch.setattr(selectors, "MOST_EVENTS", 4)
    client, after, found = signed_in(cast.lisi), "", []
    for _ in range(3):
        listed = client.get(f"{LIST}{document.pk}/", {"after": after}).context["history"]
        found += [row.label for row in listed.rows]
        after = str(listed.after or "")
    assert found == steps and not after
    assert client.get(f"{LIST}{document.pk}/", {"after": "9" * 30}).status_code == 200


# --- the clerk's desk --------------------------------------------------------------------------------------------------


def test_what_i_handed_in_stands_under_a_tab_of_its_own(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    way.draft(title="还在写的")
    way.submitted(way.draft(title="送审了的"))
    way.published(title="发布了的")
    scheduled = way.to_approval(way.draft(title="定了时的"))
    way.sign(scheduled, publish_at=timezone.now() + timedelta(hours=2))
    client = signed_in(cast.lisi)
    page = shown(client, DRAFTS, tab="under_way")
    assert "送审了的" in page and "定了时的" in page and "还在写的" not in page and "发布了的" not in page
    assert 'href="?tab=under_way"' in page and "在审的" in page
    assert "您没有正在审核" in shown(signed_in(cast.sunba), DRAFTS, tab="under_way")


def test_who_sees_the_whole_city_is_told_so(cast: Cast, signed_in: SignedIn) -> None:
    assert selectors_drafts.tabs_of(cast.qianqi)["all"] == "全市"
    assert selectors_drafts.tabs_of(cast.lisi)["all"] == "本机构全部"
    make_document(cast.jyj)
    assert "全市的政府信息" in shown(signed_in(cast.qianqi), LIST)
    assert "本机构的政府信息" in shown(signed_in(cast.lisi), LIST)


def test_a_published_version_has_no_clock_any_more_and_leads_to_the_public_page(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    document = way.published(formed_or_changed_on=timezone.localdate())
    revision, client = Revision.objects.get(), signed_in(cast.lisi)
    page = shown(client, f"{DRAFTS}{revision.pk}/")
    assert "还剩" not in page and "最迟" not in page and "按时公开" in page
    assert f'href="{document.url}"' in page
    assert f'href="{document.url}"' in shown(client, f"{REVIEW}{revision.pk}/")
    preview = shown(client, f"{DRAFTS}{revision.pk}/preview/")
    assert "尚未公开" not in preview and f'href="{document.url}"' in preview
    assert "尚未公开" in shown(client, f"{DRAFTS}{way.draft().pk}/preview/")


def test_the_entrance_does_not_invite_readers_to_draft(cast: Cast) -> None:
    said = {
        who: next(tile.text for tile in desk_tiles(who) if tile.label == "拟稿") for who in (cast.lisi, cast.qianqi)
    }
    assert said[cast.lisi].startswith("起草、修订和更正") and "修订和更正" not in said[cast.qianqi]


# --- being told --------------------------------------------------------------------------------------------------------


def removed(action: Any, cast: Cast, document: Document, **said: Any) -> Notice:
    """The notice of a withdrawal or a takedown."""
    event = action(actor=cast.wangwu, document=document, at=timezone.now(), **said)
    tell_removed(event, document, at=timezone.now())
    return Notice.objects.get(kind="document_removed")


def test_the_writer_is_told_once_of_a_withdrawal_with_its_reason(way: Way, cast: Cast) -> None:
    document = way.published(title="关于校车安全的通知")
    notice = removed(services.withdraw_document, cast, document, reason="附件有误")
    assert notice.recipient == cast.lisi and notice.url == f"{LIST}{document.pk}/"
    assert "关于校车安全的通知" in notice.title and "附件有误" in notice.text


def test_taking_a_document_away_at_the_desk_tells_its_writer(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    for action in ("withdraw", "take-down"):
        document = way.published()
        signed_in(cast.wangwu).post(f"{LIST}{document.pk}/{action}/", {"reason": "附件有误"})
    told = Notice.objects.filter(kind="document_removed")
    assert [notice.recipient for notice in told] == [cast.lisi, cast.lisi]
    imported = make_document(cast.jyj)  # imported: nobody here wrote it
    signed_in(cast.wangwu).post(f"{LIST}{imported.pk}/withdraw/", {"reason": "附件有误"})
    assert told.count() == 2


def test_a_takedown_is_told_without_the_words_that_had_to_go(way: Way, cast: Cast) -> None:
    document = way.published(title="关于校车安全的通知")
    notice = removed(services.take_down_document, cast, document, reason="含有秘密")
    assert notice.is_urgent and document.index_number in notice.title
    assert "校车" not in notice.title + notice.text and "秘密" not in notice.title + notice.text


def test_the_clerk_reads_in_the_notice_why_a_draft_came_back(way: Way, cast: Cast) -> None:
    revising.send_back(
        actor=cast.sunba, revision=way.submitted(way.draft()), reason="请写明发放标准", at=timezone.now()
    )
    notice = Notice.objects.get(recipient=cast.lisi, kind="revision_sent_back")
    assert "孙八" in notice.text and "请写明发放标准" in notice.text


# --- the review desk and the rounds ------------------------------------------------------------------------------------


def test_the_button_of_a_blocked_signature_is_disabled_with_its_reason_beside_it(
    way: Way, cast: Cast, signed_in: SignedIn
) -> None:
    policy, client = way.to_approval(way.draft(is_policy=True, plan="发布图解")), signed_in(cast.wangwu)
    address = f"{REVIEW}{policy.pk}/"
    page = shown(client, address)
    button = re.search(r'<button class="button" disabled aria-describedby="([^"]+)">签发</button>', page)
    assert button is not None
    reason = re.search(rf'<p id="{button[1]}">(.*?)</p>', page, re.S)
    assert reason is not None and "解读材料尚未审查完毕" in reason[1]
    assert page.count(" disabled") == 1
    said = {"action": "approve", "approve-when": "now"}
    assert client.post(address, said).status_code == 409 and fresh(policy).state == "in_approval"
    assert client.post(address, {"action": "waive", "waive-waiver": "urgent"}).status_code == 302
    assert '<button class="button">签发</button>' in shown(client, address)


def test_the_reason_of_a_re_review_is_not_called_optional(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    revision = way.draft(attribute="withheld", ground="16_process", reason="会议讨论记录")
    way.sign(way.cleared(way.reviewed(way.submitted(revision)), conclusion="not_public"))
    row = rounds.open_rereview(
        actor=cast.wangwu, department=cast.jyj, year=2026, basis="条例第十八条", at=timezone.now()
    )
    address = f"/desk/documents/rounds/{row.pk}/items/{row.items.get().pk}/"
    page = shown(signed_in(cast.wangwu), address)
    assert "理由（选填）" not in page and "必须填写，留存备查" in page
    refused = signed_in(cast.wangwu).post(address, {"edition": "0", "conclusion": "keep", "reason": " "})
    assert refused.context["form"].errors["reason"] == ["请写明理由。"]


# --- what the public is told -------------------------------------------------------------------------------------------


def test_a_version_says_by_which_one_it_was_replaced(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    document = way.published()
    later = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    address = f"{LIST}{document.pk}/versions/"
    assert "代替" not in shown(signed_in(cast.lisi), address)
    way.published(way.save(later, change_note="调整了日期"))
    assert shown(signed_in(cast.lisi), address).count("已被第 2 版代替") == 1


def test_a_correction_stands_near_the_title_and_in_the_time_line(way: Way, cast: Cast) -> None:
    document = way.published()
    assert "见更正说明" not in shown(Client(), document.url)
    row = revising.start_version(actor=cast.lisi, document=document, is_erratum=True, at=timezone.now())
    way.published(way.save(row, words="改正了的正文。", change_note="附件第三行数字有误", is_erratum=True))
    page, today = shown(Client(), document.url), timezone.localdate()
    words = f"本文件于{today.year}年{today.month}月{today.day}日更正，"
    assert words in page and page.index(words) < page.index('<h1 class="paper__title">')
    assert re.search(r'<ol class="timeline">.*<a href="#changes">更正</a>', page, re.S)
