"""证据清单: what to gather for a dispute, what the employer has to hand over, and who has to prove what."""

from __future__ import annotations

from assistant.calculators.values import law
from assistant.selftests import asks
from assistant.selftests.answers import Answers
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Checklist, Item
from assistant.types import Citation

_EACH_PROVES = law("劳动争议调解仲裁法", 6)
_HAND_OVER = law("劳动争议调解仲裁法", 39)
_OVERTIME = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 42)
_EMPLOYER_PROVES = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 44)
_IOU = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 15)
_PAY_RECORDS = law("工资支付暂行规定", 6)
_SITE_RECORDS = law("保障农民工工资支付条例", 15, 50)
_KEPT_CONTRACT = law("劳动合同法", 50)
_MONTHLY_WAGE = law("劳动合同法", 47)
_RELATION = law("关于确立劳动关系有关事项的通知", 2)
_INJURY_PAPERS = law("工伤保险条例", 18)
_INJURY_BURDEN = law("工伤保险条例", 19)
_ASK_OFFICE = law("山东省劳动人事争议调解仲裁条例", 27)
_FORCED = law("劳动合同法", 38)
_KINDS = law("民事诉讼法", 66)
_INSURANCE = law("社会保险法", 82)

_WORKED_HERE = Item(
    "证明在这里干过：合同、工牌、工装、社保记录、工资流水、打卡、工作群、工友的姓名电话",
    "先要证明您是这家单位的人，没签合同的更要多攒几样。",
    _RELATION,
)
_EMPLOYERS = Item(
    "列一张单子：考勤表、工资表、排班、规章，写明要单位交哪几个月的",
    "这些归单位管，单位不交的，后果单位担。",
    _EACH_PROVES + _HAND_OVER,
)
_ORIGINALS = Item("原手机、原件别丢，聊天和录音不要删、不要剪；复印一份、截图打印一份", "电子的也算证据，要能对得上原样。", _KINDS)
_STORY = Item("一张按日子写的经过，一张每项要多少钱的单子，旁边写用哪个证据", "仲裁员照着看，少漏事。", _EACH_PROVES)
_OF_KIND: dict[str, tuple[Item, ...]] = {
    "wages": (
        Item("工资条、转账、欠条、老板认账的聊天或录音", "证明该发多少、发了多少、欠几个月。", _EACH_PROVES),
        Item("只有欠薪、手里有工资欠条的，欠条原件单放", "可以拿着欠条直接起诉，不用先仲裁。", _IOU),
    ),
    "overtime": (
        Item("加班的排班表、打卡、派活消息、交活时间、照片", "加班要您先证明有这回事。", _OVERTIME),
        Item("能证明单位有打卡记录的东西：打卡机照片、系统截图", "证明在单位手里，单位不交的，后果单位担。", _OVERTIME),
    ),
    "dismissal": (
        Item("辞退通知、让走的聊天和通话录音、被移出群、停门禁的记录", "证明是单位让走的、哪天让走的。", _EACH_PROVES),
        Item("单位说的理由和它的规章，请它写下来", "开除、辞退、降薪、工龄的争议，由单位举证。", _EMPLOYER_PROVES),
        Item("离开前一整年的工资流水", "补偿按这 12 个月的平均工资算（《劳动合同法》第四十七条）。", _MONTHLY_WAGE),
    ),
    "forced_leave": (
        Item("写明理由的离职信（欠薪、没交社保等），和寄出、送到的回执", "因为单位有错走的，理由要写在信里。", _FORCED),
        Item("欠薪、没交社保的流水和缴费记录", "证明走的理由是真的。", _EACH_PROVES),
    ),
    "relation": (
        Item("派活的人是谁、钱是谁发的、单位登记的全名", "告对单位，才认得下来。", _RELATION),
        Item("请假、排班、罚款的聊天记录", "证明受单位管。", _RELATION),
    ),
    "injury": (
        Item("诊断证明、急救病历、票据", "申请认定要有诊断证明。", _INJURY_PAPERS),
        Item("出事的时间、地点、监控在哪里、在场人的电话；路上出事的要事故认定书", "申请表要写清时间、地点、原因。", _INJURY_PAPERS),
        Item("单位说不是工伤的话，留下来", "单位说不是，要单位拿证据。", _INJURY_BURDEN),
    ),
    "insurance": (
        Item("社保缴费记录，打 12333 问怎么查", "证明哪几个月没交、按多少交的。", _INSURANCE),
        Item("工资流水和工资条", "证明真实工资是多少。", _EACH_PROVES),
    ),
}


def work(answers: Answers, _: Ground) -> Checklist:
    """List what the kind of dispute needs, then what every dispute needs."""
    kind = answers.choice("dispute")
    items = [_WORKED_HERE, *(_OF_KIND.get(kind, ()) if kind else ())]
    if kind in ("wages", "overtime") and answers.says("building_site"):
        text = "农民工的工资台账至少留 3 年，单位不拿出来，后果单位担（《保障农民工工资支付条例》第十五条、第五十条）。"
        items.append(Item("记工本、实名制打卡、班组长和总包的名字", text, _SITE_RECORDS))
    still_there = answers.says("still_there") if kind else None
    if still_there:
        items.append(Item("趁还在上班，拍考勤、排班、工位、门牌，和主管用微信把事说清", "走了以后就难拿到了。", _EACH_PROVES))
    items += [_EMPLOYERS, _ORIGINALS, _STORY]
    says = "先攒这几样，今天就把手机里的备份好。" if kind else "先攒这几样；说说是什么纠纷，才好列全。"
    return Checklist(says=says, items=tuple(items), steps=_STEPS, guides=_GUIDES, warnings=_WARNINGS)


_STEPS = (
    "今天：手机里的聊天、转账、打卡录屏备份，去银行打工资流水。",
    "自己拿不到的，申请仲裁委去调（《山东省劳动人事争议调解仲裁条例》第二十七条）。",
    "工资发放的记录单位要留 2 年以上（《工资支付暂行规定》第六条），离职后的合同文本要留 2 年（《劳动合同法》第五十条），别拖。",
    "不会整理的打 12351 找工会，或者打 12348。",
)
_WARNINGS = ("录自己和对方的谈话可以；不要去别人家里、办公室装设备偷录。",)
_GUIDES = ("evidence", "electronic-evidence", "employer-holds-evidence", "overtime-proof", "labour-relation-proof")
_LAWS: tuple[Citation, ...] = (
    *_EACH_PROVES, *_HAND_OVER, *_OVERTIME, *_EMPLOYER_PROVES, *_IOU, *_PAY_RECORDS, *_SITE_RECORDS, *_KEPT_CONTRACT, *_MONTHLY_WAGE,
    *_RELATION,
    *_INJURY_PAPERS, *_INJURY_BURDEN, *_ASK_OFFICE, *_FORCED, *_KINDS, *_INSURANCE,
)  # fmt: skip
DISPUTE = asks.choice(
    "dispute",
    "是什么纠纷",
    "跟单位是什么纠纷？选最要紧的一个。",
    ("wages", "欠工资、扣工资"),
    ("overtime", "加班费"),
    ("dismissal", "被辞退、要补偿"),
    ("forced_leave", "单位有错，我被迫走"),
    ("relation", "单位不认我是它的人"),
    ("injury", "干活受伤"),
    ("insurance", "没交社保、少交社保"),
)

EVIDENCE = SelfTest(
    "evidence",
    "证据清单",
    (
        DISPUTE,
        asks.yes_no("building_site", "是不是在工地、是农民工", "您是在工地上干活的农民工吗？"),
        asks.yes_no("still_there", "是不是还在上班", "您还在这家单位上班吗？"),
    ),
    _LAWS,
    (),
    (),
    _GUIDES,
    work,
)
