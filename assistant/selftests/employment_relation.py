"""是不是劳动关系: who manages, who pays and whose business it is, not what the paper is called. Only arbitration and courts decide."""

from __future__ import annotations

from dataclasses import replace

from assistant.calculators.values import law
from assistant.selftests import asks
from assistant.selftests.answers import Answers, all_of
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Finding, Reason, Verdict, worded
from assistant.types import Citation

_NOTICE = "关于确立劳动关系有关事项的通知"
_THREE = law(_NOTICE, 1)
_PROOF = law(_NOTICE, 2)
_FROM_FIRST_DAY = law("劳动合同法", 7)
_WRITTEN = law("劳动合同法", 10)
_HOUSEHOLD = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 2)
_BETWEEN_PEOPLE = law("民法典", 1192)
_THREE_YEARS = law("民法典", 188)
_WORKPIECE = law("民法典", 770)
_NO_LICENCE = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 29)
_CONTRACTOR = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（二）", 1, 2)
_RETIRED = law("超龄劳动者基本权益保障暂行规定", 6, 15, 19)
_STUDENT = law("山东省劳动合同条例", 61)
_CHILD = law("劳动法", 15)
_ARBITRATION = law("劳动争议调解仲裁法", 2, 6, 27)
_REASONS_APART = {
    "retired": Reason("超过退休年龄的，单位要签用工协议、参加工伤保险，工资等争议可以仲裁，但不是完整的劳动合同。", _RETIRED),
    "student": Reason("在校学生实习、打短工，通常不算；毕业后正式上班的，看实际。满 16 周岁的应签书面协议"
                      "（《山东省劳动合同条例》第六十一条）。", _STUDENT),
    "child": Reason("不满 16 周岁不许招用（《劳动法》第十五条），先让家里大人打 12333 反映。", _CHILD),
}  # fmt: skip


def work(answers: Answers, _: Ground) -> Finding:
    """Look at who the employer and the person are, then at the paper, then at how the work is really run."""
    employer = answers.choice("employer")
    if employer == "person":
        text = "个人家里雇的，不算劳动关系，不走劳动仲裁；受伤按双方的过错分。"
        return _apart("unlikely", "个人家里雇人，不算劳动关系。", Reason(text, _HOUSEHOLD + _BETWEEN_PEOPLE), employer)
    who = answers.choice("who_are_you")
    if who is not None and who != "ordinary":
        return _apart("unknown", "您这种情况另有规定，打 12333 问清。", _REASONS_APART[who], who)
    if employer == "boss":
        text = "公司把活包给没资格的人，可以请求由公司担起用工的责任，付工钱、工伤待遇；不等于跟公司有劳动关系。"
        return _finding("unknown", "包工头带的，可以找上面的公司担责任。", Reason(text, _CONTRACTOR))
    if employer == "no_licence":
        return _finding("unknown", "没有执照的，可以告出资的人。", Reason("没有执照的单位，可以把它或者出资人列为当事人。", _NO_LICENCE))
    is_settled = None if who is None or employer is None else True
    if answers.choice("paper") == "labour" and is_settled:
        text = "签了劳动合同、来干活了，从用工那天起就有劳动关系。"
        return _finding("may_be", "有劳动关系，签过劳动合同。", Reason(text, _FROM_FIRST_DAY + _WRITTEN))
    return _by_practice(answers, is_settled)


def _apart(verdict: Verdict, says: str, reason: Reason, whose: str) -> Finding:
    """What is said to those for whom other rules hold: their own steps and guide."""
    return replace(_finding(verdict, says, reason), steps=_STEPS_APART[whose], guides=(_GUIDES_APART[whose],), warnings=())


def _by_practice(answers: Answers, is_settled: bool | None) -> Finding:
    """The three things of the notice of 2005, all together; whoever works for a platform is also asked how free the work is."""
    managed, core, paid = answers.says("managed"), answers.says("core"), answers.choice("paid")
    may_refuse = answers.says("may_refuse")
    if managed is False and is_settled and answers.told.get("paper") is not None:
        if may_refuse or paid in ("piece", "none"):
            return _finding("unlikely", "单位不怎么管您，来不来自己定。", *_against(managed, paid, may_refuse))
        return _finding("unknown", "单位不管您，又不全像自己单干。", *_against(managed, paid, may_refuse))
    speaks_for = all_of(managed, core, None if paid is None else paid == "regular", None if may_refuse is None else not may_refuse)
    if all_of(speaks_for, is_settled):
        return _finding("may_be", "有劳动关系，不看纸上叫什么。", _ALL_THREE, Reason("受单位管、干单位的活、领单位的钱，都占了。", _THREE))
    reasons = _against(managed, paid, may_refuse)
    if core is False:
        reasons = (*reasons, Reason("干的活不是单位业务的一部分，这一条不占。", _THREE))
    open_says = "有的占、有的不占，要一样一样看证据。" if speaks_for is False else "还差几样，补上再看。"
    return _finding("unknown", open_says, _ALL_THREE, *reasons)


def _against(managed: bool | None, paid: str | None, may_refuse: bool | None) -> tuple[Reason, ...]:
    """What speaks against an employment relation."""
    reasons = []
    if managed is False:
        reasons.append(Reason("不用守单位的规矩、不听单位安排，“受管理”这一条不占。", _THREE))
    if may_refuse:
        text = "想来就来、想不接就不接，也不罚，往往难认。平台的规矩看人社部发〔2021〕56号，原文没有核对。"
        reasons.append(Reason(text, confirmed=False))
    if paid == "piece":
        reasons.append(Reason("交一件东西拿一份钱，更像承揽。", _WORKPIECE))
    if paid == "none":
        reasons.append(Reason("没有说好给钱的，“有报酬”这一条不占。", _THREE))
    return tuple(reasons)


def _finding(verdict: Verdict, says: str, *reasons: Reason) -> Finding:
    ends = "认不认由仲裁委、法院定。" if verdict == "may_be" else ""
    return Finding(
        verdict=verdict,
        says=worded(verdict, f"{says}{ends}"),
        reasons=reasons,
        papers=_PAPERS,
        steps=_STEPS,
        guides=_GUIDES,
        warnings=("协议叫劳务、承包、合作，或者写了“自愿不建立劳动关系”，都不当然算数，看实际怎么管、怎么给钱。",),
    )


_ALL_THREE = Reason("没签劳动合同的，看三样是不是都占：双方资格合适；守单位规矩、受单位管、干有报酬的活；活是单位业务的一部分。", _THREE)
_PAPERS = (
    "工资流水、转账截图、工资条、社保记录",
    "工作证、工牌、工装、门禁",
    "入职登记表、考勤、排班、派活和罚款的聊天记录",
    "一起干活的人的姓名、电话",
    "签过的协议，不管叫什么都留一份",
)
_STEPS = (
    "今天把聊天、打卡、派活、转账录屏存好，账号被封就看不到了。",
    "工资表、登记表、考勤这些在单位手里的，单位要拿出来（劳社部发〔2005〕12号）。不拿的，后果单位担（《劳动争议调解仲裁法》第六条）。",
    "单位不认的，申请仲裁确认劳动关系（《劳动争议调解仲裁法》第二条），1 年内申请（《劳动争议调解仲裁法》第二十七条）。",
    "不会弄的打 12351 找工会，没钱请律师打 12348。",
    "不算劳动关系的，欠的钱照样可以到法院要，先打 12348 问。",
)
_STEPS_APART = {
    "person": (
        "把派活、讲工钱的聊天和转账留好，记下对方的姓名、电话、住址。",
        "先书面要钱；要不回来 3 年内到法院起诉（《民法典》第一百八十八条），先打 12348 问怎么写。",
        "是家政公司招您、派您、管您、给您发钱的，把公司当单位，再测一次。",
    ),
    "retired": (
        "要单位签用工协议，参加工伤保险（《超龄劳动者基本权益保障暂行规定》第六条、第十五条）。",
        "工资、休息、工伤这些有争议，可以申请仲裁（《超龄劳动者基本权益保障暂行规定》第十九条），先打 12333 问。",
        "不会弄的打 12351 找工会。",
    ),
    "student": (
        "今天把聊天、打卡、转账存好，写清工钱、时间、受伤怎么办，让单位签字。",
        "工钱被扣、被收押金的，打 12333 投诉。",
        "毕业了、正式上班的，按一般劳动者再测一次。",
    ),
    "child": ("今天告诉家里大人或者老师。", "打 12333 反映用童工的事；人被扣住、被打，打 110。", "干了活的钱照样能要，打 12348 问。"),
}
_GUIDES_APART = {
    "person": "domestic-workers", "retired": "retirees-working", "student": "students-and-minors", "child": "students-and-minors",
}  # fmt: skip
_GUIDES = ("labour-relation-proof", "labour-or-service", "platform-worker-relation", "injury-contractor")
_LAWS: tuple[Citation, ...] = (
    *_THREE, *_PROOF, *_FROM_FIRST_DAY, *_WRITTEN, *_HOUSEHOLD, *_BETWEEN_PEOPLE, *_THREE_YEARS, *_WORKPIECE, *_NO_LICENCE, *_CONTRACTOR,
    *_RETIRED,
    *_STUDENT, *_CHILD, *_ARBITRATION,
)  # fmt: skip

EMPLOYMENT_RELATION = SelfTest(
    "employment_relation",
    "算不算劳动关系",
    (
        asks.choice(
            "employer",
            "给谁干活",
            "给谁干活？",
            ("unit", "公司、工厂、店铺、平台站点等，有执照"),
            ("boss", "包工头"),
            ("no_licence", "没有执照的店、作坊"),
            ("person", "个人家里"),
        ),
        asks.choice(
            "who_are_you",
            "您是什么人",
            "您属于哪一种？",
            ("ordinary", "一般劳动者"),
            ("retired", "过了退休年龄"),
            ("student", "在校学生"),
            ("child", "不满 16 周岁"),
        ),
        asks.choice(
            "paper",
            "签了什么",
            "签过什么纸、点过什么电子协议？",
            ("labour", "劳动合同"),
            ("other", "劳务、承包、合作、承揽等别的协议"),
            ("none", "什么也没签"),
        ),
        asks.yes_no("managed", "受不受单位管", "要听单位排班，请假要批，迟到、不来要罚吗？"),
        asks.yes_no("core", "是不是单位的业务", "干的活是这个单位平时做的业务吗？"),
        asks.choice(
            "paid",
            "怎么给钱",
            "钱怎么给？",
            ("regular", "单位给，按月、按天、按计件定期发"),
            ("piece", "交一件成果给一次钱，工具自己带"),
            ("none", "没说好给钱"),
        ),
        asks.yes_no("may_refuse", "能不能自己定来不来", "想不来就不来、想不接单就不接，也不罚吗？"),
    ),
    _LAWS,
    (),
    (),
    tuple(dict.fromkeys((*_GUIDES, *_GUIDES_APART.values()))),
    work,
)
