"""该找谁: whom to turn to in which order, with how long it takes, what it costs and until when the door is open."""

from __future__ import annotations

from assistant.calculators.values import law
from assistant.selftests import asks
from assistant.selftests.answers import Answers
from assistant.selftests.evidence import DISPUTE
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Checklist, Item
from assistant.types import Citation

_TALK = law("劳动争议调解仲裁法", 4)
_UNION = law("工会法", 22, 23, 30)
_COMPLAIN = law("劳动争议调解仲裁法", 9)
_INSPECTION = law("劳动保障监察条例", 11, 17, 20, 21)
_QINGDAO = law("青岛市劳动保障监察条例", 24, 26)
_EXTRA = law("劳动合同法", 85)
_MEDIATION = law("劳动争议调解仲裁法", 10, 14, 16)
_ARBITRATION = law("劳动争议调解仲裁法", 2, 21, 27, 43, 53)
_ACCEPTED = law("山东省劳动人事争议调解仲裁条例", 21)
_AT_ONCE = law("劳动争议调解仲裁法", 44)
_COURT = law("劳动争议调解仲裁法", 48, 50)
_IOU = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 15)
_FEES = law("民事诉讼法", 121)
_ENFORCE = law("民事诉讼法", 250)
_RECOGNITION = law("工伤保险条例", 17, 20)
_GRADE = law("工伤保险条例", 21)
_DELAYED = law("最高人民法院关于审理工伤保险行政案件若干问题的规定", 7)
_COLLECT = law("社会保险法", 63, 82)
_GROUP = law("劳动争议调解仲裁法", 7)
_AID = law("法律援助法", 42)

_FREE = "不收费（《劳动争议调解仲裁法》第五十三条）"
_ONE_YEAR = "一般从知道或者应当知道吃亏那天起 1 年内（《劳动争议调解仲裁法》第二十七条）"
_UNION_FIRST = Item(
    "工会：单位工会，或者打 12351 找街道、区总工会",
    "可以请工会一起跟单位谈；欠薪这些事工会应当出面交涉，仲裁、打官司工会应当支持。",
    _TALK + _UNION,
    limit="没有期限，但找工会不等于申请了仲裁",
)
_INSPECT = Item(
    "劳动监察：用工地的人社部门，先打 12333",
    "欠薪、低于最低工资、不给加班费、没交社保这些，能查账、能责令单位改。",
    _COMPLAIN + _INSPECTION + _QINGDAO,
    time="青岛 5 个工作日内答复受不受理（《青岛市劳动保障监察条例》第二十六条），立案后 60 个工作日内查完，复杂的再加 30 个"
    "（《劳动保障监察条例》第十七条）",
    limit="违法的事 2 年内，一直没停的从停下那天算（《劳动保障监察条例》第二十条）",
)
_MEDIATE = Item(
    "调解：单位的调解委员会、街道（镇）的调解组织，或者打 12351 请工会调解",
    "谈成了签调解协议，双方都要照办；欠薪、补偿的协议单位不给钱，可以向法院申请支付令。",
    _MEDIATION,
    time="15 日内谈不成就可以去仲裁（《劳动争议调解仲裁法》第十四条）",
    limit="仲裁的期限看下一步，别谈过了",
)
_ARBITRATE = Item(
    "劳动仲裁：干活地或者单位所在地的仲裁委，窗口先打 12333 问",
    "单位不认账、数说不拢、要补偿赔偿的，都走这里；多数事要先仲裁才能打官司。",
    _ARBITRATION + _ACCEPTED,
    time="5 个工作日内答复收不收（《山东省劳动人事争议调解仲裁条例》第二十一条），收下后 45 日内裁，最多再延 15 日"
    "（《劳动争议调解仲裁法》第四十三条）",
    cost=_FREE,
    limit=_ONE_YEAR,
)
_SUE = Item(
    "法院：对裁决不服的去起诉",
    "裁决书拿到手，先看是不是终局、几日内起诉。",
    _COURT + _FEES,
    cost="诉讼费多少先问法院，交不起可以申请缓交、免交（《民事诉讼法》第一百二十一条）",
    limit="收到裁决书 15 日内（《劳动争议调解仲裁法》第四十八条、第五十条）",
)
_ENFORCEMENT = Item(
    "法院执行：裁决、判决生效了单位还不给钱",
    "申请法院强制执行。",
    _ENFORCE,
    limit="2 年内（《民事诉讼法》第二百五十条）",
)
_RECOGNISE = Item(
    "工伤认定：人社部门，窗口先打 12333 问",
    "先认定，才谈得上待遇。单位不报，您本人、近亲属、工会都能报。",
    _RECOGNITION,
    time="受理后 60 日内出决定，事实清楚的 15 日内（《工伤保险条例》第二十条）",
    limit="从出事那天起，单位 30 日内，职工这边 1 年内（《工伤保险条例》第十七条）",
)
_ASSESS = Item("劳动能力鉴定：伤稳定了还有残疾的", "评了等级，才知道能拿多少。", _GRADE)
_INSURANCE_OFFICE = Item(
    "社保征收机构、劳动监察：打 12333 投诉",
    "要单位补交社保，先走这条路。",
    _COLLECT + _INSPECTION,
    limit="监察查 2 年内的事（《劳动保障监察条例》第二十条）；补交能补多久，青岛怎么办待工会确认，越早越好",
)
_BY_IOU = Item("法院：拿着工资欠条直接起诉", "只要欠薪、不牵扯别的，可以不先仲裁。", _IOU, cost="诉讼费多少先问法院")
# What the inspection can set right by itself; the rest is for arbitration.
_INSPECTED = ("wages", "overtime")


def work(answers: Answers, _: Ground) -> Checklist:
    """Put the doors in order for the kind of dispute and how far it has gone."""
    dispute = answers.choice("dispute")
    if dispute is None:
        says = "先说说是什么纠纷。拿不准先打 12351 或者 12333。"
        return Checklist(says=says, items=(_UNION_FIRST, _MEDIATE, _ARBITRATE, _SUE), steps=_STEPS, guides=_GUIDES)
    if dispute == "injury":
        says = "先申请工伤认定，再做鉴定，单位不付待遇的去仲裁。"
        doors = (_RECOGNISE, _UNION_FIRST, _ASSESS, _ARBITRATE, _SUE, _ENFORCEMENT)
        return Checklist(says=says, items=doors, steps=_STEPS, guides=_GUIDES, warnings=_injury_is_late(answers))
    since = answers.choice("since")
    if dispute == "insurance":
        items = (_UNION_FIRST, _INSURANCE_OFFICE, _ARBITRATE, _SUE)
        return Checklist(
            says="要补交社保，先投诉；造成损失要赔的再仲裁。", items=items, steps=_STEPS, guides=_GUIDES, warnings=_late(since, False)
        )
    return _of_money(answers, dispute, since)


def _of_money(answers: Answers, dispute: str, since: str | None) -> Checklist:
    admits = answers.says("admits") if dispute in _INSPECTED else False
    has_iou = answers.says("has_iou") if dispute == "wages" else False
    still_there = answers.says("still_there") if dispute in _INSPECTED and since in ("two_years", "longer") else None
    items = [_UNION_FIRST]
    # A sum that is disputed is for arbitration, and what is there the inspection no longer looks at.
    if dispute in _INSPECTED and since != "longer" and admits is not False:
        items.append(_INSPECT)
    items += [_MEDIATE, *((_BY_IOU,) if has_iou else ()), _ARBITRATE, _SUE, _ENFORCEMENT]
    urgent = (_QUICK,) if answers.says("urgent") else ()
    many = (_MANY,) if answers.says("many") else ()
    says = {
        True: "单位认账的，先投诉劳动监察；不行再仲裁。",
        False: "单位不认账，或者要补偿赔偿的，走仲裁，不收费。",
        None: "能谈先谈，谈不成按这个次序走。",
    }[admits]
    return Checklist(
        says=says,
        items=tuple(items),
        steps=(*urgent, *many, *_STEPS),
        guides=_GUIDES,
        warnings=(*_late(since, still_there is True), *_ONE_DOOR),
    )


def _late(since: str | None, is_wages_of_a_job: bool) -> tuple[str, ...]:
    """What to say where a year has gone by."""
    if since not in ("two_years", "longer"):
        return ()
    return (_STILL_THERE if is_wages_of_a_job else _OVER_A_YEAR,)


def _injury_is_late(answers: Answers) -> tuple[str, ...]:
    return (_INJURY_OVER_A_YEAR,) if answers.choice("since") in ("two_years", "longer") else ()


_STILL_THERE = "还在上班，欠的工资、加班费不受 1 年限制；走了以后 1 年内要申请仲裁（《劳动争议调解仲裁法》第二十七条）。"
_OVER_A_YEAR = (
    "过了 1 年的，仲裁可能说过期。这 1 年里向单位要过、向部门投诉过、单位答应过的，从那时重新算"
    "（《劳动争议调解仲裁法》第二十七条），找出凭据，马上打 12348 问。"
)
_INJURY_OVER_A_YEAR = (
    "从出事算过了 1 年，超过了申请的期限（《工伤保险条例》第十七条）；不是自己原因耽误的时间不算"
    "（《最高人民法院关于审理工伤保险行政案件若干问题的规定》第七条），马上打 12351 或者 12348 问。"
)
_QUICK = "等钱吃饭、看病的，仲裁时申请先予执行，可以不提供担保（《劳动争议调解仲裁法》第四十四条）。"
_MANY = "10 人以上一起申请的，可以推几个代表（《劳动争议调解仲裁法》第七条）。"
_ONE_DOOR = (
    "同一笔钱别两头递：已经仲裁、起诉的，监察不再管（《劳动保障监察条例》第二十一条）。",
    "想要加付的赔偿金，要先有人社部门责令限期支付、单位到期不付（《劳动合同法》第八十五条）。",
)
_STEPS = (
    "今天先备份证据，写清哪天出的事、要什么，数一数还有多少天到期。",
    "没钱请律师打 12348。进城打工的要工资、工伤赔偿，不查家里困难（《法律援助法》第四十二条）。",
    "有人被打、被扣、被威胁，打 110。",
)
_GUIDES = (
    "where-to-turn", "inspection-or-arbitration", "labour-inspection", "arbitration-steps", "arbitration-time-limit",
    "mediation-and-payment-order", "go-straight-to-court", "enforcement", "injury-first-steps", "social-insurance-not-paid",
)  # fmt: skip
_LAWS: tuple[Citation, ...] = (
    *_TALK, *_UNION, *_COMPLAIN, *_INSPECTION, *_QINGDAO, *_EXTRA, *_MEDIATION, *_ARBITRATION, *_ACCEPTED, *_AT_ONCE, *_COURT, *_IOU,
    *_FEES, *_ENFORCE, *_RECOGNITION, *_GRADE, *_DELAYED, *_COLLECT, *_GROUP, *_AID,
)  # fmt: skip

PATH = SelfTest(
    "path",
    "该找谁",
    (
        DISPUTE,
        asks.choice(
            "since",
            "事情过了多久",
            "从出事、或者走的那天，到今天多久了？",
            ("year", "不到 1 年"),
            ("two_years", "1 年到 2 年"),
            ("longer", "超过 2 年"),
        ),
        asks.yes_no("admits", "单位认不认账", "欠多少，单位认账吗？"),
        asks.yes_no("has_iou", "有没有工资欠条", "单位打过工资欠条吗？"),
        asks.yes_no("still_there", "是不是还在上班", "您还在这家单位上班吗？"),
        asks.yes_no("urgent", "是不是等钱吃饭看病", "是不是等这笔钱吃饭、看病？"),
        asks.yes_no("many", "是不是 10 个人以上一起", "是不是 10 个人以上一起要？"),
    ),
    _LAWS,
    (),
    ("hotline-12351", "mediation", "jimo-legal-points"),
    _GUIDES,
    work,
)
