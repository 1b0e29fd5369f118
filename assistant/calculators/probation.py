"""试用期: the longest term for a contract, the lowest pay, and what is owed where the term was unlawful."""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import MONTHS, YUAN, YUAN_A_MONTH, Variant, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_TERM = law("劳动合同法", 19)
_PART_TIME = law("劳动合同法", 70)
_PAY = law("劳动合同法", 20)
_PAY_DETAIL = law("劳动合同法实施条例", 15)
_UNLAWFUL = law("劳动合同法", 83)
_DIFFERENCE = law("劳动合同法", 85)
# From how many months of contract how many months of probation are allowed at most.
TERMS = (
    (figure("36", _TERM), figure("6", _TERM)),
    (figure("12", _TERM), figure("2", _TERM)),
    (figure("3", _TERM), figure("1", _TERM)),
    (figure("0", _TERM), figure("0", _TERM)),
)
PAY_SHARE = figure("80", _PAY, _PAY_DETAIL)
_HUNDRED = Decimal(100)


def longest(kind: str, months: Decimal) -> Decimal:
    """Return the longest lawful probation in months."""
    if kind == "open_ended":
        return TERMS[0][1].value
    if kind != "fixed":
        return TERMS[-1][1].value
    return next(most.value for least, most in TERMS if months >= least.value)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of a probation."""
    kind, contract = told.choice("kind"), told.find_number("contract_months")
    served, wage = told.number("served_months"), told.number("wage")
    if kind == "fixed" and contract is None:
        if served or told.number("agreed_months"):
            raise disagree("contract_months", f"还差合同期限（contract_months），要写 0 到 {plain(asks.HIGHEST_MONTHS)} 个月的数")
        _lowest_pay(told, sheet, Decimal(0), wage)
        sheet.warn(
            "没有写合同期限，没有算试用期最长几个月。合同不满3个月的、小时工、干完一项任务为止的，不能约定试用期（《劳动合同法》第十九条、第七十条）。"
        )
        return
    most = longest(kind, contract or Decimal(0))
    words = {"open_ended": "无固定期限合同", "task": "以完成一项任务为期限的合同", "part_time": "非全日制"}.get(
        kind
    ) or f"{plain(contract or 0)}个月的合同"
    basis = _PART_TIME if kind == "part_time" else _TERM
    sheet.write("试用期最长", most, f"{words}，试用期最多{plain(most)}个月" if most else f"{words}，不能约定试用期", basis, unit=MONTHS)
    excess = max(Decimal(0), served - most)
    if excess:
        compensation = wage * excess
        sheet.write(
            "违法试用期的赔偿金", compensation, f"{yuan(wage)} × {plain(excess)}个月 = {yuan(compensation)}", _UNLAWFUL, payer="单位"
        )
        sheet.assume(
            "超过的时间，按试用期满以后的月工资另外赔（《劳动合同法》第八十三条）。",
            "赔偿金要在1年内申请仲裁（《劳动争议调解仲裁法》第二十七条）。",
        )
        if (paid := told.find_number("probation_wage")) is not None and paid < wage:
            sheet.warn("超过的那段时间，给的工资比转正后的少，差的钱能不能在赔偿金以外再要，法律没有写明，待工会确认，可以打12333问。")
    elif told.number("agreed_months") > most:
        sheet.warn("约定的试用期太长，超过的部分不算数。还没有干到那时候的，没有赔偿金（《劳动合同法》第八十三条）。")
    if most:
        _lowest_pay(told, sheet, min(served, most), wage)
    sheet.assume(
        "同一个单位和同一个人只能约定一次试用期（《劳动合同法》第十九条）。试用期也要交社保。",
        "第二次约定的试用期整段都不合法，这里没有算，干过的月数也可以要赔偿金（《劳动合同法》第八十三条）。",
        "只签了试用期合同的，试用期不成立，那段时间就是合同期限（《劳动合同法》第十九条）。",
    )


def _lowest_pay(told: Told, sheet: Worksheet, months: Decimal, wage: Decimal) -> None:
    lowest, share = told.find_number("post_lowest_wage"), wage * PAY_SHARE.value / _HUNDRED
    base = wage if lowest is None else min(wage, lowest)
    least = base * PAY_SHARE.value / _HUNDRED
    formula = f"{yuan(base)} × {plain(PAY_SHARE.value)}% = {yuan(least)}"
    floor = sheet.find("minimum_wage_month", told.find_day("month") or sheet.today)
    if floor is None:
        sheet.warn("不知道那时候的最低工资。试用期工资也不能低于最低工资（《劳动合同法》第二十条）。")
    elif least < value(floor):
        sheet.rest_on(floor)
        least, formula = value(floor), f"{formula}，低于最低工资，按最低工资 {said(floor)}".replace(" = ", "是")
    sheet.write("试用期工资最低", least, formula, PAY_SHARE.basis, unit=YUAN_A_MONTH, counts=False)
    paid = told.find_number("probation_wage")
    if paid is not None and paid < least and months:
        missing = (least - paid) * months
        sheet.write(
            "试用期工资的差额",
            missing,
            f"（{yuan(least)} − {yuan(paid)}）× {plain(months)}个月 = {yuan(missing)}",
            _PAY,
            _DIFFERENCE,
            payer="单位",
        )
    if lowest is not None and lowest < wage and share > least:
        sheet.warn(
            "同岗位最低档工资的80%和约定工资的80%，法律写的是“或者”，一般认为够上一个就行（《劳动合同法》第二十条、《劳动合同法实施条例》第十五条）。"
            "按哪个比待工会确认，合计按低的那个比。"
        )
        if paid is not None and paid < share and months:
            more = (share - max(paid, least)) * months
            sheet.variants += [
                Variant("按同岗位最低档工资比", sheet.counted()),
                Variant("按约定工资比", sheet.counted() + more),
            ]


PROBATION = Calculator(
    "probation",
    "试用期多长、多少钱",
    YUAN,
    (
        asks.at_once(
            asks.choice(
                "kind",
                "合同种类",
                "签的是哪种合同？",
                ("fixed", "有期限的"),
                ("open_ended", "无固定期限"),
                ("task", "干完一项任务为止"),
                ("part_time", "非全日制（小时工）"),
                otherwise="fixed",
            )
        ),
        asks.at_once(
            asks.number("contract_months", "合同期限", "合同签了几个月？一年写12，三年写36。", "个月", asks.HIGHEST_MONTHS, required=False)
        ),
        asks.money("wage", "转正后的月工资", "转正以后每月多少？"),
        asks.at_once(asks.number("agreed_months", "约定的试用期", "约定试用期几个月？", "个月", Decimal(60), otherwise=0)),
        asks.at_once(asks.number("served_months", "已经试用了几个月", "已经按试用期干了几个月？", "个月", Decimal(60), otherwise=0)),
        asks.at_once(asks.money("probation_wage", "试用期月工资", "试用期每月给多少？", required=False)),
        asks.money("post_lowest_wage", "同岗位最低档工资", "同样岗位最低的一档工资是多少？不知道就不写。", required=False),
        asks.day("month", "哪个月", "按哪天的最低工资比？不写就按今天。", required=False),
    ),
    tuple(dict.fromkeys((*_TERM, *_PART_TIME, *PAY_SHARE.basis, *_UNLAWFUL, *_DIFFERENCE, *law("劳动争议调解仲裁法", 27)))),
    ("minimum_wage_month",),
    work,
)
