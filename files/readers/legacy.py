"""Text of DOC, XLS, PPT and WPS files: converted by LibreOffice where it is installed, then read as OOXML."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from files.errors import Unreadable
from files.readers import excel, slides, word

_MODERN = {"doc": "docx", "xls": "xlsx", "ppt": "pptx"}
_READERS = {"docx": word.read, "xlsx": excel.read, "pptx": slides.read}
# No macros, no links followed: a document must not make the server call anybody.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def office_program() -> str | None:
    """Path of LibreOffice, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_as(path: Path, kind: str) -> Iterator[str]:
    """Text of ``path``, a file of the old ``kind`` (doc, xls, ppt)."""
    program = office_program()
    if program is None:
        raise Unreadable("服务器未安装 LibreOffice，无法读取旧版 Office 或 WPS 文件")
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        yield from _READERS[_MODERN[kind]](_convert(program, path, kind, Path(folder)))


def _convert(program: str, path: Path, kind: str, folder: Path) -> Path:
    source = folder / f"source.{kind}"
    shutil.copyfile(path, source)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
    ]
    command += [
        "--convert-to",
        _MODERN[kind],
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    converted = folder / "out" / f"source.{_MODERN[kind]}"
    if not converted.exists():
        raise Unreadable("旧版 Office 或 WPS 文件无法转换，可能已损坏或设有密码")
    return converted
