"""年终奖和提成: prorated only where what was agreed says so; where no rule decides, that is said instead of a sum."""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import MONTHS_A_YEAR, YUAN, law, plain, yuan
from assistant.calculators.worksheet import Worksheet

_AS_AGREED = law("劳动合同法", 30)
_WAGES = law("关于工资总额组成的规定", 4)
_NO_DEDUCTION = law("劳动法", 50)
_LIMIT = law("劳动争议调解仲裁法", 27)
_HUNDRED = Decimal(100)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the line of a bonus or a commission."""
    if told.choice("agreed") == "nothing":
        sheet.is_unknown = True
        sheet.write("应给的钱", None, "法律没有规定必须发年终奖或提成，也没有规定怎么折算", _AS_AGREED)
        sheet.warn("先找依据：合同、招聘信息、制度、通知、前几年的发放记录、聊天记录。有了依据再算。")
    elif told.choice("kind") == "commission":
        _commission(told, sheet)
    else:
        _bonus(told, sheet)
    sheet.assume(
        "奖金、提成说好了就是工资的一部分，单位要按说好的足额给（《劳动合同法》第三十条，《关于工资总额组成的规定》第四条）。",
        "还在上班的，要这笔钱一般不受1年时效的限制；离开以后1年内要提出来（《劳动争议调解仲裁法》第二十七条）。",
    )


def _commission(told: Told, sheet: Worksheet) -> None:
    sales, rate = told.find_number("sales"), told.find_number("rate")
    if sales is None or rate is None:
        name, words = ("sales", "业绩（sales）") if sales is None else ("rate", "提成比例（rate）")
        raise disagree(name, f"还差{words}，业绩写 0 到 {asks.HIGHEST_SUM} 元的数，比例写 0 到 {_HUNDRED} 的数")
    if not told.says("condition_met"):
        sheet.is_unknown = True
        sheet.write("提成", None, "说好的条件（例如回款）还没有到，没有哪条法律规定这时候要给", _AS_AGREED)
        sheet.warn("离开以后条件才到的，提成还给不给，法律没有明确规定，看合同和制度怎么写。")
        return
    pay = sales * rate / _HUNDRED
    sheet.write("提成", pay, f"{yuan(sales)} × {plain(rate)}% = {yuan(pay)}", _AS_AGREED, _WAGES, _NO_DEDUCTION, payer="单位")


def _bonus(told: Told, sheet: Worksheet) -> None:
    amount, months = told.find_number("amount"), told.number("months")
    if amount is None:
        raise disagree("amount", f"还差说好的年终奖（amount），要写 0 到 {asks.HIGHEST_SUM} 元的数")
    if not told.says("condition_met"):
        sheet.is_unknown = True
        sheet.write("年终奖", None, "说好的条件（例如考核、发的时候还在职）没有到，没有哪条法律规定这时候也要给", _AS_AGREED)
        sheet.warn("离开了才没到条件的，给不给要看是谁提出离开的、活干完没有、制度合不合法，法律没有写死，可以请仲裁院定。")
    elif months == MONTHS_A_YEAR:
        sheet.write("年终奖", amount, f"干满一年，按说好的 {yuan(amount)}", _AS_AGREED, _WAGES, _NO_DEDUCTION, payer="单位")
    elif told.choice("agreed") == "prorated":
        pay = amount * months / MONTHS_A_YEAR
        formula = f"{yuan(amount)} × {plain(months)} ÷ {MONTHS_A_YEAR} = {yuan(pay)}"
        sheet.write("按月折算的年终奖", pay, formula, _AS_AGREED, _WAGES, _NO_DEDUCTION, payer="单位")
    else:
        sheet.is_unknown = True
        sheet.write("年终奖", None, "没有干满一年，说好的里面没有写能折算，法律也没有规定按月折算", _AS_AGREED)
        sheet.warn("没有规则可算，这里不给数。可以和单位商量，也可以请仲裁院按实际情况定；要准备好考核、业绩和往年发放的证据。")


ANNUAL_BONUS_OR_COMMISSION = Calculator(
    "annual_bonus_or_commission",
    "年终奖、提成",
    YUAN,
    (
        asks.choice("kind", "年终奖还是提成", "是哪一种？", ("bonus", "年终奖"), ("commission", "提成")),
        asks.choice(
            "agreed",
            "怎么说好的",
            "合同、制度或通知里怎么写的？",
            ("prorated", "写了，没干满也按月折算"),
            ("agreed", "写了要发，没写怎么折算"),
            ("nothing", "没有写，口头也没有说过"),
        ),
        asks.at_once(asks.money("amount", "说好的年终奖", "一年说好多少？", required=False, high=asks.HIGHEST_SUM)),
        asks.at_once(asks.number("months", "干了几个月", "这一年干了几个月？", "个月", Decimal(MONTHS_A_YEAR), otherwise=MONTHS_A_YEAR)),
        asks.at_once(asks.money("sales", "业绩", "算提成的业绩一共多少？", required=False, high=asks.HIGHEST_SUM)),
        asks.at_once(asks.number("rate", "提成比例", "按百分之几提成？", "%", _HUNDRED, required=False)),
        asks.yes_no("condition_met", "条件到了吗", "说好的条件（例如回款、考核、发的时候还在职）都到了吗？", otherwise=True),
    ),
    tuple(dict.fromkeys((*_AS_AGREED, *_WAGES, *_NO_DEDUCTION, *_LIMIT))),
    (),
    work,
)
