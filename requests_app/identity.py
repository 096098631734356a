"""Who applies and how to reach them: identity documents, names, telephone numbers, and how each is shown masked. Pure.

Sources: GB 11643 (citizen's number, residence permits of Hong Kong, Macao and Taiwan people, the card of 2023 for
foreigners), GB 32100 (credit codes). Every refusal is a ValidationError with a Chinese sentence for the person who types.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from stdnum.iso7064 import mod_11_2

from accounts.credit_code import validate_credit_code

MOST_NAME_CHARS = 50
_OLDEST_YEARS = 130
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71".split()
)
_HMT = frozenset({"81", "82", "83"})
_HAN = "\u2e80-\u2eff\u2ff0-\u2fff\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"


class IdentityKind(models.TextChoices):
    """The documents an applicant may name."""

    RESIDENT_ID = "resident_id", "居民身份证"
    HMT_RESIDENCE = "hmt_residence", "港澳台居民居住证"
    HK_MACAO_PERMIT = "hk_macao_permit", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "taiwan_permit", "台湾居民来往大陆通行证"
    PASSPORT = "passport", "护照"
    FOREIGN_PERMANENT = "foreign_permanent", "外国人永久居留身份证"
    OFFICER = "officer", "军官证、士兵证"
    OTHER = "other", "其他证件"


# --- identity documents -----------------------------------------------------------------------------------------------


def clean_identity(kind: str, typed: str, *, on: date | None = None) -> str:
    """条例§29: the number as it is kept: half width, capitals, no spaces. ValidationError when it cannot be one.

    With ``on`` a birthday after that day, or more than 130 years before it, is refused too.
    """
    number = _bare(typed).upper()
    if not number:
        raise ValidationError("请填写证件号码。")
    return _CLEANERS[IdentityKind(kind)](number, on)


def as_18(number: str) -> str:
    """The 18 digits of an old citizen's number of 15 (GB 11643-1999: year 19…); anything else as it is."""
    if not re.fullmatch(r"[0-9]{15}", number):
        return number
    longer = f"{number[:6]}19{number[6:]}"
    return f"{longer}{mod_11_2.calc_check_digit(longer)}"


def identity_key(number: str) -> str:
    """What to hash so that one person is found under every form of a cleaned number.

    15 and 18 digits are one citizen; the two last digits of an old Hong Kong or Macao permit only count its renewals.
    The kind is left out on purpose: a search has only the number.
    """
    return number[:9] if re.fullmatch(r"[HM][0-9]{10}", number) else as_18(number)


def mask(number: str) -> str:
    """The number as shown to those who need not know it: at most its first three and last two characters."""
    return _masked(number, min(3, len(number) // 5), min(2, len(number) // 6))


def _resident(number: str, on: date | None) -> str:
    if len(number) not in {15, 18}:
        raise ValidationError(f"身份证号应为 18 位或 15 位，现在是 {len(number)} 位。")
    _refuse_other_than_digits(number, "身份证号")
    if len(number) == 18 and number[:2] in _HMT:
        raise ValidationError("这是港澳台居民居住证号码，证件种类请选“港澳台居民居住证”。")
    if len(number) == 18 and number[0] == "9":
        raise ValidationError("这是外国人永久居留身份证号码，证件种类请选“外国人永久居留身份证”。")
    if number[:2] not in _PROVINCES:
        raise ValidationError(f"身份证号前两位“{number[:2]}”不是省级行政区划代码，请核对。")
    _refuse_impossible(number, "身份证号", on)
    return number


def _hmt_residence(number: str, on: date | None) -> str:
    name = "港澳台居民居住证号码"
    _refuse_length(number, 18, name)
    _refuse_other_than_digits(number, name)
    if number[:2] not in _HMT:
        raise ValidationError(f"{name}以 81、82 或 83 开头，现在以 {number[:2]} 开头，请核对号码和证件种类。")
    _refuse_impossible(number, name, on)
    return number


def _hk_macao_permit(number: str, on: date | None) -> str:
    if not re.fullmatch(r"[HM](?:[0-9]{8}|[0-9]{10})", number):
        form = "应为字母 H 或 M 加 8 位数字（旧版为 10 位数字）"
        raise ValidationError(f"港澳居民来往内地通行证号码{form}，现在共 {len(number)} 个字符，请核对。")
    return number


def _taiwan_permit(number: str, on: date | None) -> str:
    number = re.sub(r"[()]", "", number)
    if not re.fullmatch(r"[0-9]{8}|[0-9]{10}[A-Z]?", number):
        form = "应为 8 位数字（旧版为 10 位数字加 1 个字母）"
        raise ValidationError(f"台湾居民来往大陆通行证号码{form}，现在共 {len(number)} 个字符，请核对。")
    return number


def _passport(number: str, on: date | None) -> str:
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,12}", number):
        raise ValidationError("护照号码应为 5 至 12 位字母和数字，请按护照资料页填写。")
    return number


def _foreign_permanent(number: str, on: date | None) -> str:
    name = "外国人永久居留身份证号码"
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number
    if len(number) not in {15, 18}:
        raise ValidationError(f"{name}应为 18 位（旧版 15 位），现在是 {len(number)} 位。")
    if len(number) == 15:
        raise ValidationError(f"旧版{name}应为 3 个字母加 12 位数字，请核对。")
    _refuse_other_than_digits(number, name)
    if number[0] != "9":
        raise ValidationError(f"18 位的{name}以 9 开头，请核对号码和证件种类。")
    _refuse_impossible(number, name, on)
    return number


def _officer(number: str, on: date | None) -> str:
    if not re.fullmatch(rf"(?=.*[0-9])[A-Z0-9{_HAN}-]{{4,20}}", number):
        raise ValidationError("军官证、士兵证号码应为 4 至 20 个汉字、字母和数字（如“军字第2001988号”），请核对。")
    return number


def _other(number: str, on: date | None) -> str:
    if not re.fullmatch(rf"[A-Z0-9{_HAN}()/.-]{{3,30}}", number):
        raise ValidationError("证件号码应为 3 至 30 个汉字、字母、数字或连接号，请核对。")
    return number


_CLEANERS: dict[IdentityKind, Callable[[str, date | None], str]] = {
    IdentityKind.RESIDENT_ID: _resident,
    IdentityKind.HMT_RESIDENCE: _hmt_residence,
    IdentityKind.HK_MACAO_PERMIT: _hk_macao_permit,
    IdentityKind.TAIWAN_PERMIT: _taiwan_permit,
    IdentityKind.PASSPORT: _passport,
    IdentityKind.FOREIGN_PERMANENT: _foreign_permanent,
    IdentityKind.OFFICER: _officer,
    IdentityKind.OTHER: _other,
}


def _refuse_length(number: str, wanted: int, name: str) -> None:
    if len(number) != wanted:
        raise ValidationError(f"{name}应为 {wanted} 位，现在是 {len(number)} 位。")


def _refuse_other_than_digits(number: str, name: str) -> None:
    for place, character in enumerate(number, 1):
        if character in "0123456789" or (place == 18 and character == "X"):
            continue
        right = "数字或 X" if place == 18 else "数字"
        raise ValidationError(f"{name}第 {place} 位应为{right}，现在是“{character}”。")


def _refuse_impossible(number: str, name: str, on: date | None) -> None:
    """A day of birth that cannot be, or (of 18) a wrong check character."""
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    written = f"{year} 年 {month} 月 {day} 日"
    try:
        born = date(year, month, day)
    except ValueError:
        raise ValidationError(f"{name}中的出生日期 {written}不存在，请核对。") from None
    if on and born > on:
        raise ValidationError(f"{name}中的出生日期 {written}还没有到，请核对。")
    if on and on.year - year > _OLDEST_YEARS:
        raise ValidationError(f"{name}中的出生日期 {written}距今超过 {_OLDEST_YEARS} 年，请核对。")
    if len(number) == 18 and not mod_11_2.is_valid(number):
        raise ValidationError(f"{name}的校验位（最后一位）不正确，请逐位核对。")


def clean_credit_code(typed: str) -> str:
    """GB 32100: the credit code as it is kept. ValidationError when it cannot be one."""
    code = _without_dashes(_bare(typed)).upper()
    if not code:
        raise ValidationError("请填写统一社会信用代码。")
    validate_credit_code(code)
    return code


# --- names ------------------------------------------------------------------------------------------------------------

_DOTS = re.compile("[•・･‧∙⋅．]")
_NOT_HAN = re.compile(rf"[^{_HAN}（）]+")
_LIKE_MINDED = re.compile(rf"(?<=[{_HAN}·]) (?=[{_HAN}·])")


def clean_name(typed: str, *, most: int = MOST_NAME_CHARS) -> str:
    """条例§29: the name of a person or body as it is kept; rare characters of every plane stay what they are.

    Full-width letters and spaces are folded, the dot within a name is always ·, spaces between Chinese characters and
    invisible characters go. ValidationError when it is empty, longer than ``most`` or holds what no name holds.
    """
    name = _NOT_HAN.sub(_folded, _DOTS.sub("·", typed))
    name = _LIKE_MINDED.sub("", " ".join(name.split()))
    if not name:
        raise ValidationError("请填写姓名或名称。")
    if len(name) > most:
        raise ValidationError(f"姓名或名称最多 {most} 个字，现在是 {len(name)} 个字。")
    for character in name:
        _refuse_in_name(character)
    if not any(character.isalpha() or _is_han(character) for character in name):
        raise ValidationError("姓名或名称中至少要有一个文字。")
    return name


def _folded(found: re.Match[str]) -> str:
    """Half width, composed, without invisible characters; never asked for ideographs, which NFKC would replace."""
    folded = unicodedata.normalize("NFKC", found.group())
    return "".join(each for each in folded if unicodedata.category(each) != "Cf")


def _is_han(character: str) -> bool:
    """Also ideographs younger than the Unicode tables of Python (extensions H and I)."""
    return re.fullmatch(f"[{_HAN}]", character) is not None


def _refuse_in_name(character: str) -> None:
    category = unicodedata.category(character)
    if _is_han(character):
        return
    if category == "Co":
        raise ValidationError("姓名中有系统自造字，别的电脑显示不出来。请改用国家标准字库中的字，或以拼音代替该字。")
    if category[0] == "C":
        raise ValidationError("姓名或名称中有无法显示的控制字符，请重新输入。")
    if category in {"So", "Sk"}:
        raise ValidationError(f"姓名或名称中不能有符号“{character}”。")


def mask_name(name: str) -> str:
    """张*: the first character; how long the rest is is not told."""
    return f"{name[:1]}*" if name else ""


# --- telephone, e-mail, address ---------------------------------------------------------------------------------------

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})-?([2-9][0-9]{6,7})(?:-([0-9]{1,6}))?")
_SERVICE = re.compile(r"([48]00)-?([0-9]{3})-?([0-9]{4})")
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_IN_PLACE = r"[^\W\d路街道号巷弄村镇乡]"
_REGION = re.compile(
    rf"(?:{_IN_PLACE}{{2,8}}?(?:省|自治区|特别行政区))?(?:{_IN_PLACE}{{1,8}}?(?:自治州|地区|盟|(?<!菜)市))?"
    rf"(?:{_IN_PLACE}{{1,8}}?(?:县|旗|(?<![小社园校厂])区))?"
)


def clean_phone(typed: str) -> str:
    """A telephone number as it is kept: 13800138000, 0700-52128800-12, 400-100-2000, +85291234567.

    ValidationError when it cannot be one; a landline needs its area code.
    """
    phone = _national(typed)
    bare = _without_dashes(phone)
    if _MOBILE.fullmatch(bare):
        return bare
    if found := _LANDLINE.fullmatch(phone) or _LANDLINE.fullmatch(bare):
        return "-".join(part for part in found.groups() if part)
    if found := _SERVICE.fullmatch(phone):
        return "-".join(found.groups())
    if _ABROAD.fullmatch(abroad := re.sub("^00", "+", bare)):
        return abroad
    raise ValidationError(_why_no_phone(bare))


def _national(typed: str) -> str:
    """As dialled within the country: 86 goes, and the 0 of the area code, which is left out behind it, comes back."""
    phone = re.sub(r"[‐‑‒–—―−ー]|转|分机|EXT\.?", "-", _bare(typed).upper()).replace(":", "")
    phone = re.sub(r"-{2,}", "-", re.sub(r"\(([0-9+]+)\)", r"\1-", phone)).strip("-")
    phone = re.sub(r"^(?:\+|00)?86-?(?=1[3-9])|^(?:\+|00)86-?(?=0)", "", phone)
    return re.sub(r"^(?:\+|00)86-?(?=[1-9])", "0", phone)


def _why_no_phone(bare: str) -> str:
    if not bare:
        return "请填写联系电话。"
    if not re.fullmatch(r"\+?[0-9]+", bare):
        return "联系电话只能有数字、连接号和分机号，请核对。"
    if bare[0] == "1" and len(bare) != 11:
        return f"手机号码应为 11 位，现在是 {len(bare)} 位。"
    if re.fullmatch(r"[2-9][0-9]{6,7}", bare):
        return "固定电话请加上区号，如 0700-52128800。"
    return "联系电话格式不正确。请填写 11 位手机号码，或带区号的固定电话（如 0700-52128800）。"


def mask_phone(phone: str) -> str:
    """138****8000; of a landline the area code and the last two digits, never the extension."""
    if _MOBILE.fullmatch(phone):
        return _masked(phone, 3, 4)
    if found := _LANDLINE.fullmatch(phone):
        return f"{found[1]}-{_masked(found[2], 0, 2)}"
    return _masked(phone, min(3, len(phone) // 3), min(2, len(phone) // 4))


def mask_email(address: str) -> str:
    """z***@example.cn: the first character and the domain; the length of the rest is not told."""
    name, _, domain = address.rpartition("@")
    if not name:
        return "***" if address else ""
    return f"{name[0] if len(name) > 1 else ''}***@{domain}"


def mask_address(address: str) -> str:
    """云岚市青溪区****: no more than province, city and county; the length of the rest is not told."""
    found = _REGION.match(address)
    return f"{found.group() if found else ''}****" if address else ""


# --- what they share --------------------------------------------------------------------------------------------------


def _bare(typed: str) -> str:
    """Half width, without spaces and invisible characters."""
    folded = unicodedata.normalize("NFKC", typed)
    return "".join(each for each in folded if not each.isspace() and unicodedata.category(each) != "Cf")


def _without_dashes(text: str) -> str:
    return re.sub(r"[-‐‑‒–—―−]", "", text)


def _masked(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    return text[:first] + "*" * hidden + text[len(text) - last :]
