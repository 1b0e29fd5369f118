"""Sums and days of birth, injury, age and insurance. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from assistant.quantities import find_quantities
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import MONTHLY_WAGE, Wage, wage
from assistant.skills.heard import NOT_KNOWN, Heard, months_of, read_number, said_days
from assistant.skills.skill import Skill

# -- 工伤 ------------------------------------------------------------------------------------------------------------

GRADE = Ask("伤残等级", "劳动能力鉴定评了几级？还没评就点不知道。", "count")
OWN_WAGE = Ask("本人工资", "受伤前12个月，社保缴费的月工资平均是多少？没参保的说月工资。", "money")
_OWN = (
    r"(?:本人工资|本人的?缴费工资|缴费工资|交费工资|缴费基数|平均月缴费工资)(?:是|就是|就|核的?是?|核定"
    r"|核下来|平均|的|为|按)*"
)
_UNINSURED = (
    r"(?:没|未|不|木)(?:有)?(?:给)?(?:我|俺|他|她)?(?:上|交|缴|买|办)(?:过)?(?:工伤|社会)?(?:保险|社保)"
    r"|没(?:有)?(?:工伤保险|社保)|[没未]参保"
)
_INSURED = r"参保|有(?:工伤保险|社保)|(?:上|交|缴|买|办)(?:着|了|过)?(?:工伤|社会)?(?:保险|社保)|有保险"
_DIED = (
    r"工亡|死亡|(?:人|当场|后来|因工)就?没[了的]|没(?:能)?抢救过来|[摔砸压撞轧]?死了|去世"
    r"|过世|身亡|猝死|没了命|抢救无效|抢救不过来|丧葬|抚恤"
)
_HAPPENED = r"出事|出的事|摔|砸|压|撞|轧|触电|倒塌"
DIED_ON = Ask("出事的日子", "人是哪天出的事？比如 2026年9月1日。", "day")
_NO_RELATIVES = "每月的供养亲属抚恤金没算在里面：靠死者养活、没有劳动能力的家里人才有"
_LEAVING = r"(?:(?<![没未不])(?<!没有)(?<!还没))(?:到期|不续|不跟我续|解除|辞退|离职|不干了|不想(?:在[^，。]{1,3})?干了|辞职|走人)"


def _only_grade(heard: Heard) -> Decimal | None:
    """我六级，单位有参保: where an injury is asked about, the only grade told is the injury's."""
    grades = {one.value for one in find_quantities(heard.text) if one.unit == "级"}
    return grades.pop() if len(grades) == 1 else None


# How far somebody needs others to live (工伤保险条例 第三十四条).
_CARE = tuple(
    (level, rf"{words}(?:生活)?(?:都|得|要)?(?:不能自理|自理不了|离不了人|(?:靠|要|让|需要)人(?:照顾|伺候|护理|照看))")
    for level, words in (("full", "(?:完全|全部?|全得)"), ("most", "大部分"), ("part", "(?<!大)部分"))
)


_HURT = r"受(?:的|了|过)?[工重轻]?伤|[摔砸轧压扭烫烧]伤|^的?工伤|出的?事|摔(?:了|断|下)|砸(?:了|断)|轧(?:了|断)|骨折|断了|诊断|确诊"


def read_injury(heard: Heard) -> Read:
    """Read the benefits of a graded injury, or of a death at work (calculator `work_injury`)."""
    if heard.says(_DIED):
        return _death(heard)
    grade = heard.reply(GRADE) or heard.figure("grade") or _only_grade(heard)
    if grade is NOT_KNOWN:
        return Read()
    if not isinstance(grade, Decimal):
        return Read(missing=GRADE)
    own = _own_wage(heard)
    if not isinstance(own, Decimal):
        return heard.lacks(OWN_WAGE)
    uninsured, is_told = heard.says(_UNINSURED), heard.says(rf"{_UNINSURED}|{_INSURED}")
    inputs: dict[str, object] = {
        "own_wage": f"{own:f}",
        "grade": f"{grade:f}",
        "insured": not uninsured,
        "leaving": heard.says(_LEAVING),
        "care": next((level for level, words in _CARE if heard.says(words)), "none"),
    }
    taken = () if is_told else ("没说单位有没有给您参加工伤保险，按参加了算",)
    rested = heard.after(r"(?:歇|养|停工|休养|躺|治疗)(?:了|着|伤)*(?:整整|快|有)?", [one for one in heard.times() if one.unit == "月"])
    if rested and not rested.is_approximate and heard.says(r"(?:没|未|木|不|一分)(?:有)?(?:没)?(?:给|发|开)"):
        inputs |= {"leave_months": f"{rested.value:f}", "monthly_wage": f"{heard.figure('wage', 'base_wage') or own:f}"}
    if heard.says(r"职业病|尘肺|矽肺"):
        inputs["occupational_disease"] = True
    if average := heard.after(
        r"(?:社平(?:工资)?|(?:市|地区|统筹地区|职工月|去年职工月)平均工资|平均工资(?:按|社保局说)?)(?:社保局?说?|说|是|按|，)*",
        heard.money(),
    ):
        inputs["local_average_wage"] = f"{average.value:f}"
    says = {} if is_told else {"insured": ""}
    if (happened := hurt_on(heard)) is not None:
        inputs["happened"] = happened[0].isoformat()
        says["happened"] = f"{said_days(*happened)}出的事"
    return Read((Case("", "work_injury", inputs),), taken=taken, says=says)


def hurt_on(heard: Heard) -> tuple[date, date] | None:
    """The first and last day on which the injury may have happened; None where it was not told, or two were."""
    near = dict.fromkeys(heard.days_near(_HURT, within=10))
    told = next(iter(near)) if len(near) == 1 else None
    is_of_the_job = told in (heard.start(), heard.end())
    return told if told and not is_of_the_job and told[0] <= heard.as_of else None


def _own_wage(heard: Heard) -> object | None:
    """The wage that was insured before: replied, told by its name, else the only wage told; None where none was."""
    own = heard.reply(OWN_WAGE)
    if own is None and (said := heard.after(_OWN, heard.money())):
        own = said.value
    return heard.figure("wage", "base_wage") if own is None else own


def _death(heard: Heard) -> Read:
    """Read what the family of somebody who died at work gets. What is paid by the month turns on each of them and is left out."""
    died = heard.reply(DIED_ON)
    days = {day for day in heard.days_near(rf"{_DIED}|{_HAPPENED}") if day[0].year == day[1].year}
    says: dict[str, str] = {}
    if died is None and len(days) == 1:
        # The year decides.
        died, last = days.pop()
        says["happened"] = f"{said_days(died, last)}出的事"
    own = _own_wage(heard)
    if died is NOT_KNOWN:
        return Read()
    if not isinstance(died, date):
        return Read(missing=DIED_ON)
    if not isinstance(own, Decimal):
        # Only what the relatives get by the month goes by it.
        own, says["own_wage"] = Decimal(0), ""
    uninsured, is_told = heard.says(_UNINSURED), heard.says(rf"{_UNINSURED}|{_INSURED}")
    taken = () if is_told else ("没说单位有没有参加工伤保险，按参加了算",)
    inputs = {"kind": "death", "happened": died.isoformat(), "own_wage": f"{own:f}", "insured": not uninsured}
    says |= {} if is_told else {"insured": ""}
    return Read((Case("", "work_injury", inputs),), taken=(*taken, _NO_RELATIVES), says=says)


# -- 产假 ------------------------------------------------------------------------------------------------------

_MISCARRIED = r"流产|小产|胎停|引产|(?:没|木)保住"
PREGNANT = Ask("怀孕几个月", "流产的时候怀孕几个月了？", "time")


def read_maternity(heard: Heard) -> Read:
    """Read the days of leave and the allowance (calculator `maternity`)."""
    uninsured = heard.says(r"(?:没|未|木)(?:有)?(?:给(?:我|俺)?)?(?:上|交|缴|买)[^，。]{0,4}(?:生育|医保|社保|保险)")
    inputs: dict[str, object] = {"insured": not uninsured}
    is_told = uninsured or heard.says(r"有(?:生育保险|医保|社保)|(?:上|交|缴|买)(?:着|了|过)?(?:生育|医保|社保|保险)")
    taken = () if is_told else ("没说单位有没有给您交生育保险，按交了算",)
    says = {} if is_told else {"insured": ""}
    if average := heard.after(
        r"(?:全?公司|单位|厂里?)?[^，。]{0,10}(?:平均(?:月)?工[资姿]|平均缴费|月均|月平均|职工月平均)(?:缴费|工资|基数|一个?月|是|就是|为|只有)*",
        heard.money(),
    ):
        inputs["employer_average_wage"] = f"{average.value:f}"
    own = heard.after(r"(?:自己|本人|我|俺)(?:的|产前|生前|平均|月)*工资(?:一个月|每月|是|，)*", heard.money())
    if own is not None:
        inputs["own_wage"] = f"{own.value:f}"
    elif not inputs["insured"] and (told_wage := heard.figure("wage", "base_wage")) is not None:
        inputs["own_wage"] = f"{told_wage:f}"
    if not heard.says(_MISCARRIED):
        babies = 3 if heard.says(r"三胞胎") else 2 if heard.says(r"双胞胎|双棒|龙凤胎") else 1
        inputs |= {"difficult": heard.says(r"难产|剖(?:腹|宫)?产?|剖的"), "babies": babies}
        return Read((Case("", "maternity", inputs),), taken=taken, says={**says, "babies": "多胞胎" if babies > 1 else ""})
    given = heard.reply(PREGNANT)
    fact = heard.facts.find("pregnant")
    carried = heard.after(r"怀(?:孕|到|了|上|着|有)*", heard.times()) or heard.before(
        r"(?:的时候|时|大|了?(?:就|孩子)?(?:没|流|木|引))", heard.times()
    )
    told = fact.quantity if fact else carried
    months = given if given is not None else months_of(told) if told else None
    if months is NOT_KNOWN:
        return Read()
    if not isinstance(months, Decimal):
        return Read(missing=PREGNANT)
    if told and given is None:
        says = {**says, "pregnant_months": f"怀孕{told.words}"}
    return Read((Case("", "maternity", {**inputs, "kind": "miscarriage", "pregnant_months": f"{months:f}"}),), taken=taken, says=says)


# -- 退休 ------------------------------------------------------------------------------------------------------------

KIND = Ask(
    "哪一种退休",
    "您是哪一种？",
    "choice",
    (("男", "male"), ("女，原来50岁退（一般是工人岗）", "female_50"), ("女，原来55岁退（一般是管理、技术岗）", "female_55")),
)
BORN = Ask("出生年月", "您是哪年哪月出生的？比如 1976年3月。", "day")
_BORN = re.compile(
    r"(?<!\d)(?P<year>19[4-9]\d|200\d|[4-9]\d|[四五六七八九][零〇一二三四五六七八九])年(?:的)?(?:阳历|公历|农历"
    r"|阴历)?(?P<month>1[0-2]|0?[1-9]|十[一二]?"
    r"|[一二三四五六七八九])月(?:份)?(?:(?P<day>[12]\d|3[01]|0?[1-9])[日号])?(?:[^，。]{0,6}?(?:生|出生|的人|属|的)|(?=[，。 ]|$))"
)
_WORKER = r"五十岁?的?那种|50岁?的?那种|女工|50(?:岁)?(?:就|那种|那年|的)?退|五十(?:岁)?(?:就|那种|的)?退|工人|车间|挡车|一线|操作工|缝纫"
_CADRE = r"55(?:岁)?(?:就|那种|那年|的)?退|五十五(?:岁)?(?:就|那种|的)?退|干部|管理岗|技术岗|科员|会计"
_NOT = r"(?:不是|而不是)[^，。]{0,3}"
_WHICH_KIND = (
    r"(?:工人|女工|50|五十)[^，。]{0,4}还是[^，。]{0,4}(?:管理|干部|55|五十五)"
    r"|(?:管理|干部|55|五十五)[^，。]{0,4}还是[^，。]{0,4}(?:工人|50|五十)"
)
_NO_CADRE = r"(?:不是|不算|没当过?)[^，。]{0,3}(?:干部|管理岗|技术岗|科员)"


def read_retirement(heard: Heard) -> Read:
    """Read when somebody retires (calculator `retirement`)."""
    born = heard.reply(BORN) or _birth(heard)
    if not isinstance(born, date):
        return heard.lacks(BORN)
    # Everybody born in a month retires in the same one.
    says = {"birth": f"{born.year}年{born.month}月生"}
    kind = heard.reply(KIND) or _kind(heard)
    if kind is NOT_KNOWN:
        cases = tuple(Case(when, "retirement", {"kind": value, "birth": born.isoformat()}) for when, value in KIND.choices)
        return Read(cases, says=says)
    if kind is None:
        return Read(missing=KIND)
    return Read((Case("", "retirement", {"kind": kind, "birth": born.isoformat()}),), says=says)


def _birth(heard: Heard) -> date | None:
    """The day of birth told, the first of its month where only that was; None where there is no such day."""
    match = _BORN.search(heard.text)
    if match is None:
        return None
    try:
        return date(_year_of(match["year"]), _number(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None


def _kind(heard: Heard) -> str | None:
    """What the newest message says of it counts: 原来是50退不是55."""
    for said in reversed(heard.own_texts):
        text = re.sub(rf"{_NOT}(?:50|55|五十五?)|原来是?(?:按)?55", "", said) if re.search(_NOT, said) else said
        if re.search(_WHICH_KIND, text):
            return None
        worker, cadre = re.search(_WORKER, text), re.search(_CADRE, re.sub(_NO_CADRE, "", text))
        if worker or cadre:
            return "female_50" if worker and not cadre else "female_55" if cadre and not worker else None
        if re.search(r"男的|男工|我是男|男同志|大老爷们|^男|[，。 ]男[，。 ]|老爷们", text):
            return "male"
    return None


def _year_of(words: str) -> int:
    digits = "".join(
        str("零一二三四五六七八九".find(char)) if char in "零一二三四五六七八九" else char for char in words.replace("〇", "零")
    )
    return int(digits if len(digits) == 4 else f"19{digits}")


def _number(words: str) -> int:
    return int(read_number(words) or 1)


# -- 社保 ------------------------------------------------------------------------------------------------------------


_LOWEST_BASE = r"按[^，。]{0,4}最低(?:的)?(?:缴费|社保)?(?:基数|档|标准)[^，。]{0,6}(?:交|缴|上|报)"
_BASE = re.compile(r"基数(?:一直|也|都|就|是|为|按|报|的)*(?P<base>\d{4,6}(?:\.\d\d?)?)(?!\d)")


def read_contributions(heard: Heard) -> Read:
    """Read what social insurance takes a month (calculator `social_insurance`)."""
    base = _BASE.search(heard.text)
    if heard.reply(MONTHLY_WAGE) is None and heard.says(_LOWEST_BASE):
        # Below the floor everything counts as the floor.
        pay: Wage | None = Wage(Decimal(0), (), {"wage": "按最低基数交"})
    else:
        pay = Wage(Decimal(base["base"])) if base else wage(heard, MONTHLY_WAGE)
    if pay is None:
        return heard.lacks(MONTHLY_WAGE)
    return Read((Case("", "social_insurance", {"wage": f"{pay.amount:f}"}),), taken=pay.taken, says=pay.says)


INJURY = Skill(
    "work_injury",
    "工伤待遇",
    frozenset(
        {
            "injury-benefits",
            "injury-low-base",
            "injury-disability-pension",
            "injury-leaving-grants",
            "injury-employer-uninsured",
            "injury-wages-and-care",
            "injury-settlement",
            "injury-dismissed",
            "injury-death",
        }
    ),
    re.compile(r"多少|多钱|几个|什么数|拿|一共|算|赔|亏不亏|金额"),
    (GRADE, OWN_WAGE, DIED_ON),
    read_injury,
    re.compile(r"停工留薪"),
)
MATERNITY = Skill(
    "maternity",
    "产假和生育津贴",
    frozenset({"maternity-leave", "maternity-allowance", "miscarriage-leave"}),
    re.compile(r"产假|生育[金津]|津贴|流产|小产|木?没?保住|剖|双胞胎|龙凤胎|难产|顺产|[歇休](?:多|几)"),
    (PREGNANT,),
    read_maternity,
    re.compile(r"育儿假|陪产|护理假|婚假|哺乳|当[爹爸]|(?:媳妇|老婆|爱人|对象)[^。]{0,40}(?:我|俺)(?:能|可以|该)?[^，。]{0,3}[歇休陪]"),
)
RETIREMENT = Skill(
    "retirement",
    "退休时间",
    frozenset({"retirement-age", "women-50-or-55", "flexible-early", "flexible-late"}),
    re.compile(r"退|往后[推拖延]|延(?:几|多少)|干到|哪个月|啥时候|什么时候|哪天|几岁|晚几个月"),
    (BORN, KIND),
    read_retirement,
    named=re.compile(
        r"(?:哪年|哪个?月|几岁|多大岁?数?|啥时候|什么时候|几月份?)[^，。？?]{0,6}退(?:休(?!金|工资)|下来)|退休[^，。？?]{0,4}(?:哪年|几岁|啥时候|什么时候)"
    ),
)
CONTRIBUTIONS = Skill(
    "social_insurance",
    "社保每月交多少",
    frozenset({"social-insurance-base", "contribution-rates", "employer-share-shifted"}),
    re.compile(r"(?:社保|养老|五险|医保|失业|保险|基数)[^。]{0,40}(?:多少|几|扣|多扣|对不对|对吗|合适)"),
    (MONTHLY_WAGE,),
    read_contributions,
)
