"""Unified social credit codes (统一社会信用代码, GB 32100-2015)."""

from django.core.exceptions import ValidationError
from stdnum.cn import uscc


def validate_credit_code(value: str) -> None:
    """Raise ValidationError (Chinese) unless ``value`` is 18 characters with a right check character (GB 32100-2015)."""
    if len(value) != 18:
        raise ValidationError(f"统一社会信用代码应为 18 位，现在是 {len(value)} 位。")
    if not uscc.is_valid(value):
        raise ValidationError("统一社会信用代码校验位不正确，请核对后重新填写。")
