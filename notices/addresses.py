"""Where a person can be reached, and which ways out are connected."""

import re

from django.conf import settings

from accounts.models import User
from notices.kinds import EMAIL, SMS

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
_SPACING = re.compile(r"[\s()（）-]")


def is_connected(channel: str) -> bool:
    """True if the settings name a way out for this channel."""
    return bool({EMAIL: settings.EMAIL_HOST, SMS: settings.SMS_WEBHOOK_URL}[channel])


def address_of(user: User, channel: str) -> str:
    """E-mail address or mobile number of a person, "" if there is none; a landline receives no SMS."""
    if channel == EMAIL:
        return user.email.strip()
    number = _MOBILE.fullmatch(_SPACING.sub("", user.phone))
    return number.group(1) if number else ""
