"""Turns of phrase shared by the letters. Pure."""

from collections.abc import Iterable

DIGITS = "零一二三四五六七八九"


def quoted(text: str) -> str:
    """Somebody's words inside “”: on one line without a stop at the end, their own quotation marks turned to ‘’."""
    return f"“{clause(text).translate(str.maketrans('“”', '‘’'))}”"


def sentence(text: str) -> str:
    """Ends with exactly one full stop."""
    return f"{clause(text)}。"


def clause(text: str) -> str:
    """Words that stand inside a sentence: on one line, without a stop at their end."""
    return " ".join(text.split()).rstrip("。；;，,.")


def counted(n: int) -> str:
    """（一） … （九十九）: the second level of numbering in an official paper (GB/T 9704-2012 §7.3.3)."""
    tens, ones = divmod(n, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")
    return f"（{text}）"


def listed(points: Iterable[str]) -> tuple[str, ...]:
    """One numbered paragraph a point, the last with a full stop, the others with a semicolon."""
    texts = [clause(point) for point in points]
    return tuple(f"{counted(n)}{text}{'。' if n == len(texts) else '；'}" for n, text in enumerate(texts, 1))
