"""Identity documents, names, telephone numbers: what is taken, what is refused in which words, what is shown masked."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from requests_app.identity import (
    IdentityKind,
    as_18,
    clean_credit_code,
    clean_identity,
    clean_name,
    clean_phone,
    identity_key,
    mask,
    mask_address,
    mask_email,
    mask_phone,
)
from tests.shared import shared_path

pytestmark = pytest.mark.law("条例§29")
Kind = IdentityKind


def refusal(kind: IdentityKind, typed: str, on: date | None = None) -> str:
    with pytest.raises(ValidationError) as refused:
        clean_identity(kind, typed, on=on)
    return str(refused.value.messages[0])


def test_the_published_vectors_come_out() -> None:
    vectors = json.loads(shared_path("codes/identifiers.json").read_text(encoding="utf-8"))["id_vectors"]
    for number, _ in vectors["valid"] + vectors["old15"]:
        assert clean_identity(Kind.RESIDENT_ID, number) == number
    for number, _ in vectors["residence_permit_hmt"]:
        assert clean_identity(Kind.HMT_RESIDENCE, number) == number
    for number, why in vectors["invalid"]:
        assert ("校验位" if "校验" in why else "不存在") in refusal(Kind.RESIDENT_ID, number)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.RESIDENT_ID, " １１０１０５ 19491231 002ｘ", "11010519491231002X"),
        (Kind.RESIDENT_ID, "110105491231002", "110105491231002"),
        (Kind.HMT_RESIDENCE, "810000199408230021", "810000199408230021"),
        (Kind.HK_MACAO_PERMIT, "h12345678", "H12345678"),
        (Kind.HK_MACAO_PERMIT, "M0123456789", "M0123456789"),
        (Kind.TAIWAN_PERMIT, "12345678", "12345678"),
        (Kind.TAIWAN_PERMIT, "0012345678（b）", "0012345678B"),
        (Kind.PASSPORT, "e 12345678", "E12345678"),
        (Kind.FOREIGN_PERMANENT, "911124198108030024", "911124198108030024"),
        (Kind.FOREIGN_PERMANENT, "usa110081012102", "USA110081012102"),
        (Kind.OFFICER, "军字第 2001988 号", "军字第2001988号"),
        (Kind.OTHER, "渝A-0001（换）", "渝A-0001(换)"),
    ],
)
def test_each_document_is_kept_in_one_form(kind: IdentityKind, typed: str, kept: str) -> None:
    assert clean_identity(kind, typed) == kept
    assert clean_identity(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (Kind.RESIDENT_ID, "　", "请填写证件号码。"),
        (Kind.RESIDENT_ID, "1101051949123100X", "身份证号应为 18 位或 15 位，现在是 17 位。"),
        (Kind.RESIDENT_ID, "11O10519491231002X", "身份证号第 3 位应为数字，现在是“O”。"),
        (Kind.RESIDENT_ID, "11010519491231002Y", "身份证号第 18 位应为数字或 X，现在是“Y”。"),
        (Kind.RESIDENT_ID, "11010549123100X", "身份证号第 15 位应为数字，现在是“X”。"),
        (Kind.RESIDENT_ID, "١١٠١٠٥٤٩١٢٣١٠٠٢", "身份证号第 1 位应为数字，现在是“١”。"),
        (Kind.RESIDENT_ID, "110105491331002", "身份证号中的出生日期 1949 年 13 月 31 日不存在，请核对。"),
        (Kind.RESIDENT_ID, "810000199408230021", "这是港澳台居民居住证号码，证件种类请选“港澳台居民居住证”。"),
        (Kind.RESIDENT_ID, "911124198108030024", "这是外国人永久居留身份证号码，证件种类请选“外国人永久居留身份证”。"),
        (Kind.RESIDENT_ID, "01010519491231002X", "身份证号前两位“01”不是省级行政区划代码，请核对。"),
        (Kind.HMT_RESIDENCE, "11010519491231002X", "港澳台居民居住证号码以 81、82 或 83 开头，现在以 11 开头，请核对号码和证件种类。"),
        (Kind.HMT_RESIDENCE, "8100001994082300", "港澳台居民居住证号码应为 18 位，现在是 16 位。"),
        (Kind.HMT_RESIDENCE, "810000199408230022", "港澳台居民居住证号码的校验位（最后一位）不正确，请逐位核对。"),
        (Kind.FOREIGN_PERMANENT, "US1110081012102", "旧版外国人永久居留身份证号码应为 3 个字母加 12 位数字，请核对。"),
        (Kind.FOREIGN_PERMANENT, "9111", "外国人永久居留身份证号码应为 18 位（旧版 15 位），现在是 4 位。"),
        (Kind.FOREIGN_PERMANENT, "11010519491231002X", "18 位的外国人永久居留身份证号码以 9 开头，请核对号码和证件种类。"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong(kind: IdentityKind, typed: str, said: str) -> None:
    assert refusal(kind, typed) == said


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.HK_MACAO_PERMIT, "C12345678"),
        (Kind.HK_MACAO_PERMIT, "H123456789"),
        (Kind.TAIWAN_PERMIT, "1234567"),
        (Kind.PASSPORT, "ABCDEFGH"),
        (Kind.PASSPORT, "E1234567890123"),
        (Kind.PASSPORT, "Е12345678"),  # a Cyrillic letter
        (Kind.OFFICER, "军字第号"),
        (Kind.OTHER, "a<b>c"),
    ],
)
def test_a_number_of_another_form_is_refused(kind: IdentityKind, typed: str) -> None:
    assert "应为" in refusal(kind, typed)


def test_a_birthday_to_come_or_too_long_ago_is_refused_when_the_day_is_given() -> None:
    number = "11010519491231002X"
    assert clean_identity(Kind.RESIDENT_ID, number, on=date(1949, 12, 31)) == number
    assert "还没有到" in refusal(Kind.RESIDENT_ID, number, date(1949, 12, 30))
    assert "超过 130 年" in refusal(Kind.RESIDENT_ID, number, date(2080, 1, 1))


@given(st.integers(0, 999), st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 17))
def test_one_wrong_digit_is_always_found(sequence: int, born: date, place: int) -> None:
    bare = f"330106{born:%Y%m%d}{sequence:03}"
    number = bare + str(mod_11_2.calc_check_digit(bare))
    assert clean_identity(Kind.RESIDENT_ID, number) == number
    assert as_18(number[:6] + number[8:17]) == number
    wrong = number[:place] + ("7" if number[place] != "7" else "4") + number[place + 1 :]
    refusal(Kind.RESIDENT_ID, wrong)


def test_one_person_has_one_key_under_every_form_of_the_number() -> None:
    assert identity_key("110105491231002") == identity_key("11010519491231002X") == "11010519491231002X"
    assert identity_key("H1234567801") == identity_key("H12345678")
    assert identity_key("E12345678") == "E12345678"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110*************2X"),
        ("110105491231002", "110**********02"),
        ("H12345678", "H*******8"),
        ("12345678", "1******8"),
        ("A1234", "A****"),
        ("X12", "***"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_at_most_its_ends(number: str, shown: str) -> None:
    assert mask(number) == shown


def test_a_credit_code_is_kept_in_capitals() -> None:
    assert clean_credit_code("１１５００００－0MB176 3499t") == "11500000MB1763499T"
    with pytest.raises(ValidationError, match="应为 18 位，现在是 3 位"):
        clean_credit_code("9 1-1")
    with pytest.raises(ValidationError, match="请填写"):
        clean_credit_code(" ")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张三", "张三"),
        ("　张 　三 ", "张三"),
        ("欧阳\u200b娜娜", "欧阳娜娜"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("阿不都 ・ 热合曼", "阿不都·热合曼"),
        ("Ｊｏｈｎ   Smith", "John Smith"),
        ("Jose\u0301 O’Neil", "José O’Neil"),
        ("王\U00020bb7", "王\U00020bb7"),  # extension B
        ("李\U00030edd\U00031350\U0002ebf0", "李\U00030edd\U00031350\U0002ebf0"),  # extensions G, H, I
        ("刘\uf9dd", "刘\uf9dd"),  # a compatibility ideograph, which NFKC would replace
        ("赵䶮", "赵䶮"),
        ("钱⿰亻贝", "钱⿰亻贝"),
        ("孙〇", "孙〇"),
        ("⼯⼚", "工厂"),  # radicals out of a printed page
        ("云岚市正衡律师事务所（普通合伙）", "云岚市正衡律师事务所（普通合伙）"),
    ],
)
def test_a_name_is_kept_as_it_is_written(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept
    assert clean_name(kept) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写"),
        (" \u200b", "请填写"),
        ("张\x00三", "控制字符"),
        ("张\x1b[31m", "控制字符"),
        ("张\ue000", "自造字"),
        ("张😀", "符号“😀”"),
        ("123", "至少要有一个文字"),
        ("张" * 51, "最多 50 个字，现在是 51 个字"),
    ],
)
def test_what_no_name_holds_is_refused(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        clean_name(typed)


def test_a_name_holds_no_line_break_and_may_be_allowed_to_be_longer() -> None:
    assert clean_name("Zhang\r\nBcc: x") == "Zhang Bcc: x"
    assert clean_name("张" * 100, most=100) == "张" * 100


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８ ００１３ ８０００", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("0700-52128800", "0700-52128800"),
        ("（0700）52128800 转 12", "0700-52128800-12"),
        ("0700－5212－8800", "0700-52128800"),
        ("01065128800", "010-65128800"),
        ("+86 10 65128800", "010-65128800"),
        ("0086-0700-5212880", "0700-5212880"),
        ("021—52128800 分机：801", "021-52128800-801"),
        ("4001002000", "400-100-2000"),
        ("+852 9123 4567", "+85291234567"),
        ("00853-66123456", "+85366123456"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept
    assert clean_phone(kept) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (" ", "请填写联系电话"),
        ("1380013800", "手机号码应为 11 位，现在是 10 位"),
        ("52128800", "请加上区号"),
        ("12012345678", "格式不正确"),
        ("138001380OO", "只能有数字"),
        ("+86", "格式不正确"),
        ("(", "只能有数字"),
    ],
)
def test_a_refused_telephone_number_says_why(typed: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        clean_phone(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused_in_words(typed: str) -> None:
    for clean in (clean_phone, clean_name, clean_credit_code, *(_cleaner(kind) for kind in Kind)):
        try:
            kept = clean(typed)
        except ValidationError as refused:
            assert refused.messages[0].endswith("。")
        else:
            assert kept == clean(kept) == kept.strip() != ""


def _cleaner(kind: IdentityKind):  # type: ignore[no-untyped-def]
    return lambda typed: clean_identity(kind, typed, on=date(2026, 1, 1))


def test_masked_contacts_show_little() -> None:
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone("0700-52128800-12") == "0700-******00"
    assert mask_phone("+85291234567") == "+85*******67"
    assert mask_phone("") == ""
    assert mask_email("zhangsan@example.cn") == "z***@example.cn"
    assert mask_email("z@example.cn") == "***@example.cn"
    assert mask_email("zhangsan") == "***"
    assert mask_email("") == ""


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("云岚市青溪区人民路1号3栋202室", "云岚市青溪区****"),
        ("广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区****"),
        ("内蒙古自治区锡林郭勒盟多伦县诺尔镇", "内蒙古自治区锡林郭勒盟多伦县****"),
        ("阳光小区3号楼", "****"),
        ("解放路旗舰大厦", "****"),
        ("12 Baker Street", "****"),
        ("", ""),
    ],
)
def test_a_masked_address_shows_no_more_than_the_county(address: str, shown: str) -> None:
    assert mask_address(address) == shown
