"""Sums of pay: 欠薪 and deductions, the minimum, 试用期 pay. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.calculators.values import plain
from assistant.quantities import Quantity
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import MONTHLY_WAGE, NET, Wage, wage
from assistant.skills.heard import NOT_KNOWN, NUMERAL, Heard, months_of, read_number, read_price
from assistant.skills.skill import Skill

# -- 欠薪、扣钱 -------------------------------------------------------------------------------------------------------

OWED = Ask("一共欠多少", "一共欠您多少工资？写一个数就行。", "money")
_ORDERED = (
    r"(?:责令|限期|限他|限老板|限厂|改正书|指令书|整改)[^。]{0,40}(?:没给|不给|没付|还是|还没|一分没|过了|逾期)"
    r"|责令[^。]{0,20}(?:过期|到期)"
)
_DAMAGE = (
    r"(?:扣|赔)[^。]{0,40}(?:最多|能扣|扣多少|扣光|一把扣|扣完|一分不发|全扣)|(?:打|碰|弄|损|顶|撞|烧|摔|砸)(?:坏|碎"
    r"|了)[^。]{0,60}(?:扣|赔)"
)


# 7月4500没发，9月短3500: several amounts, to be added up by whoever knows them.
_OF_A_MONTH = re.compile(
    r"(?<![\d个])(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?[^，。；\d]{0,6}?(?:\d{3,6}|[一二两三四五六七八九]千)"
)


def read_unpaid(heard: Heard) -> Read:
    """Read what is owed with 加付赔偿金, or how much may be deducted (calculator `unpaid_wages`)."""
    if heard.says(_DAMAGE):
        if not heard.says(r"欠(?!条)(?![^，。]{0,3}(?:别的|其他))|没发|不欠别的") or heard.says(r"别的不欠|不欠(?:别的|其他)"):
            return _deduction(heard)
        # Two matters in one: one by one they are asked for.
        return Read(missing=OWED) if heard.reply(OWED) is None else _deduction(heard)
    owed = heard.reply(OWED)
    taken: tuple[str, ...] = ()
    says: dict[str, str] = {}
    if owed is None:
        owed = heard.figure("owed_money")
    if owed is None and (fact := heard.facts.find("owed_time")) and (pay := wage(heard, MONTHLY_WAGE)) and not fact.quantity.is_approximate:
        owed, taken = (pay.amount * months_of(fact.quantity)).quantize(Decimal("0.01")), pay.taken
        says["owed"] = f"欠{fact.words}，每月{plain(pay.amount)}元"
    if owed is None and heard.says(r"责令|限期|加付"):
        said = heard.after(r"(?:这|补|欠|是|还|给)(?:这|我|俺|的|工资|钱|是)*", heard.money())
        owed = said.value if said else None
    is_in_parts = heard.says(r"每个?月(?:都)?(?:只|少|欠|差|扣)|只发(?:了)?一半|少发") or len(_OF_A_MONTH.findall(heard.text)) > 1
    if heard.reply(OWED) is None and is_in_parts:
        owed = None
    if owed is NOT_KNOWN:
        return Read()
    if not isinstance(owed, Decimal):
        return Read(missing=OWED)
    return Read((Case("", "unpaid_wages", {"owed": f"{owed:f}", "ordered": heard.says(_ORDERED)}),), taken=taken, says=says)


def _deduction(heard: Heard) -> Read:
    month = heard.after(r"(?:应发|工资|一个月)(?:是|才|一个月|我|俺|就|的|，)*", heard.money())
    damage = heard.after(r"(?:赔|修了?|扣)(?:我|俺|了|掉|他|是)*", heard.money())
    given = heard.reply(MONTHLY_WAGE)
    amount = given if isinstance(given, Decimal) else month.value if month else heard.figure("wage", "base_wage")
    if amount is None:
        return heard.lacks(MONTHLY_WAGE)
    deducted = min(damage.value, amount) if damage else amount
    inputs = {"owed": "0", "deducted": f"{deducted:f}", "month_wage": f"{amount:f}"}
    if damage:
        return Read((Case("", "unpaid_wages", inputs),), says={"deducted": f"要扣{plain(damage.value)}元"})
    return Read((Case("", "unpaid_wages", inputs),), taken=("没说要扣多少，按一个月的工资全扣算",), says={"deducted": ""})


# -- 最低工资、试用期 --------------------------------------------------------------------------------------------------


def read_minimum(heard: Heard) -> Read:
    """Read whether pay reaches the minimum (calculator `minimum_wage`)."""
    hourly = heard.figure("hourly_wage")
    if hourly is None and (said := heard.before(r"(?:钱)?(?:/|每|一个?)(?:小时|钟头)", heard.money())):
        hourly = said.value
    if hourly is None and (bare := re.search(r"(?P<pay>\d{1,3}(?:\.\d+)?[块元]\d?)(?:钱)?(?:一|每)?个?(?:小时|钟头)", heard.text)):
        hourly = read_price(bare["pay"])
    if hourly is not None:
        hours = re.search(r"(?:一共|总共|做了|干了|上了)(?:做了|干了|上了|有)*(?P<hours>\d{1,4})个?(?:小时|钟头)", heard.text)
        inputs = {"kind": "part_time", "paid": f"{hourly:f}", "count": hours["hours"] if hours else "1"}
        return Read((Case("", "minimum_wage", inputs),), says={} if hours else {"count": ""})
    pay = wage(heard, MONTHLY_WAGE)
    if pay is None and (said := heard.after(r"(?:每个?月|一个?月|都|就|才|只)(?:都|就|才|只|给|发|开|我|俺|了)*", heard.money())):
        pay = Wage(said.value)
    # What is left after insurance says nothing of the minimum, which is counted before.
    if pay is None or (NET in pay.taken and not heard.says("应发")):
        return heard.lacks(MONTHLY_WAGE)
    replied = heard.reply(HOW_MANY_MONTHS)
    months = {one.value for one in heard.times() if one.unit == "月" and one.words not in _A_MONTH and not one.is_approximate}
    if replied is None and (len(months) > 1 or (not months and len(_MONTH_NAMED.findall(heard.text)) > 1)):
        return Read(missing=HOW_MANY_MONTHS)
    told = replied if isinstance(replied, Decimal) else next(iter(months), None)
    count = {"count": f"{told:f}"} if told is not None else {}
    beside = [one.value for one in heard.money() if _NO_WAGE.search(heard.text[: one.start]) or _NO_WAGE_AFTER.match(heard.text[one.end :])]
    if beside and heard.figure("base_wage") != pay.amount:
        count["left_out"] = f"{sum(beside, Decimal(0)):f}"
    return Read((Case("", "minimum_wage", {"paid": f"{pay.amount:f}", **count}),), taken=pay.taken)


HOW_MANY_MONTHS = Ask("这样发了几个月", "这样的工资发了几个月？写一个数就行。", "count")
_NO_WAGE = re.compile(r"(?:加班[费工资]*|夜班[费津贴补]*|津贴|补贴|高温费?|餐补)(?:是|有|给|，)*$")
_NO_WAGE_AFTER = re.compile(r"(?:元|块)?(?:钱)?(?:的|是)?(?:加班[费工]|[夜中]班[费津补]|高温[费津补]|津贴|补贴|餐补)")
_A_MONTH = frozenset({"一个月", "每个月"})
_MONTH_NAMED = re.compile(r"(?<![\d个])(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?!薪|均|工资)")
CONTRACT = Ask("合同签了多久", "劳动合同签了多久？比如 1年、3年。", "time")
SERVED = Ask("按试用期干了几个月", "按试用期的工资，一共干了几个月？", "time")
_TOO_LONG = r"赔|超|违法|太长|多试|不合法|合不合法|差多少|差我|补|低了"
AGAIN = Ask("第二次试用干了几个月", "第二次试用（延长的也算），已经干了几个月？", "time")
TRIAL_WAGE = Ask("试用期每月给多少", "试用期每月给您多少钱（扣社保以前）？", "money")
REGULAR_WAGE = Ask("转正后工资", "合同里写的转正后工资，一个月多少？", "money")
_REGULAR = r"转正(?:以?后)?(?:的)?(?:工资|月薪|薪水)?(?:每个?月|一个月|是|给|写|定|，)*"
_ON_TRIAL = r"试用期?(?:里|内|的)?(?:工资|月薪)?(?:每个?月|一个月|只|就|才|是|给|发|我|俺|写|定|，)*"


_AGREED_FOR = r"试用期?(?:是|写了?|定|约定|倒|给|俺|我|弄|了|要|，)*"
_OVER = r"(?:都|已经|全|也)(?:干|试用|试|过)?(?:完|满)|(?:干|试用|试|过)(?:完|满)了(?!\d)|刚结束"


UNWRITTEN = (
    r"(?:没|未|木)(?:有)?(?:给|跟|和)?(?:我|俺)?(?:签|订)(?:过|任何|书面|劳动|正式)*合同|合同(?:也|都|一直|还)*(?:没|未|木)(?:有)?(?:给|跟)?(?:我|俺)?(?:签|订)"
    r"|(?:没|无|木)(?:有)?(?:书面|劳动|正式)*合同(?!期限|工|里|上)|(?:啥|什么|任何)合同(?:也|都)(?:没|木)"
)
_ONLY_PROBATION = r"(?:只|光|就|单|仅)(?!是|要|剩)[^，。]{0,4}(?:签|订|写)(?!名|字)[^，。]{0,10}试用"
_PROBATION_PAPER = r"试用期?(?:合同|协议)"
_NONE_AT_ALL = ("only_probation", "unwritten")
_TASK = (
    r"(?:干|做)完[^，。]{0,14}(?:活|工程|项目|任务|订单)[^，。]{0,4}(?:结束|为止|就完|就走)|以?完成一定(?:的)?工作任务"
    r"|以(?:项目|工程|任务)为期限"
)
_PART_TIME = r"非全日制|小时工|钟点工"
_ONCE_MORE = r"(?:又|再|第二次|二次|重新)[^，。]{0,6}试用|延长?[^，。]{0,4}试用|试用期?[^，。]{0,8}(?:延长|延期|又延|再延)"
_ONCE_MORE_DONE = r"(?:又|再|第二次|二次|重新)(?:让|给|叫)?(?:我|俺)?(?:按)?(?:试用期?|延长?期?)(?:干|试)?(?:了|满了?)(?:整整)?|延长?期?了"


def read_probation(heard: Heard) -> Read:
    """Read the lowest pay of a probation, and what an unlawful one costs (calculator `probation`)."""
    regular = heard.reply(REGULAR_WAGE)
    if regular is None and (said := heard.after(_REGULAR, heard.money())):
        regular = said.value
    if regular is NOT_KNOWN:
        return Read()
    if not isinstance(regular, Decimal):
        return Read(missing=REGULAR_WAGE)
    inputs: dict[str, object] = {"wage": f"{regular:f}"}
    if trial := heard.after(_ON_TRIAL, heard.money()):
        inputs["probation_wage"] = f"{trial.value:f}"
    agreed = heard.figure("probation") or _value(heard.after(_AGREED_FOR, _spans(heard)))
    contract = _contract(heard)
    kind = _kind(heard, agreed, contract)
    if kind != "fixed":
        inputs["kind"] = kind
    if kind == "only_probation" and (term := agreed or contract) is not None:
        inputs["agreed_months"] = f"{term:f}"
    elif contract is not None:
        inputs["contract_months"] = f"{contract:f}"
        if agreed is not None:
            inputs["agreed_months"] = f"{agreed:f}"
    if heard.says(_TOO_LONG) or (kind in _NONE_AT_ALL and heard.says(r"要多少|要回")):
        return _read_excess(heard, inputs, kind, agreed)
    return Read((Case("", "probation", inputs),))


def _read_excess(heard: Heard, inputs: dict[str, object], kind: str, agreed: Decimal | None) -> Read:
    """Read how long a probation was worked that was too long, the second one, or none at all."""
    again = _again(heard)
    if heard.says(_ONCE_MORE) and not isinstance(again, Decimal):
        return heard.lacks(AGAIN)
    if isinstance(again, Decimal):
        inputs["again_months"] = f"{again:f}"
    served, is_known = _served(heard, agreed, again), "contract_months" in inputs or kind != "fixed"
    # A second probation is unlawful whatever the contract and the first one were.
    if again is None or (is_known and served is not None):
        if missing := _missing_of_excess(heard, served, is_known=is_known):
            return missing
        inputs["served_months"] = f"{served:f}"
    if kind in _NONE_AT_ALL and "probation_wage" not in inputs:
        return _with_trial_wage(heard, inputs)
    return Read((Case("", "probation", inputs),))


def _with_trial_wage(heard: Heard, inputs: dict[str, object]) -> Read:
    """Where there is no probation, what was paid is made up to the whole wage."""
    paid = heard.reply(TRIAL_WAGE)
    if not isinstance(paid, Decimal):
        return heard.lacks(TRIAL_WAGE)
    return Read((Case("", "probation", {**inputs, "probation_wage": f"{paid:f}"}),))


def _kind(heard: Heard, agreed: Decimal | None, contract: Decimal | None) -> str:
    """The kind of contract; one whose length was told is no mere probation, whatever else was signed."""
    if heard.says(r"无固定期限"):
        return "open_ended"
    is_only = heard.says(_ONLY_PROBATION) or (heard.says(_PROBATION_PAPER) and heard.says(UNWRITTEN))
    if is_only and (contract is None or agreed in (None, contract)):
        return "only_probation"
    if contract is not None or heard.reply(CONTRACT) is not None:
        return "fixed"
    of_words = (("unwritten", UNWRITTEN), ("task", _TASK), ("part_time", _PART_TIME))
    return next((kind for kind, words in of_words if heard.says(words)), "fixed")


def _again(heard: Heard) -> object | None:
    """The months worked on a second probation: replied, or told as done."""
    if (replied := heard.reply(AGAIN)) is not None:
        return replied
    return _value(heard.after(_ONCE_MORE_DONE, _spans(heard)))


def _missing_of_excess(heard: Heard, served: object, *, is_known: bool) -> Read | None:
    """What is missing to say how much too long a probation was: the contract's length, the months worked on it."""
    if NOT_KNOWN in (served, heard.reply(CONTRACT)):
        return Read()
    if not is_known:
        return Read(missing=CONTRACT)
    return None if isinstance(served, Decimal) else Read(missing=SERVED)


def _spans(heard: Heard) -> list[Quantity]:
    return [one for one in heard.times() if one.unit == "月" and not one.is_approximate]


def _contract(heard: Heard) -> Decimal | None:
    replied = heard.reply(CONTRACT)
    if isinstance(replied, Decimal):
        return replied
    return heard.figure("contract") or _value(heard.after(r"(?:合同|签)(?:的|了|就|是|写的?|期|上|，)*", _spans(heard)))


def _served(heard: Heard, agreed: Decimal | None, again: object | None) -> object | None:
    """The months worked on the first probation: replied, told, or all that was agreed where it is over."""
    if (replied := heard.reply(SERVED)) is not None:
        return replied
    if agreed is not None and heard.says(_OVER):
        return agreed
    if done := re.search(rf"(?:干|试用|试)(?:到|完|满)了?第?(?P<count>{NUMERAL})个月", heard.text):
        return read_number(done["count"])
    if again is not None:
        return None
    return _value(heard.after(r"(?:已经)?(?:干|试用|试)了", _spans(heard)))


def _value(time: Quantity | None) -> Decimal | None:
    return time.value if time else None


_HOW_MUCH = r"多少|几|差额|该?补|补我|差我|能?要"
UNPAID = Skill(
    "unpaid_wages",
    "拖欠的工资",
    frozenset(
        {
            "unpaid-wages",
            "additional-compensation",
            "wage-deduction",
            "boss-ran-away",
            "delayed-pay",
            "final-pay-on-leaving",
            "forced-resignation",
            "labour-inspection",
            "construction-wages",
        }
    ),
    re.compile(
        r"加付|多赔|再赔|赔偿金|能扣|扣多少|扣我多少|最多扣|(?:欠|拖|压)[^。]{0,40}(?:多少|几)|责令|限期|(?:一共|总共|合起来|拢共|该?跟他要|填)[^。]{0,8}(?:多少|几|总数)"
    ),
    (OWED, MONTHLY_WAGE),
    read_unpaid,
    unless=re.compile(r"年休?假"),
    named=re.compile(r"(?:欠|拖|压)[^。？?]{0,12}(?:工资|工钱|钱)[^。？?]{0,40}(?:一共|总共|合起来|合计|拢共)[^。？?]{0,8}(?:多少|几)"),
)
MINIMUM = Skill(
    "minimum_wage",
    "最低工资差额",
    frozenset({"minimum-wage", "part-time-work"}),
    re.compile(rf"最低|低不低|合不合|够不够|{_HOW_MUCH}"),
    (MONTHLY_WAGE, HOW_MANY_MONTHS),
    read_minimum,
    named=re.compile(r"最低(?:工资|标准)[^。？?]{0,12}(?:差|亏|少)[^。？?]{0,6}(?:多少|几)"),
)
PROBATION = Skill(
    "probation",
    "试用期工资",
    frozenset({"probation"}),
    re.compile(r"试[^。]{0,60}(?:工资|钱|最少|至少|多少|给|几个月|多久|多长)"),
    (REGULAR_WAGE, CONTRACT, SERVED, AGAIN, TRIAL_WAGE),
    read_probation,
    named=re.compile(r"试用期?[^。？?]{0,24}(?:最多|最长|该是?|到底)[^。？?]{0,6}(?:几个月|多久|多长)"),
)
