from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy import is_card_number, is_identity_number, is_old_identity_number, mask

CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
READ_BACK = str.maketrans("零一二三四五六七八九", "0123456789")

BEFORE = st.sampled_from(
    ["", "身份证", "我的号码是：", "工资5000元，", "老板欠3个月 ", "2024-03-15入职，", "《劳动合同法》第八十二条、", "5000 "]
)
AFTER = st.sampled_from(["", "，请帮我查", "。工资4200.50元", " 5000", "，第三条", "、2026年11月21日", "谢谢", "！"])


def identity_number(area: str, born: date, order: int) -> str:
    """GB 11643-1999: area, date of birth, order, check digit by ISO 7064 MOD 11-2."""
    digits = f"{area}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]


def with_luhn_digit(digits: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


IDENTITY_NUMBERS = st.builds(
    identity_number,
    st.sampled_from(["370282", "110101", "652301", "440106", "820000"]),
    st.dates(date(1900, 1, 1), date(2026, 11, 21)),
    st.integers(0, 999),
)
MOBILES = st.builds(lambda second, rest: f"1{second}{rest:09d}", st.integers(3, 9), st.integers(0, 999_999_999))
CARDS = st.builds(
    lambda issuer, rest, length: with_luhn_digit((issuer + rest)[: length - 1]),
    st.sampled_from(["62", "4", "5", "9558", "370282"]),
    st.text("0123456789", min_size=18, max_size=18).filter(lambda digits: len(set(digits)) > 1),
    st.integers(16, 19),
)
PERSONAL_NUMBERS = st.one_of(IDENTITY_NUMBERS, MOBILES, CARDS)
SCRIPTS = st.sampled_from([{}, FULL_WIDTH, CHINESE])


@st.composite
def spread(draw: st.DrawFn, number: str) -> str:
    """The number with the same separator put in at any places."""
    separator = draw(st.sampled_from(["", " ", "-", ".", "－", "　", " - ", "—", "\u200b"]))
    gaps = draw(st.lists(st.booleans(), min_size=len(number) - 1, max_size=len(number) - 1))
    return number[0] + "".join((separator if gap else "") + char for gap, char in zip(gaps, number[1:], strict=True))


def digits_of(text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text).translate(READ_BACK).upper()
    return "".join(char for char in narrow if char in "0123456789X")


@settings(deadline=None)
@given(IDENTITY_NUMBERS)
def test_a_made_up_identity_number_is_one(number: str) -> None:
    assert is_identity_number(number)


@given(PERSONAL_NUMBERS, SCRIPTS, BEFORE, AFTER, st.data())
@settings(max_examples=400, deadline=None)
def test_a_personal_number_is_gone_however_it_is_written(
    number: str, script: dict[int, int], before: str, after: str, data: st.DataObject
) -> None:
    written = data.draw(spread(number)).translate(script)

    assert number not in digits_of(mask(f"{before}{written}{after}"))


@settings(deadline=None)
@given(PERSONAL_NUMBERS, BEFORE, AFTER, st.data())
def test_masking_twice_changes_nothing_more(number: str, before: str, after: str, data: st.DataObject) -> None:
    once = mask(f"{before}{data.draw(spread(number))}{after}")

    assert mask(once) == once


@settings(deadline=None)
@given(st.text(alphabet="工资我叫微信号姓名是：@.-+ 0123456789零一两xX鲁B，。\n[]", max_size=80))
def test_masking_any_words_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)

    assert mask(once) == once


@settings(deadline=None)
@given(st.lists(PERSONAL_NUMBERS, min_size=2, max_size=4))
def test_of_several_numbers_none_is_left(numbers: list[str]) -> None:
    masked = digits_of(mask("，".join(f"号码{number}" for number in numbers)))

    assert [number for number in numbers if number in masked] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("身份证110101199003070038没了", "身份证[身份证号]没了", id="identity number"),
        pytest.param("11010119900307109x", "[身份证号]", id="small x as check digit"),
        pytest.param("110101 19900307 0038", "[身份证号]", id="identity number in groups"),
        pytest.param("110101199003070039", "[身份证号]", id="mistyped identity number"),
        pytest.param("110101900307003", "[身份证号]", id="15 digits"),
        pytest.param("1101011990030700385000元", "[身份证号]5000元", id="identity number run into an amount"),
        pytest.param("打我13812345678", "打我[手机号]", id="mobile"),
        pytest.param("打我+86 138-1234-5678", "打我[手机号]", id="mobile with country code"),
        pytest.param("一三八一二三四五六七八", "[手机号]", id="mobile in Chinese"),
        pytest.param("幺叁捌 幺贰叁肆 伍陆柒捌", "[手机号]", id="mobile in bank numerals"),
        pytest.param("１３８１２３４５６７８", "[手机号]", id="full width mobile"),
        pytest.param("1381234567813912345678", "[手机号][手机号]", id="two mobiles run together"),
        pytest.param("卡 6222 0212 3456 7890 128", "卡 [银行卡号]", id="card in groups"),
        pytest.param("6222021234567890", "[银行卡号]", id="mistyped card"),
        pytest.param("账号800123456789012345", "账号[号码]", id="any other long number"),
        pytest.param("电话0532-88512351", "电话[电话号码]", id="landline"),
        pytest.param("发到zhang.san@example.com吧", "发到[邮箱]吧", id="email"),
        pytest.param("加微信：zhang_san88", "加微信：[账号]", id="WeChat id"),
        pytest.param("QQ号12345678", "QQ号[账号]", id="QQ id"),
        pytest.param("车牌鲁B12345被扣", "车牌[车牌号]被扣", id="car plate"),
        pytest.param("我叫张三，在厂里上班", "我叫[姓名]，在厂里上班", id="name after a cue"),
        pytest.param("姓名：李小四 电话", "姓名：[姓名] 电话", id="name in a form"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("打12351或12333，12345也行", id="hotlines"),
        pytest.param("12351 12333 12345 12348", id="hotlines in a row"),
        pytest.param("报警110，急救120", id="emergency numbers"),
        pytest.param("月工资4200.50元，加班费1,234元", id="amounts"),
        pytest.param("一共1234567元", id="a large amount"),
        pytest.param("2026年11月21日到2027-01-02", id="dates"),
        pytest.param("二〇二六年十一月二十一日", id="a date in Chinese"),
        pytest.param("2024-03-15 2025-03-15 2026-03-15", id="dates in a row"),
        pytest.param("《民法典》第一千二百六十条、第1260条", id="article numbers"),
        pytest.param("人社部发〔2005〕12号", id="a document number"),
        pytest.param("干了2年13个月，8小时一班，一周六天", id="durations"),
        pytest.param("3月4500元、4月4800元、5月5200元", id="wages by month"),
        pytest.param("我叫他给我发工资", id="a cue that is no name"),
        pytest.param("一二三四五六七", id="counting"),
    ],
)
def test_what_the_law_and_the_union_say_stays(text: str) -> None:
    assert mask(text) == text


@settings(deadline=None)
@given(st.integers(1, 9_999_999))
def test_an_amount_stays(amount: int) -> None:
    assert mask(f"欠我{amount}元") == f"欠我{amount}元"


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"]))
def test_a_date_stays(day: date, form: str) -> None:
    assert mask(f"{day.strftime(form)}入职") == f"{day.strftime(form)}入职"


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("1" * 10_000, id="one digit"),
        pytest.param("1 " * 5_000, id="digits and spaces"),
        pytest.param("13812345678" * 900, id="mobiles without an end"),
        pytest.param("+ 13812345678，" * 700, id="mobiles with a plus"),
        pytest.param("a" * 9_999 + "@", id="an email that never comes"),
        pytest.param("a@" * 5_000, id="signs of email"),
        pytest.param("我叫" * 5_000, id="cues of names"),
        pytest.param("姓名" + " " * 9_990, id="a cue and spaces"),
        pytest.param("0532-" * 2_000, id="area codes"),
        pytest.param("鲁A" * 5_000, id="plates"),
        pytest.param("一" * 10_000, id="Chinese ones"),
    ],
)
def test_hostile_text_is_masked_and_returned(hostile: str) -> None:
    masked = mask(hostile)

    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        pytest.param("110101199003070038", True, id="right check digit"),
        pytest.param("110101199003070039", False, id="wrong check digit"),
        pytest.param("110101199002300032", False, id="no thirtieth of February"),
        pytest.param("010101199003070038", False, id="no area begins with zero"),
        pytest.param("11010119900307003", False, id="a digit short"),
    ],
)
def test_an_identity_number_has_a_birthday_and_a_check_digit(digits: str, expected: bool) -> None:
    assert is_identity_number(digits) is expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        pytest.param("110101900307003", True, id="a birthday inside"),
        pytest.param("110101901307003", False, id="no thirteenth month"),
    ],
)
def test_an_old_identity_number_has_a_birthday(digits: str, expected: bool) -> None:
    assert is_old_identity_number(digits) is expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        pytest.param("4111111111111111", True, id="the well-known test card"),
        pytest.param("4111111111111112", False, id="wrong check digit"),
        pytest.param("1111111111111117", False, id="no bank begins with one"),
        pytest.param("411111111111111", False, id="a digit short"),
    ],
)
def test_a_card_number_passes_the_luhn_check(digits: str, expected: bool) -> None:
    assert is_card_number(digits, 16) is expected
