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
_IN_FULL = law("劳动合同法", 30)
_IN_WRITING = law("劳动合同法", 10)
_MAY_AGREE = law("劳动合同法", 17)
# From how many months of contract how many months of probation are allowed at most.
TERMS = (
    (figure("36", _TERM), figure("6", _TERM)),
    (figure("12", _TERM), figure("2", _TERM)),
    (figure("3", _TERM), figure("1", _TERM)),
    (figure("0", _TERM), figure("0", _TERM)),
)
PAY_SHARE = figure("80", _PAY, _PAY_DETAIL)
_HUNDRED = Decimal(100)
_IN_TIME = "赔偿金要在1年内申请仲裁（《劳动争议调解仲裁法》第二十七条）。"


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
    if kind in ("only_probation", "unwritten"):
        _no_probation(told, sheet, kind, wage)
        return
    if kind == "fixed" and contract is None:
        if served or told.number("agreed_months"):
            raise disagree("contract_months", f"还差合同期限（contract_months），要写 0 到 {plain(asks.HIGHEST_MONTHS)} 个月的数")
        _lowest_pay(told, sheet, Decimal(0), wage)
        sheet.warn(
            "没有写合同期限，没有算试用期最长几个月。合同不满3个月的、小时工、干完一项任务为止的，不能约定试用期（《劳动合同法》第十九条、第七十条）。"
        )
        _again(told, sheet, wage)
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
        sheet.assume("超过的时间，按试用期满以后的月工资另外赔（《劳动合同法》第八十三条）。", _IN_TIME)
        _warn_of_both(told, sheet, wage)
    elif told.number("agreed_months") > most:
        sheet.warn("约定的试用期太长，超过的部分不算数。还没有干到那时候的，没有赔偿金（《劳动合同法》第八十三条）。")
    if most:
        _lowest_pay(told, sheet, min(served, most), wage)
    _again(told, sheet, wage)
    sheet.assume("试用期也要交社保。", "只签了试用期合同的，试用期不成立，那段时间就是合同期限（《劳动合同法》第十九条）。")


def _again(told: Told, sheet: Worksheet, wage: Decimal) -> None:
    """A probation agreed a second time is unlawful from its first day, however long the contract."""
    months = told.number("again_months")
    only_once = "同一个单位和同一个人只能约定一次试用期（《劳动合同法》第十九条）。"
    if not months:
        sheet.assume(only_once, "有第二次试用的，把干过的月数写上，也可以要赔偿金（《劳动合同法》第八十三条）。")
        return
    compensation = wage * months
    formula = f"{yuan(wage)} × {plain(months)}个月 = {yuan(compensation)}"
    sheet.write("第二次试用期的赔偿金", compensation, formula, _TERM, _UNLAWFUL, payer="单位")
    sheet.assume(only_once, "第二次试用的整段，都按试用期满以后的月工资另外赔（《劳动合同法》第八十三条）。", _IN_TIME)
    sheet.warn("头一次试用还没完就说好延长、加起来也没有太长的，算不算约定了两次，法律没有写明，待工会确认，可以打12333问。")
    _warn_of_both(told, sheet, wage)


def _warn_of_both(told: Told, sheet: Worksheet, wage: Decimal) -> None:
    if (paid := told.find_number("probation_wage")) is not None and paid < wage:
        sheet.warn("不该试用的那段时间，给的工资比转正后的少，差的钱能不能在赔偿金以外再要，法律没有写明，待工会确认，可以打12333问。")


def _no_probation(told: Told, sheet: Worksheet, kind: str, wage: Decimal) -> None:
    """Where there is no probation at all, the months are worked for the whole wage; whether damages are due for them is unsettled."""
    served = told.number("served_months") + told.number("again_months")
    if kind == "unwritten":
        _unwritten(sheet)
    else:
        _only_probation(told, sheet)
    sheet.write("每月该给的工资", wage, "没有试用期，按转正工资", _TERM, _IN_FULL, unit=YUAN_A_MONTH, counts=False)
    if served:
        paid = told.find_number("probation_wage")
        if paid is None:
            raise disagree("probation_wage", f"还差试用期月工资（probation_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
        less = min(paid, wage)
        missing = (wage - less) * served
        formula = f"（{yuan(wage)} − {yuan(less)}）× {plain(served)}个月 = {yuan(missing)}"
        sheet.write("按转正工资要补的差额", missing, formula, _TERM, _IN_FULL, payer="单位")
        sheet.variants += [
            Variant("按转正工资补差额", sheet.counted()),
            Variant("按违法约定试用期要赔偿金", wage * served),
        ]
        sheet.warn("这样的试用期，能不能按《劳动合同法》第八十三条要赔偿金，法律没有写明，待工会确认，可以打12333问。合计写的是少的那个。")
    floor = sheet.find("minimum_wage_month", told.find_day("month") or sheet.today)
    if floor is not None and wage < value(floor):
        sheet.rest_on(floor)
        sheet.warn(f"你写的转正工资比最低工资 {said(floor)} 低。上满班的，工资不能低于最低工资（《劳动法》第四十八条），请按应得的写。")
    sheet.assume(
        "没有试用期，单位不能拿“试用期不合格”辞退你（《劳动合同法》第三十九条）。自己辞职要提前30日书面说（《劳动合同法》第三十七条）。",
        "社保也要交。欠的工资要在离职后1年内申请仲裁（《劳动争议调解仲裁法》第二十七条）。",
    )


def _unwritten(sheet: Worksheet) -> None:
    formula = "没签书面合同，没有写下试用期和合同期限，一般不算有试用期"
    sheet.write("试用期最长", 0, formula, _IN_WRITING, _MAY_AGREE, _TERM, unit=MONTHS)
    sheet.assume(
        "没签书面合同、转正工资也没说清的，按集体合同的数；没有集体合同，同样的活拿同样的钱（《劳动合同法》第十一条），转正工资就写同岗位的。",
        "上班满1个月还没签书面合同的，从第二个月起还可以要二倍工资的差额，最多到满一年（《劳动合同法》第八十二条），用“没签劳动合同的二倍工资差额”另外算。",
        "满一年还没签的，算已经签了无固定期限合同（《劳动合同法》第十四条）。",
    )
    sheet.warn(
        "法律没有一句话写“没有书面合同就没有试用期”。这是从试用期要约定在合同里、算在合同期里推出来的"
        "（《劳动合同法》第十七条、第十九条），仲裁怎么认待工会确认。上班1个月内补签了合同的，按补签的合同算。"
    )


def _only_probation(told: Told, sheet: Worksheet) -> None:
    formula = "合同里只写了试用期，试用期不成立，写的那段时间就是合同期限"
    sheet.write("试用期最长", 0, formula, _TERM, unit=MONTHS)
    term = told.number("agreed_months") or told.find_number("contract_months")
    if term:
        sheet.write("合同期限", term, f"只写了试用期{plain(term)}个月，这{plain(term)}个月就是合同期限", _TERM, unit=MONTHS)
    sheet.assume("到期了单位不续签，或者降低条件续签你没同意的，单位要给经济补偿（《劳动合同法》第四十六条）。")
    sheet.warn(
        "合同里没写转正工资、也没说好的，按集体合同的数；没有集体合同，同样的活拿同样的钱（《劳动合同法》第十八条）。"
        "按转正工资补，是从试用期不成立推出来的，仲裁怎么认待工会确认。"
    )
    if term and told.number("served_months") > term:
        sheet.warn(
            "合同到期后接着干、没有续签的，满1个月以后还可以要二倍工资的差额（《山东省劳动合同条例》第十七条、第五十七条），"
            "用“没签劳动合同的二倍工资差额”另外算。"
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


# What only the sentences name.
_NAMED = (*law("劳动合同法", 11, 14, 18, 37, 39, 46, 82), *law("劳动法", 48), *law("山东省劳动合同条例", 17, 57))
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
                ("only_probation", "只写了试用期的合同"),
                ("unwritten", "没签书面合同"),
                otherwise="fixed",
            )
        ),
        asks.at_once(
            asks.number("contract_months", "合同期限", "合同签了几个月？一年写12，三年写36。", "个月", asks.HIGHEST_MONTHS, required=False)
        ),
        asks.money("wage", "转正后的月工资", "转正以后每月多少？"),
        asks.at_once(asks.number("agreed_months", "约定的试用期", "约定试用期几个月？", "个月", Decimal(60), otherwise=0)),
        asks.at_once(asks.number("served_months", "已经试用了几个月", "已经按试用期干了几个月？", "个月", Decimal(60), otherwise=0)),
        asks.number(
            "again_months",
            "第二次试用了几个月",
            "同一个单位又试用了一次的（走了又回来、换岗位、延长），第二次已经干了几个月？没有写0。",
            "个月",
            Decimal(60),
            otherwise=0,
        ),
        asks.at_once(asks.money("probation_wage", "试用期月工资", "试用期每月给多少？", required=False)),
        asks.money("post_lowest_wage", "同岗位最低档工资", "同样岗位最低的一档工资是多少？不知道就不写。", required=False),
        asks.day("month", "哪个月", "按哪天的最低工资比？不写就按今天。", required=False),
    ),
    tuple(
        dict.fromkeys(
            (
                *_TERM,
                *_PART_TIME,
                *PAY_SHARE.basis,
                *_UNLAWFUL,
                *_DIFFERENCE,
                *_IN_FULL,
                *_IN_WRITING,
                *_MAY_AGREE,
                *_NAMED,
                *law("劳动争议调解仲裁法", 27),
            )
        )
    ),
    ("minimum_wage_month",),
    work,
)
