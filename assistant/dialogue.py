"""What a follow-up means: join it to the question before it where it cannot stand alone. Pure; state comes in as text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from assistant import triage
from assistant.text import Number, bare, find_numbers

_LEADS = re.compile(
    r"^(那么?|还有|另外|然后|接着|再问|继续|它|这个|这种|这样|上面|刚才|要是|如果|对方|他们?要|那我|那俺|不对[，,]|(?:我|俺)?(?:刚才)?(?:说|记|算|打|写|问)错了|多久|多少|几天|去哪|需要|要带|要准备|怎么算|咋算|能拿|可以吗|行吗|为什么|为啥)"
)
_TOPIC_CHANGE = re.compile(r"^(换个问题|另一个问题|还有个事|还想问个?别的|再问个别的|顺便问)")
# What is thought of besides asks about another matter where it says which (对了，厂里还压着我两个月工资，这个找谁), else it tells or asks
# more about the same one (还有，要带什么; 还有我一个月是五千; 另外我干了三年，一共能拿多少).
_BESIDES = re.compile(r"^(?:对了|另外|还有|再一个|再就是|还想问|再问)(?!这|那|它|他|她|对方)")
_BESIDES_CHARACTERS = 12
_IN_ALL = re.compile(r"一共|总共|加起来|合起来|全部|拢共|统共")
_POINTS_BACK = re.compile(
    r"(?:请问|那|就|单位|老板|厂里|公司)?(?:这么?样?|那么?样?|这个|那个|这种|这事|那事)(?:做|弄|干|搞)?(?:子|的话)?(?:合法|违法|犯法|合理|合规|对|行|中|可以|能行|正常|算数)(?:吗|么|不|嘛|不对|不行|不中|没)?"
)
_NOTHING_CHARACTERS = 24
# Only words that every matter has (需要本人去吗, 要带什么证件去): of 32,000 asks of the knowledge a handful are like this.
_OF_ANY_MATTER = re.compile(
    r"(?:怎么|咋|咋样|怎样|办|整|弄|弄好|办理|处理|解决|什么|啥|哪些|哪|里|儿|几|多少|多久|多长|时间|要|需要|需|得|用|该|应该|应当|必须|带|准备|拿|交|填|去|来|跑|到|让|叫|替|代|代替"
    r"|我|俺|咱|们|自己|本人|亲自|家里人|家人|家属|别人|人|能|可以|可不可以|行|中|成|不|没|有|是|一般|大概|大约|具体|到底|究竟|这种|这个|这|那个|那|事|件|情况"
    r"|证件|证|材料|手续|东西|资料|原件|复印件|表|一趟|一次|趟|次|先|再|都|也|还|就|才|的|了|呢|吗|么|啊|呀|吧|嘛|非|啦|请问|您好|你好|想|问|一下|下|知道|等|天|个|月)+"
)
# Somebody is blamed, and not said for what.
_BLAMES = re.compile(
    r"(?:单位|老板|厂里?|公司|领导|他们|主管|人家)(?:也|就|真|太|老是?|实在|根本|一点也?)*(?:不讲理|不讲道理|不讲究|不地道|不像话|不仗义|太过分|过分|坑人|坑我|坑俺|耍赖|耍无赖|黑心)"
    r"(?:了|啊|呀|啦|咋整|咋弄|我?该?(?:怎么|咋)[办弄])*"
)
# Somebody else than those spoken of so far: what holds for a courier does not hold for his wife in a supermarket.
_OF_ANOTHER = re.compile(
    r"(?:那么?|还有|另外|要是|如果|对了|可是?|但是?)?[，, ]?(?:我|俺|咱)们?(?:家里?|那个?)?"
    r"(?P<who>老婆|媳妇|爱人|对象|老公|男人|妈|娘|爸|爹|[大二三小]?[哥弟姐妹叔舅姨姑嫂]|婆婆|公公|丈人|丈母娘"
    r"|儿子|闺女|女儿|孩子|侄|外甥|同事|工友|同学|朋友|邻居|老乡|师傅|徒弟)"
)
_OF_ANOTHER_CHARACTERS = 12
_MASK = re.compile(r"\[[^\[\]]{1,8}\]")
_SHORT_CHARACTERS = 14
_LEANING_CHARACTERS = 30


# What each wording of a follow-up counts for in the search, and what was found for the question before it. Found on the follow-ups of
# the dev half and of 120 conversations written for it; anything near gives the same within a point.
ALONE, TOGETHER, MATTER, BEFORE = 0.4, 0.3, 0.2, 0.15
# The same for a follow-up that tells of somebody else with facts of her own.
ALONE_OF_ANOTHER, TOGETHER_OF_ANOTHER = 0.8, 0.2
# What the words alone count, 1.0, for one of several questions of a message; and with what the message tells in front. With full
# weight 没签合同 would lead 社保能补吗 to the contract; without any, 能辞退我吗 would no longer know of the pregnancy.
TOLD_TOGETHER = 0.5


class Wording(NamedTuple):
    """What to search for, what it counts, and whether it is what was asked *alone*, without anything said before."""

    text: str
    share: float = 1.0
    alone: bool = True


def searched(text: str, history: tuple[str, ...], matter: str = "") -> tuple[Wording, ...]:
    """Return what to search for, the first being what says which kind of question *text* is (`standalone`).

    A follow-up is searched for alone, together with what it leans on or else the question before it, and with the name of the
    *matter* that the one before was about: neither the old matter nor the few new words may drown the other. A question that could
    stand alone may go on about the matter before it all the same.
    """
    text, history = _without_masks(text), tuple(map(_without_masks, history))
    if not goes_on(text, history):
        return (Wording(text),)
    if is_of_another(text, history):
        return (Wording(f"{history[-1]} {text}", TOGETHER_OF_ANOTHER, alone=False), Wording(text, ALONE_OF_ANOTHER))
    whole, alone = standalone(text, history), Wording(text, ALONE)
    together = Wording(whole if whole != text else f"{history[-1]} {text}", TOGETHER, alone=False)
    named = [Wording(f"{matter} {text}", MATTER, alone=False)] if matter else []
    return (together, alone, *named) if whole != text else (alone, together, *named)


def beside(words: str, told: str) -> tuple[Wording, ...]:
    """Return what to search for for *words*, one question of a message that tells *told*; empty for no *told*."""
    words = _without_masks(words)
    return (Wording(words), Wording(f"{_without_masks(told)}{words}", TOLD_TOGETHER, alone=False)) if told else ()


def standalone(text: str, history: tuple[str, ...]) -> str:
    """Return *text* with the questions it leans on in front: the one before it, and the one that began the matter.

    A follow-up leans on its forerunner when it opens like one (那…, 还有…, 多久…), is a few words, or has no word of work.
    """
    thread = [text]
    while history and _leans(thread[0]) and not is_of_another(thread[0], history):
        thread.insert(0, history[-1])
        history = history[:-1]
    return " ".join((thread[0], *thread[1:][-2:]))


def _without_masks(text: str) -> str:
    """Leave out what stands for somebody's name or number (`privacy.mask`): it belongs to no matter."""
    return _MASK.sub("", text).strip() or text


def _leans(text: str) -> bool:
    if changes_topic(text):
        return False
    opens = bool(_LEADS.match(text)) and len(text) <= 3 * _SHORT_CHARACTERS
    without_matter = not triage.has_words_of_work(text) and len(text) <= _LEANING_CHARACTERS
    return opens or without_matter or _is_bare(text)


def _is_bare(text: str) -> bool:
    """A few words without a matter of their own (要多久, 材料呢) cannot be searched."""
    return len(text) <= 6


# -- what a message does to the questions before it ------------------------------------------------------------

# The fixed reply after which nothing said before counts.
FORGOTTEN = "clarify_forgotten"
_BEGIN_AGAIN = re.compile(
    r"(?:请|帮我|咱)?(?:清空|清除|重新开始|重新来|从头来|从头开始|重来|重新问|换个(?:问题|话题|事)|换一个问题|另外?问个别的|再问个别的"
    r"|(?:把)?(?:前面|刚才|上面|之前)(?:说|问)?的?(?:都|全)?(?:忘了|忘掉|不算|作废|删了|清了))(?:吧|了|一下|记录|对话|聊天|聊天记录|重新开始|重来|的)*"
)
_FACT = r"[^，,。？?！!]{1,12}"
_SORRY = r"(?:不好意思|对不起|不对|哦|啊|(?:我|俺)?(?:刚才)?(?:说|记|算|打|写|问|输)错了|我|俺|[，,。！! ])*"
_NOT_BUT = re.compile(
    rf"^{_SORRY}不是(?P<old>{_FACT}?)[，,。 ]*(?:而是|应该是|是|应该)(?P<new>{_FACT})(?:[，,][^？?吗呢]{{1,12}})?[。！!]*$"
)
_MISSAID = re.compile(
    r"^(?:不好意思|对不起)?[，, ]*(?:(?:我|俺)?(?:刚才)?(?:说|写|打|记|算|输)错了|不对|更正(?:一下)?)[，,。：: ]*"
    rf"(?:应该|应|就)?(?:是)?(?P<new>{_FACT})[。！!]*$"
)
_MONTHS_AFTER = r"(?:[零又]?[\d一二两俩三四五六七八九十]{1,3}个月)?"
_NUMERAL = re.compile(r"^[\d,.零〇一二三四五六七八九十百千万亿两]+")
_QUESTION_WORD = re.compile(r"什么|啥|咋|怎么|谁|哪|几|吗|呢|多少|能不能|可不可以|要不要|是不是|有没有|不$")
# What a person is, where it decides which rule holds for him.
_STATUS = (
    r"外卖|骑手|快递|网约车|滴滴|代驾|货车|司机|跑腿|派遣|外包|劳务|小时工|钟点工|临时工|实习|学徒|学生|暑假工|退休|超龄|返聘|农民工|保姆|月嫂|家政|护工|保安|保洁"
    r"|工地|建筑|主播|个体|灵活就业|零工|日结|计件|合同工|正式工|试用期|残疾|未成年|会员|女的|男的|女工|女干部|孕妇|公务员|事业编|教师|护士"
)
_IS_STATUS = re.compile(
    rf"^(?:那|那么|可|但|如果|要是|假如)?(?:我|俺|咱)(?:要)?(?:是|就是|属于|算)(?P<who>[^，,。？?！!]{{0,6}}(?:{_STATUS})[^，,。？?！!]{{0,6}}?)(?:呢|咋办|怎么办|怎么样|怎么算|咋算|咋说|也一样吗|一样吗)?[。？?！!]*$"
)
_STATUS_SAID = re.compile(
    rf"(?:我|俺|咱)(?:是|在|给)?(?:送|跑|开|当|做|干)?(?:一?个)?(?:{_STATUS})(?:的|员|工人|小哥|师傅|工(?!资|伤|会)|干活|上班|打工)*[，, ]*"
)


def begins_again(text: str) -> bool:
    """Say whether *text* only asks to forget what was said before (清空, 重新开始, 换个问题)."""
    return bool(_BEGIN_AGAIN.fullmatch(bare(text)))


def goes_on(text: str, history: tuple[str, ...]) -> bool:
    """Say whether *text* may be about what was asked before it."""
    return bool(history) and not changes_topic(text) and not is_besides(text)


def changes_topic(text: str) -> bool:
    """Say whether *text* announces another question: what was told before does not count for it."""
    return bool(_TOPIC_CHANGE.match(text))


def is_besides(text: str) -> bool:
    """Say whether *text* asks about another matter of the same person: it is found alone, but what he told before still holds."""
    opening = _BESIDES.match(text)
    rest = bare(text[opening.end() :]) if opening else ""
    asks = bool(_QUESTION_WORD.search(rest)) and not _IN_ALL.search(rest)
    return asks and len(rest) >= _BESIDES_CHARACTERS and triage.has_words_of_work(rest)


def is_of_another(text: str, history: tuple[str, ...]) -> bool:
    """Say whether *text* tells of a person nobody has spoken of yet, and enough of her to be found by itself."""
    match = _OF_ANOTHER.match(text)
    if match is None or match["who"] in "".join(history):
        return False
    told = bare(text[match.end() :])
    return len(told) >= _OF_ANOTHER_CHARACTERS and (told.startswith("在") or triage.has_words_of_work(told))


def corrected(text: str, history: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return *history* with the fact put right that *text* corrects (不是三年是五年; 说错了，是5000), None where it corrects none.

    The newest question that has the wrong words is mended, or else the newest that has just one figure of the same unit.
    """
    match = _NOT_BUT.match(text) or _MISSAID.match(text)
    if match is None or _QUESTION_WORD.search(match["new"]):
        return None
    old = match.groupdict().get("old")
    for place in reversed(range(len(history))):
        mended = _mended(history[place], old, match["new"])
        if mended is not None:
            return (*history[:place], mended, *history[place + 1 :])
    return None


def differ_in_figures_only(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two histories are the same but for their figures."""
    return [_without_figures(text) for text in one] == [_without_figures(text) for text in other]


def _without_figures(text: str) -> str:
    for number in reversed(find_numbers(text)):
        text = text[: number.start] + "#" + text[number.start + len(number.text) :]
    return text


def _mended(question: str, old: str | None, new: str) -> str | None:
    if old and old in question:
        # Of 三年零七个月 the months go with the years where the right time has months of its own.
        rest = _MONTHS_AFTER if "月" in new else ""
        return re.sub(re.escape(old) + rest, new, question)
    figure, wrong = _only_figure(new), _only_figure(old)
    if figure is None or (old is not None and wrong is None):
        return None
    found = [number for number in find_numbers(question) if _measured(number)[1] == _measured(figure)[1]]
    # 一个月三千: what a month brings is not the months.
    found = [number for number in found if not number.text.startswith("一")] or found
    if wrong is not None and _measured(wrong) in map(_measured, found):
        found = [number for number in found if _measured(number) == _measured(wrong)]
    if len(set(map(_measured, found))) != 1:
        return None
    for number in reversed(found):
        unit = "" if figure.unit else _NUMERAL.sub("", number.text)
        question = question[: number.start] + figure.text + unit + question[number.start + len(number.text) :]
    return question


def _only_figure(words: str | None) -> Number | None:
    numbers = find_numbers(words) if words else []
    return numbers[0] if len(numbers) == 1 else None


def _measured(number: Number) -> tuple[Decimal, str]:
    """The value and unit of a figure; a bare one is an amount of money, as 说错了，是5000 is."""
    return number.value, number.unit or "元"


def with_status(text: str, history: tuple[str, ...]) -> str | None:
    """Return the question before *text*, asked by what *text* says the person is (我是外卖的呢), None where it says nothing like that.

    What that question said of it is replaced.
    """
    match = _IS_STATUS.match(text)
    if match is None or not history:
        return None
    before, status = standalone(history[-1], history[:-1]), f"我是{match['who']}，"
    replaced, count = _STATUS_SAID.subn(status, before, count=1)
    return replaced if count else status + before


def points_at_nothing(text: str, history: tuple[str, ...]) -> bool:
    """Say whether *text* asks about what nobody has told yet: 这样合法吗, 要带什么证件去, 单位不讲理怎么办."""
    words = bare(text)
    return (
        not history and len(words) <= _NOTHING_CHARACTERS and any(asks.fullmatch(words) for asks in (_POINTS_BACK, _OF_ANY_MATTER, _BLAMES))
    )
