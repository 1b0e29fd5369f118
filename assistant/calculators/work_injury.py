"""工伤待遇: grants by grade, wages while one cannot work, monthly payments, death; all from the employer where he did not insure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import MONTHS, YUAN, YUAN_A_MONTH, Figure, Payer, cents, figure, law, legal_day, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value
from assistant.errors import InputError
from assistant.types import Citation

_LEAVE = law("工伤保险条例", 33)
_CARE = law("工伤保险条例", 34)
_SEVERE = law("工伤保险条例", 35)
_MIDDLE = law("工伤保险条例", 36)
_LIGHT = law("工伤保险条例", 37)
_DEATH = law("工伤保险条例", 39)
_UNINSURED = law("工伤保险条例", 62)
_OWN_WAGE = law("工伤保险条例", 64)
_WHICH_YEAR = law("实施《社会保险法》若干规定", 11)
_ADVANCE = law("社会保险法", 41)
_BY_FUND = law("社会保险法", 38)
_BY_EMPLOYER = law("社会保险法", 39)
_BOTH = law("劳动合同法实施条例", 23)
_SINCE = law("工伤保险条例", 67)
LAW_BEGAN = legal_day(2004, 1, 1, _SINCE)
# From this day on the articles of benefits read as they do (国务院令第586号). What they gave before stands in no text we have.
TEXT_BEGAN = legal_day(2011, 1, 1, _SEVERE, _MIDDLE, _LIGHT, _DEATH)
# Grade 1, 2, …: months of one's own wage.
GRANT_MONTHS = (
    *(figure(months, _SEVERE) for months in ("27", "25", "23", "21")),
    *(figure(months, _MIDDLE) for months in ("18", "16")),
    *(figure(months, _LIGHT) for months in ("13", "11", "9", "7")),
)
# Grade 1, 2, …: percent of one's own wage each month; from grade 7 on there is none.
MONTHLY_SHARE = (*(figure(share, _SEVERE) for share in ("90", "85", "80", "75")), *(figure(share, _MIDDLE) for share in ("70", "60")))
CARE_SHARE = {"full": figure("50", _CARE), "most": figure("40", _CARE), "part": figure("30", _CARE)}
LEAST_WAGE = figure("60", _OWN_WAGE)
MOST_WAGE = figure("300", _OWN_WAGE)
USUAL_LEAVE = figure("12", _LEAVE)
LONGEST_LEAVE = figure("24", _LEAVE)
FUNERAL_MONTHS = figure("6", _DEATH)
SPOUSE_SHARE = figure("40", _DEATH)
RELATIVE_SHARE = figure("30", _DEATH)
ALONE_SHARE = figure("10", _DEATH)
DEATH_TIMES = figure("20", _DEATH)
_LAWS = tuple(
    dict.fromkeys(
        one
        for basis in (
            _LEAVE,
            _CARE,
            _SEVERE,
            _MIDDLE,
            _LIGHT,
            _DEATH,
            _UNINSURED,
            _OWN_WAGE,
            _WHICH_YEAR,
            _ADVANCE,
            _BY_FUND,
            _BY_EMPLOYER,
            _BOTH,
            _SINCE,
        )
        for one in basis
    )
)
_FIRST_MIDDLE_GRADE = 5
_FIRST_LIGHT_GRADE = 7
_HUNDRED = Decimal(100)
_OCCUPATIONAL_EXTRA = "injury_medical_grant_occupational_extra"
_MEDICAL_GRANT = tuple(f"injury_medical_grant_months_{grade}" for grade in range(_FIRST_MIDDLE_GRADE, len(GRANT_MONTHS) + 1))


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of an injury's benefits; raises InputError for one of a day whose figures are not known."""
    _refuse_what_is_older(told)
    insured, grade = told.says("insured"), told.find_number("grade")
    wage = _own_wage(told, sheet)
    _leave(told, sheet)
    if told.choice("kind") == "death":
        _death(told, sheet, wage, "基金" if insured else "单位")
    elif grade is not None:
        _grade(told, sheet, wage, int(grade))
    elif not told.number("leave_months"):
        raise disagree(
            "grade", f"还差伤残等级（grade），要写 1 到 {len(GRANT_MONTHS)} 级的整数；还没评级的，写停工留薪几个月（leave_months）"
        )
    if told.find_day("happened") is None:
        began = TEXT_BEGAN.day.isoformat()
        sheet.assume(f"没有写哪天出的事，按 {began} 以后出的算。早于那天的，给多少可能不一样，这里算不了，请打 12333 问。")
    if not insured:
        sheet.warn("单位没给你参加工伤保险的，这些都由单位付；单位不付，可以申请工伤保险基金先付（《社会保险法》第四十一条）。")
    sheet.assume("医疗费、住院伙食费、外地就医的交通食宿费、辅助器具费另外按票据算，这里没有算（《工伤保险条例》第三十条、第三十二条）。")


def _refuse_what_is_older(told: Told) -> None:
    """Today's months and shares would be a wrong sum for an injury of before, so there is none."""
    happened, began = told.find_day("happened"), TEXT_BEGAN.day.isoformat()
    if happened is None or happened >= TEXT_BEGAN.day:
        return
    ask = "不能拿现在的标准算，请打 12333 问；日子写错了请改"
    if happened < LAW_BEGAN.day:
        first = LAW_BEGAN.day.isoformat()
        why = f"早于 {first}《工伤保险条例》施行，那天还没做完工伤认定的才按条例办（《工伤保险条例》第六十七条），给多少这里查不到"
        raise InputError("happened", f"出事的日子（happened）{why}，{ask}")
    why = f"早于 {began}，这里的几个月、几倍从那天起才是这样，以前出的事（工伤认定那时还没做完的也一样）按哪个标准、给多少，这里查不到"
    raise InputError("happened", f"出事的日子（happened）{why}，{ask}")


def _own_wage(told: Told, sheet: Worksheet) -> Decimal:
    """The average contribution wage of the twelve months before, kept between 60 % and 300 % of the local average."""
    wage, local = told.number("own_wage"), told.find_number("local_average_wage")
    sheet.assume("本人工资是受伤前12个月的平均月缴费工资，不一定是实发工资（《工伤保险条例》第六十四条）。")
    if local is None:
        sheet.warn("没有写统筹地区职工平均工资，没有比60%和300%的上下限（《工伤保险条例》第六十四条）。用哪一年、哪个口径，待工会确认。")
        return wage
    sheet.warn(
        "统筹地区职工平均工资用哪一年、哪个口径，待工会确认。受伤那年、离开那年的数不一样的，分开各算一遍（《工伤保险条例》第六十四条）。"
    )
    low, high = cents(local * LEAST_WAGE.value / _HUNDRED), cents(local * MOST_WAGE.value / _HUNDRED)
    if not low <= wage <= high:
        share = LEAST_WAGE if wage < low else MOST_WAGE
        wage = low if wage < low else high
        formula = f"{yuan(local)} × {plain(share.value)}% = {yuan(wage)}"
        sheet.write("本人工资按上下限算", wage, formula, _OWN_WAGE, unit=YUAN_A_MONTH, counts=False)
    return wage


def _leave(told: Told, sheet: Worksheet) -> None:
    months = told.number("leave_months")
    if not months:
        return
    wage = told.find_number("monthly_wage")
    if wage is None:
        raise disagree("monthly_wage", f"还差受伤前的月工资（monthly_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    pay = wage * months
    sheet.write("停工留薪期工资", pay, f"{yuan(wage)} × {plain(months)}个月 = {yuan(pay)}", _LEAVE, _BY_EMPLOYER, payer="单位")
    if months > USUAL_LEAVE.value:
        sheet.warn("停工留薪期一般不超过12个月，再长要经劳动能力鉴定委员会确认，最多再延12个月（《工伤保险条例》第三十三条）。")
    sheet.assume("停工留薪期里原来的工资福利不变；生活不能自理的，由单位派人或出钱护理（《工伤保险条例》第三十三条）。")


def _grade(told: Told, sheet: Worksheet, wage: Decimal, grade: int) -> None:
    payer: Payer = "基金" if told.says("insured") else "单位"
    months = GRANT_MONTHS[grade - 1]
    grant = wage * months.value
    formula = f"{yuan(wage)} × {plain(months.value)}个月 = {yuan(grant)}"
    sheet.write(f"一次性伤残补助金（{grade}级）", grant, formula, months.basis, _paid_by(payer), payer=payer)
    if grade < _FIRST_MIDDLE_GRADE:
        _monthly(told, sheet, wage, MONTHLY_SHARE[grade - 1], payer, _paid_by(payer))
        sheet.assume("1到4级保留劳动关系，伤残津贴按月给，不是一次给清（《工伤保险条例》第三十五条）。")
        if told.says("retired"):
            sheet.warn("办了退休手续以后，伤残津贴停发，改领养老金；养老金比伤残津贴少的，由基金补上（《工伤保险条例》第三十五条）。")
    elif grade < _FIRST_LIGHT_GRADE and not told.says("leaving"):
        _monthly(told, sheet, wage, MONTHLY_SHARE[grade - 1], "单位", _BY_EMPLOYER, "，单位安排不了合适的活才给")
        sheet.assume("5、6级先由单位安排合适的活；单位安排不了的，才按月给伤残津贴（《工伤保险条例》第三十六条）。")
    _care(told, sheet, payer)
    if told.says("leaving"):
        _on_leaving(told, sheet, grade, payer)


def _paid_by(payer: Payer) -> tuple[Citation, ...]:
    return _BY_FUND if payer == "基金" else (*_UNINSURED, *_ADVANCE)


def _monthly(told: Told, sheet: Worksheet, wage: Decimal, share: Figure, payer: Payer, by: tuple[Citation, ...], only: str = "") -> None:
    pay = wage * share.value / _HUNDRED
    formula = f"{yuan(wage)} × {plain(share.value)}% = {yuan(pay)}"
    floor = sheet.find("minimum_wage_month", told.find_day("paid_on") or sheet.today)
    if floor is not None and pay < value(floor):
        sheet.rest_on(floor)
        pay, formula = value(floor), f"{yuan(wage)} × {plain(share.value)}%，低于最低工资 {said(floor)}，补到最低工资"
    sheet.write("伤残津贴（每月）", pay, formula + only, share.basis, by, unit=YUAN_A_MONTH, payer=payer)


def _care(told: Told, sheet: Worksheet, payer: Payer) -> None:
    care, local = told.choice("care"), told.find_number("local_average_wage")
    if care == "none":
        return
    share = CARE_SHARE[care]
    if local is None:
        formula = f"统筹地区上年度职工月平均工资的{plain(share.value)}%，平均工资没有写"
        sheet.write("生活护理费（每月）", None, formula, share.basis, _paid_by(payer), unit=YUAN_A_MONTH, payer=payer)
        return
    pay = local * share.value / _HUNDRED
    sheet.write(
        "生活护理费（每月）",
        pay,
        f"{yuan(local)} × {plain(share.value)}% = {yuan(pay)}",
        share.basis,
        _paid_by(payer),
        unit=YUAN_A_MONTH,
        payer=payer,
    )


def _on_leaving(told: Told, sheet: Worksheet, grade: int, payer: Payer) -> None:
    if grade < _FIRST_MIDDLE_GRADE:
        sheet.warn("1到4级保留劳动关系、退出岗位，没有解除合同时的两项补助金（《工伤保险条例》第三十五条）。")
        return
    basis = _MIDDLE if grade < _FIRST_LIGHT_GRADE else _LIGHT
    if told.says("retired"):
        sheet.warn(
            "达到退休年龄或办了退休的，不给一次性工伤医疗补助金（山东的办法，是转引，《工伤保险条例》第三十六、三十七条交给省里定）。"
        )
    else:
        _medical_grant(told, sheet, grade, payer)
    sheet.write("一次性伤残就业补助金", None, "由单位付，月数由省里定，没有查到来源，这里不算", basis, _BY_EMPLOYER, payer="单位")
    sheet.warn("一次性伤残就业补助金给几个月，待工会确认。这一项由单位付，别漏掉。")
    sheet.assume(
        "5、6级要自己提出来解除才有这两项；7到10级合同到期终止，或自己提出来解除就有（《工伤保险条例》第三十六条、第三十七条）。",
        "合同到期终止的，经济补偿和这两项补助金可以同时拿（《劳动合同法实施条例》第二十三条）。",
    )


def _medical_grant(told: Told, sheet: Worksheet, grade: int, payer: Payer) -> None:
    found = sheet.take(f"injury_medical_grant_months_{grade}", sheet.today)
    basis = _MIDDLE if grade < _FIRST_LIGHT_GRADE else _LIGHT
    if found is None:
        sheet.write("一次性工伤医疗补助金", None, "月数由省里定，没有查到，这里不算", basis, payer=payer)
        return
    months, words = value(found), f"{plain(value(found))}个月"
    if told.says("occupational_disease"):
        extra = sheet.take(_OCCUPATIONAL_EXTRA, sheet.today)
        if extra is not None:
            months += months * value(extra) / _HUNDRED
            words = f"{plain(months)}个月（职业病加{said(extra)}）"
    local = told.find_number("local_average_wage")
    if local is None:
        sheet.write(
            "一次性工伤医疗补助金",
            None,
            f"统筹地区上年度职工月平均工资 × {words}，平均工资没有写，算不了",
            basis,
            _paid_by(payer),
            _BOTH,
            payer=payer,
        )
        sheet.write("一次性工伤医疗补助金的月数", months, words, basis, unit=MONTHS, payer=payer)
        return
    grant = local * months
    sheet.write(
        "一次性工伤医疗补助金", grant, f"{yuan(local)} × {plain(months)}个月 = {yuan(grant)}", basis, _paid_by(payer), _BOTH, payer=payer
    )


def _death(told: Told, sheet: Worksheet, wage: Decimal, payer: Payer) -> None:
    happened = told.find_day("happened")
    if happened is None:
        raise disagree("happened", "还差出事的日子（happened），要写 1980-01-01 到今天的日子")
    _death_grant(told, sheet, happened, payer)
    _funeral(told, sheet, payer)
    _relatives(told, sheet, wage, payer)


def _death_grant(told: Told, sheet: Worksheet, happened: date, payer: Payer) -> None:
    grade = told.find_number("grade")
    sheet.assume(
        "停工留薪期里因为这个伤去世的，和当场去世的一样；评了1到4级、停工留薪期满以后去世的，"
        "只有丧葬补助金和抚恤金，没有一次性工亡补助金（《工伤保险条例》第三十九条）。"
    )
    if grade is not None and grade < _FIRST_MIDDLE_GRADE:
        words = "评了1到4级、停工留薪期满以后去世的没有（《工伤保险条例》第三十九条），是0元。停工留薪期里去世的，等级不写，再算一遍"
        sheet.write("一次性工亡补助金", 0, words, _DEATH, payer=payer)
        return
    if grade is not None:
        sheet.warn("评了5到10级的，停工留薪期里因为这个伤去世才有这些（《工伤保险条例》第三十九条）。")
    grant = sheet.take("death_grant", happened)
    if grant is None:
        formula = f"上一年度全国城镇居民人均可支配收入的{plain(DEATH_TIMES.value)}倍，{happened.year - 1} 年的数没有，算不了"
        sheet.write("一次性工亡补助金", None, formula, _DEATH, _WHICH_YEAR, _paid_by(payer), payer=payer)
    else:
        base = value(grant) / DEATH_TIMES.value
        formula = f"{yuan(base)} × {plain(DEATH_TIMES.value)}倍 = {yuan(value(grant))}"
        sheet.write("一次性工亡补助金", value(grant), formula, _DEATH, _WHICH_YEAR, _paid_by(payer), payer=payer)


def _relatives(told: Told, sheet: Worksheet, wage: Decimal, payer: Payer) -> None:
    shares = [SPOUSE_SHARE.value] if told.says("spouse") else []
    shares += [RELATIVE_SHARE.value] * told.whole("relatives")
    shares += [RELATIVE_SHARE.value + ALONE_SHARE.value] * told.whole("alone")
    if shares:
        share = sum(shares, Decimal(0))
        pay = wage * min(share, _HUNDRED) / _HUNDRED
        parts = " + ".join(f"{plain(one)}%" for one in shares)
        formula = f"{yuan(wage)} × （{parts}）= {yuan(pay)}" if share <= _HUNDRED else f"{parts} 加起来超过本人工资，按本人工资 {yuan(pay)}"
        sheet.write("供养亲属抚恤金（每月，全家）", pay, formula, _DEATH, _paid_by(payer), unit=YUAN_A_MONTH, payer=payer)
        sheet.assume("要靠死者养活、自己没有劳动能力的亲属才有抚恤金（《工伤保险条例》第三十九条）。")


def _funeral(told: Told, sheet: Worksheet, payer: Payer) -> None:
    local, months = told.find_number("local_average_wage"), FUNERAL_MONTHS.value
    if local is None:
        formula = f"统筹地区上年度职工月平均工资 × {plain(months)}个月，平均工资没有写，算不了"
        sheet.write("丧葬补助金", None, formula, _DEATH, _paid_by(payer), payer=payer)
        return
    sheet.write(
        "丧葬补助金", local * months, f"{yuan(local)} × {plain(months)}个月 = {yuan(local * months)}", _DEATH, _paid_by(payer), payer=payer
    )


# What only the sentences name.
_NAMED = law("工伤保险条例", 30, 32)
WORK_INJURY = Calculator(
    "work_injury",
    "工伤待遇",
    YUAN,
    (
        asks.at_once(
            asks.choice("kind", "受伤还是死亡", "是哪一种？", ("injury", "受伤或职业病"), ("death", "因工死亡"), otherwise="injury")
        ),
        asks.money("own_wage", "本人工资", "受伤前12个月，社保缴费的月工资平均多少？没参保的写月工资。"),
        asks.at_once(asks.integer("grade", "伤残等级", "评了几级？还没评就不写。", "级", 1, len(GRANT_MONTHS), required=False)),
        asks.at_once(asks.yes_no("insured", "参加工伤保险", "单位给你参加工伤保险了吗？", otherwise=True)),
        asks.at_once(asks.number("leave_months", "停工留薪几个月", "停工治疗了几个月？", "个月", LONGEST_LEAVE.value, otherwise=0)),
        asks.money("monthly_wage", "受伤前的月工资", "受伤前每月应得多少？", required=False),
        asks.at_once(asks.yes_no("leaving", "解除合同", "合同解除或到期了吗？")),
        asks.yes_no("occupational_disease", "职业病", "是职业病吗？"),
        asks.yes_no("retired", "退休", "达到退休年龄或办了退休吗？"),
        asks.choice(
            "care",
            "生活护理",
            "鉴定委员会确认要护理吗？",
            ("none", "不用"),
            ("full", "完全不能自理"),
            ("most", "大部分不能自理"),
            ("part", "部分不能自理"),
            otherwise="none",
        ),
        asks.money(
            "local_average_wage", "统筹地区平均工资", "统筹地区上年度职工月平均工资，社保局说的数。不知道就不写。", required=False, low=1
        ),
        asks.at_once(
            asks.day("happened", "出事的日子", "哪天出的事？职业病写诊断出来的那天。2011年以前的这里算不了，打 12333 问。", required=False)
        ),
        asks.day("paid_on", "哪天的最低工资", "按哪天的最低工资比？不写就按今天。", required=False),
        asks.yes_no("spouse", "配偶", "有靠死者养活、没有劳动能力的配偶吗？"),
        asks.integer("relatives", "其他亲属", "这样的其他亲属有几个？孤儿、孤寡老人不算在这里。", "个", 0, 20, otherwise=0),
        asks.integer("alone", "孤儿和孤寡老人", "另外，这样的孤儿、孤寡老人有几个？", "个", 0, 20, otherwise=0),
    ),
    (*_LAWS, *_NAMED),
    ("minimum_wage_month", "death_grant", _OCCUPATIONAL_EXTRA, *_MEDICAL_GRANT),
    work,
)
