"""What is not public appears at no public address in any form; what was taken away says so, and no more."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from catalog.models import Document, FacetCount
from catalog.services import relate
from catalog.states import DocumentState, RelationKind
from tests.catalog.make import Press
from tests.conftest import PrivateIndex

SECRET = "海棠计划"
LINK = re.compile(r'(?:href|src|action)="(/[^"#]*|\?[^"#]*)|<loc>http://[^/]+(/[^<]*)|"(?:http://[^/"]+)(/[^"\\]*)"')
SKIPPED = ("/static/", "/desk/", "/admin/", "/accounts/", "/theme/")


def hidden_documents(press: Press) -> list[Document]:
    """One of every kind that no citizen may see, each with the secret in every field, an attachment, and relations."""
    shown = press.document(title="公开的文件", topic="综合政务/政务公开")
    said = {
        "words": f"正文里的{SECRET}内容",
        "summary": f"{SECRET}概述",
        "keywords": SECRET,
        "topic": "公安、安全、司法/公安",
        "genre": "会议纪要",
        "column": "emergency",
        "key_area": "供水供热",
    }
    rows = [
        press.document(title=f"{SECRET}一", disclosure_attribute="on_request", attribute_reason=SECRET, **said),
        press.document(title=f"{SECRET}二", disclosure_attribute="withheld", attribute_reason=SECRET, **said),
        press.document(title=f"{SECRET}三", disclosure_attribute="on_request", attribute_reason=SECRET, **said),
        press.document(title=f"{SECRET}四", disclosure_attribute="withheld", attribute_reason=SECRET, **said),
        press.document(title=f"{SECRET}五", published_at=None, formed_on=None, **said),  # a draft to be dated
    ]
    Document.objects.filter(pk__in=[rows[2].pk, rows[3].pk]).update(state=DocumentState.FILED)
    taken = press.document(title=f"{SECRET}六", document_number="云海发〔2024〕77号", **said)
    press.attach(taken, words=f"附件里的{SECRET}", name=f"{SECRET}.txt")
    rows.append(taken)
    for row in rows:
        for kind in (RelationKind.RELATED, RelationKind.INTERPRETS, RelationKind.AMENDS):
            relate(source=row, target=shown, kind=kind, at=timezone.now())
    for row in rows[:5]:
        press.attach(row, words=f"附件里的{SECRET}", name=f"{SECRET}.txt")
    press.take_down(taken)
    return rows


def every_address(rows: list[Document]) -> list[str]:
    """Where to begin, and every address at which these documents could be guessed."""
    queries = [
        SECRET,
        f'"{SECRET}"',
        "海棠",
        "内容",
        "-甲",
        "云海发〔2024〕77号",
        "2024-77",
        *(row.index_number for row in rows),
    ]
    found = ["/", "/documents/", "/sitemap.xml", "/sitemap-0.xml", "/feed/", "/feed/rss/", "/data/catalog.jsonld", "/data/", "/robots.txt",
             "/api/v1/documents/", "/api/v1/schema/", "/annual-reports/", "/interpretations/", "/columns/emergency/", "/styleguide/"]  # fmt: skip
    found += [
        f"{door}?q={query}"
        for query in queries
        for door in ("/documents/", "/feed/", "/search/suggest/", "/api/v1/documents/")
    ]
    found += [f"{door}?column=emergency" for door in ("/documents/", "/feed/", "/api/v1/documents/")]
    for row in rows:
        found += [f"/documents/{row.pk}/", f"/documents/{row.pk}/qr.svg", f"/api/v1/documents/{row.pk}/"]
        found += [f"/files/{attachment.pk}/{SECRET}.txt" for attachment in row.attachments.all()]
        found += [f"/documents/{row.pk}/beside/{other.pk}/" for other in rows] + [f"/documents/1/beside/{row.pk}/"]
    return found


def walk(start: list[str]) -> Iterator[tuple[str, int, str]]:
    """Every page that can be reached, with status and words."""
    client, waiting, seen = Client(), list(start), set(start)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        text = b"".join(response).decode("utf-8", "replace")
        yield address, response.status_code, text
        for groups in LINK.findall(text):
            link = next(part for part in groups if part).replace("&amp;", "&")
            link = address.partition("?")[0] + link if link.startswith("?") else link
            if link not in seen and not link.startswith(SKIPPED) and len(seen) < 600:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("indexed", ["before", "after", "away"])
def test_no_public_address_shows_anything_of_what_is_not_public(
    press: Press, search_index: PrivateIndex, indexed: str
) -> None:
    rows = hidden_documents(press)
    if indexed == "before":  # the index still believes that the document was never taken down
        Document.objects.filter(pk=rows[-1].pk).update(state="published", listed_at=timezone.now())
        search_index.index_now()
        Document.objects.filter(pk=rows[-1].pk).update(state="taken_down", listed_at=None)
    elif indexed == "after":
        search_index.index_now()
    else:
        search_index.vanish()
    visited = 0
    for address, status, text in walk(every_address(rows)):
        visited += 1
        assert status < 500 or (indexed == "away" and status == 503), address
        asked = address.partition("?")[2]
        echoed = re.sub(r'value="[^"]*"|[“"][^“”"]{0,60}[”"]|<(title|h1)[^>]*>检索：.*?</\1>', "", strip_echo(text))
        if SECRET in echoed:
            assert asked, f"{address} shows {SECRET}"
            assert "/documents/" in address, address
            assert not re.search(f"{SECRET}(一|二|三|四|五|六|内容|概述)", echoed), address
        for row in rows:
            assert f"/documents/{row.pk}/" not in text.replace(address, ""), (address, row.title)
        assert status in (404, 410) or not any(f"/documents/{row.pk}/" in address for row in rows), address
    assert visited > 100


def strip_echo(text: str) -> str:
    """What the page says, without addresses, in which the reader's own words return."""
    return re.sub(r'(href|content|action)="[^"]*"', "", text)


def test_no_count_of_what_is_not_public_is_shown(press: Press, search_index: PrivateIndex) -> None:
    hidden_documents(press)
    search_index.index_now()
    assert {row.count for row in FacetCount.objects.filter(dimension="all")} == {1}
    client = Client()
    for address in (
        "/documents/",
        "/documents/?q=文件",
        "/documents/?validity=unstated",
        "/columns/",
        "/departments/",
        "/data/",
        "/",
    ):
        text = client.get(address).content.decode()
        numbers = re.findall(r'<span class="num[^"]*">([\d,+]+)', text)
        assert not set(numbers) - {"0", "1"}, address
        assert "依申请公开</span>" not in text
        assert "会议纪要" not in strip_tags(text) or address == "/", address
    assert client.get("/api/v1/documents/?q=文件").json()["total"] == 1


def test_hidden_and_missing_documents_cannot_be_told_apart(press: Press, search_index: PrivateIndex) -> None:
    hidden = hidden_documents(press)[0]
    client = Client()
    for tail in ("/", "/qr.svg", f"/beside/{hidden.pk}/"):
        for headers in ({}, {"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}):
            there = client.get(f"/documents/{hidden.pk}{tail}", headers=headers)
            nowhere = client.get(f"/documents/999999{tail}", headers=headers)
            assert there.status_code == nowhere.status_code == 404
            assert set(there.headers) == set(nowhere.headers)


def test_a_document_of_tomorrow_has_no_address_today(press: Press, search_index: PrivateIndex) -> None:
    row = press.document(title="明天的公告", published_at=timezone.now() + timedelta(days=1))
    search_index.index_now()
    client = Client()
    assert client.get(f"/documents/{row.pk}/").status_code == 404
    for address in ("/documents/", "/documents/?q=明天", "/feed/", "/sitemap-0.xml", "/api/v1/documents/", "/"):
        assert f"/documents/{row.pk}/" not in client.get(address).content.decode(), address


def test_a_withdrawn_document_keeps_its_address_and_says_so_with_the_reason(
    press: Press, search_index: PrivateIndex
) -> None:
    row = press.document(title="曾经公开的通知", words="曾经的正文")
    attachment = press.attach(row, words="曾经的附件")
    press.withdraw(row, reason="<内容>有误")
    search_index.index_now()
    client = Client()
    page = client.get(f"/documents/{row.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "曾经公开的通知" in text
    assert "已经撤下" in text
    assert "&lt;内容&gt;有误" in text
    assert "曾经的正文" not in text
    assert 'name="robots" content="noindex"' in text
    assert client.get(attachment.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/documents/{row.pk}/").status_code == 404
    for address in ("/documents/", "/documents/?q=曾经", "/feed/", "/sitemap-0.xml", "/api/v1/documents/?q=曾经", "/"):
        assert "曾经公开的通知" not in client.get(address).content.decode(), address


def test_an_archived_document_says_where_it_is_read_now(press: Press, search_index: PrivateIndex) -> None:
    row = press.document(title="移交档案馆的通知", words="移交前的正文")
    attachment = press.attach(row, words="附件")
    press.archive(row, place="云岚市档案馆（滨河路1号）")
    search_index.index_now()
    client = Client()
    page = client.get(f"/documents/{row.pk}/")
    text = page.content.decode()
    assert page.status_code == 200 and "移交档案馆的通知" in text and "云岚市档案馆（滨河路1号）" in text
    assert "移交前的正文" not in text and 'name="robots" content="noindex"' in text
    assert client.get(attachment.get_absolute_url()).status_code == 404
    for address in ("/documents/", "/documents/?q=移交", "/feed/", "/sitemap-0.xml", "/api/v1/documents/", "/"):
        assert "移交档案馆的通知" not in client.get(address).content.decode(), address
    assert FacetCount.objects.get(dimension="all").count == 0


def test_a_taken_down_document_answers_410_everywhere_at_once(press: Press, search_index: PrivateIndex) -> None:
    row, policy = press.many(2)
    attachment = press.attach(row, words="附件")
    relate(source=row, target=policy, kind=RelationKind.INTERPRETS, at=timezone.now())
    search_index.index_now()
    client = Client()
    addresses = [f"/documents/{row.pk}/", f"/documents/{row.pk}/qr.svg", f"/documents/{policy.pk}/beside/{row.pk}/",
                 attachment.get_absolute_url(), f"/api/v1/documents/{row.pk}/"]  # fmt: skip
    before = [client.get(address) for address in addresses]
    assert "".join(part.decode() for part in before[3]) == "附件"
    neighbour = client.get(f"/documents/{policy.pk}/")
    assert {response.status_code for response in [*before, neighbour]} == {200}
    assert row.title in neighbour.content.decode()
    press.take_down(row)
    for address, old in zip(addresses, before, strict=True):
        known = {"If-None-Match": old.get("ETag", "*")}
        response = client.get(address, headers=known)
        assert response.status_code == 410, address
        assert row.title not in response.content.decode()
    again = client.get(f"/documents/{policy.pk}/", headers={"If-None-Match": neighbour["ETag"]})
    assert again.status_code == 200
    assert row.title not in again.content.decode()


def test_caches_are_told_to_ask_again(press: Press, search_index: PrivateIndex) -> None:
    row = press.document()
    attachment = press.attach(row, words="附件")
    for address in (f"/documents/{row.pk}/", "/documents/", "/", "/feed/", "/sitemap-0.xml", "/search/suggest/?q=2024-6",
                    "/api/v1/documents/", f"/api/v1/documents/{row.pk}/", attachment.get_absolute_url()):  # fmt: skip
        response = Client().get(address)
        assert "no-cache" in response["Cache-Control"], address
        assert b"".join(response)


def test_an_interpretation_that_is_not_public_makes_no_mark_on_its_document(
    press: Press, search_index: PrivateIndex
) -> None:
    policy = press.document(title="办法")
    press.interpretation(policy, title="还没公开的解读", disclosure_attribute="on_request", attribute_reason="草稿")
    text = Client().get("/documents/").content.decode()
    assert "有解读" not in text
    press.interpretation(policy, title="公开的解读")
    assert "有解读" in Client().get("/documents/").content.decode()
    assert "还没公开的解读" not in json.dumps(
        Client().get(f"/api/v1/documents/{policy.pk}/").json(), ensure_ascii=False
    )


def test_the_year_of_a_list_is_the_local_one(press: Press) -> None:
    press.document(published_at=timezone.make_aware(datetime(2024, 1, 1, 0, 30)))
    assert FacetCount.objects.get(dimension="year").value == 2024
