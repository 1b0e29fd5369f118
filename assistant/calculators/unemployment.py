"""失业保险金: whether there is a right to it, for how many months at most, and how much."""

from __future__ import annotations

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told
from assistant.calculators.values import MONTHS, YUAN, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_RIGHT = law("社会保险法", 45)
_MONTHS = law("社会保险法", 46)
_AMOUNT = law("社会保险法", 47)
_AGAINST_WILL = law("实施《社会保险法》若干规定", 13)
LEAST_YEARS = figure("1", _RIGHT)
BRACKETS = (
    (figure("10", _MONTHS), figure("24", _MONTHS)),
    (figure("5", _MONTHS), figure("18", _MONTHS)),
    (figure("1", _MONTHS), figure("12", _MONTHS)),
)
LONGEST = figure("24", _MONTHS)
_OWN_WILL = ("resigned", "worker_agreed")


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of unemployment benefit."""
    years, reason = told.number("insured_years"), told.choice("reason")
    why_not = None
    if years < LEAST_YEARS.value:
        why_not = f"单位和本人交失业保险不满{plain(LEAST_YEARS.value)}年"
    elif reason in _OWN_WILL:
        why_not = "自己辞职，或自己提出来商量好离开的，不算“非因本人意愿”"
    if why_not is not None:
        none = "这一次领不了新的" if told.number("left_over_months") else "这一次领不了"
        sheet.write("失业金", 0, f"{why_not}，{none}，是0元", _RIGHT, _AGAINST_WILL)
        if years < LEAST_YEARS.value:
            _too_short(told, sheet)
        if reason == "resigned":
            sheet.warn("因为单位欠薪、不缴社保，依《劳动合同法》第三十八条走的，可以领（《实施《社会保险法》若干规定》第十三条）。")
        return
    months = next(most.value for least, most in BRACKETS if years >= least.value)
    whole = min(LONGEST.value, months + told.number("left_over_months"))
    formula = f"交了{plain(years)}年，最多{plain(months)}个月"
    if told.number("left_over_months"):
        formula += f"，加上次没领完的{plain(told.number('left_over_months'))}个月，合起来最多{plain(whole)}个月"
    sheet.write("最多领几个月", whole, formula, _MONTHS, unit=MONTHS)
    standard = sheet.take("unemployment_benefit_month", told.find_day("ended") or sheet.today)
    if standard is None:
        sheet.is_unknown = True
        sheet.warn("没有那时候的失业金标准，请打12333问。")
    else:
        total = value(standard) * whole
        sheet.write(
            "失业金最多一共", total, f"{yuan(value(standard))} × {plain(whole)}个月 = {yuan(total)}", _MONTHS, _AMOUNT, payer="基金"
        )
        sheet.assume(f"现在的标准是 {said(standard)}，以后会跟着变。")
    sheet.assume(
        "还要办失业登记、想找工作才能领（《社会保险法》第四十五条）。又上班了就停。",
        "合同到期、被辞退、有过错被开除、单位提出来商量好、依《劳动合同法》第三十八条被迫离开，都算非因本人意愿（《实施《社会保险法》若干规定》第十三条）。",
        "离退休不到1年的，领到退休为止（《国务院关于渐进式延迟法定退休年龄的办法》第七条）。",
    )


def _too_short(told: Told, sheet: Worksheet) -> None:
    """Say what is left to whom the year of contributions is missing."""
    sheet.assume("交过的时间没领过失业金的，给你留着，以后接着累计（《实施《社会保险法》若干规定》第十四条）。")
    sheet.warn("单位没给你交、社保经办机构又不能补办，害你领不了的，可以要单位赔损失（司法解释（一）第一条）。")
    if told.number("left_over_months"):
        sheet.warn("领失业金时又上班、不满一年又失业的，上次没领完的可能还能接着领，待工会确认。先打12333问。")


# What only the sentences name.
_NAMED = (
    *law("劳动合同法", 38),
    *law("实施《社会保险法》若干规定", 14),
    *law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 1),
    *law("国务院关于渐进式延迟法定退休年龄的办法", 7),
)
UNEMPLOYMENT = Calculator(
    "unemployment",
    "失业保险金",
    YUAN,
    (
        asks.number(
            "insured_years", "失业保险交了几年", "单位和你自己一共交了几年失业保险？上次领过的，从那以后算。", "年", asks.HIGHEST_YEARS
        ),
        asks.choice(
            "reason",
            "怎么离开的",
            "这份工作是怎么结束的？",
            ("dismissed", "被辞退、被开除、被裁"),
            ("expired", "合同到期"),
            ("employer_agreed", "单位提出来，双方商量好"),
            ("closed", "单位破产、关闭"),
            ("forced", "单位欠薪、不缴社保等，我被迫离开"),
            ("resigned", "我自己辞职"),
            ("worker_agreed", "我自己提出来，双方商量好"),
        ),
        asks.integer("left_over_months", "上次没领完几个月", "以前领过失业金，还有几个月没领完？", "个月", 0, LONGEST.whole, otherwise=0),
        asks.day("ended", "离开的日子", "哪天离开的？", required=False),
    ),
    tuple(dict.fromkeys((*_NAMED, *_RIGHT, *_MONTHS, *_AMOUNT, *_AGAINST_WILL))),
    ("unemployment_benefit_month",),
    work,
)
