"""Text of PDF files, by pdfium: it reads browser-printed files in the right order."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from files.errors import Unreadable
from files.fold import unwrap


def read(path: Path) -> Iterator[str]:
    """One piece a page."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable("PDF 设有打开密码，无法提取文字" if locked else "PDF 文件已损坏，无法打开") from error
    unread = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage().get_text_bounded()
            page.close()
        except pypdfium2.PdfiumError:
            unread += 1
            continue
        yield unwrap(text)
    if unread and unread == len(document):
        raise Unreadable("PDF 的页面已损坏，无法读取")
