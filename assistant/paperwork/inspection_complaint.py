"""劳动保障监察投诉书: who complains of whom, what is to be put right, what happened (《劳动保障监察条例》第九条、第十一条)."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.calculators.inputs import Told
from assistant.calculators.values import law
from assistant.paperwork import asks, parties, requests
from assistant.paperwork.content import Blank, Piece, Said
from assistant.paperwork.draft import Draft, amount, by_law, choice, text
from assistant.paperwork.paper import Paper
from assistant.types import Citation

_US, _THEM = "投诉人", "被投诉单位"
_MATTERS = law("劳动保障监察条例", 11)
_PAYMENT = law("劳动合同法", 85)
# What is complained of → the person's choice in words, what the office is asked to do, by which articles.
_KINDS: dict[str, tuple[str, str, tuple[Citation, ...]]] = {
    "wages": ("拖欠、克扣工资", "责令被投诉单位限期支付拖欠、克扣的工资", (*_PAYMENT, *law("劳动保障监察条例", 26))),
    "minimum_wage": ("工资低于最低工资标准", "责令被投诉单位限期支付低于最低工资标准的差额", (*_PAYMENT, *law("劳动保障监察条例", 26))),
    "overtime_pay": ("加班没给加班费", "责令被投诉单位限期支付加班费", _PAYMENT),
    "compensation": ("解除、终止合同没给经济补偿", "责令被投诉单位限期支付经济补偿", _PAYMENT),
    "contract": ("不签书面劳动合同", "责令被投诉单位改正不依法订立劳动合同的行为", law("劳动保障监察条例", 24)),
    "insurance": (
        "没有依法参加社会保险、缴纳社会保险费",
        "依法处理被投诉单位没有依法参加社会保险、缴纳社会保险费的行为",
        (*_MATTERS, *law("社会保险法", 63, 82, 84)),
    ),
    "hours": ("违法延长工作时间", "责令被投诉单位改正违法延长工作时间的行为", law("劳动保障监察条例", 25)),
    "rest": ("不执行休息休假规定", "依法处理被投诉单位不执行休息休假规定的行为", _MATTERS),
    "women_minors": ("不执行女职工、未成年工特殊保护", "依法处理被投诉单位不执行女职工、未成年工特殊劳动保护规定的行为", _MATTERS),
    "child_labour": ("使用童工", "依法处理被投诉单位使用童工的行为", _MATTERS),
    "rules": ("规章制度违法", "责令被投诉单位改正违法的规章制度", law("劳动合同法", 80)),
    "deposit": ("扣证件、收押金", "责令被投诉单位限期退还扣押的证件、收取的财物", law("劳动合同法", 9, 84)),
    "certificate": ("不给离职证明", "责令被投诉单位出具解除或者终止劳动合同的证明", law("劳动合同法", 50, 89)),
}
_ELSEWHERE = {"none": "没有申请调解、仲裁，也没有起诉", "arbitration": "已经申请调解或者仲裁", "court": "已经起诉"}
_COMPLAINTS = asks.records(
    "complaints",
    "投诉的事",
    "投诉单位什么？一件一件写",
    asks.choice("kind", "哪一种", "是哪一种？", {kind: words for kind, (words, _, _) in _KINDS.items()}),
    asks.text("period", "什么时候", "从哪天到哪天？现在还这样吗？"),
    asks.money("amount", "多少钱", "涉及多少元？不是钱的不写"),
    asks.text("details", "具体情况", "具体是怎么回事？", 500),
)
_RIGHT = law("劳动保障监察条例", 9)
_WHERE = law("劳动保障监察条例", 13)
_LIMIT = law("劳动保障监察条例", 20)
_NOT_BOTH = law("劳动保障监察条例", 21)
_TIME = law("劳动保障监察条例", 17)
_REVENGE = law("劳动保障监察条例", 30)
_AGAIN = law("劳动争议调解仲裁法", 27)


def write(told: Told, draft: Draft) -> None:
    """Write the complaint."""
    parties.worker(told, draft, _US)
    parties.employer(told, draft, _THEM)
    complaints = told.records("complaints")
    draft.heading("投诉请求")
    rows = [*_requests(complaints), *requests.claimed(told, draft)]
    draft.items(rows or [("请依法处理：", Blank("投诉单位什么事，要求怎么改、付多少钱，一件写一行"), "。")])
    draft.heading("事实和理由")
    parties.job(told, draft, _US, _THEM)
    parties.left(told, draft, _US)
    draft.items(_happened(complaint) for complaint in complaints)
    parties.story(told, draft, "事情的经过：哪天起、哪几个月、谁、多少，写清现在还是不是这样")
    draft.body("同一件事，投诉人", choice(told, "elsewhere", _ELSEWHERE, "写有没有申请过调解、仲裁或者起诉"), "。")
    draft.body("投诉人根据《劳动保障监察条例》第九条提出投诉，请依法调查处理。")
    draft.heading("证据、证人")
    parties.evidence(told, draft)
    parties.witnesses(told, draft)
    draft.body("此致")
    draft.line(text(told, "office", "用工所在地的人力资源和社会保障局名称"))
    draft.sign(_US)
    _advise(draft)


def _requests(complaints: tuple[Told, ...]) -> Iterator[tuple[Piece, ...]]:
    for complaint in complaints:
        kind = complaint.find_text("kind")
        if kind is None:
            yield ("请依法处理：", Blank("投诉单位什么事，要求怎么改"), "。")
            continue
        _, asked, basis = _KINDS[kind]
        told = complaint.find_number("amount")
        money = () if told is None else ("，", Said(amount(told)), "元（金额是本人自己算的）")
        yield (f"请{asked}", *money, f"。依据：{by_law(basis)}。")


def _happened(complaint: Told) -> tuple[Piece, ...]:
    kind = complaint.find_text("kind")
    return (
        Blank("投诉单位什么事") if kind is None else _KINDS[kind][0],
        "。时间：",
        text(complaint, "period", "从哪天到哪天，现在还是不是这样"),
        "。具体情况：",
        text(complaint, "details", "具体是怎么回事"),
        "。",
    )


def _advise(draft: Draft) -> None:
    draft.note(
        "向单位用工所在地的区（市）人社部门投诉（《劳动保障监察条例》第十三条），递上去时要一张回执。",
        "违法的事过了2年没被发现、也没人举报投诉的，不再查；2年从事情发生那天算，一直这样的从停下那天算（《劳动保障监察条例》第二十条）。",
        "同一件事已经申请调解、仲裁或者起诉的，监察会让您按仲裁、诉讼走（《劳动保障监察条例》第二十一条）。",
        "仲裁一般只有1年，没过完时投诉的，从投诉那天重新算（《劳动争议调解仲裁法》第二十七条），回执要留好。",
        "立案后60个工作日内查完，复杂的经批准加30个工作日（《劳动保障监察条例》第十七条）。单位报复投诉人的，可以再反映（《劳动保障监察条例》第三十条）。",
        "要先由人社部门责令单位限期付，到期还不付，才有50%到100%的加付赔偿金（《劳动合同法》第八十五条）。",
    )


INSPECTION_COMPLAINT = Paper(
    "inspection_complaint",
    "劳动保障监察投诉书",
    "12333",
    (
        *asks.WORKER,
        *asks.EMPLOYER,
        _COMPLAINTS,
        asks.CLAIMS,
        requests.OTHER_CLAIMS,
        *asks.JOB_FACTS,
        *asks.LEFT,
        asks.FACTS,
        asks.choice("elsewhere", "仲裁、起诉了吗", "同一件事申请过调解、仲裁或者起诉吗？", _ELSEWHERE),
        asks.EVIDENCE,
        asks.WITNESSES,
        asks.text("office", "人社局", "交到哪个人社局？写全名"),
    ),
    tuple(
        dict.fromkeys(
            (
                *_RIGHT, *_WHERE, *_TIME, *_LIMIT, *_NOT_BOTH, *_REVENGE, *_AGAIN,
                *(citation for _, _, basis in _KINDS.values() for citation in basis),
            )
        )
    ),
    write,
)  # fmt: skip
