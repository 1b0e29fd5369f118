"""What a quantity in a worker's words is about, told by the words around it: a wage, what is owed, a grade, time at work. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.quantities import Quantity, Unit
from assistant.types import FactRole

_LONGEST_CONTEXT = 26
_YOUNGEST_WORKER = 10

_TIME: frozenset[Unit] = frozenset({"月", "日"})
_MONTHS: frozenset[Unit] = frozenset({"月"})
_DAYS: frozenset[Unit] = frozenset({"日"})
_YUAN: frozenset[Unit] = frozenset({"元"})
_YEARS_OLD: frozenset[Unit] = frozenset({"岁"})
_GRADES: frozenset[Unit] = frozenset({"级"})
_HOURS: frozenset[Unit] = frozenset({"小时"})

# Words that may stand between a word that says what a figure is about and the figure.
_HAS = r"(?:也|都|就|才|已经|一共|总共|拢共|共|整整|整|足足|正好|刚好|刚|有|是|了|过|得|满|够|快|只|到现在|现在|大概|差不多|上下)*"
_HAS_STILL = rf"{_HAS}[， ]?{_HAS}"
_ME = r"(?:我们|俺们|咱们|咱|我|俺|他们|他|她|人家)?(?:媳妇|对象|老婆|老公|家里?人|爸|妈|哥|弟|姐|妹)?"
WORKED = (
    r"(?:干|做|工作|上班|待|呆|打工|务工|任职|在职|就职|入职|进厂|进公司|来厂|来公司|当班|来这(?:里|儿|家|边|个?厂|个?公司)|站柜台|开车|跑车|跑外卖"
    r"|送外卖|送快递|看大门|扫地|烧锅炉)"
)
_PLACE = r"(?:厂|公司|单位|店|工地|饭店|酒店|超市|学校|医院|车间|物业|饭馆|地方)(?:里|子)?"
_AT_WORK = rf"在(?:这|本|咱|俺|我们|现在|同一)?(?:一|个|家|的)*{_PLACE}"
_HERE = r"(?:本单位|这个?厂|这家|这个?公司|这个?单位|本厂|本公司)"
_PAY = r"(?:工资|工钱|薪水|薪资|薪|钱|血汗钱|加班费|提成)"
_MONTHLY = r"(?:一个?月|每个?月|每月|月)"
_DAILY = r"(?:一天|每天|天天|每日)"
_WEEKLY = r"(?:一周|每周|一个?星期|每个?星期|一个?礼拜|每个?礼拜)"
_RESTS = r"(?:只|就|才|能|给|让|总共|一共|我们|俺们|我|俺|最多|也就|可以)*(?:休息|休|歇|放假|放)(?:假|班|个|了)?"
_OWES = rf"(?:拖欠|欠|(?<!血)压)(?:着|了)?{_ME}(?:的)?(?:{_PAY}|的)*"
_NOT_GIVEN = r"(?:都|就|也|还|一直|了|，| )*(?:没|不|未|木)(?:有)?(?:给|发|开|结|见)"
_NOT_BEFORE = r"(?<!没)(?<!没有)(?<!不)"
_INSURANCE = r"(?:社保|失业(?:保险|金|险)?|五险一金|五险|保险)"
_LEFT = r"(?:离职|辞职|辞退|开除|解雇|被裁|失业|不干|(?<![带拿早])走)"
_SIGNED = r"(?:签|订)(?:过|劳动|书面|正式|的)*合同"
_WAGE = r"(?:月薪|月工资|月收入|月均|平均|工资|薪水|薪资|收入|到手|税前|税后|实发|应发)"
_IS_PAID = (
    r"(?:的|平均|工资|收入|就|能|给|开|发|挣|拿|到手|实发|应发|说好|讲好|谈好|谈的|定的?|税前|税后|我|俺|才|也就|大概|，|一个?月|每月)*"
)
# Amounts that are no wage and nothing owed.
_OTHER_MONEY = (
    r"(?:扣|罚|押金|赔|补|交|垫|花|借|最低工资(?:标准)?|加班费|补贴|社保|奖金|提成|全勤奖?|餐补|房补|饭费)(?:了|掉|着|我|俺|是|钱|工资|的)*"
)
_OTHER_TIME = (
    r"服务期(?:是|定|约定|签|写|了|要)*|竞业(?:限制)?(?:期|是|了|要|协议|签)*|(?:病假|医疗期|产假|年假|事假)(?:是|有|给|休|了|只|就)*"
)
_OTHER_GRADE = (
    r"(?:残疾证|残疾人证|智力|肢体|听力|视力|强度|第|高温|风力|台风|职称|技能|技工|钳工|电工|焊工|信用|劳动强度)(?:是|等级|证|残疾|为)*"
)
_GRADED = (
    r"(?:鉴定|评|定|判|伤残|工伤|等级|评定|评残|评上|致残)"
    r"(?:结果|出来|下来|结论|书|了|的|是|为|上|个|成|到|伤残|等级|劳动能力|工伤|，)*"
)

# Whose time or money it is not: the employer's, and a colleague's beside one's own.
_SOMEBODY_ELSE = re.compile(
    r"(?:老板|领导|厂长|经理|老总|主管|同事|别人|旁人|新来的)(?:他|自己|家|们|的)*"
    rf"(?:{_MONTHLY}|月薪|工资|都|也|才|就|在这?[厂里公司]*|今年|{WORKED}|拿|挣|收入|了|过)*$"
)
# What was said to be wrong, has not come about, or is only a part: 不是三年, 再干两年, 干满十年才有, 八月上了半个月班, 回来又干了俩月.
_NOT_YET = r"(?:再|还要|还得|还能|还想|多|必须|得|要求|需要|需|要|最少|至少|如果不|只能|答应)"
_NOT_SO = re.compile(
    rf"不是$|{_NOT_YET}(?:我|俺|再|在这)*(?:{WORKED}|交|缴)?(?:够|满|到|上)?$"
    r"|还(?:有|差|剩|得)(?:不到)?$|(?:离|距).{0,8}$|(?<![已都刚才快了干做活班作])满$|一待$"
    rf"|(?:回来|回去|复工|返岗)(?:后|以后|又|就|才|上班)*(?:{WORKED})(?:了)?$|各(?:{WORKED})(?:了|过)?$"
    rf"|[\d一二三四五六七八九十]月份?(?:我|俺|只|就|才|一共|总共|里)*(?:{WORKED}|上)(?:了)?$"
)
# 干满十年才有 is a rule; 我在这干满三年，… is told.
_FULL = re.compile(rf"(?:{WORKED}|交|缴)(?:满|够|到)$")
_IF = re.compile(r"如果|要是|假如|假设|只要|万一|等")
_THEN = re.compile(r"^(?:多|以上|以后|之后|的)*(?:才|就|可以|能|的话|必须|方可|，(?:才|就))|^以上")
_COME_TRUE = re.compile(r"^(?:了|多了)")
# After a time that is not all of it something else came: 干了一个月才查出来.
_AFTERWARDS = re.compile(r"^(?:班|活)?(?:(?:以后|之后|后)(?!被|辞|让|，|,|老板|公司|厂|单位)|才(?!被|辞|让|走|发现|知道|想起|明白))")
_FULL_STOP = re.compile(r"[。；！？;!?\n]")
# 一个月五千, 一天干十个小时: not a time but how often.
_HOW_OFTEN = frozenset({"一个月", "一天", "一年", "一周", "一个星期", "一个礼拜"})
_PER = re.compile(
    r"^(?:就|才|只|能|给|开|发|挣|拿|到手|大概|平均|也就|要|得|都|让|我|俺|工资|休息?|歇|干|上班?|加班?|站|管|顶多|总共|说好|讲好)*\s*"
    r"(?:快|将近|不到)?[\d一二两三四五六七八九十俩仨](?!签)"
)
# Less than a year: 没干满一年. Work somewhere else before: 之前在别处干过六年.
SHORT_OF = re.compile(rf"(?:没|没有|还没){WORKED}(?:满|够|到)$")
ELSEWHERE = re.compile(
    r"(?:别的|别处|别家|上一?家|前一?家|前东家|老东家|老家|外地|另一家|头一家)[^，。；]{0,12}$"
    r"|(?:以前|之前|先前|早年|早先|再往前|前面|前头|原先)(?![^，。；]{0,4}(?:这|本|厂里))[^，。；]{0,12}$"
)
# A new post in the same job: 调去看库房，干了一个月 is no time with the employer.
_MOVED = re.compile(r"调(?:去|到|我|俺|岗)|换岗|(?:挪|换|派)(?:去|到)|让(?:我|俺)去|安排(?:我|俺)?去|给(?:我|俺)(?:排|派|换|调)")
_LONGEST_MOVE = 45
AGO = re.compile(r"^(?:多)?(?:以前|之前|前)(?:就|才|我|俺)*")


class _Rule(NamedTuple):
    """What a quantity in one of *units* is about where it stands between *before* and *after*; None where that is nothing we keep."""

    role: FactRole | None
    units: frozenset[Unit]
    before: re.Pattern[str]
    after: re.Pattern[str]


def _rule(role: FactRole | None, units: frozenset[Unit], before: str = "", after: str = "") -> _Rule:
    return _Rule(role, units, re.compile(rf"(?:{before})$"), re.compile(rf"^(?:{after})"))


# The first that fits counts.
_OWED_RULES = (
    _rule("owed_time", _MONTHS, rf"{_OWES}{_HAS_STILL}|{_PAY}(?:被|一直|已经|都|又)*(?:拖|欠|压)(?:欠|着|了|{_ME})*{_HAS_STILL}"),
    _rule("owed_time", _MONTHS, "", rf"(?:的)?{_PAY}?{_NOT_GIVEN}(?:给|过|着|到|我|俺|们|一分|上)*(?:{_PAY}|开支|支|$|，|。|了)"),
    _rule("owed_time", _MONTHS, rf"{_ME}{_NOT_GIVEN}(?:给|我|俺|{_PAY})*{_HAS_STILL}", rf"(?:的)?(?:{_PAY}|了|$|，|。)"),
    _rule("owed_time", _MONTHS, rf"{_PAY}{_HAS}", r"(?:多)?(?:都|就|也|还|一直|了)*(?:没|不)(?:给|发|开|结)"),
    _rule(
        "owed_money", _YUAN, rf"{_OWES}{_HAS_STILL}|(?:{_PAY}|剩)(?:还|一共|总共|共)*(?:差|欠|剩){_ME}{_HAS}|(?:白条|欠条)上?(?:写的?|是)*"
    ),
    _rule("owed_money", _YUAN, "", rf"(?:的)?{_PAY}?(?:都|就|也|还|一直)*(?:没|不|未)(?:给|发|结|付)(?!过)"),
)
_WAGE_RULES = (
    _rule(None, _YUAN, _OTHER_MONEY),
    _rule(None, _YUAN, r"(?:每|一)(?:件|单|斤|米|平|趟|袋|箱|车)(?:是|给|才|就)*"),
    _rule("base_wage", _YUAN, rf"(?:底薪|基本工资|保底工资?|合同工资|合同上?写的?(?:工资)?)(?:是|写|按|给|定)*{_HAS}{_MONTHLY}?"),
    _rule("yearly_wage", _YUAN, rf"(?:年薪|一年|年收入|每年)(?:能|给|挣|拿|开|到手)*{_HAS}"),
    _rule("daily_wage", _YUAN, rf"(?:日薪|日工资|{_DAILY}|一日|一个工|一工|天)(?:的工资|工资|说好|讲好|给|开|挣|能|我|俺|发)*{_HAS}"),
    _rule("daily_wage", _YUAN, "", r"(?:钱)?(?:/|每|一)(?:天|个?工(?!资)|日)"),
    _rule("hourly_wage", _YUAN, rf"(?:时薪|小时工[资价]|(?:一|每)个?小时|一个?钟头|一个?钟)(?:的工资|工资|给|开|挣|才)*{_HAS}"),
    _rule("hourly_wage", _YUAN, "", r"(?:钱)?(?:/|每|一)个?(?:小时|钟头|钟)"),
    _rule("wage", _YUAN, "", r"(?:钱)?(?:的)?(?:(?:/|每|一)个?月|月薪|月工资|工资(?!表|条|卡|没|不|都))"),
    _rule("wage", _YUAN, rf"(?:降|减|涨|调|改)(?:薪)?(?:到|成|为)(?:了)?|(?:{_MONTHLY}|{_WAGE}){_IS_PAID}{_HAS}"),
)
_CONTRACT_RULES = (
    _rule(None, _TIME, _OTHER_TIME),
    _rule("probation", _TIME, r"(?<!考)试用(?:期)?(?:定|写|约定|签|说好|给|要|说|是|的|长达|有|先|了|就)*"),
    _rule("probation", _TIME, "", r"(?:的)?试用"),
    _rule(
        "contract",
        _TIME,
        r"(?:签|订|定|续|续签)(?:的|了|过)*(?:是|个|一份|份)*(?:劳动)?(?:合同)?(?:期限?)?(?:是|写的?)*",
        r"(?:的|期|期限的?|固定期限的?|固定|书面)*(?:劳动|用工)?合同",
    ),
    _rule(
        "contract",
        _TIME,
        r"(?<!没签)(?<!不签)(?<!没有签)(?<!没订)合同(?:期限?|签|订|写|定|一签|上|里)(?:的|了|是|就|为|写|期|限)*",
        r"(?!内|里|不准|不许|不能|不得)",
    ),
    _rule("contract", _TIME, r"合同(?:是)?", r"一签|的(?:期限|$|，|。)"),
)
_INSURANCE_RULES = (
    _rule("pension_paid", _TIME, rf"养老(?:保险|金)?(?:交|缴|上)?{_HAS}(?:交|缴|累计)*{_HAS}"),
    _rule("insured", _TIME, rf"{_INSURANCE}{_HAS}(?:累计)?(?:交|缴|上|参)(?:费)?{_HAS}"),
    _rule("insured", _TIME, rf"{_NOT_BEFORE}(?:交|缴|上)(?:的)?{_INSURANCE}(?:交|缴)?{_HAS}"),
    _rule("insured", _TIME, rf"{_NOT_BEFORE}(?:交|缴)(?:费)?{_HAS}", rf"(?:的)?{_INSURANCE}"),
)
_BODY_RULES = (
    _rule("pregnant", _TIME, rf"(?:怀孕|怀了?|孕期?|身孕|怀上|怀二胎|怀三胎){_HAS}"),
    _rule("pregnant", _TIME, "", r"(?:的|大的?)?(?:身孕|孕|肚子)"),
    _rule("child_age", _TIME | _YEARS_OLD, rf"(?:孩子|娃儿?|宝宝|小孩|儿子|闺女|女儿|老[大二三])(?:还|没|今年|不到)*{_HAS}"),
    _rule("child_age", _YEARS_OLD, "", r"(?:的|多的)?(?:孩子|娃|男孩|女孩|小孩|闺女|儿子)"),
    _rule("since_birth", _TIME, rf"(?:产后|生完(?:孩子|娃)?|生了(?:孩子|娃)|坐月子|剖完){_HAS}"),
    _rule("since_injury", _TIME, rf"(?:受伤|工伤|摔伤|砸伤|压伤|骨折|出事){_HAS}", r"(?:多)?(?:了|，|。|$|还没|都没|没)"),
    _rule("since_end", _TIME, rf"{_LEFT}(?:我|俺)?(?:都|已经|快|有|了|也|才|刚|满)*", r"(?:多)?(?:了|，|。|$|还没|都没|没|工资)"),
    _rule(None, _YEARS_OLD, r"(?:满|年满|到|过)(?:了)?", r"才|就能|就可以|可以|能|以|的才"),
    _rule(None, _YEARS_OLD, "", r"(?:就|才)?退休(?!了)|的(?:退休|年龄)|还?(?:差|不到|没到|没满)"),
    _rule("age", _YEARS_OLD),
    _rule(None, _GRADES, _OTHER_GRADE),
    _rule("grade", _GRADES, _GRADED),
    _rule("grade", _GRADES, "", r"(?:的)?(?:伤残|工伤|残)"),
)
_HOURS_RULES = (
    _rule("overtime_a_day", _HOURS, rf"{_DAILY}(?:都|要|得|还|再|额外|让我)*(?:加班|加)(?:到|班|个|了)*{_HAS}"),
    _rule("overtime_a_month", _HOURS, rf"{_MONTHLY}(?:都|要|得|让我|总共|一共|平均)*(?:加班|加)(?:到|班|个|了)*{_HAS}"),
    _rule("hours_a_week", _HOURS, rf"{_WEEKLY}(?:都|要|得|上|干|工作|上班)*(?:班)?{_HAS}"),
    _rule(
        "hours_a_day",
        _HOURS,
        rf"(?:{_DAILY}|一个班|一班|每班)(?:都|要|得|上|干|站|让我|让俺|工作|上班|活|班|最少|至少|平均|给|我|俺|坐|开车)*{_HAS}",
    ),
    _rule("hours_a_day", _HOURS, "", r"(?:一|一个|的)(?:班|天)|(?:倒|轮|两班|白班|夜班)"),
    _rule("rest_a_month", _DAYS, rf"{_MONTHLY}{_RESTS}{_HAS}"),
    _rule("rest_a_week", _DAYS, rf"{_WEEKLY}{_RESTS}{_HAS}"),
    _rule("days_a_week", _DAYS, rf"{_WEEKLY}(?:要|得|都|让我|我)*(?:上|干|工作|上班)(?:满|够)?{_HAS}"),
    _rule("days_a_month", _DAYS, rf"{_MONTHLY}(?:要|得|都|让我|我|俺|得)*(?:上|干|工作|上班|出勤)(?:满|够)?{_HAS}"),
    _rule("days_a_month", _DAYS, _MONTHLY, r"班|，|$"),
)
_SERVICE_RULES = (
    _rule("total_service", _TIME, rf"(?:总工龄|累计工龄|参加工作|工龄(?:加|合)起来){_HAS}"),
    _rule("total_service", _TIME, rf"(?:累计|加起来|合起来|几家|几个厂){_HAS}{WORKED}{_HAS}"),
    _rule("service", _TIME, rf"{_HERE}(?:里|的)*(?:工龄|连续工龄){_HAS}"),
    _rule("seniority", _TIME, rf"工龄{_HAS}"),
    _rule(None, _TIME, rf"{WORKED}(?:了|过)?", r"(?:多)?的(?:老师傅|师傅|同事)"),
    _rule("seniority", _TIME, "", r"(?:多)?(?:的)?(?:工龄|老员工|老职工|老工人)"),
    _rule("seniority", _TIME, rf"(?:一共|总共|拢共|前前后后|前后){_HAS}{WORKED}(?:活|工)?{_HAS}"),
    _rule("service", _TIME, rf"(?:没|没有|还没){WORKED}(?:满|够|到)|{WORKED}(?:了)?(?:不满|不到|没满|没到)"),
    _rule("service", _TIME, rf"{WORKED}(?:活儿?|工|班|到)?{_HAS}|{_AT_WORK}{WORKED}?(?:活|了)?{_HAS}"),
    _rule("service", _TIME, "当(?:了|过)", r"(?:的|多)*(?!工会|班长|组长|小组长|主席|委员|主任|队长)"),
    _rule("service", _TIME, r"上(?:了|过)?", r"(?:的|多)*(?:班|夜班)"),
    _rule("service", _TIME, rf"没(?:有)?(?:给我?|跟我)?{_SIGNED}{_HAS_STILL}", r"(?:多)?(?:了|，|。|$)"),
    _rule("service", _TIME, "", r"(?:多)?(?:了)?(?:都|也|还|一直|，|我|从来|从)*(?:没|不|未)(?:有)?(?:给我?|跟我|和我)?(?:签|订)"),
    _rule("contract", _TIME, "", r"(?:的)?(?:固定期限)?(?:劳动)?合同(?!正好|刚好|怎么|没|还没)"),
    _rule("service", _TIME, "", r"(?:多)?(?:的)?(?:保安|保洁|司机|工人|学徒|服务员|导购|(?:大|货|出租|挂)?车(?!间))"),
)
_RULES = (*_OWED_RULES, *_WAGE_RULES, *_CONTRACT_RULES, *_INSURANCE_RULES, *_BODY_RULES, *_HOURS_RULES, *_SERVICE_RULES)
_OWED: frozenset[FactRole | None] = frozenset({"owed_time", "owed_money"})


def role_of(text: str, quantity: Quantity) -> FactRole | None:
    """Return what *quantity* of *text* is about; None where the words do not say, or say that it is not so, not yet or somebody else's."""
    before, after = _around(text, quantity)
    if _AFTERWARDS.match(after) or (quantity.words in _HOW_OFTEN and _PER.match(after)):
        return None
    if is_denied(text, quantity) and not _COME_TRUE.match(after) and not SHORT_OF.search(before):
        return None
    rule = next((one for one in _RULES if quantity.unit in one.units and one.before.search(before) and one.after.match(after)), None)
    if rule is None or (rule.role not in _OWED and (_SOMEBODY_ELSE.search(before) or AGO.match(after))):
        return None
    if rule.role == "service" and _MOVED.search(text, max(0, quantity.start - _LONGEST_MOVE), quantity.start):
        return None
    return "child_age" if rule.role == "age" and quantity.value < _YOUNGEST_WORKER else rule.role


def is_denied(text: str, quantity: Quantity) -> bool:
    """Say whether *text* says that it is not so, or has not come about: 不是三年, 再干两年."""
    before, after = _around(text, quantity)
    return bool(_NOT_SO.search(before) or (_FULL.search(before) and (_IF.search(before) or _THEN.match(after))))


def _around(text: str, quantity: Quantity) -> tuple[str, str]:
    """What stands before and after. A full stop parts; a comma may stand between 欠我工资 and 三个月了."""
    return _FULL_STOP.split(text[: quantity.start][-_LONGEST_CONTEXT:].rstrip())[-1], text[quantity.end :]
