"""Articles named in an interpretation lead to the document's own, and never to another law's."""

import pytest

from catalog.articles import anchored, linked

TITLE = "关于印发《云岚市政府信息公开工作规定》的通知"
BODY, ANCHORS = anchored(
    "<p>第一条　为了。</p>\n<h2>第二章</h2><p>第五条 应当。</p><p>第二十条　附则。</p><p>第一条　附件的。</p>"
)


def test_every_article_has_one_anchor() -> None:
    assert ANCHORS == {"第一条": "tiao-1", "第五条": "tiao-2", "第二十条": "tiao-3"}
    assert BODY.count("id=") == 3
    assert BODY.endswith("<p>第一条　附件的。</p>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第五条规定了期限。", "<第五条>规定了期限。"),
        ("《规定》第五条要求", "《规定》<第五条>要求"),
        ("《云岚市政府信息公开工作规定》第五条", "《云岚市政府信息公开工作规定》<第五条>"),
        ("本规定第一条和第五条", "本规定<第一条>和<第五条>"),
        ("条例第二十条列了十五项，第五条也有。第五条另说。", "条例第二十条列了十五项，第五条也有。<第五条>另说。"),
        ("《预算法》第五条；第五条", "《预算法》第五条；<第五条>"),
        ("行政复议法第二十条，本规定第二十条", "行政复议法第二十条，本规定<第二十条>"),
        ("第七条没有", "第七条没有"),
    ],
)
def test_only_its_own_articles_are_links(text: str, expected: str) -> None:
    for article, anchor in ANCHORS.items():
        expected = expected.replace(f"<{article}>", f'<a href="#{anchor}">{article}</a>')
    assert linked(f"<p>{text}</p>", ANCHORS, TITLE) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("云岚市养犬管理办法", "行政许可法第五条"),
        ("云岚市养犬管理办法", "民法典第五条"),
        ("云岚市实施《政府信息公开条例》办法", "《政府信息公开条例》第五条，条例第五条"),
        (TITLE, "<a>《预算法》</a>第五条"),
        (TITLE, "<strong>《预算法》</strong>第五条"),
        (TITLE, "《预算法》<br>第五条"),
    ],
)
def test_the_law_of_somebody_else_stays_a_word(title: str, text: str) -> None:
    assert linked(f"<p>{text}</p>", ANCHORS, title) == f"<p>{text}</p>"


def test_a_new_paragraph_speaks_of_the_document_again() -> None:
    assert 'href="#tiao-2"' in linked("<p>《预算法》</p><p>第五条</p>", ANCHORS, TITLE)


def test_links_and_tags_stay_as_they_are() -> None:
    html = '<h2 id="第五条">问</h2><a href="/x">第五条</a>'
    assert linked(html, ANCHORS, TITLE) == html
