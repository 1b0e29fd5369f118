"""期限: from what happened and when to every last day that matters, weekends and holidays heeded, with the article of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import (
    FIRST_YEAR,
    HOLIDAYS,
    LAST_YEAR,
    PERIODS,
    may_be_worked,
    may_still_be_off,
    plain_last_day,
    safe_last_day,
)
from assistant.calculators.values import DAY, DAYS, MONTHS_A_YEAR, Figure, figure, law, plain
from assistant.calculators.worksheet import Worksheet
from assistant.types import Citation

_LIMIT = law("劳动争议调解仲裁法", 27)
_IN_COURT = law("民事诉讼法", 85)
_NOT_ONES_OWN = law("最高人民法院关于审理工伤保险行政案件若干问题的规定", 7)
_IN_ADMINISTRATIVE_COURT = (*law("行政诉讼法", 101), *_IN_COURT)


class Limit(NamedTuple):
    """A period from the event: what is to be done in it, by whom, how long, by which articles.

    `moved_by` says which articles move its last day behind a weekend; where none does, nobody should count on it.
    `opens` says that with its end something may be done for the first time, not for the last.
    """

    what: str
    own: bool
    length: Figure
    unit: str
    note: str = ""
    moved_by: tuple[Citation, ...] = ()
    opens: bool = False


_ARBITRATION = Limit(
    "申请劳动仲裁",
    True,
    figure("1", _LIMIT),
    "年",
    "从知道或应当知道权利被侵害那天起。还在上班的，欠的工资、加班费不受这一年限制。向单位要过、投诉过、单位答应过的，从那天重新算",
    PERIODS,
)
_OBJECTION = (
    Limit("对决定申请行政复议", True, figure("60", law("行政复议法", 20)), "天", moved_by=law("行政复议法", 88)),
    Limit("对决定直接向法院起诉", True, figure("6", law("行政诉讼法", 46)), "个月", moved_by=_IN_ADMINISTRATIVE_COURT),
)
# What happened → how people say it, and the periods that begin with that day.
EVENTS: dict[str, tuple[str, tuple[Limit, ...]]] = {
    "hired": (
        "开始上班",
        (
            Limit(
                "单位和你签书面合同", False, figure("1", law("劳动合同法", 10)), "个月", "过了就要付二倍工资（《劳动合同法》第八十二条）"
            ),
            Limit("单位给你办社保登记", False, figure("30", law("社会保险法", 58)), "天"),
            Limit("没签合同满一年", False, figure("1", law("劳动合同法", 14)), "年", "满一年视为已签无固定期限合同，以后没有二倍工资"),
        ),
    ),
    "rights_violated": (
        "权利被侵害（少发钱、不签合同等）",
        (
            _ARBITRATION,
            Limit("向劳动监察投诉", True, figure("2", law("劳动保障监察条例", 20)), "年", "一直没改的，从停下来那天起"),
        ),
    ),
    "left_job": (
        "离开单位、被辞退",
        (
            Limit(
                "申请劳动仲裁（包括在职时欠的工资）",
                True,
                figure("1", _LIMIT),
                "年",
                "向单位要过、投诉过、单位答应过的，从那天重新算。没签合同的二倍工资这些不是工资的，从知道或应当知道那天起，可能更早到期",
                PERIODS,
            ),
            Limit("单位办好档案和社保转移", False, figure("15", law("劳动合同法", 50)), "天", "离职证明当时就要给"),
            Limit("单位结清工资（最晚）", False, figure("15", law("山东省劳动合同条例", 30)), "天", "从出离职证明起；先要求当场付清"),
            Limit("向劳动监察投诉", True, figure("2", law("劳动保障监察条例", 20)), "年", "从违法的事停下来那天起，比离开早的，到期也早"),
            Limit("单位保存合同（证据别等到没有）", False, figure("2", law("劳动合同法", 50)), "年"),
        ),
    ),
    "injured": (
        "受工伤或诊断为职业病",
        (
            Limit("单位申请工伤认定", False, figure("30", law("工伤保险条例", 17)), "天", "单位不办，自己去办"),
            Limit(
                "自己、家属或工会申请工伤认定",
                True,
                figure("1", law("工伤保险条例", 17), _NOT_ONES_OWN),
                "年",
                "不是你自己的原因耽误的时间不算：单位拖着、打仲裁和官司确认劳动关系等",
            ),
        ),
    ),
    "injury_decision": ("收到工伤认定决定", _OBJECTION),
    "assessment_received": (
        "收到劳动能力鉴定结论",
        (
            Limit("向省里申请再次鉴定", True, figure("15", law("工伤保险条例", 26)), "天"),
            Limit(
                "伤情变了，可以申请复查",
                False,
                figure("1", law("工伤保险条例", 28)),
                "年",
                "从结论作出那天算，比收到的日子早几天",
                opens=True,
            ),
        ),
    ),
    "administrative_decision": ("收到行政决定（社保、监察等）", _OBJECTION),
    "arbitration_accepted": (
        "仲裁院受理",
        (
            Limit(
                "仲裁院作出裁决",
                False,
                figure("45", law("劳动争议调解仲裁法", 43)),
                "天",
                "复杂的最多再延15日（《劳动争议调解仲裁法》第四十三条）；过期没裁，可以去法院起诉",
            ),
            Limit("仲裁院作出裁决（延期以后）", False, figure("60", law("劳动争议调解仲裁法", 43)), "天"),
        ),
    ),
    "award_received": (
        "收到仲裁裁决书",
        (
            Limit(
                "向法院起诉", True, figure("15", law("劳动争议调解仲裁法", 48, 50)), "天", "终局裁决，劳动者也可以起诉", moved_by=_IN_COURT
            ),
            Limit("单位申请撤销终局裁决", False, figure("30", law("劳动争议调解仲裁法", 49)), "天", moved_by=_IN_COURT),
        ),
    ),
    "judgment_received": ("收到一审判决书", (Limit("上诉", True, figure("15", law("民事诉讼法", 171)), "天", moved_by=_IN_COURT),)),
    "performance_due": (
        "裁决书、判决书写的付钱期限到了",
        (Limit("申请强制执行", True, figure("2", law("民事诉讼法", 250)), "年", "向对方要过、对方答应给的，从那天重新算", _IN_COURT),),
    ),
    "settlement_signed": (
        "签了协议，知道吃亏受骗",
        (
            Limit(
                "请求撤销协议（重大误解：大事弄错了才签的）",
                True,
                figure("90", law("民法典", 152)),
                "天",
                "从知道或应当知道那天起，要向仲裁委或法院提",
                PERIODS,
            ),
            Limit(
                "请求撤销协议（显失公平、受欺诈：明显吃亏、被骗签的）",
                True,
                figure("1", law("民法典", 152)),
                "年",
                "从知道或应当知道那天起，要向仲裁委或法院提。受胁迫签的，从不再受胁迫那天起。签了满五年，都不能再提",
                PERIODS,
            ),
        ),
    ),
}


def work(told: Told, sheet: Worksheet) -> None:
    """Write a line for each limit that begins with what happened."""
    happened, event = told.day("happened"), told.choice("event")
    renewed = told.find_day("claimed")
    if renewed is not None and renewed < happened:
        raise disagree("claimed", f"上次要钱的日子（claimed）要在 {happened.isoformat()} 到 {sheet.today.isoformat()} 之间")
    nearest: list[int] = []
    for limit in EVENTS[event][1]:
        left = _line(sheet, limit, happened, renewed)
        if limit.own and left >= 0:
            nearest.append(left)
    if nearest:
        sheet.total = Decimal(min(nearest))
    else:
        sheet.is_unknown = True
        sheet.warn("这里没有还没到期、又要你自己办的期限。每一项的日子看上面。")
    sheet.assume(
        "开始那天不算，从第二天数起；按年按月的，到期月的同一天是最后一天，没有这一天的是月底（《民法典》第二百零一条、第二百零二条）。",
        "仲裁、起诉、复议的最后一天是周末或法定节假日的，顺延到以后的第一天（《民法典》第二百零三条、《民事诉讼法》第八十五条）。节假日前后的周末可能补班，没有顺延。别的期限也不顺延，早点办。",
    )
    sheet.warn("别拖到最后一天。国务院每年公布的调休放假没有算进去，遇到长假请提前办。")
    if renewed is not None and any(limit.length.basis == _LIMIT for limit in EVENTS[event][1]):
        _chain(sheet, happened, renewed)
        sheet.warn("中间要过钱、投诉过，要拿得出证据：聊天记录、录音、投诉回执（《劳动争议调解仲裁法》第二十七条）。")


def _chain(sheet: Worksheet, happened: date, renewed: date) -> None:
    """Say why a claim made after the year began nothing anew: only one is asked for, and there may have been others within the year."""
    if renewed > _end(_ARBITRATION, happened):
        sheet.warn(
            f"{renewed.isoformat()} 那次已经在一年过完以后，不能重新算。一年里还要过、投诉过、单位答应过的，"
            "把那一次写在“上次要钱的日子”里再算；后面还有的，再把那一次当“哪一天”往后算（《劳动争议调解仲裁法》第二十七条）。"
        )


def _line(sheet: Worksheet, limit: Limit, happened: date, renewed: date | None) -> int:
    """Write one limit and return how many days are left of it."""
    begins = happened
    if renewed is not None and limit.length.basis == _LIMIT and renewed <= _end(limit, happened):
        begins = renewed
    end, plain_end = _end(limit, begins), _plain_end(limit, begins)
    left = (end - sheet.today).days
    formula = f"{begins.isoformat()} 起{plain(limit.length.value)}{limit.unit}"
    formula += f"，{plain_end.isoformat()} 是休息日或节假日，顺延" if end != plain_end else ""
    if limit.moved_by and may_be_worked(end):
        formula += f"，{end.isoformat()} 是周末，离节假日近，可能补班，没有顺延"
    formula += f"，还有{left}天" if left > 0 else "，就是今天" if not left else f"，已经过了{-left}天"
    if left < 0 and limit.moved_by and may_still_be_off(end, sheet.today):
        formula += "。那几天要是放假调休，可能还没过，马上去办"
    formula += f"。{limit.note}" if limit.note else ""
    if left < 0 and limit.length.basis == _LIMIT:
        sheet.warn(
            "过了一年也别急着放弃。还在上班的，欠的工资不受这一年限制；一年里要过、投诉过、单位答应过的，从那天重新算；"
            "病重等没法申请的时间不算（《劳动争议调解仲裁法》第二十七条）。先打12348或12351问。"
        )
    who = "（这天过了，你可以办）" if limit.opens else "（你自己办）" if limit.own else "（不是你办，供你对照）"
    moved = HOLIDAYS if end != plain_end else ()
    counted = limit.moved_by or PERIODS
    sheet.write(f"{limit.what}{who}", end, formula, limit.length.basis, counted, moved, unit=DAY, is_limit=not limit.opens)
    if end.year > LAST_YEAR or end.year < FIRST_YEAR:
        sheet.warn(f"{end.year} 年的节假日这里没有，那一年的只按周末顺延。")
    return left


def _months_and_days(limit: Limit) -> tuple[int, int]:
    count = limit.length.whole
    return {"年": (count * MONTHS_A_YEAR, 0), "个月": (count, 0), "天": (0, count)}[limit.unit]


def _end(limit: Limit, begins: date) -> date:
    months, days = _months_and_days(limit)
    return (safe_last_day if limit.moved_by else plain_last_day)(begins, months=months, days=days)


def _plain_end(limit: Limit, begins: date) -> date:
    months, days = _months_and_days(limit)
    return plain_last_day(begins, months=months, days=days)


# What only the sentences name.
_NAMED = law("劳动合同法", 82)
DEADLINE = Calculator(
    "deadline",
    "各种期限，最近的还有几天",
    DAYS,
    (
        asks.choice("event", "发生了什么", "发生了什么事？", *((key, words) for key, (words, _) in EVENTS.items())),
        asks.day("happened", "哪一天", "是哪一天？收到文书的，写收到的那天。", latest=asks.NEXT_YEAR),
        asks.at_once(asks.day("claimed", "上次要钱的日子", "后来向单位要过、去投诉过，或者单位答应过给吗？写最近的一次。", required=False)),
    ),
    tuple(
        dict.fromkeys(
            (
                *_NAMED,
                *_LIMIT,
                *_IN_COURT,
                *PERIODS,
                *HOLIDAYS,
                *(one for _, limits in EVENTS.values() for limit in limits for one in (*limit.length.basis, *limit.moved_by)),
            )
        )
    ),
    (),
    work,
    total_is="最近的一个期限还有",
    without_total="没有还没过的期限，看下面的说明",
)
