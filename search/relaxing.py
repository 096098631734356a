"""Questions as people ask them: words that only ask are not demanded, and a query that finds nothing demands less. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from search.text import Alternative, ParsedQuery

Group = tuple[Alternative, ...]
ASKING = frozenset(
    "怎么 怎样 怎么办 怎么样 如何 哪里 哪儿 哪些 哪个 什么 什么样 为什么 多少 几时 何时 请问 是否 能否 能不能 可不可以"
    " 有没有 吗 呢 吧 啊 我 我们 我要 想 的 了 在 去 是 要 给 和 与 及".split()
)


def without_asking(parsed: ParsedQuery) -> ParsedQuery:
    """The query without words that only ask (怎么, 哪里, 吗 …), as long as something remains to look for."""
    kept = tuple(group for group in parsed.groups if not _only_asks(group))
    if not (kept or parsed.phrases) or len(kept) == len(parsed.groups):
        return parsed
    return replace(parsed, groups=kept)


def _only_asks(group: Group) -> bool:
    return all(term in ASKING for alternative in group for term in alternative.terms)


def weaker(parsed: ParsedQuery) -> Iterator[ParsedQuery]:
    """Queries that demand less, strongest first: without single characters, then without one word each, shortest first.

    Quoted phrases and exclusions always stay. At most six.
    """
    groups = parsed.groups
    long = tuple(group for group in groups if _length(group) > 1)
    if long and len(long) < len(groups):
        yield replace(parsed, groups=long)
        groups = long
    if len(groups) > 1:
        for out in sorted(groups, key=_length)[:5]:
            yield replace(parsed, groups=tuple(group for group in groups if group is not out))


def any_of(parsed: ParsedQuery) -> ParsedQuery:
    """The query that demands one of its words instead of all: the more and the rarer words, the higher the place."""
    return replace(parsed, groups=(tuple(alternative for group in parsed.groups for alternative in group),))


def said(parsed: ParsedQuery) -> str:
    """The words that are still demanded, for the notice on the page."""
    words = ["".join(group[0].terms) for group in parsed.groups]
    return " ".join([*words, *(f"“{phrase}”" for phrase in parsed.phrases)])


def _length(group: Group) -> int:
    return len("".join(group[0].terms))
