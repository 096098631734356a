"""What a password must be, and temporary ones."""

import secrets
import string

from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError

from accounts.models import User

KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
_READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class KindsOfCharactersValidator:
    """At least ``least`` of: small letters, capitals, digits, anything else (GB/T 22239-2019 8.1.4.1, 身份鉴别复杂度)."""

    def __init__(self, least: int = 3) -> None:
        self.least = least

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError (Chinese) when there are too few kinds."""
        used = sum(any(letter in kind for letter in password) for kind in KINDS)
        used += any(all(letter not in kind for kind in KINDS) for letter in password)
        if used < self.least:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return f"密码应包含小写字母、大写字母、数字、符号中的至少{'一二三四'[self.least - 1]}种。"


class LengthValidator(MinimumLengthValidator):
    """Django's, in our words."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return f"密码太短，至少需要 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return f"密码至少 {self.min_length} 个字符。"


class NotCommonValidator(CommonPasswordValidator):
    """Django's, in our words."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return "这个密码太常见，容易被猜中，请换一个。"

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return "不要使用常见密码。"


class NotPersonalValidator:
    """A password does not contain the sign-in name, the name or the telephone number of its owner."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError (Chinese) when it does."""
        if user is None:
            return
        own = [user.username, user.full_name, user.phone]
        if any(len(word) > 1 and word.casefold() in password.casefold() for word in own):
            raise ValidationError("密码不能包含登录名、姓名或电话，请换一个。", code="password_personal")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return "密码不能包含登录名、姓名或电话。"


def temporary_password() -> str:
    """A password to be read out once and changed at the first sign-in: 14 characters without look-alikes."""
    while True:
        password = "".join(secrets.choice(_READABLE) for _ in range(14))
        if all(any(letter in kind for letter in password) for kind in KINDS):
            return password
