"""The kinds of file the portal takes. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content, told by the bytes alone."""

    name: str
    label: str
    media_type: str
    extensions: tuple[str, ...]
    has_text: bool = False
    inline: bool = False
    """May be shown inside the browser; everything else is only ever downloaded."""


_OPENXML = "application/vnd.openxmlformats-officedocument"

KINDS = (
    Kind("pdf", "PDF 文档", "application/pdf", ("pdf",), has_text=True, inline=True),
    Kind(
        "docx",
        "Word 文档（DOCX）",
        f"{_OPENXML}.wordprocessingml.document",
        ("docx",),
        has_text=True,
    ),
    Kind(
        "xlsx",
        "Excel 表格（XLSX）",
        f"{_OPENXML}.spreadsheetml.sheet",
        ("xlsx",),
        has_text=True,
    ),
    Kind(
        "pptx",
        "演示文稿（PPTX）",
        f"{_OPENXML}.presentationml.presentation",
        ("pptx",),
        has_text=True,
    ),
    Kind("ofd", "OFD 版式文件", "application/ofd", ("ofd",), has_text=True),
    Kind(
        "doc",
        "Word 97–2003 或 WPS 文字文档",
        "application/msword",
        ("doc", "wps"),
        has_text=True,
    ),
    Kind(
        "xls",
        "Excel 97–2003 或 WPS 表格",
        "application/vnd.ms-excel",
        ("xls", "et"),
        has_text=True,
    ),
    Kind(
        "ppt",
        "PowerPoint 97–2003 或 WPS 演示",
        "application/vnd.ms-powerpoint",
        ("ppt", "dps"),
        has_text=True,
    ),
    Kind("html", "网页（HTML）", "text/html", ("html", "htm"), has_text=True),
    Kind("txt", "纯文本", "text/plain", ("txt",), has_text=True),
    Kind("csv", "CSV 表格", "text/csv", ("csv",), has_text=True),
    Kind("png", "PNG 图片", "image/png", ("png",), inline=True),
    Kind("jpg", "JPEG 图片", "image/jpeg", ("jpg", "jpeg"), inline=True),
    Kind("gif", "GIF 图片", "image/gif", ("gif",), inline=True),
    Kind("webp", "WebP 图片", "image/webp", ("webp",), inline=True),
    Kind("zip", "ZIP 压缩包", "application/zip", ("zip",)),
    Kind("mp4", "MP4 视频", "video/mp4", ("mp4",), inline=True),
    Kind("mp3", "MP3 音频", "audio/mpeg", ("mp3",), inline=True),
)
KIND_OF_NAME = {kind.name: kind for kind in KINDS}
KIND_OF_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
EXTENSIONS = tuple(KIND_OF_EXTENSION)
