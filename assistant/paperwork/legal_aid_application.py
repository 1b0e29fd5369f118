"""法律援助申请书: who, for which matter, why there is no money for a lawyer (《法律援助法》第三十一条、第四十一条、第四十二条)."""

from __future__ import annotations

from assistant.calculators.inputs import Told
from assistant.calculators.values import law
from assistant.paperwork import asks, parties
from assistant.paperwork.content import Blank
from assistant.paperwork.draft import Draft, choice, day, number, text
from assistant.paperwork.paper import Paper

_MATTERS = {
    "wages": "请求支付劳动报酬",
    "relation": "请求确认劳动关系",
    "injury": "请求工伤事故人身损害赔偿",
    "insurance": "请求给予社会保险待遇",
    "pension": "请求发给抚恤金",
}
_HELP = {
    "advice": "法律咨询",
    "documents": "代拟法律文书",
    "arbitration": "劳动争议调解与仲裁代理",
    "lawsuit": "诉讼代理",
    "other": "非诉讼代理",
}
_GROUPS = {
    "migrant": "申请支付劳动报酬或者请求工伤事故人身损害赔偿的进城务工人员",
    "no_income": "无固定生活来源的未成年人、老年人、残疾人等特定群体",
    "assisted": "社会救助、司法救助或者优抚对象",
}
_STAGES = {"none": "还没有申请仲裁，也没有起诉", "arbitration": "正在仲裁", "court": "正在打官司"}
_KINDS_OF_HELP = law("法律援助法", 22)
_ALLOWED = law("法律援助法", 31)
_STANDARD = law("法律援助法", 34)
_WHERE = law("法律援助法", 38)
_BY_OTHERS = law("法律援助法", 40)
_MEANS = law("法律援助法", 41)
_EXEMPT = law("法律援助法", 42)
_TIME = law("法律援助法", 43)
_URGENT = law("法律援助法", 44)
_OBJECTION = law("法律援助法", 49)
_LIMIT = law("劳动争议调解仲裁法", 27)
_HARDSHIP = "照实写：谁没有收入、有什么病、欠多少债；属于免予核查的人，写属于哪一种"


def write(told: Told, draft: Draft) -> None:
    """Write the application."""
    parties.worker(told, draft, "申请人")
    if told.find_text("agent_name") is not None or told.find_text("agent_relation") is not None:
        draft.body(
            "代为申请的人：",
            text(told, "agent_name", "姓名"),
            "，和申请人的关系：",
            text(told, "agent_relation", "什么关系，例如法定代理人"),
        )
    draft.heading("申请援助的事")
    draft.body("申请事项：", choice(told, "matter", _MATTERS, "要做什么，例如请求支付劳动报酬"), "（《法律援助法》第三十一条）。")
    draft.body("需要的帮助：", choice(told, "help", _HELP, "例如劳动争议调解与仲裁代理"), "（《法律援助法》第二十二条）。")
    draft.body("对方：", text(told, "employer", "单位全称"), "，地址：", text(told, "employer_address", "单位地址"))
    draft.body(
        "现在到哪一步：", choice(told, "stage", _STAGES, "有没有申请仲裁、起诉"), "，办案的机构：", text(told, "authority", "没有就写“无”")
    )
    draft.body("最近一个期限到哪天：", day(told, "deadline", "申请仲裁、起诉等的最后一天，不知道就空着"))
    draft.heading("事实和理由")
    parties.story(told, draft, "事情的经过：按日子写哪天进厂、做什么、欠多少、怎么伤的、要过几次")
    draft.heading("经济困难的情况")
    _means(told, draft)
    draft.heading("证据")
    parties.evidence(told, draft)
    draft.body("以上情况是不是属实、愿不愿意作个人诚信承诺，由申请人自己写：", Blank("属实的，亲手写“以上情况属实”", by_hand=True))
    draft.body("此致")
    draft.line(text(told, "office", "法律援助机构的名称"))
    draft.sign("申请人")
    _advise(draft)


def _means(told: Told, draft: Draft) -> None:
    group = told.find_text("group")
    if group is not None:
        draft.body(f"申请人属于：{_GROUPS[group]}，请求免予核查经济困难状况（《法律援助法》第四十二条），附能证明身份的材料。")
    has_told = any(told.values.get(name) is not None for name in ("household", "household_income", "hardship"))
    if group is None or has_told:
        draft.body(
            "家庭人口：", *number(told, "household", "人", "几口人"), "，家庭每月收入：", *number(told, "household_income", "元", "多少元")
        )
        draft.body("困难在哪里：", text(told, "hardship", _HARDSHIP), "（《法律援助法》第四十一条）")


def _advise(draft: Draft) -> None:
    draft.note(
        "要工资、要工伤赔偿的进城务工人员，社会救助、司法救助、优抚对象，没有固定生活来源的未成年人、老年人、残疾人，有材料证明的，不查困难（《法律援助法》第四十二条）。",
        "别的人要如实说明困难，可以由他们查信息，也可以作个人诚信承诺（《法律援助法》第四十一条）。",
        "困难到什么程度才行，由省里定（《法律援助法》第三十四条），先打 12348 问。",
        "仲裁、调解的，向仲裁委等处理机构所在地或者事情发生地的法律援助机构申请；打官司的，向法院所在地的申请（《法律援助法》第三十八条）。",
        "收到申请7日内审查，决定给援助的3日内派人；材料不齐会一次告诉您补什么（《法律援助法》第四十三条）。",
        "离时效或者期限不到7日的，要当面说清，可以先提供援助、后补材料（《法律援助法》第四十四条）。",
        "仲裁一般只有1年（《劳动争议调解仲裁法》第二十七条），等法律援助时不停，快到期先自己去申请仲裁。",
        "给不给援助由法律援助机构决定；不给的要书面说明理由，不服可以向设立它的司法行政部门提（《法律援助法》第四十三条、第四十九条）。",
        "也可以打 12351 问工会的法律援助。",
        "没有民事行为能力或者只有一部分的，由法定代理人代为申请（《法律援助法》第四十条）。",
        "要带：身份证或者居住证，合同、工资流水、聊天记录、诊断书等和事情有关的材料，证明身份或者困难的材料。",
    )


LEGAL_AID_APPLICATION = Paper(
    "legal_aid_application",
    "法律援助申请书",
    "12348",
    (
        *asks.WORKER,
        asks.text("agent_name", "代为申请的人", "有人代为申请的，他叫什么？"),
        asks.text("agent_relation", "和申请人的关系", "他和申请人是什么关系？"),
        asks.choice("matter", "申请事项", "要做什么？", _MATTERS),
        asks.choice("help", "需要的帮助", "要哪种帮助？", _HELP),
        *asks.EMPLOYER[:2],
        asks.choice("stage", "到哪一步", "仲裁、起诉了吗？", _STAGES),
        asks.text("authority", "办案的机构", "哪个仲裁委或者法院在办？"),
        asks.day("deadline", "最近的期限", "申请仲裁或者起诉最晚到哪天？", future=True),
        asks.FACTS,
        asks.choice("group", "免予核查的人", "属于下面哪一种人？都不是就不写", _GROUPS),
        asks.people("household", "家庭人口", "家里几口人？"),
        asks.money("household_income", "家庭月收入", "全家每月收入多少？"),
        asks.text("hardship", "困难情况", "家里困难在哪里？照实写", 500),
        asks.EVIDENCE,
        asks.text("office", "法律援助机构", "交到哪个法律援助机构？写全名"),
    ),
    (*_KINDS_OF_HELP, *_ALLOWED, *_STANDARD, *_WHERE, *_BY_OTHERS, *_MEANS, *_EXEMPT, *_TIME, *_URGENT, *_OBJECTION, *_LIMIT),
    write,
)
