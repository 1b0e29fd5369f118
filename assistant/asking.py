"""Cut a message into what is told and what is asked, and join the answers. Pure.

我干了三年没签合同，能要双倍工资吗？社保也没交，能补吗 asks two things.
The cut only proposes: whether two questions are two matters is for the search to say (`ranking.find_matters`). In doubt nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant import triage
from assistant.composing import MAX_SUGGESTIONS
from assistant.text import bare, to_chinese_number
from assistant.types import Answer

LONGEST_TOLD = 120
MOST_SEARCHED = 5
MOST_ANSWERED = 3
OTHER = "另外问的那件"
NOT_OURS = "不是工作和工会的事，我不能乱答。别的法律问题打 12348，政府办事打 12345。"
_FEWEST_CHARACTERS = 4
_GREETING_CHARACTERS = 8

# What somebody else said is told, whatever it asks; so is what stands in brackets.
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"\n]*\"|「[^「」]*」|『[^『』]*』|《[^《》]*》|（[^（）]*）|\([^()\n]*\)")
_NUMBER = (
    r"(?:[（(]\d{1,2}[)）]|(?<![\d.])\d{1,2}(?:[、)）:：]|\.(?!\d))|(?<![第十])[一二三四五六七八](?:是(?=[^一二三])|、)"
    r"|第[一二三四五六](?:个问题|个事|件事|条|点|个|件|是)?[，,、:： ]"
    # ① is 1 once the text is normalised.
    r"|(?<![\d.])[1-9](?=[\u4e00-\u9fff])(?![年月日号个天点块元倍岁人次分万千百小级周度成折班层楼]))"
)
_NUMBERED = re.compile(rf"(?:^|(?<=[\s，,。；;：:？！?!吗呢了]))(?={_NUMBER})")
_STARTS_ANEW = re.compile(
    rf"\W*(?:{_NUMBER}|(?:那|我|俺|就)?(?:另外?|还有(?![一二两三四五六七八九十几半\d])|再问|再有|再就是|再一个|顺便|顺带|其次|最后(?:再|一个)|还想问|对了|还要问|再者|此外))"
)

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])(?![。！？!?；;\n”’）)])")
_CLAUSE_END = re.compile(r"(?<=[，,：: ])|(?<=…)(?!…)")
_CHOICE = r"(?P<verb>[能会要有是行该算给管可对合好交赔补发退])(?:不|没)(?P=verb)"
_WHICH = r"怎么|咋|怎样|多少|多久|多长|多大|哪|谁|什么|啥|如何|为何|几(?:天|个月|年|倍|块|个)"
# Said before a comma, only these end a question; 何苦呢 does not, and 能不能报，要不要钱 are two sides of one.
_CLOSES = re.compile(rf"(?<!干)吗$|(?:{_WHICH}).*呢$|(?:怎么|咋)\w(?:啊|呀|呢)?$|多少(?:钱|元|天|个月)?$|多久$|[算给能有管赔补发交]不$")
# Before a full stop these do as well, but 没人告诉我怎么来的 does not.
_STOPS = re.compile(rf"{_CLOSES.pattern}|{_CHOICE}")
_OPEN_END = re.compile(r"(?<!干)吗(?=[^\W吗])(?!啡)|(?:咋办|怎么办|咋整)(?:啊|呀|呢)?(?=[^\W啊呀呢的])")
_ASKS = re.compile(rf"{_WHICH}|是否|能否|可否|应否|还是|{_CHOICE}|吗|呢|[算给能有管赔补发交]不$|[能可]以?\w{{1,8}}不$|[了过]没有?$")
_NOT_ASKED = re.compile(
    r"(?:什么|啥|怎么|咋|谁|哪(?:里|儿)?|多少)(?:也|都|的)|不(?:管|论)(?:怎么|什么|谁|哪|多少)|没(?:什么|啥|怎么|多少)|好几|(?:不|没)(?:知道|晓得|说|明白|清楚|懂|底)|(?<![想请再])问我|追问"
    r"|怎么(?:着)?也|这么|那么|多少(?:有|年|次)|谁知|谁承想|是不是(?:说|跟我说)"
)
# Asked to complain or to be told that one is right: nothing that could be answered.
_RHETORICAL = re.compile(
    r"难道|凭(?:什么|啥)|哪有这|(?:这|那)不(?:是|就是|就)|还有(?:没有)?(?:王法|天理|良心)|讲不讲理|有没有(?:王法|天理|良心|这么)"
    r"|你(?:们)?(?:说|评评|看看?)(?:这|说|他|合|气|我冤)|(?:我|俺)(?:招|惹)谁|怎么能这|咋能这|怎么可以这|还让不让人|是人吗|谁(?:家|受得了|不)|图(?:啥|什么)|也不(?:管|计较)|先不说"
)
# The second half of a choice, or what only follows from the question before: 能不能找房东要, 那就可以不给吗.
_GOES_ON = re.compile(
    r"\W*(?:然后|那|到底|究竟|就)?(?:还是|或者|要么|要不(?!要)|否则|不然|怎么个|是(?!不是).*还是|(?:能不能|能|可以|可不可以|再)?(?:找|向|跟)[^，,]{1,6}(?:要|赔|管)\W*$)|(?:.*[，,])?那(?:就|也|还|样)"
)
_GREETS = re.compile(r"\W*(?:请问|你好|您好|在吗|有人吗|想问(?:一下|下)?|问(?:一下|下)?|咨询(?:一下)?)*\W*")
# Everybody has a boss, and every matter may end in arbitration: these words make no question another one.
_COMMON = re.compile(
    r"老板娘?|厂里?|公司|单位|企业|工地|车间|领导|主管|经理|组长|工头|包工头|人事|工友|同事|师傅|工人|员工|职工|上班|下班|干活|打工|务工|干了|工作|岗位?"
    r"|劳动(?:局|部门|法|监察|仲裁)?|仲裁|监察|维权|调解|赔偿金?|补偿金?|12351|12333|法律(?!援助)"
)
# What `triage` need not know as words of work, since others stand beside them.
_MATTERS = re.compile(
    r"国庆|春节|元旦|中秋|端午|清明|五一|十一(?!点|个|年|岁)|节日|育儿|陪产|护理假|(?<![处被])罚|扣(?=[我俺了掉])|降(?=[我俺了低薪])|法律援助|动手动脚|例假|冷库|工龄|搬|结婚"
    r"|迟到|调(?=[到我去])|离职证明"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a message: `words` ask it, with what was told just for it; `told` is what else the message tells."""

    words: str
    told: str = ""

    @property
    def text(self) -> str:
        """The question with what it may need to stand alone in front."""
        return f"{self.told}{self.words}"


def asked(text: str) -> tuple[Asked, ...]:
    """Return the questions of the normalised *text* in order; one, the whole text, where it asks one thing or none.

    What is told before a question stands in front of it: its last whole clauses, `LONGEST_TOLD` characters at most.
    """
    told: list[str] = []
    since: list[str] = []
    questions: list[Asked] = []
    for sentence in _sentences(text):
        if not _asks(sentence):
            since.append(sentence)
            continue
        question = Asked(_last("".join(since)) + sentence)
        if not questions:
            told = [*since, _opening(sentence)]
        since = []
        if questions and _is_same(questions, question):
            questions[-1] = replace(questions[-1], words=questions[-1].words + question.words)
        else:
            questions.append(question)
    if len(questions) < 2:
        return (Asked(text),)
    first, *others = questions
    before, after = "".join(told), "".join(since)
    return (
        Asked(first.words.strip(), _last(after)),
        *(Asked(question.words.strip(), _last(before + after).lstrip()) for question in others),
    )


def joined(parts: Sequence[Answer], *, left: Sequence[str], has_more: bool) -> Answer:
    """Return the answers to several questions as one, the short answer of each first.

    *left* are titles of matters asked about and not answered, *has_more* says that something else was asked.
    """
    count = "两三四"[len(parts) - 2]
    opening = f"您问的不止{count}件事，先说{count}件，剩下的请一件一件再问。" if left or has_more else f"您问了{count}件事，分开说。"
    shorts = (f"{to_chinese_number(number)}、{part.matter}：{part.short}" for number, part in enumerate(parts, start=1))
    leading = next((part for part in parts if part.outcome == "answered"), parts[0])
    suggestions = dict.fromkeys([*left, *(title for part in parts for title in part.suggestions)])
    told = {part.matter for part in parts}
    return Answer(
        leading.outcome,
        "\n".join((opening, *shorts)),
        leading.as_of,
        leading.region,
        source=leading.source,
        citations=tuple({cited.citation: cited for part in parts for cited in part.citations}.values()),
        figures=tuple(dict.fromkeys(figure for part in parts for figure in part.figures)),
        guide_ids=tuple(guide_id for part in parts for guide_id in part.guide_ids),
        suggestions=tuple(title for title in suggestions if title not in told)[:MAX_SUGGESTIONS],
        index_version=leading.index_version,
        failures=tuple(failure for part in parts for failure in part.failures),
        parts=tuple(parts),
    )


def _sentences(text: str) -> list[str]:
    """The sentences of *text*; where several questions stand in one, each with the clauses before it."""
    hidden = _QUOTED.sub(lambda match: "※" * len(match.group()), text)
    cuts = {match.start() for pattern in (_SENTENCE_END, _NUMBERED) for match in pattern.finditer(hidden)}
    cuts |= {match.end() for match in _OPEN_END.finditer(hidden)}
    cuts |= {match.start() for match in _CLAUSE_END.finditer(hidden) if _closes(hidden[: match.start()])}
    found: list[str] = []
    start = 0
    for end in sorted({*cuts, len(text)}):
        if text[start:end].strip():
            found.append(text[start:end])
            start = end
    return found


def _closes(before: str) -> bool:
    """Say whether the clause that *before* ends with closes a question."""
    clause = _clauses(before)[-1:]
    return any(_CLOSES.search(_NOT_ASKED.sub("", one)) and not _RHETORICAL.search(one) for one in clause)


def _asks(sentence: str) -> bool:
    """Say whether *sentence* asks something somebody could answer."""
    visible = _QUOTED.sub("", sentence).strip()
    clauses = _clauses(visible)
    if not clauses or _RHETORICAL.search(clauses[-1]) or (len(clauses) == 1 and _GREETS.fullmatch(visible)):
        return False
    if re.search(r"[？?]\W*$", visible):
        return True
    ends_as_told = re.search(r"[，,。！!；;：:]\W*$", visible) and not _STARTS_ANEW.match(visible)
    return bool((_STOPS if ends_as_told else _ASKS).search(_NOT_ASKED.sub("", clauses[-1])))


def _clauses(text: str) -> list[str]:
    """The clauses of *text* without the marks between them."""
    return [clause for clause in re.split(r"[，,。！!？?；;：:…~～\s]+", text) if bare(clause)]


def _opening(sentence: str) -> str:
    """The clauses that *sentence* begins with and that ask nothing."""
    clauses = re.split(r"(?<=[，,：:])", sentence)
    first = next((place for place, clause in enumerate(clauses) if _ASKS.search(_NOT_ASKED.sub("", clause))), len(clauses) - 1)
    return "".join(clauses[:first])


def _is_same(earlier: Sequence[Asked], after: Asked) -> bool:
    """Say whether *after* goes on about the matter of the question before it, or that one was only a greeting."""
    if _GOES_ON.match(after.words) or len(bare(after.words)) <= _FEWEST_CHARACTERS:
        return True
    before = earlier[-1].words
    if len(bare(before)) < _GREETING_CHARACTERS and not _matters(before):
        return True
    said = "".join(one.words for one in earlier)
    brings_a_new_word = any(word not in said for word in _matters(after.words))
    return not brings_a_new_word and not _STARTS_ANEW.match(after.words) and not triage.is_other_matter(after.words)


def _matters(text: str) -> frozenset[str]:
    rest = _COMMON.sub("，", text)
    return triage.words_of_work(rest) | frozenset(match.group() for match in _MATTERS.finditer(rest))


def _last(told: str) -> str:
    """The last clauses of what is told, `LONGEST_TOLD` characters at most."""
    kept = ""
    for clause in reversed(re.split(r"(?<=[，,。！；;\n])", told)):
        if len(clause) + len(kept) > LONGEST_TOLD:
            break
        kept = clause + kept
    return kept or told[-LONGEST_TOLD:]
