"""Sums at the end of a job: 经济补偿 and 赔偿金, 双倍工资, 失业金. Which it is turns on who ended it and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from assistant.quantities import MONTHS_A_YEAR
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import AVERAGE_WAGE, MONTHLY_WAGE, SERVICE, Employment, employment, wage
from assistant.skills.heard import NOT_KNOWN, Heard, said_days, said_months
from assistant.skills.skill import Skill

_DISMISSED = (
    r"辞退|开除|解雇|炒了?我|炒鱿鱼|被炒|炒掉|辞了我|把(?:我|俺)辞|撵|赶我走|让我走(?:人)?|不用来了|别来了|不要我了|让(?:我|俺)(?:明天"
    r"|今天)?[^，。]{0,4}走|裁[了的]我|裁[了的]俺|把[我俺]裁|被裁|开了我|被开"
    r"|卷铺盖|走人|解除(?:了)?(?:我的?)?(?:劳动)?合同"
)
_EMPLOYER = r"(?:[hH][rR]|园长|校长|主管|厂里?|公司|单位|老板|人事|他们|物业|店里|领导|主任|经理|院里|企业|人家)"
_AGREED = r"答应|签了?字|协商|商量|协议|谈好|谈妥|好说好散|好聚好散|散伙|同意"
_ENDED_BY_AGREEMENT = (
    rf"{_EMPLOYER}[^。；]{{0,16}}(?:先|主动)?(?:是)?(?:他们|厂里|公司|单位)?(?:先)?提(?:出|的|了)"
    rf"|{_EMPLOYER}[^。；]{{0,10}}(?:找我|找俺|来找)"
)
_EXPIRED = r"到期|期满|到头"
_NOT_RENEWED = (
    r"不(?:再)?(?:跟|和|给|同)?(?:我|俺|咱|他|她)?们?续|没(?:给|跟|和)?(?:我|俺|他|她)?们?续|不续|不签了|降(?:成|低|到)|(?:底薪|工资"
    r"|待遇)从[^，。]{1,14}降"
)
_TASK = r"以完成[^。]{0,12}任务为期限|(?:干完|完成)[^，。]{0,14}(?:为止|就完|活完)|按活定的"
_LAYOFF = r"经济性裁员|裁员|裁人|裁了[^，。]{0,6}(?:人|个)"
_CLOSED = r"破产|倒闭|关门|关停|注销|吊销|解散|停产关"
_FORCED = (
    r"(?:因为|因|就因|要是)[^。]{0,6}(?:这个|这|欠薪|欠工资|不交社保|没社保|拖工资)[^。]{0,6}(?:走|辞|离|不干|解除)"
    r"|被迫(?:解除|辞职|离职|离开|走)|(?:当|作)(?:成|为)?理由[^。]{0,12}(?:解除|通知|走)"
    r"|以[^，。]{0,14}为由[^，。]{0,4}(?:解除|离职|辞职|走)|(?:走|辞职|离职|不干了)[^。]{0,8}(?:因为"
    r"|就是因为)[^。]{0,10}(?:欠|拖|社保)"
)
# Two of the faults of an employer for which somebody may leave (劳动合同法 第三十八条).
OWES_WAGES = r"欠(?:我|俺|着|薪|了|两|俩|三|仨)|拖(?:欠|着|工资)|(?:工资|一分)[^，。]{0,6}(?:没发|不发|没给)"
OWES_INSURANCE = r"没给?(?:交|缴|上)社?保|社保(?:没|不)给?(?:交|缴|上)"
_OWES = rf"{OWES_WAGES}|{OWES_INSURANCE}"
_LEAVING = r"我?想?(?:要是|如果)?[^，。]{0,6}(?:走|辞职|不干|离职|解除)"
_RESIGNED = (
    r"(?:我|俺)?(?:自己|个人|主动)(?:不)?(?:想|要)?(?:辞|走|提|不干|离|干了)|自(?:己)?愿?离职|主动(?:离职|辞职)|(?:我"
    r"|俺)(?:想|要)(?:辞职|辞工)"
)
_FAULT = r"严重违(?:纪|反)|违(?:反|犯)(?:厂规|规章|制度|纪律)|旷工|打架|失职|营私舞弊"
_NO_FAULT = r"医疗期(?:满|到)|不能?胜任|不胜任|(?:说我|我)?干不了|考核不(?:合格|过)|末位|客观情况|情况(?:发生)?(?:重大)?变(?:化|了)"
_WITHOUT_REASON = (
    r"(?:理由|原因|说法)[^，。]{0,4}(?:没|木)(?:有)?(?:给|说|讲)|[没木](?:有)?(?:啥|什么|任何|说|给|个)?(?:理由|原因|说法"
    r"|由头|单子|过错|错)|没给(?:啥|什么|任何)|无(?:缘无)?故|没犯(?:啥"
    r"|什么)?错|也没(?:给|说)(?:啥|什么)"
    r"|违法(?:解除|辞退|开除)|说我(?:偷懒|不合适|年纪大|岁数大|老了|手慢)|嫌(?:我|俺)|不大?合适|说不上来|怀孕|看我不顺眼"
    r"|口头(?:通知|辞退|说)|一句话"
)
# Who began it: 是我先提的, 我主动找领导说不想干了.
_MINE = (
    r"是(?:我|俺)(?:先|主动|自己)?提|(?:我|俺)(?:主动|先|自己)(?:找|跟|和|向)?[^，。]{0,8}(?:提|说不(?:想)?干|说想走|申请离)"
    r"|(?:我|俺)(?:跟|和|向)(?:单位|公司|厂里|老板|领导)[^，。]{0,4}提|自己提(?:的|出来?)?(?:的)?(?:辞职|离职|要走|想走)"
)
_AS_BEFORE = r"(?:条件|待遇|工资)[^。]{0,10}(?:一(?:模一)?样|不变|没变|没降|原来的?)|原(?:来的?)?条件|按原"
_NOT_BY_ME = r"(?:我|俺)(?:自己)?(?:不想|不愿意?|没|不)(?:再)?(?:续|签)"
_WITHOUT_FAULT = r"(?:没|未|木)(?:有)?(?:旷工|犯错|违纪|出过?|迟到)"
_NOTICED = r"提前(?:了)?(?:一个月|30天|三十天|三十日)"
_NOT_NOTICED = (
    r"[没未木](?:有)?提前|事先[^，。]{0,6}没|没[^，。]{0,6}(?:一个月|30天|三十天)(?:的)?(?:通知|招呼)|当天就"
    r"|明天(?:就)?(?:不用|别)来|第二天就"
)

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
    if says(_MINE):
        return "worker_agreed" if says(_AGREED) else "resigned"
    by_end = _by_its_end(heard)
    if by_end is not None:
        return by_end
    if says(_NO_FAULT):
        return "no_fault_no_notice" if says(_NOT_NOTICED) else "no_fault_notice" if says(_NOTICED) else "no_fault"
    if says(_DISMISSED):
        is_fault = says(_FAULT) and not says(_WITHOUT_FAULT)
        return "misconduct" if is_fault else "unlawful" if says(_WITHOUT_REASON) or says(_WITHOUT_FAULT) else "dismissed"
    if says(_FORCED) or (says(_OWES) and says(_LEAVING)):
        return "forced"
    return "resigned" if says(_RESIGNED) else None


def _by_its_end(heard: Heard) -> str | None:
    """Endings that nobody's fault decides: a task done, a term over, an employer gone, an agreement, a layoff."""
    says = heard.says
    by_agreement = says(_AGREED) and (says(_ENDED_BY_AGREEMENT) or says(r"(?:单位|公司|厂里?|他们)(?:先)?提"))
    endings = (
        (says(_TASK), "task_done"),
        (says(_EXPIRED) and says(_AS_BEFORE) and says(_NOT_BY_ME), "expired_declined"),
        (says(_EXPIRED) and says(_NOT_RENEWED), "expired"),
        (says(_CLOSED), "closed"),
        (by_agreement, "employer_agreed"),
        (says(_LAYOFF), "layoff"),
    )
    return next((ending for is_said, ending in endings if is_said), None)


_NOTHING_OWED = frozenset({"resigned", "worker_agreed", "expired_declined"})


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
    if why in _NOTHING_OWED:
        # Nothing is owed whatever the time and the pay.
        day = (job.start or job.end - timedelta(days=1)).isoformat()
        says = job.says if job.start else {**job.says, "start": ""}
        return Read((Case("", "severance", {"reason": why, "start": day, "end": job.end.isoformat()}),), says=says)
    if job.start is None:
        return heard.lacks(SERVICE)
    pay = wage(heard, AVERAGE_WAGE)
    if pay is None:
        return heard.lacks(AVERAGE_WAGE)
    told = heard.after(r"(?:上个?月|最后一个月|前一个月|[▮]份?)(?:的|发的?)*(?:应得|工资|应发|挣|发)?(?:应得|了|是|，)*", heard.money())
    last_month = told.value if told else None
    cases = tuple(_case(when, reason, job, pay.amount, last_month) for when, reason in _cases(why))
    return Read(cases, taken=(*job.taken, *pay.taken), says=job.says)


def _cases(why: object) -> tuple[tuple[str, str], ...]:
    """The reasons to count for: one where it is known, else each that may be."""
    if why is NOT_KNOWN:
        return (("单位合法辞退您", "no_fault_notice"), ("单位违法辞退您", "unlawful"))
    if why == "misconduct":
        return (("单位拿得出您严重违纪的证据", "misconduct"), ("单位拿不出证据，就是违法辞退", "unlawful"))
    if why == "no_fault":
        return (("提前30天书面通知了", "no_fault_notice"), ("没有提前通知", "no_fault_no_notice"))
    return (("", str(why)),)


def _case(when: str, reason: str, job: Employment, average: Decimal, last_month: Decimal | None) -> Case:
    inputs: dict[str, object] = {
        "reason": reason,
        "start": job.start.isoformat() if job.start else None,
        "end": job.end.isoformat(),
        "average_wage": f"{average:f}",
    }
    if last_month is not None and reason == "no_fault_no_notice":
        inputs["last_month_wage"] = f"{last_month:f}"
    return Case(when, "severance", inputs)


# -- 双倍工资 --------------------------------------------------------------------------------------------------------

_STARTED = Ask("入职的日子", "您哪天开始上班的？", "day")
_SIGNED = r"补(?:签|上|的)|才(?:给|跟|和)?(?:我|俺)?签|后来签|(?<!没)(?<!没有)(?<!没给我)签(?:的|了|上)"
_SIGNED_AT_LAST = r"补签|补上(?:了)?合同|合同[^，。]{0,6}(?:才)?补|才(?:给|跟)?(?:我|俺)?签|签上(?:了)?合同|后来(?:给|跟)?(?:我|俺)?签"
_WENT_ON = r"(?:还在|照样|照常|照旧|接着|继续|一直)(?:在)?(?:厂里|单位|公司|这里|这)?[^，。]{0,4}(?:干|上班|做)"
_LEFT_ON = Ask("离开的日子", "您哪天离开这家单位的？", "day")
_HAS_LEFT = r"走的|走了|气跑|离职|不干了|辞了|辞职|辞退|开除|撵"
_SIGNED_ON = Ask("哪天签的", "合同是哪天签上的？", "day")


def read_unsigned(heard: Heard) -> Read:
    """Read 双倍工资差额 (calculator `unsigned_contract`)."""
    renewed = _renewed(heard)
    begun, taken, says = (renewed, (), {"start": f"{said_days(renewed, renewed)}起没续签"}) if renewed else _begun(heard)
    if begun is None:
        return heard.lacks(_STARTED)
    pay = wage(heard, MONTHLY_WAGE)
    if pay is None:
        return heard.lacks(MONTHLY_WAGE)
    signed = heard.days_near(_SIGNED, within=8)
    ended = heard.end()
    if renewed and (ended is None or ended[1] < renewed):  # the old contract's end is none of the job
        ended = next((day for day in heard.days_near(r"(?:上班|干|做|上)到$", within=6) if day[0] > renewed), None)
    told: dict[str, date | None] = {"end": ended[1] if ended else None, "signed": signed[-1][0] if signed else None}
    for name, words, ask in (("end", _HAS_LEFT, _LEFT_ON), ("signed", _SIGNED_AT_LAST, _SIGNED_ON)):
        if told[name] is None and heard.says(words):
            replied = heard.reply(ask)
            if replied is None:
                return Read(missing=ask)
            told[name] = replied if isinstance(replied, date) else None
    days = {name: day.isoformat() for name, day in told.items() if day is not None}
    inputs = {"start": begun.isoformat(), "monthly_wage": f"{pay.amount:f}", **({"kind": "renewal"} if renewed else {}), **days}
    return Read((Case("", "unsigned_contract", inputs),), taken=(*taken, *pay.taken), says=says)


def _renewed(heard: Heard) -> date | None:
    """The first day without a contract of somebody who went on working when the old one had run out; None where that is not told."""
    ran_out = {day for day in heard.days_near(_EXPIRED) if day[0] == day[1]}
    return ran_out.pop()[1] + timedelta(days=1) if len(ran_out) == 1 and heard.says(_WENT_ON) else None


def _begun(heard: Heard) -> tuple[date | None, tuple[str, ...], Mapping[str, str]]:
    """The day the job began, what was taken for granted of it, and how it was told."""
    replied = heard.reply(_STARTED)
    if isinstance(replied, date) or replied is NOT_KNOWN:
        return (replied if isinstance(replied, date) else None), (), {}
    if told := heard.start():
        taken = () if told[0] == told[1] else (f"没说哪天进的，按 {told[0].isoformat()} 算",)
        return told[0], taken, {"start": f"{said_days(*told)}来的"}
    if heard.facts.find("service") is None:
        return None, (), {}
    job = employment(heard)
    return job.start, job.taken, job.says


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
    "worker_agreed": "worker_agreed",
    "expired_declined": "resigned",
}


def _paid_in(heard: Heard) -> Decimal | None:
    """The only time told beside 交 or 缴费 is how long it was paid for; who drew it before has more to tell."""
    times = [one for one in heard.times() if one.unit == "月" and not one.is_approximate and one.words not in {"一个月", "每个月"}]
    if len(times) != 1 or heard.says(r"没领完|剩|上回|上次|(?<![没未木])领过(?!吗)") or not heard.says(r"交|缴|失业保?险"):
        return None
    return times[0].value


def read_unemployment(heard: Heard) -> Read:
    """Read 失业金 (calculator `unemployment`)."""
    why = _ended(heard)
    if why is None:
        return Read(missing=ENDED)
    months = heard.reply(INSURED) or heard.figure("insured") or _paid_in(heard)
    if months is NOT_KNOWN:
        return Read()
    if not isinstance(months, Decimal):
        return Read(missing=INSURED)
    years = f"{(months / MONTHS_A_YEAR).quantize(Decimal('0.0001')):f}"
    reasons = (("不是您自己要走的", "dismissed"), ("是您自己要走的", "resigned"))
    told = (("", _UNEMPLOYED_BY.get(str(why), "dismissed")),) if why is not NOT_KNOWN else reasons
    cases = tuple(Case(when, "unemployment", {"insured_years": years, "reason": reason}) for when, reason in told)
    return Read(cases, says={"insured_years": f"失业保险交了{said_months(months)}"})


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
        r"|该(?:给|按|拿|得|多少)|多少钱|一分(?:钱)?(?:没|不)|(?:[赔给要拿回]|补(?!助))[^，。]{0,4}几个(?:月|钱)|得有多少|金额|多大|什么数|啥数|给不给钱|够不够|算法|要回(?:来|多|几)",
        re.IGNORECASE,
    ),
    (ENDED, REASON, NOTICED, SERVICE, AVERAGE_WAGE),
    read_severance,
    re.compile(
        r"加班费(?:多少|怎么算)|失业金|竞业|违约金|培训费|伤残津贴|裁决|终局|试用期?[^。？?]{0,24}(?:最多|最长|该是?|到底)[^。？?]{0,6}(?:几个月|多久|多长)"
    ),
    re.compile(r"经济补偿|(?:不续|辞退|解除|到期|裁员|离职)[^。？?]{0,24}补偿|(?<![a-z])2\s*N|N\s*\+\s*1", re.IGNORECASE),
)
UNSIGNED = Skill(
    "unsigned_contract",
    "没签合同的双倍工资",
    frozenset({"unsigned-contract", "labour-relation-proof", "contract-expired-still-working"}),
    re.compile(r"双倍|双份|二倍|两倍|翻倍|多[要拿]|没(?:有)?(?:给我?|跟我)?签|没合同|(?:合同|签)[^。]{0,30}(?:多少|几)"),
    (_STARTED, MONTHLY_WAGE, _SIGNED_ON, _LEFT_ON),
    read_unsigned,
    named=re.compile(r"(?:双倍|二倍)(?:的)?工资[^。？?]{0,16}(?:多少|怎么算|咋算|几个月)"),
)
UNEMPLOYMENT = Skill(
    "unemployment",
    "失业金",
    frozenset({"unemployment-benefit", "unemployment-leaving-reason", "unemployment-steps"}),
    re.compile(
        r"失业(?:金|险|保险|的)[^。]{0,40}(?:多少|多钱|啥数|几个月|几年|多久|多长|怎么算|咋算|算)|(?:多少|几个月)[^。]{0,20}失业|[领发开](?:多少|几个|多久)|[领发]到(?:啥时候|什么时候|哪年|哪月|几月)|撑几个月"
    ),
    (ENDED, INSURED),
    read_unemployment,
    named=re.compile(r"失业金[^，。？?]{0,12}(?:多少|啥数|几个月|多久|多长)|(?:多少|几个月)(?:的)?失业金"),
)
