"""工伤认定申请材料提纲: who, when, where, how, the injury, what to attach (《工伤保险条例》第十七条、第十八条)."""

from __future__ import annotations

from assistant.calculators.deadline import DEADLINE
from assistant.calculators.inputs import Told
from assistant.calculators.values import law
from assistant.paperwork import asks, parties
from assistant.paperwork.content import Blank, Piece
from assistant.paperwork.draft import Draft, by_law, choice, day, text
from assistant.paperwork.paper import Paper
from assistant.types import Citation

_APPLICANTS = {"self": "受伤职工本人", "relative": "受伤职工的近亲属", "union": "工会组织", "employer": "用人单位"}
_REPORTED = {"yes": "单位已经申请工伤认定", "no": "单位没有申请工伤认定"}
_IS, _COUNTS_AS = law("工伤保险条例", 14), law("工伤保险条例", 15)
# The cases of 第十四条 and 第十五条 in their order → in words, by which article, the paper that bears it out.
_CASES: dict[str, tuple[str, tuple[Citation, ...], str]] = {
    "work": ("在工作时间和工作场所内，因工作原因受到事故伤害", _IS, ""),
    "before_after": ("工作时间前后在工作场所内，做与工作有关的准备或者收尾受到事故伤害", _IS, ""),
    "violence": ("在工作时间和工作场所内，因履行工作职责受到暴力等意外伤害", _IS, "公安机关的证明、法院的判决书等"),
    "disease": ("患职业病", _IS, "职业病诊断证明书或者职业病诊断鉴定书"),
    "away": ("因工外出期间，由于工作原因受到伤害或者发生事故下落不明", _IS, "派出去干活的通知、聊天记录、车票等"),
    "commute": (
        "在上下班途中，受到非本人主要责任的交通事故或者城市轨道交通、客运轮渡、火车事故伤害",
        _IS,
        "交通事故认定书等责任文书，上下班的路线和时间",
    ),
    "sudden_illness": ("在工作时间和工作岗位，突发疾病死亡或者在48小时之内经抢救无效死亡", _COUNTS_AS, "抢救记录、死亡证明"),
    "rescue": ("在抢险救灾等维护国家利益、公共利益活动中受到伤害", _COUNTS_AS, "有关部门的证明"),
    "veteran": ("原在军队服役因战、因公负伤致残，取得革命伤残军人证，到单位后旧伤复发", _COUNTS_AS, "革命伤残军人证、旧伤复发的诊断"),
}
_APPLY = law("工伤保险条例", 17)
_PAPERS = law("工伤保险条例", 18)
_FORM = law("工伤认定办法", 6)
_DECIDED = law("工伤保险条例", 20)
_PROOF = law("工伤保险条例", 19)
_EXCLUDED = law("工伤保险条例", 16)
_NOT_COUNTED = law("最高人民法院关于审理工伤保险行政案件若干问题的规定", 7)
_COUNTED = law("民法典", 201, 202, 203)
_WORDS = {case: words for case, (words, _, _) in _CASES.items()}


def write(told: Told, draft: Draft) -> None:
    """Write the outline."""
    draft.body("申请人是：", choice(told, "applicant", _APPLICANTS, "职工本人、近亲属、工会或者单位"), *_applicant(told))
    parties.worker(told, draft, "受伤职工")
    parties.employer(told, draft, "用人单位")
    draft.heading("劳动关系")
    parties.job(told, draft, "受伤职工", "用人单位")
    draft.heading("事故情况")
    draft.body("时间：", day(told, "happened", "出事或者诊断为职业病的年月日"), "，", text(told, "time", "几点几分"))
    draft.body("地点：", text(told, "place", "具体在哪里，写到车间、路口"))
    draft.body("当时在做什么：", text(told, "doing", "谁安排的、正在干什么活"))
    draft.body("原因和经过：")
    parties.story(told, draft, "怎么受的伤：先怎样、后怎样、碰到什么，谁在场、谁送的医院", "facts")
    draft.body("申请人认为属于：", *_case(told))
    draft.heading("伤情")
    draft.body("受伤部位和程度：", text(told, "injury", "伤在哪里、伤得怎样，照诊断书写"))
    draft.body("第一次看病：", day(told, "treated", "哪年哪月哪日"), "，医院：", text(told, "hospital", "医院名称"))
    draft.body("诊断结论：", text(told, "diagnosis", "照诊断证明书抄"))
    draft.heading("单位申请的情况")
    draft.body(choice(told, "reported", _REPORTED, "写单位申请了没有、哪天申请的"), "。")
    draft.heading("证人和证据")
    parties.witnesses(told, draft)
    parties.evidence(told, draft)
    _attachments(told, draft)
    draft.body("此致")
    draft.line(text(told, "office", "用人单位所在地的社会保险行政部门名称"))
    draft.sign("申请人")
    _advise(told, draft)


def _applicant(told: Told) -> tuple[Piece, ...]:
    who = told.find_text("applicant")
    if who in (None, "self"):
        return ("。",)
    return (
        "，姓名或者名称：",
        text(told, "applicant_name", "申请人的姓名或者名称"),
        "，联系电话：",
        text(told, "applicant_phone", "申请人的电话"),
        "。",
    )


def _case(told: Told) -> tuple[Piece, ...]:
    case = told.find_text("case")
    if case is None:
        return (Blank("照《工伤保险条例》第十四条、第十五条写是哪一种，说不准就空着"), "。")
    words, basis, _ = _CASES[case]
    return (f"{words}（{by_law(basis)}）。",)


def _attachments(told: Told, draft: Draft) -> None:
    draft.heading("要附的材料（有的打√）")
    case = told.find_text("case")
    own = _CASES[case][2] if case else ""
    listed = [
        "工伤认定申请表（用窗口的表）",
        "劳动合同；没有合同的，交工资流水、考勤、工牌、工作群记录等能证明事实劳动关系的材料",
        "医院的诊断证明；职业病的交职业病诊断证明书或者职业病诊断鉴定书",
        "身份证复印件",
        *(["申请人和受伤职工的关系证明"] if told.find_text("applicant") == "relative" else []),
        *([own] if own and case != "disease" else []),
        "现场照片、视频，证人证言",
    ]
    for words in listed:
        draft.body(f"□ {words}")


def _advise(told: Told, draft: Draft) -> None:
    draft.note(
        "这是照着填表用的提纲，不是工伤认定申请表；表要用窗口的，表里要写事故的时间、地点、原因和伤害程度（《工伤保险条例》第十八条、《工伤认定办法》第六条）。",
        "单位要在出事或者诊断为职业病那天起30日内申请；单位没申请的，本人、近亲属或者工会在1年内可以直接申请（《工伤保险条例》第十七条）。",
        "您说是工伤、单位说不是的，由单位拿证据（《工伤保险条例》第十九条）；受理后一般60日内作决定（《工伤保险条例》第二十条）。",
        "为确认劳动关系打仲裁、打官司耽误的时间，不算进1年里（《最高人民法院关于审理工伤保险行政案件若干问题的规定》第七条）。",
        "故意犯罪、醉酒吸毒、自残自杀的，不认定工伤（《工伤保险条例》第十六条）。认不认定由人社部门决定，程序不作判断。",
        "要工会帮着申请或者看材料，打 12351；有人受伤要急救的先打 120。",
    )
    happened = told.find_day("happened")
    if happened is not None:
        result = DEADLINE.run({"event": "injured", "happened": happened.isoformat()}, draft.parameters, draft.today)
        draft.note(*(f"{line.label}：{line.amount}（{by_law(line.basis)}）。" for line in result.lines), *result.warnings)


INJURY_OUTLINE = Paper(
    "injury_outline",
    "工伤认定申请材料提纲",
    "12333",
    (
        asks.choice("applicant", "谁来申请", "谁来申请？", _APPLICANTS),
        asks.text("applicant_name", "申请人", "不是本人申请的，申请人叫什么？"),
        asks.text("applicant_phone", "申请人电话", "不是本人申请的，申请人的电话是多少？"),
        *asks.WORKER,
        *asks.EMPLOYER,
        *asks.JOB_FACTS,
        asks.day("happened", "出事的日子", "哪天出的事？职业病写诊断的那天"),
        asks.text("time", "几点", "大约几点几分？"),
        asks.address("place", "地点", "在哪里出的事？"),
        asks.text("doing", "在做什么", "当时谁安排的、正在干什么？", 300),
        asks.FACTS,
        asks.choice("case", "哪一种", "您觉得是哪一种？说不准就不写", _WORDS),
        asks.text("injury", "伤情", "伤在哪里，伤得怎样？照诊断书写", 300),
        asks.day("treated", "看病的日子", "哪天第一次看的病？"),
        asks.text("hospital", "医院", "在哪家医院看的？"),
        asks.text("diagnosis", "诊断", "诊断书怎么写的？照着抄", 500),
        asks.choice("reported", "单位申请了吗", "单位申请工伤认定了吗？不知道就不写", _REPORTED),
        asks.WITNESSES,
        asks.EVIDENCE,
        asks.text("office", "社会保险行政部门", "交到哪个部门？写全名"),
    ),
    tuple(dict.fromkeys((*_IS, *_COUNTS_AS, *_EXCLUDED, *_APPLY, *_PAPERS, *_PROOF, *_DECIDED, *_FORM, *_NOT_COUNTED, *_COUNTED))),
    write,
)
