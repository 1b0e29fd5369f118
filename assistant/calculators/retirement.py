"""延迟退休: the month one retires, how much later than before, the flexible range, and how many years must be paid in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told
from assistant.calculators.periods import add_months
from assistant.calculators.values import DAY, MONTHS, MONTHS_A_YEAR, YEARS, Figure, figure, law, legal_day, plain
from assistant.calculators.worksheet import Worksheet

_AGES = law("国务院关于渐进式延迟法定退休年龄的办法", 1)
_MINIMUM = law("国务院关于渐进式延迟法定退休年龄的办法", 2)
_FLEXIBLE = law("国务院关于渐进式延迟法定退休年龄的办法", 3)
_PENSION = law("社会保险法", 16)
BEGAN = legal_day(2025, 1, 1, _AGES)
# Age before the reform; one month more for how many months of birth; months more at most.
KINDS: dict[str, tuple[str, Figure, Figure, Figure]] = {
    "male": ("男", figure("60", _AGES), figure("4", _AGES), figure("36", _AGES)),
    "female_55": ("女，原来五十五岁退休（一般是管理、技术岗位）", figure("55", _AGES), figure("4", _AGES), figure("36", _AGES)),
    "female_50": ("女，原来五十岁退休（一般是工人岗位）", figure("50", _AGES), figure("2", _AGES), figure("60", _AGES)),
}
FLEXIBLE_YEARS = figure("3", _FLEXIBLE)
LEAST_YEARS = figure("15", _MINIMUM, _PENSION)
MOST_LEAST_YEARS = figure("20", _MINIMUM)
RISES_FROM = legal_day(2030, 1, 1, _MINIMUM)
RISE_A_YEAR = figure("0.5", _MINIMUM)


def delay(kind: str, birth: date) -> int:
    """Return how many months later than before somebody of that kind born then retires."""
    _, age, step, most = KINDS[kind]
    before = add_months(birth, age.whole * MONTHS_A_YEAR)
    nth = (before.year - BEGAN.day.year) * MONTHS_A_YEAR + before.month - BEGAN.day.month + 1
    return min(max(0, -(-nth // step.whole)), most.whole)


def least_years(year: int) -> Decimal:
    """Return how many years must be paid in to get a pension from that year on."""
    rises = max(0, year - RISES_FROM.day.year + 1)
    return min(LEAST_YEARS.value + RISE_A_YEAR.value * rises, MOST_LEAST_YEARS.value)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of a retirement."""
    kind, birth = told.choice("kind"), told.day("birth")
    _, age, step, most = KINDS[kind]
    months = delay(kind, birth)
    before = add_months(birth, age.whole * MONTHS_A_YEAR)
    retires = add_months(birth, age.whole * MONTHS_A_YEAR + months)
    years, rest = divmod(age.whole * MONTHS_A_YEAR + months, MONTHS_A_YEAR)
    sheet.write("原来的退休时间", before, f"{birth.isoformat()} 出生，满{plain(age.value)}岁是 {before.isoformat()}", _AGES, unit=DAY)
    words = f"每{plain(step.value)}个月延1个月，最多延{plain(most.value)}个月（《国务院关于渐进式延迟法定退休年龄的办法》第一条）"
    sheet.write("延迟", months, f"从 {BEGAN.day:%Y-%m} 起{words}，{before:%Y-%m} 到龄的延{months}个月", _AGES, unit=MONTHS)
    sheet.write("法定退休时间", retires, f"满{years}岁{f'零{rest}个月' if rest else ''}，{retires:%Y-%m}", _AGES, unit=DAY)
    sheet.total = retires
    if retires >= BEGAN.day:
        _flexible(sheet, birth, before, retires)
    else:
        sheet.assume(
            "2025年以前就到年龄的，按原来的规定退，没有弹性提前和弹性延迟（《国务院关于渐进式延迟法定退休年龄的办法》第一条、第三条）。"
        )
    _paid_in(told, sheet, retires)
    sheet.assume(
        "看身份证和档案上的出生年月。档案和身份证不一样的，以人社部门认定的为准。",
        "特殊工种提前退休另有规定，这里没有算。",
    )
    if kind != "male":
        sheet.warn(
            "女职工原来哪个年龄退休看岗位（《国务院关于渐进式延迟法定退休年龄的办法》第一条分50岁、55岁），不是自己选的。拿不准请先问单位或打12333。"
        )


def _flexible(sheet: Worksheet, birth: date, before: date, retires: date) -> None:
    earliest = max(before, _months_before(birth, retires))
    latest = add_months(retires, FLEXIBLE_YEARS.whole * MONTHS_A_YEAR)
    sheet.write(
        "自愿弹性提前，最早",
        earliest,
        f"最多提前{plain(FLEXIBLE_YEARS.value)}年，不能早于原来的年龄（《国务院关于渐进式延迟法定退休年龄的办法》第三条）",
        _FLEXIBLE,
        unit=DAY,
    )
    sheet.write(
        "弹性延迟，最晚",
        latest,
        f"和单位商量好，最多再延{plain(FLEXIBLE_YEARS.value)}年（《国务院关于渐进式延迟法定退休年龄的办法》第三条）",
        _FLEXIBLE,
        unit=DAY,
    )
    sheet.assume("提前要自愿，还要交够年限；单位不能强迫你提前或延迟（《国务院关于渐进式延迟法定退休年龄的办法》第三条）。")


def _months_before(birth: date, retires: date) -> date:
    """The birthday in the month three years before, on its own day again where that month has it."""
    months = (retires.year - birth.year) * MONTHS_A_YEAR + retires.month - birth.month - FLEXIBLE_YEARS.whole * MONTHS_A_YEAR
    return add_months(birth, months)


def _paid_in(told: Told, sheet: Worksheet, retires: date) -> None:
    needed = least_years(retires.year)
    words = (
        f"{plain(LEAST_YEARS.value)}年；2030年起每年加半年，到{plain(MOST_LEAST_YEARS.value)}年为止"
        "（《国务院关于渐进式延迟法定退休年龄的办法》第二条）"
    )
    sheet.write("养老保险最少交几年", needed, f"{retires.year}年退休的要交满{plain(needed)}年：{words}", _MINIMUM, _PENSION, unit=YEARS)
    paid = told.find_number("paid_years")
    if paid is not None and paid < needed:
        missing = needed - paid
        formula = f"{plain(needed)}年 − {plain(paid)}年 = {plain(missing)}年"
        sheet.write("现在还差", missing, formula, _MINIMUM, unit=YEARS)
        sheet.warn("到退休时还不够的，可以接着交到够（《社会保险法》第十六条）。选弹性提前的，看提前的那一年要几年。")


RETIREMENT = Calculator(
    "retirement",
    "什么时候退休",
    DAY,
    (
        asks.choice("kind", "性别和原来的退休年龄", "你是哪一种？", *((key, kind[0]) for key, kind in KINDS.items())),
        asks.birthday("birth", "出生的日子", "哪年哪月哪天出生的？"),
        asks.at_once(
            asks.number("paid_years", "养老保险交了几年", "到现在养老保险一共交了几年？", "年", asks.HIGHEST_YEARS, required=False)
        ),
    ),
    tuple(dict.fromkeys((*_AGES, *_MINIMUM, *_FLEXIBLE, *_PENSION))),
    (),
    work,
    total_is="退休时间",
)
