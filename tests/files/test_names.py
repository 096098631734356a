"""File names that are safe everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.names import MAX_NAME_BYTES, safe_name, with_extension


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("关于印发《方案》的通知（2024年）.pdf", "关于印发《方案》的通知（2024年）.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\公告.pdf", "公告.pdf"),
        ("公告\u202efdp.exe", "公告fdp.exe"),
        ("公\x00告\r\n.pdf", "公告.pdf"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("con.txt", "_con.txt"),
        ("COM1", "_COM1"),
        ("console.txt", "console.txt"),
        (" .htaccess. ", "htaccess"),
        ("公告.pdf/", "未命名文件"),
        ("", "未命名文件"),
        ("...", "未命名文件"),
        ("a   b\u3000c.pdf", "a b c.pdf"),
    ],
)
def test_names_are_made_safe_and_chinese_stays(given_name: str, expected: str) -> None:
    assert safe_name(given_name) == expected


def test_long_names_are_shortened_and_keep_the_extension() -> None:
    name = safe_name("通知" * 200 + ".docx")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.startswith("通知通知") and name.endswith(".docx")


@given(st.text(max_size=300))
def test_any_name_becomes_a_safe_one_and_stays_it(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe.encode()) <= MAX_NAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*\0\r\n\u202e')
    assert safe_name(safe) == safe


def test_a_renamed_attachment_keeps_the_extension_of_its_content() -> None:
    assert with_extension("附件1 招生计划", "xlsx") == "附件1 招生计划.xlsx"
    assert with_extension("附件1.XLSX", "xlsx") == "附件1.XLSX"
    assert with_extension("说明.pdf.exe", "pdf") == "说明.pdf.exe.pdf"
