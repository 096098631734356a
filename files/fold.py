"""Folding of extracted text so that it can be found. Pure.

Only what Unicode calls compatibility forms of Chinese characters, Latin letters and digits is folded (NFKC):
PDF files printed by browsers hold Kangxi radicals (⼯作) where the reader sees 工作. Punctuation, ellipses and
units (……、㎡、①) stay as written.
"""

import re
import unicodedata

# Radicals whose NFKC mapping is not the form written on the mainland.
_OTHER_FORMS = str.maketrans("⼾⾭⿈", "户青黄")
# Radicals that are characters of their own but have no NFKC mapping (Unicode: EquivalentUnifiedIdeograph).
_RADICALS = "⺁⺌⺎⺒⺓⺜⺝⺠⺬⺮⺶⺼⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻭⻮⻯⻰"
_CHARACTERS = "厂小兀巳幺日月民示竹羊肉臼虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐歯齿竜龙"
_FOLDED_BLOCKS = (
    (0x2E80, 0x2FDF),  # CJK and Kangxi radicals
    (0xF900, 0xFAFF),  # CJK compatibility ideographs
    (0x2F800, 0x2FA1F),  # their supplement
    (0xFF10, 0xFF19),  # full-width digits
    (0xFF21, 0xFF3A),  # full-width capitals
    (0xFF41, 0xFF5A),  # full-width small letters
    (0xFB00, 0xFB06),  # Latin ligatures
)
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\v\x1c\x1d\x1e\x1f"
_BREAKS = "\f\u0085\u2028\u2029"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e"


_LEAST_FULL = 24
_ENDS = "。！？；：…!?;:"
_STARTS_ANEW = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]+[、.．）)]|第[一二三四五六七八九十百\d]+[条章节部编款项]|附件|附："
)


def _folding() -> dict[int, int | str | None]:
    table: dict[int, int | str | None] = {}
    for low, high in _FOLDED_BLOCKS:
        for code in range(low, high + 1):
            folded = unicodedata.normalize("NFKC", chr(code))
            if folded != chr(code):
                table[code] = folded
    table.update(_OTHER_FORMS)
    table.update(zip(map(ord, _RADICALS), _CHARACTERS, strict=True))
    table.update((code, None) for code in [*range(0x09), *range(0x0E, 0x1C), 0x7F, *range(0x80, 0x85)])
    table.update((code, None) for code in [*range(0x86, 0xA0), *range(0x2066, 0x206A), *range(0xD800, 0xE000)])
    table.update((code, " ") for code in range(0xE000, 0xF900))  # private use: bullets and logos of symbol fonts
    table.update(dict.fromkeys(map(ord, _SPACES), " "))
    table.update(dict.fromkeys(map(ord, _BREAKS), "\n"))
    table.update(dict.fromkeys(map(ord, _INVISIBLE), None))
    return table


_TABLE = _folding()


def fold(text: str) -> str:
    """Folded, without control and invisible characters, spaces and empty lines collapsed, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r" *([\t\n]) *", r"\1", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def unwrap(page: str) -> str:
    """Join the lines of a fixed-layout page that were only broken because they were full.

    A phrase that runs over a line end could not be found otherwise. A line counts as full from 85 % of the upper
    quartile of the page's line widths; breaks after a sentence and before a numbered heading stay.
    """
    lines = [line for line in map(str.strip, page.splitlines()) if line]
    widths = sorted(map(_width, lines))
    full = max(_LEAST_FULL, 0.85 * widths[len(widths) * 3 // 4]) if widths else 0
    joined: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        if before and _width(before) >= full and before[-1] not in _ENDS and not _STARTS_ANEW.match(line):
            joined[-1] += (" " if before[-1].isascii() and line[0].isascii() else "") + line
        else:
            joined.append(line)
    return "\n".join(joined)


def _width(line: str) -> int:
    """Columns: a Chinese character takes two."""
    return sum(2 if character > "\u2e7f" else 1 for character in line)
