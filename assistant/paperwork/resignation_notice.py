"""被迫解除劳动合同通知书: which of the employer's faults, from which day, what is asked for (《劳动合同法》第三十八条)."""

from __future__ import annotations

from assistant.calculators.inputs import Told
from assistant.calculators.values import law
from assistant.paperwork import asks, requests
from assistant.paperwork.content import Blank, Piece
from assistant.paperwork.draft import Draft, by_law, day, text
from assistant.paperwork.paper import Paper
from assistant.types import Citation

_RIGHT = law("劳动合同法", 38)
# The reasons of 第三十八条, in its order → the choice in words, what is to be said in detail, by which articles.
_REASONS: dict[str, tuple[str, str, tuple[Citation, ...]]] = {
    "protection": ("没有按照劳动合同约定提供劳动保护或者劳动条件", "缺什么保护、什么条件，从哪天起", _RIGHT),
    "wages": ("没有及时足额支付劳动报酬", "哪几个月的、每月多少、一共欠多少、要过几次", (*_RIGHT, *law("劳动合同法", 30))),
    "insurance": ("没有依法缴纳社会保险费", "从哪月到哪月没有交、哪几种没有交", (*_RIGHT, *law("社会保险法", 60))),
    "rules": ("规章制度违反法律、法规的规定，损害了劳动者权益", "哪条规定、损害了什么", (*_RIGHT, *law("劳动合同法", 4))),
    "fraud": (
        "以欺诈、胁迫的手段或者乘人之危，使本人在违背真实意思的情况下订立或者变更劳动合同，致使合同无效",
        "谁、哪天、怎么做的",
        (*_RIGHT, *law("劳动合同法", 26)),
    ),
    "void": (
        "劳动合同免除单位的法定责任、排除劳动者权利，或者违反法律、行政法规的强制性规定，致使合同无效",
        "合同里哪一条、怎么写的",
        (*_RIGHT, *law("劳动合同法", 26)),
    ),
    "force": ("以暴力、威胁或者非法限制人身自由的手段强迫劳动", "谁、哪天、怎么做的", _RIGHT),
    "danger": ("违章指挥、强令冒险作业，危及人身安全", "谁、哪天、让做什么、有什么危险", _RIGHT),
    "other": ("有法律、行政法规规定劳动者可以解除劳动合同的其他情形", "是什么情形、哪部法律或者行政法规的哪一条", _RIGHT),
}
_COMPENSATION = law("劳动合同法", 46, 47)
_LEAVING = law("劳动合同法", 50)
_SETTLED = law("工资支付暂行规定", 9)
_NO_PENALTY = law("劳动合同法实施条例", 26)
_LIMIT = law("劳动争议调解仲裁法", 27)
_DETAILS = asks.records(
    "reasons",
    "为什么解除",
    "单位有哪些错？一项一项写，照实选",
    asks.choice("reason", "哪一项", "是哪一项？", {reason: words for reason, (words, _, _) in _REASONS.items()}),
    asks.text("details", "具体情况", "具体是怎么回事？写清时间、多少钱", 500),
)


def write(told: Told, draft: Draft) -> None:
    """Write the notice."""
    draft.line(text(told, "employer", "单位全称，照营业执照、合同或者公章写"), "：")
    draft.body(
        "本人",
        text(told, "name", "姓名"),
        "，身份证件号码",
        text(told, "id_number", "身份证号"),
        "，从",
        day(told, "start", "哪年哪月哪日开始上班"),
        "起在贵单位工作，岗位是",
        text(told, "job", "什么岗位"),
        "。",
    )
    draft.body("因为贵单位有下面的情形：")
    reasons = told.records("reasons")
    draft.items([_reason(reason) for reason in reasons] or [(Blank("单位的错，照《劳动合同法》第三十八条写，写具体、写全"), "。")])
    draft.body(
        "本人根据《劳动合同法》第三十八条，自",
        day(told, "end", "哪年哪月哪日解除，可以写通知送到的那天"),
        "起解除与贵单位的劳动合同。",
    )
    _demand(told, draft)
    draft.body("联系电话：", text(told, "phone", "您的电话"), "，通讯地址：", text(told, "mailing_address", "能收到信的地址"))
    draft.sign("通知人")
    _advise(draft)


def _reason(reason: Told) -> tuple[Piece, ...]:
    chosen = reason.find_text("reason")
    if chosen is None:
        return (Blank("单位的错，照《劳动合同法》第三十八条写"), "。具体情况：", text(reason, "details", "具体是怎么回事"), "。")
    words, hint, basis = _REASONS[chosen]
    return (f"{words}。具体情况：", text(reason, "details", hint), f"。依据：{by_law(basis)}。")


def _demand(told: Told, draft: Draft) -> None:
    draft.body("请贵单位：")
    draft.items(
        [
            (f"支付经济补偿（{by_law(_COMPENSATION)}）。",),
            (f"一次结清应付的工资（{by_law(_SETTLED)}）。",),
            (f"出具解除劳动合同的证明，并在15日内办理档案和社会保险关系转移手续（{by_law(_LEAVING)}）。",),
        ]
    )
    if rows := requests.claimed(told, draft):
        draft.body("本人要求的具体各项：")
        draft.items(rows)


def _advise(draft: Draft) -> None:
    draft.note(
        "原因要写单位的错，不要写“个人原因”；没有的事不要写。一项都没有的，这份通知用不上，先打 12351 问。",
        "先让通知送到单位，再离开：快递寄到单位登记的地址，面单上写“解除劳动合同通知书”，留好面单；同时发给负责人，留好截图。",
        "按第三十八条第一款走的，要先通知到单位，但没有要求提前30日（《劳动合同法》第三十八条）。",
        "被暴力威胁强迫、强令冒险作业的，可以马上走，不用先说（《劳动合同法》第三十八条），有危险打 110。",
        "这样走要的是经济补偿（N），不是2N，也不是N+1；单位认不认、仲裁支不支持，要看证据。",
        "约定过服务期的，这样解除不算违反服务期，不用付违约金（《劳动合同法实施条例》第二十六条）。",
        "单位不付的，从解除那天起1年内申请仲裁（《劳动争议调解仲裁法》第二十七条）；办好交接（《劳动合同法》第五十条），留一份通知的底。",
    )


RESIGNATION_NOTICE = Paper(
    "resignation_notice",
    "被迫解除劳动合同通知书",
    "12351",
    (
        asks.EMPLOYER[0],
        asks.NAME,
        asks.ID_NUMBER,
        asks.START,
        asks.JOB,
        _DETAILS,
        asks.day("end", "解除的日子", "从哪天起解除？", future=True),
        asks.CLAIMS,
        requests.OTHER_CLAIMS,
        asks.PHONE,
        asks.address("mailing_address", "收信地址", "寄到哪里您能收到？"),
    ),
    tuple(
        dict.fromkeys(
            (
                *_COMPENSATION, *_LEAVING, *_SETTLED, *_NO_PENALTY, *_LIMIT,
                *(citation for _, _, basis in _REASONS.values() for citation in basis),
            )
        )
    ),
    write,
)  # fmt: skip
