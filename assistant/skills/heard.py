"""What was heard in one matter: the person's words, and the replies to what was asked, kept in the words themselves. Pure.

A reply is added to the question it belongs to, 「…；补充：月平均工资：5000元」, so that whoever reads only the text knows all that was
said, on every channel and after a restart; and a correction (不是5000是6000) mends it like any other word of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from assistant.calculators.periods import Span, add_months, said_span
from assistant.calculators.values import figure, law
from assistant.facts import Facts, day_told, months_between, told_in
from assistant.quantities import DAYS_A_MONTH, MONTHS_A_YEAR, Quantity, find_quantities
from assistant.skills.asks import Ask, Read
from assistant.skills.days import find_all_days
from assistant.text import parse_number
from assistant.types import DayRole, FactRole

ADDED = "；补充："
# A number as it stands in a pattern: 12, 1.5, 三十.
NUMERAL = r"(?:\d{1,4}(?:\.\d)?|[一二两俩三仨四五六七八九十百]{1,4})"
_NEXT = "；"
UNKNOWN = "不知道"
# The label under which it is kept that a certain sum is wanted.
WANTED = "要算"
_CLAUSE = re.compile(r"[，。；！？,;!?\n]")
_SUM_OF_MONTHS = re.compile(
    r"(?P<months>\d{1,2}|[一二三四五六七八九十]{1,2})个月(?:应发|实发|的?工资|一共|总共|，)*(?:加起来|加一起|一共|总共|合计|拢共)"
)


# 5200、5300、5100、…: the pay of month after month.
_LISTED = re.compile(r"\d{3,6}(?:\.\d+)?(?:[、，, ]+\d{3,6}(?:\.\d+)?){5,}")
_LEAST_LISTED = 6
_ONLY_JOB = (
    r"就这一[个家]|头一份|第一份|头一个工作|没(?:有)?别的(?:单位|厂)|没换过|一直在(?:这|这里|这家|这个厂)(?!.{0,6}以前)|头一回出来上班"
)
# Twenty years decide the last step of every table that goes by all jobs.
_LAST_STEP = figure("20", law("职工带薪年休假条例", 3), law("企业职工患病或非因工负伤医疗期规定", 3))
_HOW_OFTEN = frozenset({"一个月", "一天", "一年", "一周"})
# How people say on which day a job began or ended.
_BEGAN_BEFORE = re.compile(r"(?:入职|进厂|进公司|报到|到岗|上班)(?:日期|时间)?(?:是|在|于|：|:)*$")
_BEGAN_AFTER = re.compile(
    r"(?:那天|就|我|俺|才|当天|开始|的时候|办(?:完|好|了)?(?:入职)?手续|，)*(?:去的(?!医院)|来的|来了|过来的|到的(?!期)|报的?到|入的?职|进的|进来|上的?班|开始|参加工作|起(?:干|在)"
    r"|来[^，。]{1,6}(?:上班|干活)|到(?!期)[^，。]{1,6}(?:做|当|上班)|到(?:这|一|那)家|到(?!期)[^，。]{1,6}(?:公司|厂|单位)|进[^，。]{1,10}(?:公司|厂|单位|店))"
)
_ENDED_BEFORE = re.compile(r"(?:离职|干到|做到|上班到|上到|一直到|然后到|期满|终止|解除|到期(?:日|时间)?)(?:是|在|于|了|：|:)*$")
_ENDED_AFTER = re.compile(
    r"(?:那天|就|我|俺|才|当天|，|从[^，。]{0,6}里?|办完|正式|被|厂里|公司|单位|老板|领导|经理|人事|没(?:啥|什么|说)?理由|无缘无故|突然|(?:让|叫)(?:我|俺)?|给我|给俺|把我|把俺|跟我|通知|说|口头)*(?:到期|期满|离职|气跑|离开|解除|终止|走的|走人|办(?:离职|离厂)?手续(?![^，。]{0,4}入职)|辞|不干|下岗|开除|裁|没续|完工|干完|全干完|别来)"
)


class NotSaid:
    """The answer of whoever does not know."""


NOT_KNOWN = NotSaid()


def own_words(text: str) -> str:
    """Return *text* without the replies added to it."""
    return text.partition(ADDED)[0]


def added_to(text: str, label: str, words: str) -> str:
    """Return *text* with a reply added, which takes the place of an earlier one to the same."""
    own, _, added = text.partition(ADDED)
    kept = [one for one in added.split(_NEXT) if one and not one.startswith(f"{label}：")]
    return f"{own.rstrip('?？。！!，, ')}{ADDED}{_NEXT.join([*kept, f'{label}：{words}'])}"


class Heard:
    """The words of one matter, *texts* with the newest last, on the day *as_of*."""

    def __init__(self, texts: Iterable[str], as_of: date) -> None:
        self.as_of = as_of
        self._texts = tuple(texts)
        self._added: dict[str, str] = {}
        for text in self._texts:
            for one in text.partition(ADDED)[2].split(_NEXT):
                label, colon, words = one.partition("：")
                if colon:
                    self._added[label] = words
        self.own_texts = tuple(own_words(text) for text in self._texts)
        self.text = " ".join(self.own_texts)

    def reworded(self, pattern: str, words: str) -> Heard:
        """Return the same with *words* for *pattern*, as a matter has words of its own (加了40个点 are hours)."""
        return Heard((re.sub(pattern, words, text) for text in self._texts), self.as_of)

    @property
    def wanted(self) -> str | None:
        """The title of the sum that was asked for by its name."""
        return self._added.get(WANTED)

    @cached_property
    def facts(self) -> Facts:
        """The facts of the person's own words."""
        return told_in(self.own_texts, self.as_of)

    def says(self, pattern: str) -> bool:
        """Say whether the person's own words have *pattern*."""
        return bool(re.search(pattern, self.text))

    # -- replies ---------------------------------------------------------------------------------------------------

    def reply(self, ask: Ask) -> object | None:
        """Return what was replied to *ask*: a choice's value, an amount, months, a day; NOT_KNOWN; None where nothing was."""
        words = self._added.get(ask.label)
        if words is None:
            return None
        if words == UNKNOWN:
            return NOT_KNOWN
        if ask.kind == "choice":
            return next((value for says, value in ask.choices if says == words), None)
        return read_value(ask, words, self.as_of)

    def lacks(self, ask: Ask) -> Read:
        """Return that *ask* is missing; nothing can be read where that is not known."""
        return Read() if self.reply(ask) is NOT_KNOWN else Read(missing=ask)

    # -- facts -----------------------------------------------------------------------------------------------------

    def figure(self, *roles: FactRole) -> Decimal | None:
        """Return the exact figure told of the first of *roles* that was told."""
        for role in roles:
            fact = self.facts.find(role)
            if fact is not None and fact.since is None and not fact.quantity.is_approximate:
                return fact.quantity.value
        return None

    def wage(self, ask: Ask) -> object | None:
        """Return the monthly wage: replied, told, or the sum of several months over their number."""
        if (given := self.reply(ask)) is not None:
            return given
        if match := _SUM_OF_MONTHS.search(self.text):
            months = read_number(match["months"])
            amount = next((one for one in self.money() if one.start >= match.end() and one.start - match.end() <= 4), None)
            if months and amount:
                return (amount.value / months).quantize(Decimal("0.01"))
        # 平均 is what sums go by, whatever else is told of pay.
        if (listed := _LISTED.search(self.text)) and len(amounts := re.findall(r"\d{3,6}(?:\.\d+)?", listed.group())) >= _LEAST_LISTED:
            return (sum(map(Decimal, amounts), Decimal(0)) / len(amounts)).quantize(Decimal("0.01"))
        average = self.after(r"平均(?:每个?月|一个月|下来|应发|工资|大概|都|是|，)*", self.money())
        if average:
            return average.value
        if (told := self.figure("wage", "base_wage")) is not None or self.facts.unclear & {"wage", "base_wage"}:
            return told
        said = self.before(r"(?:的)?(?:底薪|月薪|基本工资|工资)(?!表|条|卡|差)", self.money())
        return said.value if said else None

    def total_service(self) -> Decimal | None:
        """Return the months of all jobs, where they were told or this job was the only one."""
        if (told := self.figure("total_service", "seniority")) is not None:
            return told
        long = [one for one in self.times() if one.unit == "月" and not one.is_approximate and one.words not in _HOW_OFTEN]
        said = self.after(
            r"(?:一共|总共|累计|加起来|拢共|前前后后|工龄|工作|参加工作|上班(?=上了|满))(?:上了|满|干了|工作了?|才|就|有|是|了|班|年头|，)*",
            long,
        )
        if said:
            return said.value
        here = self.figure("service")
        if self.says(_ONLY_JOB):
            return here if here is not None else self._since_start() or (long[0].value if len(long) == 1 else None)
        return here if here is not None and here >= _LAST_STEP.value * MONTHS_A_YEAR else None

    def _since_start(self) -> Decimal | None:
        begun = self.start()
        return months_between(begun[0], (self.end() or (self.as_of, self.as_of))[1]) if begun else None

    def money(self) -> list[Quantity]:
        """Return the exact amounts the person's own words say, in order."""
        return [one for one in self._quantities if one.unit == "元" and not one.is_approximate]

    def times(self) -> list[Quantity]:
        """Return the times the person's own words say, in order."""
        return [one for one in self._quantities if one.unit in ("月", "日")]

    @cached_property
    def _quantities(self) -> list[Quantity]:
        return find_quantities(self._without_days)

    def lengths(self) -> list[Quantity]:
        """Return the exact hours and days the person's own words say, in order."""
        return [one for one in self._quantities if one.unit in ("小时", "日") and not one.is_approximate]

    def after(self, pattern: str, among: Iterable[Quantity]) -> Quantity | None:
        """Return the first of *among* right before which stands *pattern*."""
        before = re.compile(f"(?:{pattern})$")
        return next((one for one in among if before.search(self._without_days[: one.start].rstrip())), None)

    def alone(self, among: Iterable[Quantity]) -> Quantity | None:
        """Return the one of *among* that is a clause by itself, as the time at work often is: 开天车，整三年，."""
        found = [
            one
            for one in among
            if one.words not in _HOW_OFTEN
            and re.search(r"(?:^|[，。；,;\s])(?:整|满|正好|刚好|到现在|前后|一共|都)*$", self._without_days[: one.start])
            and re.match(r"(?:了|整)*(?:$|[，。；,;\s])", self._without_days[one.end :])
        ]
        return found[0] if len(found) == 1 else None

    def before(self, pattern: str, among: Iterable[Quantity]) -> Quantity | None:
        """Return the first of *among* right after which stands *pattern*."""
        behind = re.compile(pattern)
        return next((one for one in among if behind.match(self._without_days[one.end :].lstrip())), None)

    @cached_property
    def _without_days(self) -> str:
        plain = list(self.text)
        for one in find_all_days(self.text, self.as_of):
            plain[one.start : one.end] = "▮" * (one.end - one.start)
        return "".join(plain)

    # -- days ------------------------------------------------------------------------------------------------------

    def start(self) -> tuple[date, date] | None:
        """Return the first and last day on which the job may have begun."""
        return self.day("began") or self._only_day(_BEGAN_BEFORE, _BEGAN_AFTER)

    def end(self) -> tuple[date, date] | None:
        """Return the first and last day on which the job may have ended."""
        return self.day("ended") or self._only_day(_ENDED_BEFORE, _ENDED_AFTER)

    def _only_day(self, before: re.Pattern[str], after: re.Pattern[str]) -> tuple[date, date] | None:
        found = {
            (named.first, named.last)
            for named in find_all_days(self.text, self.as_of)
            if before.search(self._without_days[: named.start]) or after.match(self._without_days[named.end :])
        }
        return next(iter(found)) if len(found) == 1 else None

    def day(self, role: DayRole) -> tuple[date, date] | None:
        """Return the first and last day on which what *role* names may have been; None where it was not told, or two were."""
        told = {
            (day.first, day.last)
            for named in find_all_days(self.text, self.as_of)
            if (day := day_told(self.text, self._without_days, named)) and day.role == role
        }
        return next(iter(told)) if len(told) == 1 else None

    def days_near(self, pattern: str, *, within: int = 12) -> list[tuple[date, date]]:
        """Return the days that stand in the same clause as *pattern* and at most *within* characters from it, in order."""
        found = []
        for named in find_all_days(self.text, self.as_of):
            before = _CLAUSE.split(self.text[: named.start])[-1][-within:]
            after = _CLAUSE.split(self.text[named.end :])[0][:within]
            if re.search(pattern, before) or re.search(pattern, after):
                found.append((named.first, named.last))
        return found

    def span(self) -> tuple[date, date] | None:
        """Return the days of 从…到…: the first of the one and the last of the other."""
        named = find_all_days(self.text, self.as_of)
        for one, other in pairwise(named):
            between = self.text[one.end : other.start]
            if re.fullmatch(r"(?:初|开始|入职|进厂|上班|干|做|起|，|一直)*(?:到|至|-|—|~)+(?:了)?", between) and one.first < other.last:
                return one.first, other.last
        return None


def read_value(ask: Ask, words: str, as_of: date) -> object | None:
    """Return what *words* say for an *ask* of a figure: an amount, months, a day; None where they say none, or several."""
    if ask.kind == "day":
        days = find_all_days(words, as_of)
        return days[0].first if len(days) == 1 else None
    if ask.kind == "money":
        amounts = [one.value for one in find_quantities(words) if one.unit == "元"]
        return amounts[0] if len(amounts) == 1 else read_number(words.rstrip("元块钱"))
    if ask.kind == "time":
        times = [one for one in find_quantities(words) if one.unit in ("月", "日")]
        return months_of(times[0]) if len(times) == 1 else None
    return read_number(re.sub(r"^(?:我们?家|家里|一共|总共|有|是|大概|就|共)+|(?:个|天|年|级|小时|钟头|月|件|口|人|名|次)+$", "", words))


def months_of(time: Quantity) -> Decimal:
    """Return a time in months, what is left over in thirtieths."""
    return time.value if time.unit == "月" else (time.value / DAYS_A_MONTH).quantize(Decimal("0.01"))


def read_number(words: str) -> Decimal | None:
    """Return the number that *words* are."""
    return parse_number(words.strip()) if words.strip() else None


def read_price(words: str) -> Decimal | None:
    """Return 一块五, 1.8, 5毛 in yuan."""
    if words.endswith("毛"):
        tenths = read_number(words.rstrip("毛"))
        return tenths / 10 if tenths is not None else None
    whole, rest = re.fullmatch(r"([^块元]+)[块元]?(.*)", words).groups()  # type: ignore[union-attr]
    yuan, tenths = read_number(whole), read_number(rest) if rest else Decimal(0)
    return yuan + tenths / 10 if yuan is not None and tenths is not None else None


def said_months(months: Decimal) -> str:
    """Write a time in months as people say it: 3年8个月."""
    whole = int(months)
    return said_span(Span(whole // MONTHS_A_YEAR, whole % MONTHS_A_YEAR, int((months - whole) * DAYS_A_MONTH)))


def said_days(first: date, last: date) -> str:
    """Write what is known of a day that lies between two: 2025年3月1日, 2025年3月, 2025年."""
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    return f"{first.year}年{first.month}月" if (first.year, first.month) == (last.year, last.month) else f"{first.year}年"


def back(end: date, months: Decimal) -> date:
    """Return the first day of a time of so many months, thirtieths being days, whose last day is *end*, both counted."""
    whole = int(months)
    days = int((months - whole) * DAYS_A_MONTH)
    after = date.fromordinal(end.toordinal() + 1)
    begun = date.fromordinal(add_months(after, -whole).toordinal() - days)
    # In months of different length the way back may come out a day short of the months it should hold.
    while add_months(begun, whole) > after:
        begun = date.fromordinal(begun.toordinal() - 1)
    return begun
