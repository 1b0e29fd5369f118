"""工伤 quick check: which case of 工伤保险条例 14–16 what happened is like. Only the office of human resources recognises an injury."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from assistant.calculators.values import figure, law
from assistant.selftests import asks
from assistant.selftests.answers import Answers, all_of
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Finding, Reason, Verdict, worded
from assistant.types import Citation

_IS = law("工伤保险条例", 14)
_LIKE = law("工伤保险条例", 15)
_NOT = law("工伤保险条例", 16)
_APPLY = law("工伤保险条例", 17)
_PAPERS_LAW = law("工伤保险条例", 18)
_BURDEN = law("工伤保险条例", 19)
_RULES = "最高人民法院关于审理工伤保险行政案件若干问题的规定"
_BLAME = law(_RULES, 1)
_CAUSE = law(_RULES, 4)
_TRIP = law(_RULES, 5)
_WAY = law(_RULES, 6)
_DELAYED = law(_RULES, 7)
_TRAFFIC = law("道路交通安全法", 119)
_FROM_DIAGNOSIS = law("关于实施《工伤保险条例》若干问题的意见", 3)
_BETWEEN_PEOPLE = law("民法典", 1192)
RESCUE_HOURS = figure("48", _LIKE)
_OPEN = "还差几样，补上再看。"


class _Fit(NamedTuple):
    """Whether a case of the law fits, None where that is open; `open_says` says what it hangs on."""

    fits: bool | None
    reason: Reason
    open_says: str = _OPEN


def work(answers: Answers, _: Ground) -> Finding:
    """Find how it looks, with the guide of the case before those for all."""
    found = _look(answers)
    own = [guide for name in ("works_for", "what") if (guide := _GUIDE_OF.get(str(answers.told.get(name))))]
    return replace(found, guides=tuple(dict.fromkeys((*own, *_GUIDES))))


def _look(answers: Answers) -> Finding:
    """Find the case, then what rules it out, then for whom the person works."""
    what = answers.choice("what")
    if what is None:
        return _unknown("先要知道是怎么伤的。")
    fit = _CASES[what](answers)
    if fit.fits is False:
        return _unlikely("照您说的，够不上条文写的情形。", fit.reason)
    shut = answers.choice("excluded")
    if shut is not None and shut != "none":
        found = _unlikely("有这种情形的，不能认定。", Reason(_SHUTS[shut], _NOT + _BLAME))
        return replace(found, steps=(_COMFORT, *found.steps)) if shut == "self_harm" else found
    works_for = answers.choice("works_for")
    if works_for == "person":
        text = "个人家里雇的，不走工伤，按双方的过错分（《民法典》第一千一百九十二条）。"
        found = _unlikely("个人之间干活受伤，走的是另一条路。", Reason(text, _BETWEEN_PEOPLE))
        return replace(found, papers=_PAPERS_PERSON, steps=_STEPS_PERSON)
    when = answers.choice("since")
    if works_for == "platform":
        text = "平台接单的，先在接单的 App 上一键报案，问职业伤害保障；受站点排班、考勤管着的，再看是不是劳动关系。"
        return _unknown("要先看您和平台是什么关系。", fit.reason, Reason(text, confirmed=False), when=when)
    if all_of(fit.fits, None if shut is None else True, None if works_for is None else True):
        return _finding("may_be", "像工伤。算不算，要人社部门认定。", (fit.reason,), when)
    return _unknown(fit.open_says, fit.reason, when=when)


def _at_work(answers: Answers) -> _Fit:
    where, cause = answers.says("during_work"), answers.choice("cause")
    if where is False:
        return _Fit(False, Reason("这一条要在上班时间、上班的地方受伤。", _IS))
    if cause == "private":
        return _Fit(False, Reason("跟干活没有关系的受伤，不算。", _IS))
    text = "在上班时间、上班的地方，因为干活受伤，应当认定工伤。"
    if cause == "unclear":
        text = "在上班时间、上班的地方受伤，没有证据说是别的原因，可以认定；单位说不是，要单位拿证据。"
        return _Fit(where, Reason(text, _IS + _CAUSE + _BURDEN))
    return _Fit(all_of(where, None if cause is None else True), Reason(text, _IS))


def _before_or_after(answers: Answers) -> _Fit:
    in_place = answers.says("in_workplace")
    return _Fit(in_place, Reason("上班前后在上班的地方，做跟工作有关的准备、收尾时出事故受伤，应当认定工伤。", _IS))


def _attacked(answers: Answers) -> _Fit:
    where, cause = answers.says("during_work"), answers.choice("cause")
    if where is False or cause == "private":
        return _Fit(False, Reason("要在上班时间、上班的地方，因为做自己的工作被伤；私人恩怨不算。", _IS))
    fits = all_of(where, True if cause == "work" else None)
    open_says = "要看是不是因为您做自己的工作。" if cause == "unclear" else _OPEN
    return _Fit(fits, Reason("在上班时间、上班的地方，因为做自己的工作被打、被伤，应当认定工伤。", _IS), open_says)


def _disease(answers: Answers) -> _Fit:
    diagnosed = answers.says("diagnosed")
    return _Fit(diagnosed or None, Reason("得了职业病的，应当认定工伤；先要有职业病诊断。", _IS), "先去做职业病诊断。")


def _trip(answers: Answers) -> _Fit:
    cause = answers.choice("cause")
    if cause == "private":
        return _Fit(False, Reason("出差时去办私事受伤，不认定的，法院也支持。", _TRIP))
    text = "因为工作外出，由于工作的原因受伤，应当认定工伤。"
    return _Fit(True if cause == "work" else None, Reason(text, _IS + _TRIP), "要看当时是不是在办公事。")


def _commute(answers: Answers) -> _Fit:
    way, accident = answers.says("usual_way"), answers.choice("accident")
    if way is False:
        return _Fit(False, Reason("要在合理的时间、合理的路线上。回家、去父母子女家、顺路买菜接孩子都行。", _IS + _WAY))
    if accident == "foot":
        return _Fit(False, Reason("自己走路摔的，没有车的事故，不算交通事故（《道路交通安全法》第一百一十九条）。", _IS + _TRAFFIC))
    blame = answers.choice("blame")
    if blame == "main":
        return _Fit(False, Reason("您自己是主要责任、全部责任的，不算。", _IS + _BLAME))
    text = "上下班路上，出了不是自己主要责任的交通事故，或者轨道交通、轮渡、火车事故，应当认定工伤。"
    fits = all_of(way, None if accident is None else True, True if blame == "less" else None)
    says = "要等交警定责任。" if blame == "open" else _OPEN
    return _Fit(fits, Reason(text, _IS + _BLAME + _WAY), says)


def _illness(answers: Answers) -> _Fit:
    at_post, outcome = answers.choice("at_post"), answers.choice("outcome")
    if at_post == "no":
        return _Fit(False, Reason("这一条要在上班时间、在岗位上发病。", _LIKE))
    if outcome == "alive":
        return _Fit(False, Reason("在岗位上发病，救过来的不在这一条里。中暑、吸了毒气的，另按事故或者职业病问。", _LIKE))
    text = f"上班时间在岗位上突然发病，当场去世，或者 {RESCUE_HOURS.whole} 小时内抢救无效去世，视同工伤（《工伤保险条例》第十五条）。"
    in_time = True if outcome == "at_once" else None
    if outcome == "in_hospital":
        hours = answers.number("hours")
        in_time = None if hours is None else hours <= RESCUE_HOURS.value
        if in_time is False:
            late = f"超过 {RESCUE_HOURS.whole} 小时才去世的，不在这一条里（《工伤保险条例》第十五条）。"
            return _Fit(False, Reason(late, _LIKE + _FROM_DIAGNOSIS))
    says = "上班时不舒服、走了以后才倒下的，各地看法不一，先把申请交上去。" if at_post == "left" else _OPEN
    return _Fit(all_of(True if at_post == "yes" else None, in_time), Reason(text, _LIKE + _FROM_DIAGNOSIS), says)


def _rescue(_: Answers) -> _Fit:
    return _Fit(True, Reason("抢险救灾、维护国家和公共利益时受伤，视同工伤。", _LIKE))


def _veteran(answers: Answers) -> _Fit:
    text = "当兵时因战、因公负伤致残，有革命伤残军人证，到单位后旧伤复发，视同工伤，只是没有一次性伤残补助金。"
    return _Fit(answers.says("veteran_card"), Reason(text, _LIKE))


def _activity(answers: Answers) -> _Fit:
    sent = answers.says("organised")
    return _Fit(sent, Reason("单位组织的活动，或者单位派去参加别家的活动，受伤可以认定；自己约着玩的不算。", _IS + _CAUSE))


_CASES: Mapping[str, Callable[[Answers], _Fit]] = MappingProxyType(
    {
        "at_work": _at_work,
        "before_or_after": _before_or_after,
        "attacked": _attacked,
        "disease": _disease,
        "trip": _trip,
        "commute": _commute,
        "illness": _illness,
        "rescue": _rescue,
        "veteran": _veteran,
        "activity": _activity,
    }
)
_SHUTS = {
    "crime": "故意犯罪的，不能认定工伤。要以公安、检察院、法院的文书为准。",
    "drunk": "醉酒或者吸毒的，不能认定工伤。要以有权机构的结论为准；只喝了一点、没到醉酒的，不在里面。",
    "self_harm": "自己伤自己、自杀的，不能认定工伤。要以有权机构的结论为准。",
}


def _unlikely(says: str, *reasons: Reason) -> Finding:
    return _finding("unlikely", says, reasons, None)


def _unknown(says: str, *reasons: Reason, when: str | None = None) -> Finding:
    return _finding("unknown", says, reasons, when)


def _finding(verdict: Verdict, says: str, reasons: tuple[Reason, ...], when: str | None) -> Finding:
    late: tuple[str, ...] = (
        () if when != "over_year" else ("从出事算已经过了 1 年，超过了申请的期限（《工伤保险条例》第十七条）。" + _LATE,)
    )
    return Finding(
        verdict=verdict,
        says=worded(verdict, says),
        reasons=reasons,
        papers=_PAPERS,
        steps=_STEPS if verdict != "unlikely" else _STEPS_ANYWAY,
        guides=_GUIDES,
        warnings=(*late, "自己违章、大意、有错，一般不影响认定。"),
    )


_LATE = "不是自己原因耽误的时间不算（《最高人民法院关于审理工伤保险行政案件若干问题的规定》第七条），马上打 12351 或 12348 问。"
_PAPERS = (
    "工伤认定申请表，写清时间、地点、原因、伤得怎样",
    "劳动合同；没有的，带能证明在这里干活的材料",
    "医院的诊断证明，职业病的带职业病诊断书",
    "上下班出车祸的，带交警的事故认定书",
    "考勤、排班、监控在哪里、证人的电话",
)
_STEPS = (
    "先治伤。人在危险里打 120，出车祸打 110 报警。",
    "催单位从出事那天起 30 日内申请认定；单位不报，您本人、近亲属或者工会 1 年内自己去申请（《工伤保险条例》第十七条）。",
    "申请交给人社部门，即墨的窗口先打 12333 问清。要带申请表、劳动关系的证明、诊断证明（《工伤保险条例》第十八条）。",
    "单位说不是工伤，要单位拿证据（《工伤保险条例》第十九条）。",
    "不会弄的，打 12351 请工会帮着看材料。",
)
_STEPS_ANYWAY = (
    "拿不准也可以先申请，从出事那天起 1 年内（《工伤保险条例》第十七条），由人社部门定。",
    "打 12351 或者 12348，把经过说清，再问一遍。",
    "不算工伤的，看病走医保，休病假；别人伤的，可以向那个人要赔偿。",
)
_COMFORT = "人在危险里打 120；心里难受、撑不住打 12356，有人听您说。"
_PAPERS_PERSON = ("病历、诊断证明、票据", "派活、讲工钱的聊天记录，对方的姓名、电话、住址", "在场人的电话")
_STEPS_PERSON = (
    "先治伤，马上用微信告诉雇您的人，留好病历和票据，当天别签“两清”。",
    "先书面要医药费；谈不拢的到法院起诉，打 12348 问怎么写。",
    "是家政公司招您、派您、给您发钱的，另按单位的职工看，重新测一次。",
)
_GUIDES = ("injury-what-counts", "injury-first-steps", "injury-recognition")
# The guide of a case, and of those for whom another way is open.
_GUIDE_OF: Mapping[str, str] = MappingProxyType(
    {
        "attacked": "injury-assaulted",
        "disease": "occupational-disease",
        "trip": "injury-off-site",
        "activity": "injury-off-site",
        "commute": "injury-commute",
        "illness": "injury-sudden-illness",
        "platform": "platform-injury-cover",
        "person": "domestic-workers",
    }
)
_LAWS: tuple[Citation, ...] = (
    *_IS, *_LIKE, *_NOT, *_APPLY, *_PAPERS_LAW, *_BURDEN, *_BLAME, *_CAUSE, *_TRIP, *_WAY, *_DELAYED, *_TRAFFIC, *_FROM_DIAGNOSIS,
    *_BETWEEN_PEOPLE,
)  # fmt: skip

INJURY_CHECK = SelfTest(
    "injury_check",
    "像不像工伤",
    (
        asks.choice(
            "what",
            "怎么伤的",
            "是怎么伤的、病的？选最像的一个。",
            ("at_work", "上班时干活受伤"),
            ("before_or_after", "上班前后做准备、收尾时受伤"),
            ("attacked", "上班时被人打伤、伤害"),
            ("disease", "职业病（粉尘、噪声、毒物等）"),
            ("trip", "出差、外出办事时受伤"),
            ("commute", "上下班路上出事"),
            ("illness", "上班时突然发病"),
            ("rescue", "抢险救灾、维护公共利益"),
            ("veteran", "当兵时的旧伤复发"),
            ("activity", "团建、比赛等活动中受伤"),
        ),
        asks.yes_no("during_work", "是不是在上班时间、上班的地方", "是在上班时间、上班的地方吗？加班、临时叫来的也算。"),
        asks.yes_no("in_workplace", "是不是在上班的地方做准备或收尾", "是在上班的地方，做跟工作有关的准备或者收尾吗？"),
        asks.choice(
            "cause",
            "是不是因为干活",
            "是因为干活、办公事才伤的吗？",
            ("work", "是，因为干活、办公事"),
            ("unclear", "说不清"),
            ("private", "不是，是私事"),
        ),
        asks.yes_no("diagnosed", "有没有职业病诊断", "已经拿到职业病诊断书了吗？"),
        asks.yes_no("usual_way", "时间和路线合不合理", "是在上下班合理的时间和路上吗？顺路买菜、接孩子、去父母家都算。"),
        asks.choice(
            "accident",
            "是什么事故",
            "路上出的是什么事？",
            ("vehicle", "跟车有关的事故，骑车摔的也选这个"),
            ("rail", "地铁、轮渡、火车事故"),
            ("foot", "自己走路摔的"),
        ),
        asks.choice(
            "blame",
            "事故责任",
            "交警定您是什么责任？",
            ("less", "没有责任、次要责任、同等责任"),
            ("main", "主要责任、全部责任"),
            ("open", "还没定，或者定不了"),
        ),
        asks.choice(
            "at_post",
            "在哪里发的病",
            "是上班时间在岗位上发的病吗？",
            ("yes", "是，在岗位上"),
            ("left", "上班时不舒服，走了以后才倒下"),
            ("no", "不是"),
        ),
        asks.choice(
            "outcome",
            "人后来怎样",
            "人后来怎样？",
            ("at_once", "当场去世"),
            ("in_hospital", "送医抢救后去世"),
            ("alive", "救过来了"),
            ("treated", "还在抢救"),
        ),
        asks.hours("hours", "从医院第一次诊断到去世几个小时", "从医院第一次诊断，到去世，一共几个小时？看急诊病历。"),
        asks.yes_no("veteran_card", "有没有革命伤残军人证", "有革命伤残军人证吗？"),
        asks.yes_no("organised", "活动是不是单位组织或派去的", "活动是单位组织的，或者单位派您去的吗？"),
        asks.choice(
            "excluded",
            "有没有不能认定的情形",
            "有没有下面的情形？",
            ("none", "都没有"),
            ("crime", "故意犯罪"),
            ("drunk", "醉酒或者吸毒"),
            ("self_harm", "自己伤自己、自杀"),
        ),
        asks.choice(
            "works_for",
            "给谁干活",
            "当时给谁干活？",
            ("employer", "单位，没签合同、工地上的也选这个"),
            ("platform", "平台接单（外卖、网约车、货运）"),
            ("person", "个人家里雇的"),
        ),
        asks.choice(
            "since",
            "出事多久了",
            "从出事那天，或者诊断职业病那天，到今天多久了？",
            ("month", "30 日以内"),
            ("year", "30 日到 1 年"),
            ("over_year", "超过 1 年"),
        ),
    ),
    _LAWS,
    (),
    (),
    tuple(dict.fromkeys((*_GUIDES, *_GUIDE_OF.values()))),
    work,
)
