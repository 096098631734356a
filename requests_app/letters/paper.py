"""A letter as it leaves: everything that is printed, nothing that is looked up. Pure."""

import re
from dataclasses import dataclass
from datetime import date

NUMBER = re.compile(r"[\u4e00-\u9fa5]{1,16}〔[1-9]\d{3}〕[1-9]\d*号")


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of a letter while they can still be changed."""

    title: str
    salutation: str
    paragraphs: tuple[str, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Paper:
    """党政机关公文 elements (GB/T 9704-2012 §7): what the DOCX and the printable page both show."""

    issuer: str
    number: str
    title: str
    salutation: str
    paragraphs: tuple[str, ...]
    signature: str
    issued_on: date
    attachments: tuple[str, ...] = ()
    note: str = ""

    @property
    def attachment_lines(self) -> tuple[str, ...]:
        """附件说明 (GB/T 9704-2012 §7.3.4): one alone has no number, several are counted, no full stop."""
        if len(self.attachments) < 2:
            return self.attachments
        return tuple(f"{n}. {name}" for n, name in enumerate(self.attachments, 1))

    @property
    def date_line(self) -> str:
        """成文日期: Arabic numerals, no leading zeros."""
        return dated(self.issued_on)


def paper_of(
    draft: Draft,
    *,
    issuer: str,
    number: str,
    issued_on: date,
    signature: str = "",
    attachments: tuple[str, ...] = (),
    note: str = "",
) -> Paper:
    """The paper a draft becomes when it is issued; ``signature`` is the issuer's name unless another is given."""
    body = tuple(text for text in (*draft.paragraphs, draft.closing) if text.strip())
    return Paper(issuer, number, draft.title, draft.salutation, body, signature or issuer, issued_on, attachments, note)


def document_number(word_of_body: str, kind_word: str, year: int, n: int) -> str:
    """发文字号 (GB/T 9704-2012 §7.2.5; law.md §6.5): `云教公开复〔2026〕12号`, no leading zeros.

    Raises:
        ValueError: what comes out would not be a number of an official paper (Chinese).
    """
    number = f"{word_of_body}{kind_word}〔{year}〕{n}号"
    if not NUMBER.fullmatch(number):
        raise ValueError(f"“{number}”不符合发文字号的格式：机关代字〔年份〕顺序号。")
    return number


def dated(day: date | None) -> str:
    """2026年3月3日; empty for no day."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
