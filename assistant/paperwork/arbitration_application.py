"""劳动仲裁申请书: parties, requests with sums, facts, evidence (《劳动争议调解仲裁法》第二十八条)."""

from __future__ import annotations

from assistant.calculators.inputs import Told
from assistant.calculators.values import law
from assistant.paperwork import asks, parties, requests
from assistant.paperwork.content import Blank, Piece, Said
from assistant.paperwork.draft import Draft, text
from assistant.paperwork.paper import Paper

_US, _THEM = "申请人", "被申请人"
_CONTENT = law("劳动争议调解仲裁法", 28)
_RULES = law("劳动人事争议仲裁办案规则", 29, 44)
_WHERE = law("劳动争议调解仲裁法", 21)
_TOGETHER = law("劳动争议调解仲裁法", 22)
_LIMIT = law("劳动争议调解仲裁法", 27)
_FREE = law("劳动争议调解仲裁法", 53)
_UNION = law("工会法", 22)


def write(told: Told, draft: Draft) -> None:
    """Write the application."""
    parties.worker(told, draft, _US)
    parties.employer(told, draft, _THEM)
    parties.other_employers(told, draft, _THEM)
    draft.heading("仲裁请求")
    rows = requests.claimed(told, draft)
    draft.items(rows or [(Blank("要什么、哪月到哪月、多少钱，一项写一行"), "。")])
    draft.heading("事实和理由")
    parties.job(told, draft, _US, _THEM)
    parties.left(told, draft, _US)
    parties.story(told, draft, "事情的经过：按日子写发生了什么、单位哪里做得不对、要过几次")
    draft.body("申请人根据《劳动争议调解仲裁法》第二十八条提出申请，请依法裁决。")
    draft.heading("证据和证据来源、证人")
    parties.evidence(told, draft)
    parties.witnesses(told, draft)
    draft.body("此致")
    draft.line(text(told, "committee", "劳动人事争议仲裁委员会的名称"))
    draft.sign(_US)
    draft.body("附：本申请书副本", *_copies(told), "份。")
    _advise(draft)


def _copies(told: Told) -> tuple[Piece, ...]:
    if told.find_text("employer") is None:
        return (Blank("告几家单位写几"),)
    return (Said(str(1 + len(told.records("other_employers")))),)


def _advise(draft: Draft) -> None:
    draft.note(
        "正本一份，告几家单位再加几份副本，自己留一份；写不了的可以口头申请，由仲裁委记下来（《劳动争议调解仲裁法》第二十八条）。",
        "身份证号、收信地址和电话也要写，材料不齐的，仲裁委要一次说清补什么（《劳动人事争议仲裁办案规则》第二十九条）。",
        "干活的地方或者单位所在地的仲裁委都可以（《劳动争议调解仲裁法》第二十一条）；劳务派遣的，派遣公司和用工单位两家都写上（《劳动争议调解仲裁法》第二十二条）。",
        "一般要在知道或者应当知道权利受侵害那天起1年内申请；在职时欠的工资，离职后1年内提（《劳动争议调解仲裁法》第二十七条）。",
        "想加请求、改请求，要在举证期限到期前提（《劳动人事争议仲裁办案规则》第四十四条），第一次尽量想全。",
        "申请仲裁不收费（《劳动争议调解仲裁法》第五十三条）。要工会帮忙的打 12351（《工会法》第二十二条）。",
    )


ARBITRATION_APPLICATION = Paper(
    "arbitration_application",
    "劳动仲裁申请书",
    "12333",
    (
        *asks.WORKER,
        *asks.EMPLOYER,
        asks.OTHER_EMPLOYERS,
        asks.CLAIMS,
        requests.OTHER_CLAIMS,
        *asks.JOB_FACTS,
        *asks.LEFT,
        asks.FACTS,
        asks.EVIDENCE,
        asks.WITNESSES,
        asks.text("committee", "仲裁委", "交到哪个仲裁委？写全名"),
    ),
    (*_CONTENT, *_RULES, *_WHERE, *_TOGETHER, *_LIMIT, *_FREE, *_UNION),
    write,
)
