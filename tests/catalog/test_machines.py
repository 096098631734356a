"""Feeds, site map, robots, API, OpenAPI, DCAT: parsed by those who read them."""

import json
import xml.etree.ElementTree as xml
from io import StringIO

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from catalog.models import Document
from tests.catalog.make import Press
from tests.conftest import PrivateIndex

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def parsed(address: str) -> xml.Element:
    response = Client().get(address)
    assert response.status_code == 200, address
    return xml.fromstring(response.content)


def api(address: str) -> dict:
    response = Client().get(address)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def shelf(press: Press, search_index: PrivateIndex) -> Press:
    """Thirty notices of the education bureau, five of the health commission, one with dirt in its title."""
    press.many(30, column="notices", words="关于招生")
    press.many(5, column="plan", department="wjw", words="关于接种")
    press.document(title="带有\x0b控制符与<尖括号>&的标题", column="plan", summary="]]>\x01", words="关于尖括号")
    search_index.index_now()
    return press


# --- feeds ------------------------------------------------------------------------------------------------------------


def test_atom_has_the_newest_first_with_what_a_reader_needs(shelf: Press) -> None:
    feed = parsed("/feed/")
    entries = feed.findall(f"{ATOM}entry")
    newest = list(Document.objects.newest_first())
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{settings.SITE_URL}/documents/{row.pk}/" for row in newest
    ]
    assert entries[0].findtext(f"{ATOM}title") == "带有控制符与<尖括号>&的标题"
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "市教育局"
    assert feed.findtext(f"{ATOM}title")
    assert feed.findtext(f"{ATOM}updated")


def test_rss_says_the_same(shelf: Press) -> None:
    channel = parsed("/feed/rss/").find("channel")
    assert channel is not None
    assert len(channel.findall("item")) == 36
    assert channel.findtext("item/guid") == parsed("/feed/").findtext(f"{ATOM}entry/{ATOM}id")


@pytest.mark.parametrize(
    ("query", "count"),
    [("column=plan", 6), ("department=wjw", 5), ("q=接种", 5), ("q=接种&department=jyj", 0), ("q=招生&year=2024", 30),
     ("q=%2A", 0), ("year=2023", 0)],
)  # fmt: skip
def test_a_feed_has_the_filters_and_words_of_its_list(shelf: Press, query: str, count: int) -> None:
    assert len(parsed(f"/feed/?{query}").findall(f"{ATOM}entry")) == count


def test_a_feed_has_fifty_entries_at_most(press: Press, search_index: PrivateIndex) -> None:
    press.many(53)
    assert len(parsed("/feed/").findall(f"{ATOM}entry")) == 50


def test_links_of_a_feed_are_absolute_and_lead_to_its_list(shelf: Press) -> None:
    feed = parsed("/feed/?column=plan&unknown=1")
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all(link and link.startswith("http") for link in links)
    assert any(link and link.endswith("/documents/?column=plan") for link in links)


# --- site map and robots ----------------------------------------------------------------------------------------------


def test_the_site_map_lists_every_public_document_once(shelf: Press) -> None:
    files = [element.text for element in parsed("/sitemap.xml").iter(f"{MAP}loc")]
    found = [
        str(element.text)
        for file in files
        for element in parsed(str(file).removeprefix(settings.SITE_URL)).iter(f"{MAP}loc")
    ]
    documents = [address for address in found if "/documents/" in address and not address.endswith("/documents/")]
    assert sorted(documents) == sorted(settings.SITE_URL + row.get_absolute_url() for row in Document.objects.all())
    assert len(found) == len(set(found))
    for address in set(found) - set(documents):
        assert Client().get(address.removeprefix(settings.SITE_URL)).status_code == 200


def test_the_site_map_is_split_by_spans_of_keys(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.views.feeds.SITEMAP_SPAN", 4)
    rows = press.many(10)
    files = [str(element.text) for element in parsed("/sitemap.xml").iter(f"{MAP}loc")]
    assert len(files) == rows[-1].pk // 4 + 1
    last = parsed(files[-1].removeprefix(settings.SITE_URL))
    assert [element.text for element in last.iter(f"{MAP}loc")][-1] == settings.SITE_URL + rows[-1].get_absolute_url()
    press.withdraw(rows[-1])
    assert len(list(parsed(files[-1].removeprefix(settings.SITE_URL)))) <= 3


def test_robots_may_read_documents_but_not_desks_or_searches(press: Press) -> None:
    text = Client().get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text
    assert "Disallow: /documents/\n" not in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


# --- API --------------------------------------------------------------------------------------------------------------


def test_cursors_of_the_api_walk_through_everything(shelf: Press) -> None:
    address, seen = "/api/v1/documents/?page_size=7", []
    while address:
        page = api(address)
        seen += [row["id"] for row in page["results"]]
        address = (page["next"] or "").removeprefix(settings.SITE_URL)
    assert seen == list(Document.objects.newest_first().values_list("pk", flat=True))


def test_cursors_of_a_search_walk_through_its_hits(shelf: Press) -> None:
    address, seen = "/api/v1/documents/?q=招生&page_size=8&sort=date", []
    while address:
        page = api(address)
        assert (page["total"], page["total_is_exact"]) == (30, True)
        seen += [row["id"] for row in page["results"]]
        address = (page["next"] or "").removeprefix(settings.SITE_URL)
    assert len(seen) == len(set(seen)) == 30


def test_a_row_of_the_api_has_the_promised_fields(shelf: Press) -> None:
    row = api("/api/v1/documents/?department=wjw")["results"][0]
    promised = {
        "id",
        "title",
        "index_number",
        "document_number",
        "department",
        "published_on",
        "url",
        "validity",
        "topic",
    }
    assert promised <= set(row)
    assert row["department"] == "市卫生健康委员会"
    assert row["published_on"] == "2024-03-02"
    assert row["url"] == f"{settings.SITE_URL}/documents/{row['id']}/"


def test_a_document_of_the_api_has_its_text_attachments_and_interpretations(shelf: Press) -> None:
    row = shelf.document(words="全文在此")
    shelf.attach(row, words="附件", name="表.txt")
    shelf.interpretation(row, title="解读")
    said = api(f"/api/v1/documents/{row.pk}/")
    assert said["text"] == "全文在此"
    assert said["html"] == "<p>全文在此</p>"
    assert said["attachments"][0]["media_type"].startswith("text/plain")
    assert said["attachments"][0]["url"].startswith(settings.SITE_URL)
    assert said["interpretations"][0]["title"] == "解读"


@pytest.mark.parametrize(
    "query",
    ["page_size=0", "page_size=101", "page_size=x", "page_size=" + "9" * 5000, "cursor=x", "cursor=" + "9" * 5000,
     "q=招生&cursor=x", "q=招生&cursor=1001", "q=招生&cursor=-1", "q=招生&cursor=" + "0" * 9 + "9" * 5000, "page_size=二"],
)  # fmt: skip
def test_wrong_places_and_sizes_are_refused_in_words(shelf: Press, query: str) -> None:
    response = Client().get(f"/api/v1/documents/?{query}")
    assert response.status_code == 400
    assert "翻页位置无效" in str(response.json()) or "每页件数" in str(response.json())


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_is_read_only(method: str) -> None:
    for address in ("/api/v1/documents/", "/api/v1/documents/1/"):
        assert getattr(Client(), method)(address, "{}", content_type="application/json").status_code == 405


def test_the_openapi_document_is_valid_complete_and_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    schema = yaml.safe_load(out.getvalue())
    validate_schema(schema)
    assert set(schema["paths"]) == {"/api/v1/documents/", "/api/v1/documents/{id}/"}
    parameters = {row["name"] for row in schema["paths"]["/api/v1/documents/"]["get"]["parameters"]}
    assert {
        "q",
        "department",
        "column",
        "topic",
        "genre",
        "year",
        "validity",
        "since",
        "until",
        "cursor",
        "page_size",
    } <= parameters


@pytest.mark.django_db
def test_the_openapi_document_is_served() -> None:
    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["openapi"].startswith("3.")


def test_answers_of_the_api_fit_its_own_description(shelf: Press) -> None:
    out = StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=out)
    components = json.loads(out.getvalue())["components"]["schemas"]
    row = api("/api/v1/documents/")["results"][0]
    assert set(row) == set(components["DocumentSummary"]["properties"])
    assert set(api(f"/api/v1/documents/{row['id']}/")) == set(components["DocumentDetail"]["properties"])


# --- DCAT -------------------------------------------------------------------------------------------------------------


def test_the_catalogue_describes_a_dataset_for_each_column(shelf: Press) -> None:
    response = Client().get("/data/catalog.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    said = response.json()
    assert said["@type"] == "dcat:Catalog"
    for dataset in said["dcat:dataset"]:
        assert {"@id", "dct:title", "dct:description", "dct:publisher", "dcat:distribution"} <= set(dataset)
    ids = [dataset["@id"] for dataset in said["dcat:dataset"]]
    assert len(ids) == len(set(ids)) > 15
    for dataset in said["dcat:dataset"][:3]:
        for distribution in dataset["dcat:distribution"]:
            address = distribution["dcat:accessURL"]["@id"].removeprefix(settings.SITE_URL)
            assert Client().get(address).status_code == 200
