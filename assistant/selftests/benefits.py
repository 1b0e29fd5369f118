"""哪些福利可能适合我: the unions' programmes that fit what was told, those of 即墨 first; another place's are never told as ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from assistant.calculators.values import law
from assistant.selftests import asks
from assistant.selftests.answers import Answers, all_of, any_of, opposite
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Finding, Reason, Verdict, worded
from assistant.types import Programme

_JOBLESS = law("社会保险法", 45)
_WOMEN = law("妇女权益保障法", 31)
_EMERGENCY = law("社会救助法", 29, 37)
_SCHOOL_RELIEF = law("社会救助法", 25)
_INJURY = law("工伤保险条例", 17)
_JOIN = law("工会法", 3)
_DISPUTE = law("工会法", 22, 30)
# What a programme is told as: there is one here, or only the city is known to have it. "no" is another place's and is never told.
_TOLD = ("yes", "unknown")
# What most hangs on is asked first; the rest follows as the rules come to it.
_FIRST_ASKED = ("work", "hardship", "illness", "injured", "school_child", "dispute")

Fits = Callable[[Answers], bool | None]


class _Rule(NamedTuple):
    """Whom a programme is for, in whose words to say so, the guide to read, and what to do."""

    programme: str
    guide: str
    fits: Fits
    why: str
    step: str


class _Right(NamedTuple):
    """What the law gives beside the unions' programmes: said with its article as a thing to do, it counts for no verdict."""

    guide: str
    fits: Fits
    step: str


def work(answers: Answers, ground: Ground) -> Finding:
    """Hold every rule against what was told; a programme known to exist here counts, another only as something to ask for."""
    answers.seek(*_FIRST_ASKED)
    known = {one.id: one for one in ground.knowledge.programmes if one.available_in_jimo in _TOLD}
    judged = [(rule, rule.fits(answers)) for rule in _RULES]
    rights = [right for right in _RIGHTS if right.fits(answers)]
    is_member = answers.says("member")
    fitting = sorted(
        ((rule, known[rule.programme]) for rule, fits in judged if fits and rule.programme in known),
        key=lambda one: one[1].available_in_jimo != "yes",
    )
    reasons = tuple(_reason(rule, programme) for rule, programme in fitting)
    steps = (*_urgent(answers), *(rule.step for rule, _ in fitting), *(right.step for right in rights), *_FOR_ALL)
    guides = (*(rule.guide for rule, _ in fitting), *(right.guide for right in rights), *_GUIDES_FOR_ALL)
    warnings = () if is_member is not False else (_NOT_A_MEMBER,)
    here = sum(programme.available_in_jimo == "yes" for _, programme in fitting)
    verdict, says = _looks(here, bool(fitting), nothing=not rights and all(fits is False for _, fits in judged))
    return Finding(
        verdict=verdict,
        says=worded(verdict, says),
        reasons=reasons,
        papers=_PAPERS,
        steps=tuple(dict.fromkeys(steps)),
        guides=tuple(dict.fromkeys(guides)),
        warnings=(*warnings, "这里按在即墨干活说的。每人多少钱、哪天截止没有确认，以工会当年通知为准。"),
    )


def _looks(here: int, any_fits: bool, *, nothing: bool) -> tuple[Verdict, str]:
    """How it looks where *here* services of 即墨 fit; of what only the city has nobody knows whether it is here."""
    if here:
        return "may_be", f"有 {here} 样即墨工会的服务和您说的对得上。给不给、给多少由工会定。"
    if nothing:
        return "unlikely", "没有专门对得上的项目；人人能用的在下面“今天做什么”里。"
    return "unknown", "对得上的项目，即墨有没有还没确认，先打 12351 问。" if any_fits else "再说说您的情况。"


def _reason(rule: _Rule, programme: Programme) -> Reason:
    here = "即墨有这一项。" if programme.confirmed else "即墨有这一项，细节待工会确认。"
    where = here if programme.available_in_jimo == "yes" else "青岛市级有这一项，即墨有没有、怎么办待工会确认。"
    return Reason(f"{programme.name}：{rule.why}{where}", confirmed=programme.confirmed)


def _urgent(answers: Answers) -> tuple[str, ...]:
    if answers.told.get("distress"):
        return ("心里难受现在就打 12356，有人听您说；有伤人伤己的危险打 110 或 120。",)
    return ()


def _yes(name: str) -> Fits:
    return lambda answers: answers.says(name)


def _no(name: str) -> Fits:
    return lambda answers: opposite(answers.says(name))


def _is(name: str, *values: str) -> Fits:
    def fits(answers: Answers) -> bool | None:
        told = answers.choice(name)
        return None if told is None else told in values

    return fits


def _both(first: Fits, then: Fits) -> Fits:
    """What comes then is not asked where the first does not fit."""

    def fits(answers: Answers) -> bool | None:
        is_first = first(answers)
        return False if is_first is False else all_of(is_first, then(answers))

    return fits


def _either(first: Fits, then: Fits) -> Fits:
    """What comes then is not asked where the first fits."""

    def fits(answers: Answers) -> bool | None:
        is_first = first(answers)
        return True if is_first else any_of(is_first, then(answers))

    return fits


_PLATFORM, _EMPLOYED, _JOB_ENDED = _is("work", "platform"), _is("work", "employee"), _is("work", "jobless")
_OUTSIDE = _either(_PLATFORM, _both(_is("work", "employee", "odd_jobs"), _yes("outdoor")))
_ASK_UNION = "问单位工会；单位没有工会的，打 12351 问所在街道、镇的工会。"
_RULES = (
    _Rule("four-seasons", "spring-jobs", _either(_JOB_ENDED, _is("plan", "job")), "您在找活，春天有“春送岗位”招聘会。",
          "看“即墨工会”公众号的招聘会通知，或者打 12351 问。"),
    _Rule("four-seasons", "summer-cool", _OUTSIDE, "您在户外干活，夏天有“夏送清凉”。", "夏天前请单位工会、站长打 12351 报人数。"),
    _Rule("platform-mutual-aid", "platform-mutual-aid", _PLATFORM, "工会给骑手、司机送的免费互助保障，名额由工会定。",
          "打 12351 问今年免费互助保障还有没有名额。"),
    _Rule("industry-federations", "sector-federation", _both(_is("work", "platform", "odd_jobs"), _no("member")),
          "您没有固定的厂，又没入会，可以进行业的工会联合会。", "打 12351 问您这一行归哪家工会联合会，再申请入会。"),
    _Rule("four-seasons", "winter-warmth", _either(_yes("hardship"), _either(_yes("illness"), _yes("injured"))),
          "家里难、生大病、受工伤的，冬天工会会去慰问，名单由工会定。", f"把家里的情况报上去：{_ASK_UNION}"),
    _Rule("four-seasons", "autumn-scholarship", _both(_yes("hardship"), _is("school_child", "high", "college")),
          "困难职工家里有孩子上高中、大学，有“金秋助学”。", "六七月打 12351 问今年报不报、交到哪里；同时申请困难职工认定。"),
    _Rule("hardship-self-test", "hardship-self-test", _yes("hardship"), "先自测够不够困难职工的条件，自测不等于认定。",
          "用“困难职工自测”算一算，再向单位工会或者街道、镇的工会申请。"),
    _Rule("social-relief-one-thing", "social-assistance-one-stop", _yes("hardship"), "低保、医疗、助学的帮扶可以一起办。",
          "低保找户口所在地的街道、镇，先打 12345 问清。"),
    _Rule("medical-mutual-aid", "medical-mutual-aid", _both(_yes("illness"), _EMPLOYED),
          "单位工会参加了医疗互助的，住院、大病能报一笔；要看单位今年参加没有。", "问单位工会：今年参加了没有，我在不在名单里。"),
    _Rule("jimo-legal-points", "jimo-legal-service-points", _yes("dispute"), "跟单位有纠纷，三处职工法律服务点可以咨询。",
          "打 12351 问最近的法律服务点在哪、哪天有律师。"),
    _Rule("mediation", "mediation-before-case", _yes("dispute"), "仲裁、打官司前可以请工会帮着调解。",
          "打 12351 说要调解；仲裁的期限照样在走，快到先去申请仲裁。"),
    _Rule("supervision-letters", "union-supervision-letters", _yes("dispute"), "单位违法，工会可以发函要它改，您可以反映。",
          "向单位工会、街道总工会或者区总工会反映单位违法的事。"),
    _Rule("recuperation-checkup", "platform-health-check", _PLATFORM, "青岛给骑手、司机办过优惠体检和免费体检。",
          "打 12351 问优惠体检、免费体检今年还有没有名额。"),
    _Rule("recuperation-checkup", "health-check", _EMPLOYED, "工会有一线职工的免费体检、疗休养。",
          "问单位工会今年有没有体检、疗休养的名额。"),
    _Rule("union-station", "union-station", _OUTSIDE, "户外干活可以去工会驿站歇脚。", "在“齐鲁工惠”APP 的地图里找驿站，找不到打 12351。"),
    _Rule("mother-room-childcare", "mothers-room", _both(_is("sex", "woman"), _yes("nursing")), "喂奶期间可以用爱心妈妈小屋。",
          "问单位工会、打 12351，问附近有没有妈妈小屋。"),
    _Rule("mother-room-childcare", "childcare-and-mothers-room", _is("school_child", "primary"), "寒暑假有爱心托管，帮着看孩子。",
          "放假前问单位工会、打 12351，问附近有没有爱心托管。"),
    _Rule("education-dream", "education-dream", _is("plan", "study"), "读成人大专、本科，有的年份能领学费补助。",
          "看“齐鲁工惠”APP，打 12351 问今年办不办。"),
    _Rule("worker-startup", "business-start-up", _is("plan", "start_up"), "自己创业，有工友创业联盟、创业园。",
          "打 12351 问工友创业联盟怎么联系。"),
    _Rule("skills-craftsman", "skills-and-craftsman", _is("plan", "skills"), "想学技术、比技能，有技能大赛和工匠培育。",
          "打 12351 问今年有哪些比赛，请单位工会报名。"),
    _Rule("heart-world", "psychological-help", _yes("distress"), "工会有线上的心理服务。",
          "微信里搜“心世界·新天地”；急着找人说话打 12356。"),
)  # fmt: skip
_RIGHTS = (
    _Right("unemployment-benefit", _JOB_ENDED,
           "没活干了，先问失业金：交满 1 年、不是自己愿意走的、办了失业登记（《社会保险法》第四十五条），打 12333。"),
    _Right("emergency-relief", _yes("hardship"),
           "突然出事过不下去的，当天去出事地方的街道、镇要临时救助（《社会救助法》第二十九条、第三十七条）。"),
    _Right("social-assistance", _both(_yes("hardship"), _is("school_child", "primary", "high", "college")),
           "孩子上学难，向学校问教育救助（《社会救助法》第二十五条）。"),
    _Right("injury-first-steps", _yes("injured"),
           "干活受伤的，从出事那天起 1 年内可以自己申请工伤认定（《工伤保险条例》第十七条），打 12333。"),
    _Right("cancer-screening", _both(_is("sex", "woman"), _EMPLOYED),
           "单位应当定期安排女职工查妇科、乳腺（《妇女权益保障法》第三十一条），向单位提。"),
    _Right("union-legal-help", _yes("dispute"),
           "申请仲裁、打官司，工会应当支持帮助（《工会法》第二十二条），总工会提供法律援助（《工会法》第三十条）。"),
)  # fmt: skip
_FOR_ALL = (
    "关注“即墨工会”公众号，装“齐鲁工惠”APP：惠工课堂、家电补贴这些，看有没有新一期报名。",
    "有想问的，直接打 12351。",
)
_GUIDES_FOR_ALL = ("union-app", "culture-classes", "appliance-subsidy", "hotline-12351")
_NOT_A_MEMBER = "有的项目要先入会。靠工资吃饭的都能入会，谁都不能拦（《工会法》第三条），打 12351 问怎么入。"
_PAPERS = ("身份证", "困难、生病、上学、受伤的证明，有哪样带哪样", "别的材料以工会当年通知为准")
_EVERYWHERE = ("qilu-gonghui-app", "jimo-union-wechat", "culture-courses", "appliance-subsidy", "hotline-12351")

BENEFITS = SelfTest(
    "benefits",
    "哪些福利可能适合我",
    (
        asks.choice(
            "work",
            "现在干什么",
            "您现在干什么？",
            ("employee", "在单位上班"),
            ("platform", "外卖、快递、网约车、货运等平台接单"),
            ("odd_jobs", "打零工、临时活"),
            ("jobless", "没有活干"),
        ),
        asks.yes_no("outdoor", "是不是在户外干活", "您常在户外干活吗？"),
        asks.yes_no("member", "是不是工会会员", "您入工会了吗？"),
        asks.yes_no("hardship", "家里是不是困难", "家里过日子困难吗？"),
        asks.yes_no("illness", "有没有住院、大病", "这一年您住过院、得过大病吗？"),
        asks.yes_no("injured", "有没有干活受伤", "这一年您干活受过伤吗？"),
        asks.choice(
            "school_child",
            "孩子上学",
            "家里有孩子上学吗？选最大的一个。",
            ("none", "没有"),
            ("primary", "小学"),
            ("middle", "初中"),
            ("high", "高中、中专、技校"),
            ("college", "大专、大学"),
        ),
        asks.yes_no("dispute", "跟单位有没有纠纷", "您跟单位有纠纷吗？比如欠薪、辞退。"),
        asks.choice("sex", "男还是女", "您是女的还是男的？", ("woman", "女"), ("man", "男")),
        asks.yes_no("nursing", "是不是在喂奶", "您正在喂奶吗？"),
        asks.choice(
            "plan",
            "有什么打算",
            "您有什么打算？",
            ("none", "没有"),
            ("job", "找活"),
            ("study", "读大专、本科"),
            ("skills", "学技术、比技能"),
            ("start_up", "自己创业"),
        ),
        asks.yes_no("distress", "心里是不是难受", "这阵子心里难受、睡不着吗？"),
    ),
    (*_JOBLESS, *_WOMEN, *_EMERGENCY, *_SCHOOL_RELIEF, *_INJURY, *_JOIN, *_DISPUTE),
    (),
    tuple(dict.fromkeys((*(rule.programme for rule in _RULES), *_EVERYWHERE))),
    tuple(dict.fromkeys((*(rule.guide for rule in _RULES), *(right.guide for right in _RIGHTS), *_GUIDES_FOR_ALL))),
    work,
)
