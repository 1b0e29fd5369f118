"""Until when something must be done: the event and its day (calculator `deadline`). Pure."""

from __future__ import annotations

import re
from datetime import date

from assistant.skills.asks import Ask, Case, Read
from assistant.skills.heard import NOT_KNOWN, Heard
from assistant.skills.skill import Skill

EVENT = Ask(
    "发生了什么",
    "要算哪件事的期限？",
    "choice",
    (
        ("离开了单位", "left_job"),
        ("受了工伤", "injured"),
        ("收到仲裁裁决书", "award_received"),
        ("收到工伤认定决定", "injury_decision"),
        ("收到劳动能力鉴定结论", "assessment_received"),
        ("收到一审判决书", "judgment_received"),
        ("收到行政决定", "administrative_decision"),
    ),
)
DAY = Ask("哪一天", "是哪一天？收到文书的，说收到的那天。比如 2026年9月1日。", "day")
# Of two that fit the first counts: a paper in hand starts its own limit.
_EVENTS = (
    ("judgment_received", r"判决书?", r"判决|收到|拿到|领到"),
    ("award_received", r"裁决", r"裁决|收|拿到|领到"),
    ("assessment_received", r"鉴定(?:结论|结果|书)", r"鉴定|收到|拿到|出来|下来"),
    ("injury_decision", r"(?:认定|不予认定)(?:决定|书|结论|结果)", r"认定|收到|拿到|下来"),
    ("injured", r"工伤|受伤|伤了|出的?事|摔|砸|轧|压伤", r"伤|出事|出的事|摔|砸|轧|压"),
    ("administrative_decision", r"行政(?:处理|处罚)?决定|不予受理决定|社保局[^，。]{0,6}决定", r"收到|拿到|到手|下"),
    ("left_job", r"辞的|被辞|叫人[^，。]{0,3}辞|离职|辞职|不干|走的|辞退|开除|离开|解除", r"离|辞|不干|走|开除|解除|叫人"),
)


def read_deadline(heard: Heard) -> Read:
    """Read the last day of what has to be done."""
    event = heard.reply(EVENT)
    if event is None:
        event = next((name for name, words, _ in _EVENTS if heard.says(words)), None)
    if event is NOT_KNOWN:
        return Read()
    if event is None:
        return Read(missing=EVENT)
    day = heard.reply(DAY)
    if day is NOT_KNOWN:
        return Read()
    if day is None:
        near = next((beside for name, _, beside in _EVENTS if name == event), "")
        days = dict.fromkeys(one for one in heard.days_near(near) if one[0] == one[1])
        day = next(iter(days))[0] if len(days) == 1 else None
    if not isinstance(day, date):
        return Read(missing=DAY)
    return Read((Case("", "deadline", {"event": event, "happened": day.isoformat()}),))


DEADLINE = Skill(
    "deadline",
    "最晚哪天",
    frozenset(
        {
            "arbitration-time-limit",
            "injury-recognition",
            "injury-first-steps",
            "injury-appeal",
            "after-award-lawsuit-and-enforcement",
            "final-award",
            "injury-disability-assessment",
        }
    ),
    re.compile(
        r"最晚|最迟|(?:限|拖)到(?:哪|几)|多会儿|(?:到|截止)(?:哪天|啥时候|什么时候|几号)|来得及|过(?:没过)?期|时效|期限|哪天(?:之前|以前|前)|还[剩有]几天|超(?:没超)?过?(?:时间|时效)"
    ),
    (EVENT, DAY),
    read_deadline,
    named=re.compile(
        r"(?:仲裁|起诉|上诉|法院|工伤)[^。？?]{0,12}(?:最晚|最迟|截止|拖到几|还[剩有]几天|哪天(?:前|之前|以前))|(?:最晚|最迟|还[剩有]几天)[^。？?]{0,12}(?:仲裁|起诉|法院|[报申]工伤)"
    ),
)
