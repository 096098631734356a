"""The numbers of an analysis as a workbook."""

from files.spreadsheets import book
from reports.quarterly.showing import Part


def workbook(title: str, parts: list[Part]) -> bytes:
    """A sheet a table, and one with the paragraphs."""
    texts = [[part.name, part.text] for part in parts if part.text]
    tables = [each.sheet for part in parts for each in part.sections if each.rows]
    return book([(title[:31], ("部分", "文字"), texts), *tables])
