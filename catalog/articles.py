"""第几条: where an interpretation names an article, the article stands one step away in the document it explains. Pure."""

import re

_NUMERAL = r"[一二三四五六七八九十百零〇\d]{1,7}"
_HEAD = re.compile(rf"<p>(?=(第{_NUMERAL}条)[\s\u3000])")
_TAG = re.compile(r"(<[^>]+>)")
# In reading order: a work by its title, the kind of a work right before its article, an article, the end of a sentence.
_WORD = re.compile(
    rf"《(?P<title>[^》]{{2,80}})》|(?P<kind>本?(?:条例|办法|规定|细则|通知|意见|方案|(?<!办)法))(?=第{_NUMERAL}条)"
    rf"|(?P<article>第{_NUMERAL}条)|(?P<end>[。；！？])"
)


def anchored(html: str) -> tuple[str, dict[str, str]]:
    """A document's body with an anchor on every article, and the anchors by article (`第五条` → `tiao-1`)."""
    anchors: dict[str, str] = {}

    def mark(match: re.Match[str]) -> str:
        if match[1] in anchors:  # an attached text numbers its articles anew: the first one counts
            return match[0]
        anchors[match[1]] = f"tiao-{len(anchors) + 1}"
        return f'<p id="{anchors[match[1]]}">'

    return _HEAD.sub(mark, html), anchors


def linked(html: str, anchors: dict[str, str], title: str) -> str:
    """An interpretation's body where articles of the document called ``title`` lead to their anchors.

    An article of another work (条例第二十条, 《预算法》第三条), and those after it in the sentence, stay as they are.
    """
    parts, in_link = [], False
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            in_link = piece.startswith("<a") or (in_link and piece != "</a>")
            parts.append(piece)
        else:
            parts.append(piece if in_link else _sentence(piece, anchors, title))
    return "".join(parts)


def _sentence(text: str, anchors: dict[str, str], title: str) -> str:
    is_own = True

    def link(match: re.Match[str]) -> str:
        nonlocal is_own
        if match["end"]:
            is_own = True
        elif match["title"]:
            is_own = match["title"] in title
        elif match["kind"]:
            is_own = match["kind"].startswith("本") or match["kind"] in title
        elif is_own and (anchor := anchors.get(match["article"])):
            return f'<a href="#{anchor}">{match[0]}</a>'
        return match[0]

    return _WORD.sub(link, text)
