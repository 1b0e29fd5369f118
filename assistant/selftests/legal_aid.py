"""法律援助: whether a matter is one the state helps with, and who need not show that the household is poor."""

from __future__ import annotations

from assistant.calculators.values import law
from assistant.selftests import asks
from assistant.selftests.answers import Answers, any_of
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Finding, Reason, worded
from assistant.types import Citation

_MATTERS = law("法律援助法", 31)
_NO_TEST = law("法律援助法", 32)
_STANDARD = law("法律援助法", 34)
_WHERE = law("法律援助法", 38)
_HONEST = law("法律援助法", 41)
_EXEMPT = law("法律援助法", 42)
_DAYS = law("法律援助法", 43)
_AT_ONCE = law("法律援助法", 44)
_FORMS = law("法律援助法", 22)
_UNION = law("工会法", 22, 30)
# What article 31 names, in plain words.
_NAMED = {
    "wages": "要工资、加班费这些劳动报酬，是法律援助管的事。",
    "relation": "要确认劳动关系，是法律援助管的事。",
    "injury": "要工伤的人身损害赔偿，是法律援助管的事。",
    "insurance": "要社会保险待遇，是法律援助管的事。",
}
_WITHOUT_TEST = {
    "brave": "因为见义勇为要自己的权利，不看家里困不困难。",
    "abused": "受了虐待、遗弃或者家庭暴力，要自己的权利，不看家里困不困难。",
}
# Only these two are named for workers from the countryside.
_OF_MIGRANTS = ("wages", "injury")


def work(answers: Answers, _: Ground) -> Finding:
    """Look at the matter first, then at who need not be checked, then at the household."""
    matter = answers.choice("matter")
    if matter is None:
        return _unknown("先要知道您想要什么。")
    if matter in _WITHOUT_TEST:
        return _may_be("申请法律援助，不查家里困不困难。", Reason(_WITHOUT_TEST[matter], _NO_TEST))
    if matter not in _NAMED:
        text = "条文里没有直接写这件事，还有“别的规定写的情形”，要问法律援助机构。"
        return _unknown("这件事条文没有直接写，打 12348 问。", Reason(text, _MATTERS))
    named = Reason(_NAMED[matter], _MATTERS)
    has_lawyer = answers.says("has_lawyer")
    if has_lawyer:
        return _unlikely("已经请了律师的，一般不再给。", Reason("条文写的是没有委托代理人的人。", _MATTERS))
    is_exempt, why = _exempt(matter, answers)
    is_poor = None if is_exempt else answers.says("cannot_pay")
    if has_lawyer is None:
        return _unknown("还差一样。", named)
    if is_exempt:
        return _may_be("申请法律援助，不查家里困不困难。", named, why)
    if is_poor:
        return _may_be("申请法律援助，要如实说明家里的困难。", named, _STANDARD_OPEN, Reason(_SAY_SO, _HONEST))
    if is_poor is False and is_exempt is False:
        return _unlikely("家里请得起律师，又不是免查困难的人。", named, Reason("管的是因为经济困难请不起的人。", _MATTERS))
    return _unknown("还差几样，补上再看。", named)


def _exempt(matter: str, answers: Answers) -> tuple[bool | None, Reason]:
    """Say whether the household is not looked into, and by which item of article 42."""
    is_migrant = answers.says("migrant") if matter in _OF_MIGRANTS else False
    if is_migrant:
        return True, Reason("进城打工的人要工资、要工伤赔偿，有材料证明的，不查经济困难。", _EXEMPT)
    gets_relief = answers.says("gets_relief")
    if gets_relief:
        return True, Reason("社会救助、司法救助、优抚对象，有材料证明的，不查经济困难。", _EXEMPT)
    no_income = answers.says("no_income")
    why = Reason("没有固定生活来源的未成年人、老年人、残疾人，有材料证明的，不查经济困难。", _EXEMPT)
    return any_of(is_migrant, gets_relief, no_income), why


def _may_be(says: str, *reasons: Reason) -> Finding:
    return Finding(
        verdict="may_be",
        says=worded("may_be", f"{says}给不给由法律援助机构定。"),
        reasons=reasons,
        papers=_PAPERS,
        steps=_STEPS,
        guides=_GUIDES,
        warnings=_WARNINGS,
    )


def _unlikely(says: str, *reasons: Reason) -> Finding:
    return Finding(
        verdict="unlikely", says=worded("unlikely", says), reasons=reasons, steps=_STEPS_ANYWAY, guides=_GUIDES, warnings=_WARNINGS
    )


def _unknown(says: str, *reasons: Reason) -> Finding:
    return Finding(
        verdict="unknown",
        says=worded("unknown", says),
        reasons=reasons,
        papers=_PAPERS,
        steps=_STEPS_ANYWAY,
        guides=_GUIDES,
        warnings=_WARNINGS,
    )


_STANDARD_OPEN = Reason(
    "经济困难的线由省里定（《法律援助法》第三十四条）。青岛的公开答复说按低保标准的 2 倍以下，现在怎么定待工会确认。",
    _STANDARD,
    confirmed=False,
)
_SAY_SO = "要如实说明家里的困难，可以写诚信承诺，也可能查信息（《法律援助法》第四十一条）。"
_PAPERS = (
    "身份证、户口簿或者居住证",
    "合同、工资流水、聊天记录、诊断书等证据",
    "免查困难的证明：在外打工的证明、低保证、优抚证、残疾证等，有哪样带哪样",
    "经济困难的，写一份家里的收入说明",
)
_STEPS = (
    "今天打 12348，说清要什么，问在哪个法律援助机构办、带什么。",
    "打官司的向法院所在地申请；仲裁、调解的向仲裁机构所在地或者事情发生地申请（《法律援助法》第三十八条）。",
    "收到申请 7 日内给答复，答应的 3 日内派人；不给要写明理由（《法律援助法》第四十三条）。",
    "仲裁或者起诉的期限不到 7 日的，当场说清，可以先给援助再补材料（《法律援助法》第四十四条）。",
    "仲裁和调解也能派人代理（《法律援助法》第二十二条）。",
)
_STEPS_ANYWAY = (
    "今天打 12348 免费问一句，说清要什么，问能不能申请。",
    "打 12351 找工会：申请仲裁、打官司，工会应当支持帮助（《工会法》第二十二条），总工会也提供法律援助（《工会法》第三十条）。",
)
_WARNINGS = ("申请法律援助不会让仲裁的期限停下来，快到期先去申请仲裁。",)
_GUIDES = ("legal-aid", "union-legal-help", "jimo-legal-service-points", "arbitration-time-limit")
_LAWS: tuple[Citation, ...] = (
    *_FORMS, *_MATTERS, *_NO_TEST, *_STANDARD, *_WHERE, *_HONEST, *_EXEMPT, *_DAYS, *_AT_ONCE, *_UNION,
)  # fmt: skip

LEGAL_AID = SelfTest(
    "legal_aid",
    "能不能申请法律援助",
    (
        asks.choice(
            "matter",
            "想要什么",
            "您想要什么？",
            ("wages", "工资、加班费"),
            ("injury", "工伤赔偿"),
            ("relation", "确认在这里干过（劳动关系）"),
            ("insurance", "社会保险待遇"),
            ("dismissal", "辞退的补偿、赔偿"),
            ("brave", "见义勇为受了损失"),
            ("abused", "受虐待、遗弃或者家庭暴力"),
            ("other", "别的事"),
        ),
        asks.yes_no("has_lawyer", "是不是已经请了律师", "已经自己花钱请了律师或者别的代理人吗？"),
        asks.yes_no("migrant", "是不是进城打工的", "您是从农村进城打工的吗？"),
        asks.yes_no("gets_relief", "是不是救助、优抚对象", "您是吃低保、特困等社会救助的，或者司法救助、优抚对象吗？"),
        asks.yes_no("no_income", "是不是没有固定收入的老人、残疾人、未成年人", "您是没有固定生活来源的老年人、残疾人或者未成年人吗？"),
        asks.yes_no("cannot_pay", "是不是家里困难请不起律师", "是不是因为家里困难，请不起律师？"),
    ),
    _LAWS,
    (),
    ("jimo-legal-points", "three-level-legal-network"),
    _GUIDES,
    work,
)
