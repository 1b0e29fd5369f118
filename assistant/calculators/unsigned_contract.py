"""没签书面合同的二倍工资差额: eleven months at most, counted to the day, and how much of it is still within the limitation period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import PERIODS, add_months, last_day, safe_last_day, working_days
from assistant.calculators.values import MONTHS_A_YEAR, YUAN, Variant, cents, figure, law, legal_day, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_DOUBLE = law("劳动合同法", 82)
_WHEN = law("劳动合同法实施条例", 6, 7)
_BY_MONTH = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（二）", 6)
_RENEWAL = law("山东省劳动合同条例", 17, 57)
_LIMIT = law("劳动争议调解仲裁法", 27)
_OPEN_ENDED = law("劳动合同法", 14)
# Who was at work before the law began had a month from that day to be given a contract.
_LAW_BEGAN = legal_day(2008, 1, 1, law("劳动合同法", 97, 98))
_RENEWAL_RULE_BEGAN = legal_day(2013, 10, 1, law("山东省劳动合同条例", 62))
# The daily wage by law: monthly wage by this many paid days (also 人社部发〔2025〕2号).
PAID_DAYS = figure("21.75", law("企业职工带薪年休假实施办法", 11))
FREE_MONTHS = figure("1", law("劳动合同法", 10), _WHEN)
LIMIT_YEARS = figure("1", _LIMIT)
_ONE_DAY = timedelta(days=1)


class _Month(NamedTuple):
    """One month of double pay, from the day of the month work began; the last one may be cut short."""

    first: date
    last: date
    is_whole: bool


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of the second half of double pay."""
    began, kind, wage = told.day("start"), told.choice("kind"), told.number("monthly_wage")
    until = _until(told, sheet)
    if until < began - _ONE_DAY:
        raise disagree("start", f"用工开始的日子（start）要在 {until.isoformat()} 当天或以前，就是在签合同、离开的日子以前")
    start = max(began, _LAW_BEGAN.day)
    if start > began:
        day = start.isoformat()
        sheet.assume(f"《劳动合同法》从 {day} 起施行，以前的日子不算，从那天数起（《劳动合同法》第九十七条、第九十八条）。")
    first, last = _period(start, kind, until)
    asked = told.find_day("asked") or sheet.today
    if last < first:
        _nothing(sheet, add_months(start, FREE_MONTHS.whole), last, kind)
        return
    months = list(_months(start, first, last))
    paid = [(month, _pay(month, wage, told)) for month in months]
    in_time = [(month, pay) for month, pay in paid if _is_in_time(month.last, asked, told.find_day("claimed"))]
    _write(sheet, in_time, wage, told, kind)
    _limitation(sheet, paid, in_time, asked, told)
    sheet.assume(
        f"二倍工资的差额从 {first.isoformat()} 算到 {last.isoformat()}，已经发的一倍不再重复（《劳动合同法》第八十二条）。",
    )
    _rule(sheet, kind, start)
    _below_minimum(sheet, wage, last)
    sheet.warn(
        "单位能证明是你自己故意不签、或者因为你有大的过错没签成的，不用给；不可抗力签不了的，法律、行政法规另有规定的，也不用给（司法解释（二）第七条）。",
        "小时工（非全日制）可以口头说好，一般没有二倍工资（《劳动合同法》第六十九条）；过了退休年龄的也不按这个算。",
        "旧合同到期时在孕期、产期、哺乳期、医疗期的，因为职业病、工伤受保护的，在本单位连续干满15年、离退休又不到5年的，"
        "服务期或者工会任期没满的，合同自动往后延，不算没签（司法解释（二）第八条，《劳动合同法》第四十二条）。",
    )


def _rule(sheet: Worksheet, kind: str, start: date) -> None:
    """Say from when to when, and by which article: each kind has its own."""
    one_day = "从哪天数起，各家可能差一天。"
    if kind == "first":
        sheet.assume(
            f"从用工满1个月的第二天算起，最多11个月（《劳动合同法实施条例》第七条）。{one_day}",
            "满一年后视为已经签了无固定期限合同，以后没有二倍工资（司法解释（二）第九条）。",
        )
    elif kind == "renewal":
        sheet.assume(
            "到期续用没续签也有二倍工资，是山东的规定（《山东省劳动合同条例》第十七条、第五十七条）。",
            f"从旧合同到期满1个月的第二天算起，最多11个月（《山东省劳动合同条例》第五十七条）。{one_day}",
            "超过一年没续签的，视为已经签了无固定期限合同（《山东省劳动合同条例》第十七条），以后没有二倍工资。",
        )
        if start < _RENEWAL_RULE_BEGAN.day:
            day = _RENEWAL_RULE_BEGAN.day.isoformat()
            sheet.warn(f"山东的这条规定从 {day} 起施行，以前的日子没有算（《山东省劳动合同条例》第六十二条）。")
    else:
        sheet.assume("从该签的那天算起（《劳动合同法》第八十二条）。")
        sheet.warn(
            "先看是不是该签：在这个单位连续干满10年；或者单位第一次实行合同制、国企改制重签合同时，已经连续干满10年、离退休不到10年；"
            "或者连着签过两次固定期限合同又续签，没有严重违纪这类过错，也不是生病、不胜任干不了的。"
            "还要你提出或者同意签，不是你自己要签固定期限的（《劳动合同法》第十四条）。",
            "应签无固定期限合同而不签的，法律没有写最多几个月（《劳动合同法》第八十二条第二款），能要多久请问仲裁院或工会。",
        )


def _below_minimum(sheet: Worksheet, wage: Decimal, on: date) -> None:
    floor = sheet.find("minimum_wage_month", on)
    if floor is not None and wage < value(floor):
        sheet.rest_on(floor)
        sheet.warn(f"你写的工资比最低工资 {said(floor)} 低。上满班的，应得工资不能低于最低工资（《劳动法》第四十八条），请按应得的写。")


def _until(told: Told, sheet: Worksheet) -> date:
    """The last day without a contract: the day before it was signed, the day the job ended, or today."""
    days = [sheet.today]
    if (signed := told.find_day("signed")) is not None:
        days.append(signed - _ONE_DAY)
    if (end := told.find_day("end")) is not None:
        days.append(end)
    return min(days)


def _period(start: date, kind: str, until: date) -> tuple[date, date]:
    if kind == "open_ended":
        return start, until
    first, last = add_months(start, FREE_MONTHS.whole), min(until, add_months(start, MONTHS_A_YEAR) - _ONE_DAY)
    return (max(first, _RENEWAL_RULE_BEGAN.day), last) if kind == "renewal" else (first, last)


def _months(start: date, first: date, last: date) -> Iterator[_Month]:
    """The months of the job from *first* on; each begins on the day of *start*: after 31 January comes 28 February, then 31 March."""
    count = 0
    while (begins := add_months(start, count)) <= last:
        ends = add_months(start, count + 1) - _ONE_DAY
        if ends >= first:
            yield _Month(max(begins, first), min(ends, last), begins >= first and ends <= last)
        count += 1


def _pay(month: _Month, wage: Decimal, told: Told) -> Decimal:
    return wage if month.is_whole else min(wage, _by_days(month, wage, told))


def _by_days(month: _Month, wage: Decimal, told: Told) -> Decimal:
    return cents(wage / PAID_DAYS.value * _days(month, told))


def _days(month: _Month, told: Told) -> Decimal:
    worked = told.find_number("days_in_last_month")
    return Decimal(working_days(month.first, month.last)) if worked is None else worked


def _deadline(day: date, claimed: date | None, counted: Callable[..., date] = last_day) -> date:
    """Each month's claim has a year of its own; claiming it from the employer or an office begins the year anew."""
    deadline = counted(day, years=LIMIT_YEARS.whole)
    if claimed is not None and day <= claimed <= deadline:
        deadline = max(deadline, counted(claimed, years=LIMIT_YEARS.whole))
    return deadline


def _is_in_time(day: date, asked: date, claimed: date | None) -> bool:
    return asked <= _deadline(day, claimed)


def _write(sheet: Worksheet, paid: list[tuple[_Month, Decimal]], wage: Decimal, told: Told, kind: str) -> None:
    basis = (_DOUBLE, _RENEWAL) if kind == "renewal" else (_DOUBLE, _WHEN) if kind == "first" else (_DOUBLE, _OPEN_ENDED)
    whole = [month for month, _ in paid if month.is_whole]
    if whole:
        total = wage * len(whole)
        sheet.write(
            f"二倍工资差额（{whole[0].first.isoformat()} 到 {whole[-1].last.isoformat()}）",
            total,
            f"{yuan(wage)} × {len(whole)}个月 = {yuan(total)}",
            *basis,
            _BY_MONTH,
            payer="单位",
        )
    for month, pay in paid:
        if not month.is_whole:
            days = _days(month, told)
            once = f"{yuan(wage)} ÷ {plain(PAID_DAYS.value)} × {plain(days)}天"
            is_more = _by_days(month, wage, told) > wage
            formula = f"{once}，多过一个月工资，只算一个月：{yuan(pay)}" if is_more else f"{once} = {yuan(pay)}"
            label = f"二倍工资差额（{month.first.isoformat()} 到 {month.last.isoformat()}，不满一个月）"
            sheet.write(label, pay, formula, *basis, _BY_MONTH, PAID_DAYS.basis, payer="单位")
            if told.find_number("days_in_last_month") is None:
                sheet.assume("不满一个月的部分，实际工作日按周一到周五数，不是这样上班的请把天数写上（司法解释（二）第六条）。")


def _nothing(sheet: Worksheet, first: date, last: date, kind: str) -> None:
    if kind == "open_ended":
        sheet.write("二倍工资差额", 0, "没有该签没签的日子，没有差额，是0元", _DOUBLE)
    elif kind == "renewal" and first <= last:
        day = _RENEWAL_RULE_BEGAN.day.isoformat()
        sheet.write(
            "二倍工资差额",
            0,
            f"山东的规定从 {day} 起施行，那以前的没有（《山东省劳动合同条例》第六十二条），是0元",
            _RENEWAL_RULE_BEGAN.basis,
        )
    elif kind == "renewal":
        in_time = f"到 {first.isoformat()} 才满1个月，单位在那以前续签不算晚（《山东省劳动合同条例》第十七条），是0元"
        sheet.write("二倍工资差额", 0, in_time, _RENEWAL)
    else:
        in_time = f"到 {first.isoformat()} 才满1个月，单位在那以前签合同不算晚（《劳动合同法》第十条），是0元"
        sheet.write("二倍工资差额", 0, in_time, _WHEN, law("劳动合同法", 10))


def _limitation(
    sheet: Worksheet, paid: list[tuple[_Month, Decimal]], in_time: list[tuple[_Month, Decimal]], asked: date, told: Told
) -> None:
    everything, rest = sum((pay for _, pay in paid), Decimal(0)), sum((pay for _, pay in in_time), Decimal(0))
    end = paid[-1][0].last
    if not in_time:
        sheet.write(
            "过了时效的部分", 0, f"到 {asked.isoformat()} 都过了1年的仲裁时效（《劳动争议调解仲裁法》第二十七条），是0元", _LIMIT, PERIODS
        )
    if len(in_time) < len(paid):
        whole = everything if _is_in_time(end, asked, told.find_day("claimed")) else Decimal(0)
        sheet.variants += [Variant("时效一个月一个月地算", rest), Variant("时效从最后一天整个地算", whole)]
        sheet.warn(
            "申请仲裁的时效是1年（《劳动争议调解仲裁法》第二十七条）。"
            f"按一个月一个月算，到 {asked.isoformat()} 有 {len(paid) - len(in_time)} 个月过了时效。"
            "青岛的仲裁院怎么算，待工会确认。合计写的是少的那个。"
        )
    if in_time:
        oldest = _deadline(in_time[0][0].last, told.find_day("claimed"), safe_last_day).isoformat()
        sheet.warn(f"要尽快申请仲裁：没过时效的最早一个月，{oldest} 就到1年了（《劳动争议调解仲裁法》第二十七条），以后能要的越来越少。")


# What only the sentences name.
_NAMED = (
    *law("劳动合同法", 42, 69, 97, 98),
    *law("劳动法", 48),
    *law("山东省劳动合同条例", 62),
    *law("最高人民法院关于审理劳动争议案件适用法律问题的解释（二）", 7, 8, 9),
)
UNSIGNED_CONTRACT = Calculator(
    "unsigned_contract",
    "没签劳动合同的二倍工资差额",
    YUAN,
    (
        asks.day("start", "开始用工的日子", "哪天开始上班的？续用没续签的，写旧合同到期后的第一天；该签无固定期限合同的，写从哪天起该签。"),
        asks.money("monthly_wage", "月应得工资", "每月应得多少（扣社保和个税以前）？"),
        asks.at_once(
            asks.choice(
                "kind",
                "哪一种没签",
                "是哪一种情况？",
                ("first", "从来没签过"),
                ("renewal", "合同到期后继续干，没有续签"),
                ("open_ended", "该签无固定期限合同，单位不签"),
                otherwise="first",
            )
        ),
        asks.at_once(asks.day("signed", "补签合同的日子", "后来补签了吗？哪天签的？没签就不写。", required=False)),
        asks.at_once(asks.day("end", "离开的日子", "离开了吗？哪天离开的？还在干就不写。", required=False)),
        asks.day("asked", "申请仲裁的日子", "哪天去申请仲裁？不写就按今天算。", required=False, latest=asks.NEXT_YEAR),
        asks.day("claimed", "上次要钱的日子", "以前向单位要过这笔钱，或者去监察投诉过吗？哪天？要有证据。", required=False),
        asks.number(
            "days_in_last_month", "最后不满一个月的工作日", "最后不满一个月的那段，实际上了几天班？", "天", Decimal(31), required=False
        ),
    ),
    tuple(
        dict.fromkeys(
            (*_NAMED, *_DOUBLE, *_WHEN, *_BY_MONTH, *_RENEWAL, *_LIMIT, *_OPEN_ENDED, *PAID_DAYS.basis, *FREE_MONTHS.basis, *PERIODS)
        )
    ),
    ("minimum_wage_month",),
    work,
)
