"""Browse and search as a citizen meets them: through the page, on a real index."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import Settings

from catalog.models import Document
from search.models import Synonym
from tests.catalog.make import Press
from tests.conftest import PrivateIndex

Found = Callable[..., list[str]]
NUMBERED = "云教发〔2024〕6号"
RESULT = re.compile(r'class="result__title"><a href="/documents/(\d+)/"', re.S)


def page(query: str = "", **params: object) -> str:
    """The words and markup of a list page; a page that fails, fails the test."""
    address = "/documents/?" + (query or urlencode({name: str(value) for name, value in params.items()}))
    response = Client().get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def shown(html: str) -> list[str]:
    """Titles of the results in order."""
    return [Document.objects.get(pk=pk).title for pk in RESULT.findall(html)]


def results(html: str) -> str:
    """The result list in words, without marks."""
    found = re.search(r'<ol class="results">(.*?)</ol>\s*', html, re.S)
    return strip_tags(found[1]) if found else ""


@pytest.fixture
def library(press: Press, search_index: PrivateIndex) -> Press:
    """A few documents that tell the ways of searching apart."""
    press.document(
        title="关于做好2024年义务教育招生入学工作的通知",
        document_number=NUMBERED,
        words="适龄儿童少年应当就近入学。公办学校不得以考试方式选拔学生。",
        column="normative",
        validity="valid",
        summary="招生入学安排",
    )
    press.document(
        title="云岚市校园食品安全管理办法",
        document_number="云岚市人民政府令第208号",
        words="学校食堂应当公开食品原料来源。学生家长可以参加陪餐。",
        column="regulation",
        index_number="11990000MB1763499T/2023-00017",
    )
    press.document(
        title="居民冬季取暖补贴发放公告", words="取暖补贴每户三百元，由社区登记。", department="wjw", column="notices"
    )
    search_index.index_now()
    return press


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "云教发〔2024〕6号",
            "〔2024〕6号",
            "[2024]6号",
            "（2024）第6号",
            "(2024)6号",
            "2024-6",
            "２０２４－６",
            "【2024】 6 号",
        ),
        *("〔２０２４〕６号", "云教发[2024] 6号", "  云教发〔2024〕6号  ", "雲教發〔2024〕6號"),
    ],
)
def test_a_document_number_is_found_however_it_is_spelt(library: Press, typed: str) -> None:
    assert shown(page(q=typed)) == ["关于做好2024年义务教育招生入学工作的通知"]


@pytest.mark.parametrize("typed", ["云岚市人民政府令第208号", "令第208号", "第208号令"])
def test_an_order_is_found_by_its_number(library: Press, typed: str) -> None:
    assert shown(page(q=typed)) == ["云岚市校园食品安全管理办法"]


@pytest.mark.parametrize(
    "typed", ["11990000MB1763499T/2023-00017", "11990000mb1763499t/2023-00017", "１１９９００００MB1763499T/2023-00017"]
)
def test_an_index_number_is_found(library: Press, typed: str) -> None:
    assert shown(page(q=typed)) == ["云岚市校园食品安全管理办法"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("招生入学", "关于做好2024年义务教育招生入学工作的通知"),
        ("就近入学", "关于做好2024年义务教育招生入学工作的通知"),
        ("學校食堂", "云岚市校园食品安全管理办法"),  # traditional
        ("学校　食堂", "云岚市校园食品安全管理办法"),
        ('"学生家长可以参加陪餐"', "云岚市校园食品安全管理办法"),
        ("学校 -招生", "云岚市校园食品安全管理办法"),
        ("取暖补贴", "居民冬季取暖补贴发放公告"),
        ("学校 学生 -食堂", "关于做好2024年义务教育招生入学工作的通知"),
    ],
)
@pytest.mark.law("条例§24")
def test_words_phrases_and_exclusions_find_the_right_document(library: Press, typed: str, expected: str) -> None:
    assert shown(page(q=typed)) == [expected]


def test_a_phrase_must_stand_in_that_order(library: Press) -> None:
    assert shown(page(q='"陪餐可以参加"')) == []
    assert "没有找到" in page(q='"陪餐可以参加"')


def test_hits_are_marked_in_title_and_snippet_and_nothing_else_is_markup(
    library: Press, search_index: PrivateIndex
) -> None:
    library.document(title="<b>陪餐</b>制度", words="家长陪餐 < 每周一次 & 轮流")
    search_index.index_now()
    html = page(q="陪餐")
    assert "&lt;b&gt;<mark>陪餐</mark>&lt;/b&gt;制度" in html
    assert "家长<mark>陪餐</mark> &lt; 每周一次 &amp; 轮流" in html
    assert "<b>陪餐" not in html


def test_words_of_an_attachment_find_its_document_and_say_so(library: Press, search_index: PrivateIndex) -> None:
    row = Document.objects.get(title__startswith="居民冬季")
    library.attach(row, words="青溪街道独居老人名额一百二十户", name="名额<表>.txt")
    search_index.index_now()
    html = page(q="独居老人名额")
    assert shown(html) == [row.title]
    assert "附件《" in results(html)
    assert "<表>" not in html
    assert "附件 1" in html


def test_synonyms_of_the_office_are_looked_for_too(library: Press) -> None:
    Synonym.objects.create(word="暖气费", equivalents="取暖")
    assert shown(page(q="暖气费")) == ["居民冬季取暖补贴发放公告"]


def test_every_result_says_why_it_is_one(library: Press, search_index: PrivateIndex) -> None:
    library.attach(Document.objects.get(title__startswith="居民冬季"), words="独居老人名额一百二十户")
    search_index.index_now()
    Synonym.objects.create(word="暖气费", equivalents="取暖")
    for typed, why in (
        (NUMBERED, "文号相符"),
        ("11990000MB1763499T/2023-00017", "索引号相符"),
        ("陪餐", "见于正文"),
        ("取暖补贴", "见于标题、正文"),
        ("独居老人", "见于附件"),
        ("暖气费", "见于标题、正文：近义的“取暖”"),
        ('"取暖补贴"', "见于标题、正文"),
    ):
        assert f"<li>{why}</li>" in page(q=typed), typed
    assert "见于" not in results(page())
    assert "文号相符" not in page(q="云教发〔2024〕999号")


def test_filters_narrow_a_search_and_counts_are_of_the_result(library: Press) -> None:
    html = page(q="学校")
    assert len(shown(html)) == 2
    assert "政府规章" in html
    narrowed = page(q="学校", column="regulation")
    assert shown(narrowed) == ["云岚市校园食品安全管理办法"]
    assert '共 <span class="num">1</span> 件' in narrowed
    assert "栏目：政府规章" in narrowed


def test_an_empty_result_says_which_filter_to_drop_and_how_to_apply(library: Press) -> None:
    html = page(q="取暖", column="regulation", year="2024")
    assert shown(html) == []
    assert "去掉“栏目：政府规章”" in html
    assert "去掉“2024年”" in html
    assert "申请公开" in html


def test_a_new_document_is_found_after_one_slice_and_a_changed_one_by_its_new_words(
    library: Press, search_index: PrivateIndex
) -> None:
    row = library.document(title="关于无人机适飞空域的公告")
    assert shown(page(q="无人机")) == []
    search_index.index_now()
    assert shown(page(q="无人机")) == [row.title]
    library.withdraw(row)
    assert shown(page(q="无人机")) == []  # rows are checked in the database before the index knows
    search_index.index_now()
    assert 'class="num">0' not in page(q="无人机")


def test_order_by_date_shows_the_newest_first(press: Press, search_index: PrivateIndex) -> None:
    for year in (2019, 2026, 2022):
        press.document(title=f"{year}年招生通知", published_at=timezone.make_aware(datetime(year, 5, 1)))
    search_index.index_now()
    assert shown(page(q="招生", sort="date")) == ["2026年招生通知", "2022年招生通知", "2019年招生通知"]
    assert "按日期" in page(q="招生")


# --- lists ------------------------------------------------------------------------------------------------------------


def test_the_unfiltered_list_pages_through_everything_with_counts_of_the_table(
    press: Press, search_index: PrivateIndex
) -> None:
    press.many(45)
    html, seen = page(), []
    assert 'class="num">45' in html
    while True:
        seen += RESULT.findall(html)
        found = re.search(r'href="([^"]+)" rel="next"', html)
        if not found:
            break
        html = Client().get(found[1].replace("&amp;", "&")).content.decode()
    assert [int(pk) for pk in seen] == list(Document.objects.newest_first().values_list("pk", flat=True))


def test_a_filtered_list_comes_from_the_engine_in_the_order_of_dates(press: Press, search_index: PrivateIndex) -> None:
    rows = press.many(23, column="plan")
    press.many(2, column="policy")
    search_index.index_now()
    html = page(column="plan")
    assert shown(html) == [row.title for row in reversed(rows)][:20]
    assert 'class="num">23' in html
    assert len(shown(page(column="plan", page=2))) == 3


# --- bad input --------------------------------------------------------------------------------------------------------

HOSTILE = [
    '* AND ( "',
    *(
        "*",
        "()",
        '"',
        '""',
        "-",
        "--",
        "AND",
        "OR NOT",
        "title:x",
        "a~2",
        "[1 TO 9]",
        "{!x}",
        "\\",
        "/",
        "?",
        "<>",
        "'",
        "%",
        "_",
    ),
    *("' OR 1=1 --", "'; DROP TABLE catalog_document; --", "${jndi:ldap://x}", "<script>alert(1)</script>", "{{7*7}}"),
    *("\x00", "招生\x00入学", "\ud83d", "\u202e", "\ufeff", "😀", "🀀" * 50, "\r\n\r\n", "\t"),
    *("甲" * 10_000, "a " * 5_000, '"' * 10_000, "-" * 10_000, "(" * 10_000, "〔" * 10_000, "9" * 10_000, "%" * 10_000),
    *(" ".join(f"词{n}" for n in range(2_000)), '"甲乙" ' * 2_000, "-甲 " * 3_000, "2024-" + "9" * 5_000),
]


@pytest.mark.parametrize("away", [False, True], ids=["index", "degraded"])
def test_whatever_is_typed_is_answered(library: Press, search_index: PrivateIndex, *, away: bool) -> None:
    if away:
        search_index.vanish()
    for typed in HOSTILE:
        said = quote(typed, errors="surrogatepass")
        assert "alert(1)</script>" not in page(f"q={said}")
        for address in (f"/search/suggest/?q={said}", f"/feed/?q={said}", f"/api/v1/documents/?q={said}"):
            response = Client().get(address)
            assert response.status_code in ((200, 503) if away else (200,)), address


def test_a_long_query_is_cut_and_says_so(library: Press) -> None:
    assert "只按前200个字检索" in page(q="招生" * 5_000)


@pytest.mark.parametrize("query", ["q=学校&", "column=normative&", "q=2024-6&", "q=令第208号&"])
def test_any_page_number_is_answered_honestly(library: Press, query: str) -> None:
    for number in ("0", "-1", "1e9", "二", "1.5", "9" * 400, "", "\x00", "52"):
        page(f"{query}page={quote(number)}")
    html = page(f"{query}page=999999999")
    assert shown(html) == []
    assert "没有第 999999999 页" in html
    assert "page=999999998" not in html


def test_a_page_number_means_nothing_where_cursors_page(library: Press) -> None:
    assert len(shown(page(page=999999999))) == 3


def test_a_bad_cursor_goes_back_to_the_first_page_and_says_so(press: Press) -> None:
    press.many(3)
    html = page(cursor="x" * 100)
    assert "翻页位置无效，已回到第一页" in html
    assert len(shown(html)) == 3


@pytest.mark.parametrize(
    "address", ["/documents/99999999999999999999/", "/documents/0/", "/documents/9223372036854775808/"]
)
@pytest.mark.django_db
def test_addresses_with_impossible_numbers_are_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404
    big = address.split("/")[2]
    for other in (
        f"/files/{big}/x.pdf",
        f"/documents/{big}/qr.svg",
        f"/documents/{big}/beside/{big}/",
        f"/api/v1/documents/{big}/",
    ):
        assert Client().get(other).status_code == 404


# --- the index is away ------------------------------------------------------------------------------------------------


def test_without_an_index_numbers_and_titles_are_still_found_and_the_page_says_so(
    library: Press, search_index: PrivateIndex
) -> None:
    search_index.vanish()
    html = page(q="义务教育招生")
    assert "全文检索暂时不可用" in html
    assert shown(html) == ["关于做好2024年义务教育招生入学工作的通知"]
    assert 'id="facet-' not in html
    assert shown(page(q=NUMBERED)) == ["关于做好2024年义务教育招生入学工作的通知"]
    assert shown(page(q="令第208号", column="regulation")) == ["云岚市校园食品安全管理办法"]
    assert shown(page(column="regulation")) == ["云岚市校园食品安全管理办法"]
    assert shown(page(q="就近入学")) == []  # only in the body


def test_without_an_index_browsing_everything_is_as_ever(library: Press, search_index: PrivateIndex) -> None:
    search_index.vanish()
    html = page()
    assert len(shown(html)) == 3
    assert "全文检索暂时不可用" not in html
    assert 'id="facet-' in html


def test_without_an_index_the_api_says_503_for_words_and_answers_the_rest(
    library: Press, search_index: PrivateIndex
) -> None:
    search_index.vanish()
    client = Client()
    refused = client.get("/api/v1/documents/?q=学校")
    assert refused.status_code == 503
    assert "全文检索暂时不可用" in refused.json()["detail"]
    assert client.get("/feed/?q=学校").status_code == 503
    assert len(client.get("/api/v1/documents/").json()["results"]) == 3
    assert len(client.get(f"/api/v1/documents/?q={NUMBERED}").json()["results"]) == 1
    assert client.get("/search/suggest/?q=学").json() == {"suggestions": []}


def test_with_an_index_of_another_engine_the_page_degrades(library: Press, settings: Settings) -> None:
    settings.SEARCH_ENGINE = "tantivy" if settings.SEARCH_ENGINE == "whoosh" else "whoosh"
    assert "全文检索暂时不可用" in page(q="学校")


def test_a_vanished_index_is_served_again_once_it_is_rebuilt(library: Press, search_index: PrivateIndex) -> None:
    search_index.vanish()
    assert "全文检索暂时不可用" in page(q="陪餐")
    search_index.rebuild()
    html = page(q="陪餐")
    assert "全文检索暂时不可用" not in html
    assert shown(html) == ["云岚市校园食品安全管理办法"]
