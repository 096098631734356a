"""The ways out: hand a message over to the mail server or the SMS gateway, and say how that ended.

`Later` and `Never` are only said when the other side has surely not taken the message; a hand-over that broke off
between sending and the answer is `Unknown` (rulings 26).
"""

import json
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notices.letters import Mail

SECONDS = 10.0
_ASK_AGAIN = {408, 425, 429}


class Later(Exception):
    """Not taken this time; the text says why."""


class Never(Exception):
    """Refused for good; the text says why."""


class Unknown(Exception):
    """Nobody can say whether it was taken; the text says why."""


def send_mail(*, to: str, mail: Mail, key: UUID) -> None:
    """Hand a mail over to the mail server. ``key`` makes its Message-ID, the same at each attempt."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(mail.title, mail.text, to=[to], headers=headers)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # SMTPException is one
        raise Later(f"邮件服务器连接不上：{_said(error)}") from error
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _refusal("邮件服务器拒绝了收件地址", error, is_final=all(code >= 500 for code in codes)) from error
    except SMTPResponseException as error:
        is_final = isinstance(error, SMTPDataError) and error.smtp_code >= 500
        raise _refusal("邮件服务器拒绝了邮件", error, is_final=is_final) from error
    except (ValueError, SMTPNotSupportedError) as error:  # an address or header that cannot be written
        raise Never(f"邮件地址不能使用：{_said(error)}") from error
    except OSError as error:
        raise Unknown(f"发送途中连接中断：{_said(error)}") from error
    finally:
        with suppress(OSError):
            connection.close()


def _refusal(words: str, error: OSError, *, is_final: bool) -> Later | Never:
    return (Never if is_final else Later)(f"{words}：{_said(error)}")


def send_sms(*, to: str, text: str, key: UUID) -> None:
    """POST an SMS to the gateway: JSON with ``to`` and ``text``; the gateway must honour the Idempotency-Key."""
    url = urlsplit(settings.SMS_WEBHOOK_URL)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=SECONDS)
    body = json.dumps({"to": to, "text": text}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(key)}
    if settings.SMS_WEBHOOK_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_WEBHOOK_TOKEN}"
    try:
        connection.connect()
    except OSError as error:
        connection.close()
        raise Later(f"短信网关连接不上：{_said(error)}") from error
    try:
        connection.request("POST", f"{url.path or '/'}{'?' + url.query if url.query else ''}", body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unknown(f"短信网关没有答复：{_said(error)}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        is_final = status < 500 and status not in _ASK_AGAIN
        raise (Never if is_final else Later)(f"短信网关拒绝，状态码 {status}")


def _said(error: Exception) -> str:
    """What went wrong, on one short line."""
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
