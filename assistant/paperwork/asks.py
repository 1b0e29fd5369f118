"""What papers ask: all of it may be left out, and what is left out becomes a blank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.calculators.asks import HIGHEST_SUM, HIGHEST_WAGE, NEXT_YEAR
from assistant.calculators.values import Input

_SHORT, _ADDRESS, _LONG = 60, 120, 3000
_MOST_RECORDS, _MOST_CLAIMS, _MOST_PEOPLE = 30, 12, 30


def text(name: str, label: str, prompt: str, most: int = _SHORT) -> Input:
    """Ask for a few words."""
    return Input(name, "text", label, prompt, required=False, most=most)


def address(name: str, label: str, prompt: str) -> Input:
    """Ask for an address."""
    return text(name, label, prompt, _ADDRESS)


def story(name: str, label: str, prompt: str) -> Input:
    """Ask for what happened, in as many lines as it takes."""
    return Input(name, "text", label, prompt, required=False, most=_LONG, has_lines=True)


def choice(name: str, label: str, prompt: str, words: dict[str, str]) -> Input:
    """Ask for one of several; what nobody chose is not guessed."""
    return Input(name, "choice", label, prompt, required=False, choices=tuple(words.items()))


def day(name: str, label: str, prompt: str, *, future: bool = False) -> Input:
    """Ask for a day."""
    return Input(name, "date", label, prompt, required=False, latest=NEXT_YEAR if future else 0)


def money(name: str, label: str, prompt: str, high: Decimal = HIGHEST_SUM) -> Input:
    """Ask for an amount."""
    return Input(name, "money", label, prompt, "元", False, Decimal(0), high)


def people(name: str, label: str, prompt: str) -> Input:
    """Ask how many people."""
    return Input(name, "integer", label, prompt, "人", False, Decimal(1), Decimal(_MOST_PEOPLE))


def records(name: str, label: str, prompt: str, *parts: Input) -> Input:
    """Ask for several of one kind."""
    return Input(name, "records", label, prompt, required=False, most=_MOST_RECORDS, parts=parts)


SEX = {"male": "男", "female": "女"}
CONTRACT = {"signed": "签了书面劳动合同", "unsigned": "没有签书面劳动合同"}
NAME = text("name", "姓名", "您叫什么？照身份证写")
ID_NUMBER = text("id_number", "身份证号", "身份证号是多少？")
PHONE = text("phone", "联系电话", "您的电话是多少？")
WORKER = (
    NAME,
    choice("sex", "性别", "男还是女？", SEX),
    Input("birthday", "date", "出生日期", "哪天出生？照身份证写", required=False, earliest=date(1920, 1, 1)),
    ID_NUMBER,
    text("occupation", "职业", "您做什么工作？例如：焊工"),
    address("work_unit", "现在的工作单位", "现在在哪家单位上班？没有就写“无”"),
    address("address", "住址", "您住在哪里？"),
    address("mailing_address", "收信地址", "材料寄到哪里您能收到？和住址一样就再写一遍"),
    PHONE,
)
_EMPLOYER_PARTS = (
    ("address", "单位地址", "单位在哪里？照营业执照写"),
    ("mailing_address", "单位收信地址", "寄到哪里单位能收到？"),
    ("representative", "法定代表人或主要负责人", "法定代表人或者主要负责人叫什么？"),
    ("representative_position", "负责人职务", "他是什么职务？例如：经理"),
    ("phone", "单位电话", "单位或者负责人的电话是多少？"),
)
EMPLOYER = (
    address("employer", "单位全称", "单位全名叫什么？照营业执照、合同或者公章写，不要写招牌名"),
    *(address(f"employer_{name}", label, prompt) for name, label, prompt in _EMPLOYER_PARTS),
)
OTHER_EMPLOYERS = records(
    "other_employers",
    "一起告的别的单位",
    "还要一起告哪家单位？劳务派遣的，派遣公司和用工单位两家都写",
    address("name", "单位全称", "单位全名叫什么？"),
    *(address(name, label, prompt) for name, label, prompt in _EMPLOYER_PARTS),
)
START = day("start", "入职的日子", "哪天开始上班的？")
JOB = text("job", "岗位", "做什么岗位？")
JOB_FACTS = (
    START,
    JOB,
    address("workplace", "干活的地方", "在哪里干活？"),
    money("wage", "月工资", "说好的月工资是多少？", HIGHEST_WAGE),
    choice("contract", "签没签合同", "签书面劳动合同了吗？", CONTRACT),
)
LEFT = (
    choice("status", "还在不在职", "现在还在这家单位上班吗？", {"working": "还在上班", "left": "已经离开"}),
    day("end", "离开的日子", "哪天离开的？"),
    text("end_reason", "怎么离开的", "为什么离开、谁提出来的？照实写", 300),
)
FACTS = story("facts", "事情的经过", "发生了什么？按日子一件一件写，只写事，不骂人")
EVIDENCE = records(
    "evidence",
    "证据",
    "有哪些证据？每样写叫什么、从哪里来、能证明什么",
    text("name", "证据名称", "叫什么？例如：2026年工资流水"),
    text("source", "证据来源", "从哪里来的？例如：银行打印"),
    text("proves", "要证明什么", "能证明什么？", 200),
)
WITNESSES = records(
    "witnesses", "证人", "有没有证人？", text("name", "证人姓名", "证人叫什么？"), address("address", "证人住址", "证人住在哪里？")
)
CLAIMS = Input(
    "claims",
    "claims",
    "算好的请求",
    '要程序算的钱，每项写 {"name": 计算器, "inputs": {…}}，和 gonghui calc arbitration_claim 一样',
    required=False,
    most=_MOST_CLAIMS,
)
