"""Days of leave: 年休假 and what untaken days bring, the 医疗期 of the ill. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators.values import figure, law
from assistant.quantities import MONTHS_A_YEAR, Quantity
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import wage
from assistant.skills.heard import NOT_KNOWN, NUMERAL, Heard, months_of, read_number, said_days, said_months
from assistant.skills.skill import Skill

# -- 年休假 ----------------------------------------------------------------------------------------------------------

TOTAL_YEARS = Ask("一共工作了多久", "从第一份工作到现在，一共工作了多久（包括别的单位）？比如 8年。", "time")
LEAVE_WAGE = Ask("不算加班费的月工资", "去掉加班费，前12个月平均每月多少钱？", "money")
LEFT = Ask("离开的日子", "您哪天离开这家单位的？", "day")
_HAS_LEFT = r"走的|走之前|离职|不干了|辞了|辞职|辞退|开除|解除"
_FIVE_DAYS = r"(?:五|5)天(?:的)?(?:年休?假|年假)|年休?假(?:是|有|该)?(?:五|5)天"
_FIRST_TEN = figure("10", law("职工带薪年休假条例", 3))


def read_annual_leave(heard: Heard) -> Read:
    """Read the days of leave and what untaken ones bring (calculator `annual_leave`)."""
    total = _total_years(heard)
    if total is None:
        return heard.lacks(TOTAL_YEARS)
    pay = wage(heard, LEAVE_WAGE)
    if pay is None:
        return heard.lacks(LEAVE_WAGE)
    left = _left(heard)
    if left is None and heard.says(_HAS_LEFT) and heard.reply(LEFT) is None:
        return Read(missing=LEFT)
    year_told = _year(heard)
    year = year_told or (left[1].year if left else heard.as_of.year)
    inputs: dict[str, object] = {"total_years": f"{total.value:f}", "wage": f"{pay.amount:f}", "year": year}
    if left and left[0].year == year and left[1] <= heard.as_of + timedelta(days=366):
        inputs["left"] = left[1].isoformat()
    if (begun := heard.start()) and begun[0] == begun[1] and begun[0].year == year:
        inputs["joined"] = begun[0].isoformat()
    if heard.says(r"自愿(?:不休|放弃)|写了?(?:张|个)?(?:条子|声明|保证)|书面[^，。]{0,8}不(?:想)?休|签了?字[^，。]{0,6}不休"):
        inputs["declined"] = True
    if ill := heard.after(r"病假(?:请)?(?:一共)?(?:了|休了|是)?", [one for one in heard.times() if one.unit == "月"]):
        inputs["sick_months"] = f"{ill.value:f}"
    if rested := re.search(rf"(?:休|歇|用)(?:了|过)(?P<days>{NUMERAL})天", heard.text):
        inputs["taken"] = f"{read_number(rested['days']) or 0}"
    says = {"total_years": total.says, **({} if year_told else {"year": ""})}
    if "left" in inputs and left and left[0] != left[1]:
        says["left"] = f"{said_days(*left)}走的"
    taken = () if year_told or "left" in inputs else (f"没说哪一年的年假，按{year}年算",)
    return Read((Case("", "annual_leave", inputs),), taken=(*pay.taken, *taken), says=says)


def _left(heard: Heard) -> tuple[date, date] | None:
    """The first and last day on which somebody may have left."""
    if told := heard.end() or next(iter(heard.days_near(r"最后一天(?:上班)?|上到", within=8)), None):
        return told
    replied = heard.reply(LEFT)
    return (replied, replied) if isinstance(replied, date) else None


class _Years(NamedTuple):
    """The years of all jobs, and how they were told."""

    value: Decimal
    says: str


def _total_years(heard: Heard) -> _Years | None:
    """The years of all jobs, rounded to what decides: years told here are the least they may be."""
    given = heard.reply(TOTAL_YEARS)
    if given is NOT_KNOWN:
        return None
    months = given if isinstance(given, Decimal) else heard.total_service()
    if months is not None:
        return _Years(_in_years(months), f"一共工作{said_months(months)}")
    service: Quantity | None = next((fact.quantity for fact in heard.facts.told if fact.role == "service"), None)
    here = _in_years(service.value) if service else Decimal(1)
    # Whoever says that he has five days has told on which side of ten years he is.
    return _Years(here, "一年有5天年假") if heard.says(_FIVE_DAYS) and here < _FIRST_TEN.value else None


def _in_years(months: Decimal) -> Decimal:
    return (months / MONTHS_A_YEAR).quantize(Decimal("0.0001")).normalize()


_YEAR_SAID = re.compile(r"(?<!\d)(?P<year>2\d)年(?:在|的|全年|年假|这)")


def _year(heard: Heard) -> int | None:
    """The year whose days are asked for, None where it was not told."""
    named = re.search(r"(?P<year>20\d{2})年?(?:的|度|那一年|全年)?[^，。]{0,6}(?:年休?假|年假)|(?P<last>去年)", heard.text)
    if named is None and (short := _YEAR_SAID.search(heard.text)):
        return 2000 + int(short["year"])
    if named:
        return int(named["year"]) if named["year"] else heard.as_of.year - 1
    return heard.as_of.year if heard.says("今年") else None


# -- 医疗期 ----------------------------------------------------------------------------------------------------------

HERE = Ask("在这家单位干了多久", "在现在这家单位干了多久？比如 3年。", "time")


def read_sick_leave(heard: Heard) -> Read:
    """Read the 医疗期 (calculator `sick_leave`)."""
    total = heard.reply(TOTAL_YEARS) or heard.total_service()
    near = heard.after(
        r"(?:这家|这个?厂|现在这[个家][^，。]{0,3}厂呢?|这个?单位|这里|现在这家|现在的单位|现单位|本单位|本公司)(?:公司|单位|厂)?(?:里)?(?:干了|上了|是|有|待了|才|就|已经)*",
        heard.times(),
    )
    here = (
        heard.reply(HERE)
        or (months_of(near) if near else None)
        or heard.figure("service")
        or (total if heard.says(r"第一份|头一份|就这一[个家]") else None)
    )
    if NOT_KNOWN in (total, here):
        return Read()
    if not isinstance(here, Decimal):
        return Read(missing=HERE)
    if not isinstance(total, Decimal):
        return Read(missing=TOTAL_YEARS)
    told = {"total_years": max(total, here), "company_years": here}
    years = {name: f"{_in_years(months):f}" for name, months in told.items()}
    says = {"total_years": f"一共工作{said_months(max(total, here))}", "company_years": f"在这家{said_months(here)}"}
    if (
        ill := heard.after(r"(?:休|请|歇|病假)(?:了|过)?(?:病假)?(?:是)?", [one for one in heard.times() if one.unit == "月"])
    ) and heard.says("工资|给"):
        years["sick_months"] = f"{ill.value:f}"
        if paid := heard.after(r"(?:给|发|开)(?:我|俺|了|着)*", heard.money()):
            years["paid"] = f"{paid.value:f}"
    return Read((Case("", "sick_leave", years),), says=says)


ANNUAL_LEAVE = Skill(
    "annual_leave",
    "没休的年休假的钱",
    frozenset({"annual-leave", "annual-leave-refused", "annual-leave-part-year"}),
    re.compile(
        r"年休?假[^。]{0,40}(?:[没未不木]休|没安排|没给休|补|折|钱|工资|赔)|(?:[没未木]休|补|折)[^。]{0,12}年休?假|没给休|(?:补|折)[^。]{0,12}(?:数|多少|几|金额)"
    ),
    (TOTAL_YEARS, LEAVE_WAGE, LEFT),
    read_annual_leave,
    re.compile(r"责令|改正书"),
)
SICK_LEAVE = Skill(
    "sick_leave",
    "医疗期",
    frozenset({"medical-period", "sick-leave"}),
    re.compile(
        r"医疗期|[歇休养留][^。，]{0,4}(?:多久|多长|几个月)|(?:多久|多长)[^。，]{0,6}(?:撵|辞|开除)|个月(?:对|够)|哪天(?:算|到|就)?[满到]|到几时"
    ),
    (HERE, TOTAL_YEARS),
    read_sick_leave,
    unless=re.compile(r"病假工资|[给发开扣](?:我|俺)?(?:多少|几个钱)"),
    named=re.compile(r"医疗期[^，。？?]{0,12}(?:多久|多长|几个月)"),
)
