"""What a document's page and the lists say to people and to machines."""

import json
import re
from datetime import date, datetime

import lxml.html
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog import services
from catalog.models import Document
from catalog.states import RelationKind
from tests.catalog.make import Press
from tests.conftest import PrivateIndex

EVIL = "</script><script>alert(1)</script>\"'&<!-- 通知"


def tree(address: str, **headers: str) -> lxml.html.HtmlElement:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200, address
    return lxml.html.document_fromstring(response.content)


def metas(page: lxml.html.HtmlElement) -> dict[str, str]:
    return {str(meta.get("name")): str(meta.get("content")) for meta in page.iter("meta") if meta.get("name")}


@pytest.fixture
def full(press: Press) -> Document:
    """A document that has everything."""
    row = press.document(
        title="云岚市校园食品安全管理办法",
        words="<h2>第一章 总则</h2><p>甲</p><h2>第二章 职责</h2><h2>第三章 保障</h2><h2>第四章 附则</h2><table><tr><td>1</td></tr></table>",
        department="jyj",
        column="regulation",
        topic="综合政务/政务公开",
        genre="通知",
        document_number="云教发〔2024〕6号",
        index_number="11990000MB1763499T/2024-00006",
        formed_on=date(2024, 2, 28),
        published_at=timezone.make_aware(datetime(2024, 3, 1, 17, 5, 42)),
        effective_on=date(2024, 4, 1),
        expires_on=date(2029, 3, 31),
        validity="valid",
        summary="学校食堂的管理",
        keywords="食堂，陪餐",
        issuers_text="云岚市教育局 云岚市市场监督管理局",
    )
    press.attach(row, words="登记表", name="登记表.txt")
    press.interpretation(row, title="一图读懂校园食品安全")
    return row


def test_the_metadata_stands_in_the_customary_order(full: Document) -> None:
    page = tree(f"/documents/{full.pk}/")
    rows = [
        (row.findtext("dt"), "".join(row.find("dd").itertext()))
        for row in page.xpath("//dl[contains(@class,'meta')]/div")
    ]
    assert rows == [
        ("索引号", "11990000MB1763499T/2024-00006"),
        ("主题分类", "综合政务/政务公开"),
        ("发文机关", "云岚市教育局 云岚市市场监督管理局"),
        ("成文日期", "2024年2月28日"),
        ("标题", "云岚市校园食品安全管理办法"),
        ("发文字号", "云教发〔2024〕6号"),
        ("发布日期", "2024年3月1日"),
        ("有效性", "有效（自2024年4月1日起施行，有效期至2029年3月31日）"),
        ("体裁", "通知"),
        ("公开方式", "主动公开"),
    ]


def test_a_document_page_carries_the_labels_of_government_sites(full: Document) -> None:
    said = metas(tree(f"/documents/{full.pk}/"))
    assert said["SiteName"] == settings.SITE["name"]
    assert said["SiteIDCode"] == settings.SITE["site_code"]
    assert "SiteDomain" in said
    assert said["ColumnName"] == "政府规章"
    assert {"ColumnDescription", "ColumnKeywords", "ColumnType"} <= set(said)
    assert said["ArticleTitle"] == full.title
    assert said["PubDate"] == "2024-03-01 17:05"
    assert said["ContentSource"] == "云岚市教育局 云岚市市场监督管理局"
    assert said["Keywords"] == "食堂，陪餐"
    assert said["Description"] == "学校食堂的管理"
    assert said["Url"] == f"{settings.SITE_URL}/documents/{full.pk}/"


def test_home_and_column_pages_carry_theirs(full: Document) -> None:
    home, column = metas(tree("/")), metas(tree("/columns/regulation/"))
    assert {"SiteName", "SiteDomain", "SiteIDCode"} <= set(home)
    assert "ColumnName" not in home
    assert column["ColumnName"] == "政府规章"
    assert "ArticleTitle" not in column


def test_the_site_domain_is_a_domain(full: Document) -> None:
    assert re.fullmatch(r"[a-z0-9.-]+(:\d+)?", metas(tree("/"))["SiteDomain"])


def test_structured_data_describes_the_document(full: Document) -> None:
    page = tree(f"/documents/{full.pk}/")
    said = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text)
    assert said["@type"] == "Legislation"
    assert said["name"] == full.title
    assert said["legislationIdentifier"] == "云教发〔2024〕6号"
    assert said["dateCreated"] == "2024-02-28"
    graph = {meta.get("property"): meta.get("content") for meta in page.iter("meta") if meta.get("property")}
    assert graph["og:title"] == full.title
    assert graph["og:url"] == said["url"] == page.xpath("//link[@rel='canonical']")[0].get("href")


def test_no_title_can_break_out_of_the_structured_data_or_the_page(press: Press, search_index: PrivateIndex) -> None:
    row = press.document(title=EVIL, summary=EVIL, keywords=EVIL, document_number=EVIL, issuers_text=EVIL)
    search_index.index_now()
    press.interpretation(row, title=EVIL + "解读")
    for address in (
        f"/documents/{row.pk}/",
        "/",
        "/documents/",
        "/documents/?q=通知",
        "/interpretations/",
        "/departments/jyj/",
    ):
        page = tree(address)
        assert not [
            script for script in page.iter("script") if "alert" in (script.text or "") and not script.get("type")
        ]
        for script in page.xpath("//script[@type='application/ld+json']"):
            assert json.loads(script.text)["name"] == EVIL
        assert "<!-- 通知" not in "".join(str(comment) for comment in page.xpath("//comment()"))


def test_a_long_text_has_a_table_of_contents_whose_links_arrive(full: Document) -> None:
    page = tree(f"/documents/{full.pk}/")
    links = page.xpath("//nav[contains(@class,'toc')]//a/@href")
    assert len(links) == 4
    for link in links:
        assert page.xpath(f"//*[@id='{link[1:]}']"), link


def test_document_and_interpretation_point_at_each_other_and_stand_side_by_side(full: Document) -> None:
    interpretation = Document.objects.get(title__startswith="一图读懂")
    beside = f"/documents/{full.pk}/beside/{interpretation.pk}/"
    assert beside in tree(f"/documents/{full.pk}/").xpath("//a/@href")
    back = tree(f"/documents/{interpretation.pk}/").xpath("//a/@href")
    assert f"/documents/{full.pk}/" in back
    page = tree(beside)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert Client().get(f"/documents/{interpretation.pk}/beside/{full.pk}/").status_code == 404


def test_a_repealed_document_says_by_what_and_since_when(press: Press) -> None:
    old = press.document(title="旧办法", validity="valid")
    new = press.document(title="新办法", effective_on=date(2025, 1, 1))
    services.relate(source=new, target=old, kind=RelationKind.REPEALS, at=timezone.now())
    page = tree(f"/documents/{old.pk}/")
    band = page.xpath("//*[contains(@class,'band')][@role='note']")[0]
    assert "".join(band.itertext()).strip() == "本文件已被废止，自2025年1月1日起，依据《新办法》。"
    assert band.xpath(".//a/@href") == [f"/documents/{new.pk}/"]
    assert "被废止：新办法" in "".join(page.xpath("//ol[contains(@class,'timeline')]")[0].itertext())
    assert "旧办法" in "".join(tree(f"/documents/{new.pk}/").itertext())


def test_an_expired_document_says_so(press: Press) -> None:
    row = press.document(validity="expired", expires_on=date(2020, 3, 31))
    text = "".join(tree(f"/documents/{row.pk}/").itertext())
    assert "本文件已失效，内容仅供查考" in text


def test_an_attachment_is_downloaded_under_its_title(full: Document) -> None:
    page = tree(f"/documents/{full.pk}/")
    link = next(link for link in page.xpath("//a/@href") if link.startswith("/files/"))
    response = Client().get(link)
    assert b"".join(response).decode() == "登记表"
    assert "attachment" in response["Content-Disposition"]
    assert "%E7%99%BB%E8%AE%B0%E8%A1%A8.txt" in response["Content-Disposition"]
    again = Client().get(link, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


# --- conditional requests ---------------------------------------------------------------------------------------------


def test_pages_that_did_not_change_answer_304(full: Document, search_index: PrivateIndex) -> None:
    client = Client()
    for address in (f"/documents/{full.pk}/", "/documents/", "/", "/feed/", "/feed/rss/", "/sitemap.xml", "/sitemap-0.xml",
                    "/api/v1/documents/", f"/api/v1/documents/{full.pk}/", "/data/catalog.jsonld", "/columns/regulation/"):  # fmt: skip
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_a_date_alone_confirms_no_page_because_its_neighbours_have_dates_of_their_own(full: Document) -> None:
    response = Client().get(f"/documents/{full.pk}/", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert response.status_code == 200
    assert "Last-Modified" not in response


def test_a_change_of_anything_on_the_page_is_no_304(full: Document) -> None:
    client = Client()

    def changed(etag: str) -> str:
        response = client.get(f"/documents/{full.pk}/", headers={"If-None-Match": etag})
        assert response.status_code == 200
        return str(response["ETag"])

    etag = changed("")
    Document.objects.filter(title__startswith="一图").update(title="另一个标题")
    etag = changed(etag)
    client.cookies["theme"] = "large"
    changed(etag)


# --- the small pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/", "/documents/", "/columns/", "/columns/normative/", "/departments/", "/departments/jyj/", "/guide/", "/data/",
     "/interpretations/", "/annual-reports/", "/sitemap/", "/accessibility/", "/styleguide/"],
)  # fmt: skip
def test_pages_of_an_empty_city_answer_too(press: Press, address: str) -> None:
    assert tree(address).xpath("//h1"), address


def test_the_guide_names_every_office_with_its_contact_data(press: Press) -> None:
    press.cast.wjw.phone = "0990-5212001"
    press.cast.wjw.save()
    text = "".join(tree("/guide/").itertext())
    assert "市卫生健康委员会" in text
    assert "0990-5212001" in text
    assert "市教育局办公室" not in text  # an internal office


def test_the_directory_lists_columns_topics_and_bodies_with_counts(full: Document) -> None:
    page = tree("/columns/")
    text = {re.sub(r"\s+", "", "".join(link.itertext())) for link in page.iter("a")}
    assert {"政府规章1", "市教育局2", "综合政务1", "政务公开1"} <= text


def test_annual_reports_stand_under_the_year_they_are_about(press: Press) -> None:
    when = timezone.make_aware(datetime(2025, 1, 20))
    press.document(title="市教育局2024年政府信息公开工作年度报告", column="annual", published_at=when)
    press.document(
        title="市卫生健康委员会政府信息公开工作年度报告", department="wjw", column="annual", published_at=when
    )
    text = re.sub(r"\s+", "", "".join(tree("/annual-reports/").find(".//main").itertext()))
    assert "2024年度" in text
    assert "2025年度" not in text


@pytest.mark.parametrize(
    "address", ["/columns/x/", "/areas/x/", "/departments/x/", "/departments/jyj-bgs/", "/sitemap-99.xml/"]
)
def test_unknown_places_are_not_found(press: Press, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_the_interpretation_column_leads_to_the_interpretations(press: Press) -> None:
    assert Client().get("/columns/interpretation/")["Location"] == "/interpretations/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/documents/", "/columns/", "/feed/", "/search/suggest/", "/robots.txt", "/sitemap.xml"]
)
def test_reading_pages_refuse_to_be_posted_to(address: str) -> None:
    assert Client().post(address).status_code == 405


def test_suggestions_know_document_numbers(full: Document, search_index: PrivateIndex) -> None:
    found = Client().get("/search/suggest/", {"q": "〔2024〕6号"}).json()["suggestions"]
    assert found == [{"text": full.title, "url": f"/documents/{full.pk}/"}]


def test_suggestions_are_words_of_titles_also_for_pinyin(full: Document, search_index: PrivateIndex) -> None:
    search_index.rebuild()
    for typed in ("食品", "shipin"):
        words = [row["text"] for row in Client().get("/search/suggest/", {"q": typed}).json()["suggestions"]]
        assert any("食品" in word for word in words), typed


def test_the_qr_code_is_a_picture_without_script(full: Document) -> None:
    response = Client().get(f"/documents/{full.pk}/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<script" not in response.content


# --- citing, and what one document does to another -----------------------------------------------------------------------


def test_a_citation_leaves_out_what_is_not_known_and_sets_marks_inside_marks(press: Press) -> None:
    row = press.document(title="《校车条例》问答", formed_on=None, issuers_text="市教育局")
    page = tree(f"/documents/{row.pk}/")
    cited = f"市教育局：《〈校车条例〉问答》，索引号 {row.index_number}"
    assert cited in "".join(page.xpath("//*[@id='side-cite']/..")[0].itertext())
    assert cited in page.xpath("//button/@data-copy")
    assert cited in "".join(page.xpath("//p[contains(@class,'print-only')]")[0].itertext())


def test_the_page_names_what_a_document_repealed_and_amended_apart_from_the_rest(press: Press) -> None:
    said = {"topic": "综合政务/政务公开", "validity": "valid"}
    old, changed, near = (press.document(title=title, **said) for title in ("旧办法", "改了的办法", "同类文件"))
    new = press.document(title="决定", **said)
    services.relate(source=new, target=old, kind=RelationKind.REPEALS, at=timezone.now())
    services.relate(source=new, target=changed, kind=RelationKind.AMENDS, at=timezone.now())
    page = tree(f"/documents/{new.pk}/")
    found = {
        section.findtext("h2"): section.xpath(".//article//a/@href")
        for section in page.xpath("//section[h2 and .//article]")
    }
    assert found == {
        "被本文件废止的文件": [f"/documents/{old.pk}/"],
        "被本文件修改的文件": [f"/documents/{changed.pk}/"],
        "相关文件": [f"/documents/{near.pk}/"],
    }


@pytest.mark.parametrize("away", ["withdraw", "take_down"])
def test_a_repealed_document_still_says_since_when_after_the_repealing_one_went(press: Press, away: str) -> None:
    old = press.document(title="旧办法", validity="valid")
    new = press.document(title="新办法", effective_on=date(2025, 1, 1))
    services.relate(source=new, target=old, kind=RelationKind.REPEALS, at=timezone.now())
    getattr(press, away)(new)
    page = tree(f"/documents/{old.pk}/")
    band = page.xpath("//*[contains(@class,'band')][@role='note']")[0]
    assert "".join(band.itertext()).strip() == "本文件自2025年1月1日起废止，内容仅供查考。"
    assert "被废止" in "".join(page.xpath("//ol[contains(@class,'timeline')]")[0].itertext())
    assert "新办法" not in "".join(page.itertext())
