"""The judge of layouts can fail: each fault in a small page of its own, and what only looks like one."""

from collections.abc import Callable

import pytest

from tests.browser.visit import Visit

BAD = {
    "the text of": '<div style="position: relative">下面的文字<b style="position: absolute; top: 0; left: 0">盖在上面</b></div>',
    "is cut off by": '<div style="width: 8em; overflow: hidden; white-space: nowrap">写不下也换不了行的一句话</div>',
    "lies on that of": '<p>上面</p><p style="margin-top: -2em">下面</p>',
    "scrolls sideways": '<p style="width: 3000px">太宽</p>',
    "heading jumps from h1 to h3": "<h3>跳了一级</h3>",
    "2 h1": "<h1>又一个</h1>",
    "image without alt": '<img src="data:,">',
    "overlaps": '<div><p>一</p><p style="position: relative; top: -2em">二</p></div>',
}
GOOD = {
    "hidden for the eye": '<span style="position: absolute; width: 1px; height: 1px; overflow: hidden">听的</span>',
    "cut off with dots": '<p style="width: 5em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">一二三四五六七</p>',
    "scrolled": '<div style="width: 5em; overflow: auto; white-space: nowrap">一二三四五六七八九十</div><p>旁边</p>',
    "a bar": '<div style="position: fixed; top: 0; left: 0">固定的条</div>',
    "a sticky head": '<div style="height: 1px"><b style="position: sticky; top: 0">表头</b></div><p>表身</p>',
    "close lines": '<p style="line-height: 1">紧挨着的<br>两行</p><p style="margin: 0; line-height: 1">字</p>',
}
PAGE = '<!doctype html><html lang="zh-CN"><body><h1>页</h1>{}</body></html>'


@pytest.fixture
def person(visit: Callable[..., Visit]) -> Visit:
    """Before a page of our own making."""
    found = visit()
    found.page.goto("about:blank")
    return found


def test_the_judge_finds_each_fault(person: Visit) -> None:
    for fault, markup in BAD.items():
        person.page.set_content(PAGE.format(markup))
        assert any(fault in sentence for sentence in person.layout_faults()), fault


def test_the_judge_takes_nothing_amiss(person: Visit) -> None:
    for name, markup in GOOD.items():
        person.page.set_content(PAGE.format(markup))
        assert person.layout_faults() == [], name


def test_what_moves_is_measured(person: Visit) -> None:
    person.page.set_content(PAGE.format("<p>正文</p>" * 20))
    assert person.shift() == 0
    person.page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('div'), {style: 'height: 400px'}))"
    )
    person.page.wait_for_function("window.shifted > 0.1")
