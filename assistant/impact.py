"""`gonghui knowledge impact`: a law or a local figure changes → everything that rests on it, as a checklist."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.calculators.calculator import Calculator
from assistant.calculators.registry import CALCULATORS
from assistant.citation import find_citations, format_citation, parse_label
from assistant.errors import ConfigError
from assistant.instruments import Register
from assistant.paperwork.registry import PAPERS
from assistant.passages import PLACEHOLDER
from assistant.selftests.registry import SELFTESTS, AnySelfTest
from assistant.types import Citation, Guide, Knowledge, Parameter, Reply

KINDS = (
    "指南",
    "问法",
    "参数",
    "计算器",
    "自测",
    "文书",
    "名词",
    "说法不一的规定",
    "查表",
    "固定答复",
    "法规登记",
    "导入的文本",
    "评测案例",
)


class Item(NamedTuple):
    """One thing to look at again: its kind, where it stands, and why."""

    kind: str
    where: str
    why: str


def impact(
    knowledge: Knowledge, replies: Sequence[Reply], law: str, articles: Sequence[str] = (), *, cases: Path | None = None
) -> list[Item]:
    """Return everything that rests on *law* (or on *articles* of it); raises ConfigError where nobody knows the law.

    *law* may be the id of a parameter instead: then it is the guides that show it and the calculators and self-tests that use it.
    *articles* are Arabic (`82`, `276之一`) or as people write them (第八十二条). *cases* is the folder of the evaluation's cases.
    """
    register = Register(knowledge.instruments)
    if any(parameter.id == law for parameter in knowledge.parameters):
        return list(_of_parameter(knowledge, law))
    instrument = register.find(law.strip().removeprefix("《").removesuffix("》"))
    if instrument is None:
        near = difflib.get_close_matches(law, register.names, n=3, cutoff=0.4)
        raise ConfigError(f"instruments.yaml 里没有《{law}》" + (f"，是不是：{'、'.join(near)}" if near else "，请写法规的名称"))
    wanted = _Wanted(instrument.name, frozenset(_number(article) for article in articles), register)
    touched = _touched(knowledge.parameters, wanted, (instrument.name, instrument.full_name, *instrument.aliases))
    found = [
        *_guides(knowledge.guides, wanted),
        *_phrasings(knowledge, wanted),
        *_parameters(touched),
        *_worked_out("计算器", CALCULATORS, wanted, {parameter.id for parameter in touched}),
        *_worked_out("自测", SELFTESTS, wanted, {parameter.id for parameter in touched}),
        *_papers(wanted),
        *_terms(knowledge, wanted),
        *_conflicts(knowledge, wanted),
        *_brackets(knowledge, wanted),
        *_replies(replies, wanted),
        *_register(knowledge, wanted),
        *_texts(knowledge, wanted),
        *(_cases(cases, wanted) if cases is not None and cases.is_dir() else ()),
    ]
    return sorted(found, key=lambda item: (KINDS.index(item.kind), item.where))


def checklist(items: Sequence[Item]) -> str:
    """Return the items as a checklist in Markdown, grouped by kind, with the count of each."""
    lines: list[str] = []
    for kind in KINDS:
        of_kind = [item for item in items if item.kind == kind]
        if of_kind:
            lines += [f"## {kind}（{len(of_kind)}）", *(f"- [ ] {item.where} {item.why}" for item in of_kind), ""]
    return "\n".join(lines).rstrip() or "没有哪一处用到它"


class _Wanted(NamedTuple):
    law: str
    articles: frozenset[str]
    register: Register

    def has(self, citation: Citation) -> bool:
        return citation.law == self.law and (not self.articles or citation.article in self.articles)

    def named_in(self, text: str) -> list[Citation]:
        return [found.citation for found in find_citations(text, self.register.names) if self.has(found.citation)]


def _number(article: str) -> str:
    """82, 第82条 and 第八十二条 are the same article."""
    label = article if article.startswith("第") else f"第{article.partition('之')[0]}条" + "".join(article.partition("之")[1:])
    number = parse_label(label)
    if number is None:
        raise ConfigError(f"“{article}”不像条号，请写 82、276之一 或第八十二条")
    return number


def _guides(guides: Sequence[Guide], wanted: _Wanted) -> Iterator[Item]:
    for guide in guides:
        rests = [citation for citation in guide.basis if wanted.has(citation)]
        named = {citation for line in (guide.short, *guide.lines()) for citation in wanted.named_in(line)}
        listed = "、".join(format_citation(citation) for citation in dict.fromkeys((*rests, *sorted(named))))
        if beside := "、".join(format_citation(citation) for citation in guide.articles()[len(guide.basis) :] if wanted.has(citation)):
            yield Item("指南", guide.path, f"{guide.title}：see_also 里有{beside}")
        if listed:
            yield Item("指南", guide.path, f"{guide.title}：{listed}")
            for skill in guide.skills:
                yield Item("计算器", skill, f"指南 {guide.id} 用它算")


def _phrasings(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for guide in knowledge.guides:
        if any(wanted.has(citation) for citation in guide.articles()):
            decided = sum(any(map(wanted.has, (*what.articles, *what.also))) for what in guide.decided.values())
            yield Item("问法", f"指南 {guide.id}", f"{len(guide.asks)} 个问法由这条指南答，其中 {decided} 个标着靠这一条")
    for citation, asks in knowledge.article_asks.items():
        if wanted.has(citation):
            yield Item("问法", f"phrasings/ {format_citation(citation)}", f"{len(asks)} 个问法直接指着这一条")


def _touched(parameters: Sequence[Parameter], wanted: _Wanted, names: Sequence[str]) -> list[Parameter]:
    """The local figures whose document, source or note names the law."""
    return [
        parameter
        for parameter in parameters
        for said in (f"{parameter.document} {parameter.source} {parameter.note}",)
        if wanted.named_in(said) or (not wanted.articles and any(name in said for name in names))
    ]


def _parameters(touched: Sequence[Parameter]) -> Iterator[Item]:
    for parameter in touched:
        yield Item("参数", parameter.where, f"{parameter.id}（{parameter.name}）：{parameter.document or parameter.source}")


def _worked_out(kind: str, each: Sequence[Calculator | AnySelfTest], wanted: _Wanted, touched: set[str]) -> Iterator[Item]:
    for one in each:
        if cited := [citation for citation in dict.fromkeys(one.laws) if wanted.has(citation)]:
            listed = "、".join(format_citation(citation) for citation in cited)
            yield Item(kind, one.name, f"{one.title}：{listed}")
        if used := [parameter for parameter in one.parameters if parameter in touched]:
            yield Item(kind, one.name, f"{one.title}：用参数 {'、'.join(used)}")


def _papers(wanted: _Wanted) -> Iterator[Item]:
    for paper in PAPERS:
        if cited := [citation for citation in paper.laws if wanted.has(citation)]:
            yield Item("文书", paper.name, f"{paper.title}：{'、'.join(format_citation(citation) for citation in cited)}")


def _of_parameter(knowledge: Knowledge, parameter: str) -> Iterator[Item]:
    for guide in knowledge.guides:
        if any(parameter in PLACEHOLDER.findall(line) for line in (guide.short, *guide.lines())):
            yield Item("指南", guide.path, f"{guide.title}：里面显示这个数")
    for one in knowledge.parameters:
        if one.id == parameter:
            yield Item("参数", one.where, f"{one.id}（{one.name}）：{one.document or one.source}")
    for kind, each in (("计算器", CALCULATORS), ("自测", SELFTESTS)):
        for used in each:
            if parameter in used.parameters:
                yield Item(kind, used.name, f"{used.title}：用参数 {parameter}")


def _terms(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for term in knowledge.terms:
        if term.citation is not None and wanted.has(term.citation):
            yield Item("名词", term.where, f"{term.term}：{format_citation(term.citation)}")


def _conflicts(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for conflict in knowledge.conflicts:
        if hit := [citation for citation in conflict.articles if wanted.has(citation)]:
            listed = "、".join(format_citation(citation) for citation in hit)
            yield Item("说法不一的规定", conflict.where, f"{conflict.id}（{conflict.title}）：{listed}")


def _brackets(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for bracket in knowledge.brackets:
        if hit := [citation for citation in bracket.all_articles() if wanted.has(citation)]:
            yield Item("查表", bracket.where, f"{bracket.id}：{'、'.join(format_citation(citation) for citation in hit)}")


def _replies(replies: Sequence[Reply], wanted: _Wanted) -> Iterator[Item]:
    for reply in replies:
        if any(wanted.named_in(line) for line in (reply.short, *reply.lines)):
            yield Item("固定答复", "replies.yaml", reply.id)


def _register(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for instrument in knowledge.instruments:
        if instrument.name == wanted.law:
            yield Item("法规登记", instrument.where, f"《{instrument.name}》自己这一条：施行日、条数、失效的条")
        elif instrument.replaced_by == wanted.law and not wanted.articles:
            yield Item("法规登记", instrument.where, f"《{instrument.name}》写着由它代替")
        elif any(wanted.named_in(item.says) for item in instrument.cautions) or any(
            wanted.named_in(item.by) or item.by.strip("《》") == wanted.law for item in instrument.withdrawals
        ):
            yield Item("法规登记", instrument.where, f"《{instrument.name}》里提到它")


def _texts(knowledge: Knowledge, wanted: _Wanted) -> Iterator[Item]:
    for text in knowledge.texts:
        held = [article for article in text.articles if wanted.has(article.citation)]
        if held:
            yield Item("导入的文本", text.where, f"存着它的 {len(held)} 条原文")


def _cases(folder: Path, wanted: _Wanted) -> Iterator[Item]:
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            case = json.loads(line)
            gold = [Citation(row["law"], str(row["article"])) for turn in case["turns"] for row in turn.get("gold_articles", ())]
            if hit := [citation for citation in dict.fromkeys(gold) if wanted.has(citation)]:
                listed = "、".join(format_citation(citation) for citation in hit)
                yield Item("评测案例", f"{path.name}:{number}", f"{case['id']}：{listed}")
