"""Sums at the end of a job: 经济补偿 and 赔偿金, 双倍工资, 失业金. Which it is turns on who ended it and why. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.quantities import MONTHS_A_YEAR
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import AVERAGE_WAGE, MONTHLY_WAGE, SERVICE, Employment, employment, wage
from assistant.skills.heard import NOT_KNOWN, Heard
from assistant.skills.skill import Skill

_DISMISSED = (
    r"辞退|开除|解雇|炒了?我|炒鱿鱼|辞了我|撵|赶我走|让我走(?:人)?|不用来了|别来了|不要我了|裁了我|把我裁|被裁|开了我|被开"
    r"|卷铺盖|走人|解除(?:了)?(?:我的?)?(?:劳动)?合同"
)
_EMPLOYER = r"(?:厂里?|公司|单位|老板|人事|他们|物业|店里|领导|主任|经理|院里|企业|人家)"
_AGREED = r"协商|商量|协议|谈好|谈妥|好说好散|好聚好散|散伙|同意"
_ENDED_BY_AGREEMENT = (
    rf"{_EMPLOYER}[^。；]{{0,16}}(?:先|主动)?(?:是)?(?:他们|厂里|公司|单位)?(?:先)?提(?:出|的|了)"
    rf"|{_EMPLOYER}[^。；]{{0,10}}(?:找我|找俺|来找)"
)
_EXPIRED = r"到期|期满|到头"
_NOT_RENEWED = (
    r"不(?:再)?(?:跟|和|给|同)?(?:我|俺|咱)?们?续|没(?:给|跟|和)?(?:我|俺)?们?续|不续|不签了|降(?:成|低|到)|(?:底薪|工资"
    r"|待遇)从[^，。]{1,14}降"
)
_TASK = r"以完成[^。]{0,12}任务为期限|(?:干完|完成)[^，。]{0,14}(?:为止|就完|活完)|按活定的"
_LAYOFF = r"经济性裁员|裁员|裁人|裁了[^，。]{0,6}(?:人|个)"
_CLOSED = r"破产|倒闭|关门|关停|注销|吊销|解散|停产关"
_FORCED = (
    r"(?:因为|因|就因|要是)[^。]{0,6}(?:这个|这|欠薪|欠工资|不交社保|没社保|拖工资)[^。]{0,6}(?:走|辞|离|不干|解除)"
    r"|被迫(?:解除|辞职|离职)|(?:走|辞职|离职|不干了)[^。]{0,8}(?:因为|就是因为)[^。]{0,10}(?:欠|拖|社保)"
)
_OWES = (
    r"欠(?:我|俺|着|薪|了|两|俩|三|仨)|拖(?:欠|着|工资)|没给?(?:交|缴|上)社?保|社保(?:没|不)给?(?:交|缴|上)|(?:工资"
    r"|一分)[^，。]{0,6}(?:没发|不发|没给)"
)
_LEAVING = r"我?想?(?:要是|如果)?[^，。]{0,6}(?:走|辞职|不干|离职|解除)"
_RESIGNED = r"(?:我|俺)(?:自己|个人|主动)(?:想|要)?(?:辞|走|提|不干|离)|自(?:己)?愿?离职|主动(?:离职|辞职)|(?:我|俺)(?:想|要)(?:辞职|辞工)"
_FAULT = r"严重违(?:纪|反)|违(?:反|犯)(?:厂规|规章|制度|纪律)|旷工|打架|失职|营私舞弊"
_NO_FAULT = r"医疗期(?:满|到)|不能?胜任|不胜任|(?:说我|我)?干不了|考核不(?:合格|过)|末位|客观情况|情况(?:发生)?(?:重大)?变化"
_WITHOUT_REASON = (
    r"没(?:有)?(?:啥|什么|任何|说|给|个)?(?:理由|原因|说法|由头|单子|过错|错)|没给(?:啥|什么|任何)|无(?:缘无)?故|没犯(?:啥"
    r"|什么)?错|也没(?:给|说)(?:啥|什么)"
    r"|违法(?:解除|辞退|开除)|说我(?:偷懒|不合适|年纪大|岁数大|老了|手慢)|嫌(?:我|俺)|不大?合适|说不上来|怀孕|看我不顺眼"
    r"|口头(?:通知|辞退|说)|一句话"
)
_WITHOUT_FAULT = r"(?:没|未|木)(?:有)?(?:旷工|犯错|违纪|出过?|迟到)"
_NOTICED = r"提前(?:了)?(?:一个月|30天|三十天|三十日)"
_NOT_NOTICED = r"没(?:有)?提前|当天就|明天(?:就)?(?:不用|别)来|第二天就"

ENDED = Ask(
    "怎么离开的",
    "这份工作是怎么结束的？",
    "choice",
    (
        ("单位辞退我", "dismissed"),
        ("单位先提，双方商量好", "employer_agreed"),
        ("合同到期，单位不续", "expired"),
        ("单位欠薪或没社保，我要走", "forced"),
        ("裁员或者单位关门", "layoff"),
        ("我自己想走", "resigned"),
    ),
)
REASON = Ask(
    "辞退的理由",
    "单位辞退您，说的是什么理由？",
    "choice",
    (
        ("没给理由，或者理由不对", "unlawful"),
        ("说我生病、干不好或情况变了", "no_fault"),
        ("说我严重违纪", "misconduct"),
        ("先跟我商量，我同意了", "employer_agreed"),
    ),
)
NOTICED = Ask(
    "提前30天通知",
    "单位提前30天书面通知您了吗？",
    "choice",
    (("提前30天通知了", "no_fault_notice"), ("没有提前30天通知", "no_fault_no_notice")),
)


def _ended(heard: Heard) -> object | None:
    """Return how the job ended: a reason the calculator knows, `dismissed` or `no_fault` where that is not all, NOT_KNOWN, or None."""
    for ask in (NOTICED, REASON, ENDED):
        given = heard.reply(ask)
        if given is not None and not (given is NOT_KNOWN and ask is NOTICED):
            return given
    return _heard_ending(heard)


def _heard_ending(heard: Heard) -> str | None:
    says = heard.says
    if says(_TASK):
        return "task_done"
    if says(_EXPIRED) and says(_NOT_RENEWED):
        return "expired"
    if says(_CLOSED):
        return "closed"
    if says(_AGREED) and (says(_ENDED_BY_AGREEMENT) or says(r"(?:单位|公司|厂里?|他们)(?:先)?提")):
        return "employer_agreed"
    if says(_LAYOFF):
        return "layoff"
    if says(_NO_FAULT):
        return "no_fault_notice" if says(_NOTICED) else "no_fault_no_notice" if says(_NOT_NOTICED) else "no_fault"
    if says(_DISMISSED):
        if says(_FAULT) and not says(_WITHOUT_FAULT):
            return "misconduct"
        return "unlawful" if says(_WITHOUT_REASON) or says(_WITHOUT_FAULT) else "dismissed"
    if says(_FORCED) or (says(_OWES) and says(_LEAVING)):
        return "forced"
    return "resigned" if says(_RESIGNED) else None


def read_severance(heard: Heard) -> Read:
    """Read 经济补偿 or 赔偿金 (calculator `severance`)."""
    why = _ended(heard)
    if why is None:
        return Read(missing=ENDED)
    if why == "dismissed":
        return Read(missing=REASON)
    if why == "no_fault" and heard.reply(NOTICED) is None:
        return Read(missing=NOTICED)
    job = employment(heard)
    if job.start is None:
        return Read() if heard.reply(SERVICE) is NOT_KNOWN else Read(missing=job.missing)
    pay = wage(heard, AVERAGE_WAGE)
    if pay is None:
        return Read() if heard.reply(AVERAGE_WAGE) is NOT_KNOWN else Read(missing=AVERAGE_WAGE)
    return Read(tuple(_case(when, reason, job, pay.amount) for when, reason in _cases(why)), taken=(*job.taken, *pay.taken))


def _cases(why: object) -> tuple[tuple[str, str], ...]:
    """The reasons to count for: one where it is known, else each that may be."""
    if why is NOT_KNOWN:
        return (("单位合法辞退您", "no_fault_notice"), ("单位违法辞退您", "unlawful"))
    if why == "misconduct":
        return (("单位拿得出您严重违纪的证据", "misconduct"), ("单位拿不出证据，就是违法辞退", "unlawful"))
    if why == "no_fault":
        return (("提前30天书面通知了", "no_fault_notice"), ("没有提前通知", "no_fault_no_notice"))
    return (("", str(why)),)


def _case(when: str, reason: str, job: Employment, average: Decimal) -> Case:
    inputs = {
        "reason": reason,
        "start": job.start.isoformat() if job.start else None,
        "end": job.end.isoformat(),
        "average_wage": f"{average:f}",
    }
    return Case(when, "severance", inputs)


# -- 双倍工资 --------------------------------------------------------------------------------------------------------

_STARTED = Ask("入职的日子", "您哪天开始上班的？", "day")
_SIGNED = r"补签|才(?:给|跟|和)?(?:我|俺)?签|后来签|签(?:的|了)(?:劳动)?合同"


def read_unsigned(heard: Heard) -> Read:
    """Read 双倍工资差额 (calculator `unsigned_contract`)."""
    begun = heard.reply(_STARTED) or heard.day("began")
    taken: tuple[str, ...] = ()
    ended = heard.day("ended")
    if begun is NOT_KNOWN:
        return Read()
    if isinstance(begun, tuple):
        taken = () if begun[0] == begun[1] else (f"没说哪天进的，按 {begun[0].isoformat()} 算",)
        begun = begun[0]
    elif begun is None:
        job = employment(heard)
        if job.start is None or heard.facts.find("service") is None:
            return Read(missing=_STARTED)
        begun, taken = job.start, job.taken
    pay = wage(heard, MONTHLY_WAGE)
    if pay is None:
        return Read() if heard.reply(MONTHLY_WAGE) is NOT_KNOWN else Read(missing=MONTHLY_WAGE)
    inputs: dict[str, object] = {"start": begun.isoformat(), "monthly_wage": f"{pay.amount:f}"}  # type: ignore[attr-defined]
    if signed := heard.days_near(_SIGNED, within=8):
        inputs["signed"] = signed[-1][0].isoformat()
    if ended:
        inputs["end"] = ended[1].isoformat()
    return Read((Case("", "unsigned_contract", inputs),), taken=(*taken, *pay.taken))


# -- 失业金 ----------------------------------------------------------------------------------------------------------

INSURED = Ask("失业保险交了多久", "失业保险一共交了多久？比如 5年。", "time")
_UNEMPLOYED_BY = {
    "task_done": "expired",
    "expired": "expired",
    "closed": "closed",
    "layoff": "dismissed",
    "employer_agreed": "employer_agreed",
    "forced": "forced",
    "resigned": "resigned",
}


def read_unemployment(heard: Heard) -> Read:
    """Read 失业金 (calculator `unemployment`)."""
    why = _ended(heard)
    if why is None:
        return Read(missing=ENDED)
    months = heard.reply(INSURED) or heard.figure("insured")
    if months is NOT_KNOWN:
        return Read()
    if not isinstance(months, Decimal):
        return Read(missing=INSURED)
    years = f"{(months / MONTHS_A_YEAR).quantize(Decimal('0.0001')):f}"
    reasons = (("不是您自己要走的", "dismissed"), ("是您自己要走的", "resigned"))
    told = (("", _UNEMPLOYED_BY.get(str(why), "dismissed")),) if why is not NOT_KNOWN else reasons
    return Read(tuple(Case(when, "unemployment", {"insured_years": years, "reason": reason}) for when, reason in told))


SEVERANCE = Skill(
    "severance",
    "经济补偿",
    frozenset(
        {
            "economic-compensation-sum",
            "dismissal-what-am-i-owed",
            "expiry-compensation",
            "forced-resignation",
            "forced-to-resign",
            "layoff-and-closure",
            "n-plus-one",
            "medical-period-over",
            "incompetence",
            "unlawful-dismissal",
            "verbal-dismissal",
            "reinstatement",
            "union-not-notified",
            "probation-dismissal",
            "compensation-cap",
            "social-insurance-not-paid",
            "injury-leaving-grants",
            "injury-dismissed",
            "misconduct",
            "takeover",
            "workplace-move",
        }
    ),
    re.compile(
        r"补偿|赔|N\s*\+\s*1|2\s*N|(?<![a-z])N(?![a-z])|遣散|能?(?:要|拿|给|得)(?:着|到|我|俺)?(?:点)?(?:啥|什么|多少|几)"
        r"|该(?:给|按|拿|得|多少)|多少钱|一分(?:钱)?(?:没|不)",
        re.IGNORECASE,
    ),
    (ENDED, REASON, NOTICED, SERVICE, AVERAGE_WAGE),
    read_severance,
    re.compile(r"加班费(?:多少|怎么算)|失业金|竞业|违约金|培训费|伤残津贴|裁决|终局"),
    re.compile(r"经济补偿|(?:不续|辞退|解除|到期|裁员|离职)[^。？?]{0,24}补偿|(?<![a-z])2\s*N|N\s*\+\s*1", re.IGNORECASE),
)
UNSIGNED = Skill(
    "unsigned_contract",
    "没签合同的双倍工资",
    frozenset({"unsigned-contract", "labour-relation-proof", "contract-expired-still-working"}),
    re.compile(r"双倍|二倍|两倍|没(?:有)?(?:给我?|跟我)?签|没合同|(?:合同|签)[^。]{0,30}(?:多少|几)"),
    (_STARTED, MONTHLY_WAGE),
    read_unsigned,
)
UNEMPLOYMENT = Skill(
    "unemployment",
    "失业金",
    frozenset({"unemployment-benefit", "unemployment-leaving-reason", "unemployment-steps"}),
    re.compile(
        r"失业(?:金|险|保险)[^。]{0,40}(?:多少|几个月|几年|怎么算|咋算|算)|(?:多少|几个月)[^。]{0,20}失业|能?领(?:多少|几个月)|领到啥时候"
    ),
    (ENDED, INSURED),
    read_unemployment,
)
