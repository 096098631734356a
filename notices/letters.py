"""What goes out: the words of a mail, of a mail about several messages, of an SMS. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from notices.models import Notice


@dataclass(frozen=True)
class Mail:
    """A mail without its addresses."""

    title: str
    text: str


def mail_about(notice: Notice) -> Mail:
    """A mail about one message."""
    urgent = "【紧急】" if notice.is_urgent else ""
    return Mail(f"{urgent}{notice.title}", "\n".join([_greeting(notice), "", *_paragraph(notice), "", *_end()]))


def digest_about(notices: Sequence[Notice]) -> Mail:
    """One mail about several messages to the same person, the oldest first."""
    lines = [_greeting(notices[0]), "", f"您有 {len(notices)} 条消息："]
    for number, notice in enumerate(notices, 1):
        lines += ["", f"{number}．{notice.title}", *_paragraph(notice)[1:]]
    return Mail(f"您有 {len(notices)} 条消息：{notices[0].title} 等", "\n".join([*lines, "", *_end()]))


def sms_about(notice: Notice) -> str:
    """An SMS: what it is about, and that the rest is in the portal."""
    return f"【{settings.SITE['name']}】{notice.title}。请登录平台工作台查看。"


def _greeting(notice: Notice) -> str:
    return f"{notice.recipient}："


def _paragraph(notice: Notice) -> list[str]:
    """Title, text, due date and address, each on a line."""
    due = [f"期限：{notice.due_on:%Y-%m-%d}"] if notice.due_on else []
    return [notice.title, *([notice.text] if notice.text else []), *due, f"办理：{settings.SITE_URL}{notice.url}"]


def _end() -> list[str]:
    return [settings.SITE["name"], "本邮件由系统自动发出，请勿回复。"]
