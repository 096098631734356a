"""第几条: where an interpretation names an article, the article stands one step away in the document it explains. Pure."""

import re

_NUMERAL = r"[一二三四五六七八九十百零〇\d]{1,7}"
_HEAD = re.compile(rf"<p>(?=(第{_NUMERAL}条)[\s\u3000])")
_TAG = re.compile(r"(<[^>]+>)")
_INLINE = re.compile(r"</?(?:a|b|em|i|s|span|strong|sub|sup|u)\b|<br\b")
_ISSUED = re.compile(r"(?:印发|公布|发布|修订|修改)[^《]*《([^》]+)》")
# In reading order: a work by its title, the kind of a work right before its article, an article, the end of a sentence.
_WORD = re.compile(
    rf"《(?P<title>[^》]{{2,80}})》|(?P<kind>本?(?:条例|办法|规定|细则|通知|意见|方案|法典|(?<!办)法))(?=第{_NUMERAL}条)"
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
    parts, in_link, is_own, name = [], False, True, _own_name(title)
    for piece in _TAG.split(html):
        shown = piece
        if not piece.startswith("<"):
            shown, is_own = _sentence(piece, {} if in_link else anchors, name, is_own=is_own)
        elif _INLINE.match(piece):
            in_link = bool(re.match(r"<a\b", piece)) or (in_link and piece != "</a>")
        else:
            is_own = True  # a block ends every sentence
        parts.append(shown)
    return "".join(parts)


def _own_name(title: str) -> str:
    """The work's own name: of 关于印发《X办法》的通知 X办法, of 实施《Y条例》办法 what is not Y."""
    issued = _ISSUED.search(title)
    return issued[1] if issued else re.sub("《[^》]*》", "", title)


def _is_own_kind(kind: str, name: str) -> bool:
    if kind.startswith("本"):
        return True
    return bool(re.search("(?<!办)法$", name)) if kind == "法" else kind in name


def _sentence(text: str, anchors: dict[str, str], name: str, *, is_own: bool) -> tuple[str, bool]:
    """The text with its links, and whether what follows still speaks of the document itself."""

    def link(match: re.Match[str]) -> str:
        nonlocal is_own
        if match["end"]:
            is_own = True
        elif match["title"]:
            is_own = match["title"] in name
        elif match["kind"]:
            is_own = _is_own_kind(match["kind"], name)
        elif is_own and (anchor := anchors.get(match["article"])):
            return f'<a href="#{anchor}">{match[0]}</a>'
        return match[0]

    return _WORD.sub(link, text), is_own
