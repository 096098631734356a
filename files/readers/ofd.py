"""Text of OFD files (GB/T 33190-2016): OFD.xml → Document.xml → page and template Content.xml → TextCode.

Elements are matched by local name, because several makers write a wrong namespace, and paths are looked up without
regard to case, because several write other paths than they store. Images, fonts and signatures are never opened.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from files import zips
from files.errors import Unreadable
from files.fold import unwrap


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if _local(child) == name)


def _first_text(element: Element, name: str) -> str:
    return next((child.text or "" for child in _all(element, name)), "").strip()


class Package:
    """The ZIP package with a forgiving table of contents."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.names: dict[str, str] = {}
        for name in archive.namelist():
            for spelling in (name, _as_chinese(name)):
                self.names.setdefault(
                    posixpath.normpath(spelling.replace("\\", "/")).lstrip("/").lower(),
                    name,
                )

    def find(self, location: str, folder: str) -> str:
        """Member named by ``location`` seen from ``folder``: absolute, relative, or (wrongly) from the root."""
        location = location.strip().replace("\\", "/")
        tries = [location] if location.startswith("/") else [posixpath.join(folder, location), location]
        for path in tries:
            name = self.names.get(posixpath.normpath(path).lstrip("/").lower())
            if name is not None:
                return name
        raise Unreadable(f"OFD 缺少部件 {location[:80] or '（未写明）'}")

    def xml(self, name: str) -> Element:
        """Root element of a member; entities and external references are refused."""
        try:
            root: Element = fromstring(zips.read_member(self.archive, name))
        except (ParseError, DefusedXmlException, LookupError, *zips.ERRORS) as error:
            raise Unreadable(f"OFD 部件 {name[:80]} 已损坏") from error
        return root


def _as_chinese(name: str) -> str:
    """A member name stored in GBK without saying so; unchanged when it is something else."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def read(path: Path) -> Iterator[str]:
    """One piece a page or template; damaged pages are left out unless all are."""
    try:
        archive = ZipFile(path)
    except zips.ERRORS as error:
        raise Unreadable("OFD 文件不是完整的压缩包，已损坏") from error
    with archive:
        package = Package(archive)
        roots = [element.text or "" for element in _all(package.xml(package.find("OFD.xml", "")), "DocRoot")]
        if not roots:
            raise Unreadable("OFD 没有写明正文位置（DocRoot）")
        for root in roots:
            yield from _document(package, package.find(root, ""))


def _document(package: Package, name: str) -> Iterator[str]:
    document, folder = package.xml(name), posixpath.dirname(name)
    templates = {page.get("ID", ""): page.get("BaseLoc", "") for page in _all(document, "TemplatePage")}
    pages = [page.get("BaseLoc", "") for page in _all(document, "Page") if page.get("BaseLoc")]
    errors: list[Unreadable] = []
    for location in pages:
        try:
            page = package.xml(package.find(location, folder))
        except Unreadable as error:
            errors.append(error)
            continue
        for use in _all(page, "Template"):
            # Once for the whole document: it repeats the same header on every page.
            if template := templates.pop(use.get("TemplateID", ""), ""):
                yield from _template(package, template, folder)
        yield unwrap(page_text(page))
    if errors and len(errors) == len(pages):
        raise errors[0]


def _template(package: Package, location: str, folder: str) -> Iterator[str]:
    try:
        yield unwrap(page_text(package.xml(package.find(location, folder))))
    except Unreadable:
        return


@dataclass(frozen=True, slots=True)
class Run:
    """A text object with its box on the page, in millimetres from the upper left corner."""

    text: str
    left: float
    top: float
    width: float
    height: float

    def joint(self, before: "Run") -> str:
        """What stands between ``before`` and this run: nothing, a space or a line break."""
        overlap = min(self.top + self.height, before.top + before.height) - max(self.top, before.top)
        if overlap < 0.5 * min(self.height, before.height) or self.left < before.left:
            return "\n"
        gap = self.left - before.left - before.width
        return " " if gap > 0.5 * min(self.height, before.height) else ""


def page_text(page: Element) -> str:
    """Text objects in the order written, joined by where they stand: many makers write one object a character."""
    text, before = "", None
    for element in _all(page, "TextObject"):
        run = _run(element)
        if run.text:
            text += (run.joint(before) if before else "") + run.text
            before = run
    return text


def _run(element: Element) -> Run:
    codes = list(_all(element, "TextCode"))
    text, line = "", None
    for code in codes:
        text += "\n" if line not in (None, code.get("Y", line)) else ""
        text += code.text or ""
        line = code.get("Y", line)
    try:
        left, top, width, height = (float(number) for number in element.get("Boundary", "").split())
    except ValueError:
        left = top = width = height = 0.0
    return Run(text.strip("\r\n"), left, top, width, height)
