"""`gonghui knowledge stats`: how much there is, what it covers, what must be looked at again, what nobody has confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from assistant.types import Guide, Knowledge, Parameter

SYSTEMS = 46
SOON = timedelta(days=90)


class Coverage(NamedTuple):
    """One matter, the guides in use that answer it, and those that are named for it but missing."""

    id: str
    title: str
    guides: tuple[str, ...]
    missing: tuple[str, ...]


def counts(knowledge: Knowledge) -> dict[str, int]:
    """Return the count of each kind of knowledge, by its Chinese name."""
    own = [guide for guide in knowledge.guides if guide.kind == "guide" and guide.status == "published"]
    return {
        "指南": len(own),
        "指南的问法": sum(len(guide.asks) for guide in own),
        "标了靠哪几条法的问法": sum(len(guide.decided) for guide in own),
        "直接指向法条的问法": sum(len(asks) for asks in knowledge.article_asks.values()),
        "有问法的法条": len(knowledge.article_asks),
        "报告里的事实": sum(guide.kind == "report" for guide in knowledge.guides),
        "名词": len(knowledge.terms),
        "俗话": sum(len(term.says) for term in knowledge.terms),
        "参数": len({parameter.id for parameter in knowledge.parameters}),
        "没有确认的参数": len({parameter.id for parameter in knowledge.parameters if not parameter.confirmed}),
        "法律文件": len(knowledge.instruments),
        "工会项目": len(knowledge.programmes),
        "地点": len(knowledge.places),
        "救助条件": len(knowledge.criteria),
        "反问的岔路": len(knowledge.forks),
        "说法不一的规定": len(knowledge.conflicts),
        "其中没有定论的": sum(conflict.is_open for conflict in knowledge.conflicts),
        "查表": len(knowledge.brackets),
        "导入并发布的文本": len(knowledge.texts),
    }


def coverage(knowledge: Knowledge, today: date) -> list[Coverage]:
    """Return the headings of the facts, the mistakes often made, and the 46 systems, each with the guides that answer it."""
    in_use = {guide.id for guide in knowledge.guides if guide.in_use(today)}

    def row(id_: str, title: str, guides: Sequence[str]) -> Coverage:
        return Coverage(
            id_, title, tuple(guide for guide in guides if guide in in_use), tuple(guide for guide in guides if guide not in in_use)
        )

    systems = sorted((programme for programme in knowledge.programmes if programme.row), key=lambda programme: programme.row or 0)
    return [
        *(row(covered.id, covered.title, covered.guides) for covered in knowledge.coverage),
        *(row(f"system-{programme.row:02}", f"{programme.name}（{programme.owner}）", programme.guides) for programme in systems),
    ]


def due(knowledge: Knowledge, today: date) -> list[Guide]:
    """Return the guides in use whose day of review has passed or comes within 90 days, the most overdue first."""
    waiting = [guide for guide in knowledge.guides if guide.in_use(today) and guide.review_by <= today + SOON]
    return sorted(waiting, key=lambda guide: (guide.review_by, guide.id))


def ending(knowledge: Knowledge, today: date) -> list[Guide | Parameter]:
    """Return guides and parameters that go out of use within 90 days with nothing that follows them."""
    followed = {guide.id for guide in knowledge.guides if guide.replaced_by} | {
        parameter.id for parameter in knowledge.parameters if parameter.since > today
    }
    soon = today + SOON
    guides = [guide for guide in knowledge.guides if guide.in_use(today) and guide.valid_until and guide.valid_until <= soon]
    parameters = [
        parameter for parameter in knowledge.parameters if parameter.since <= today and parameter.until and today < parameter.until <= soon
    ]
    items: list[Guide | Parameter] = [*guides, *parameters]
    return [item for item in items if item.id not in followed]


def by_topic(knowledge: Knowledge) -> Mapping[str, int]:
    """Return the number of guides of each topic."""
    return Counter(guide.topic for guide in knowledge.guides if guide.kind == "guide" and guide.status == "published")


def report(knowledge: Knowledge, today: date) -> str:
    """Return all of it as text."""
    lines = [f"{name}：{count}" for name, count in counts(knowledge).items()]
    lines += ["各主题的指南：" + "，".join(f"{topic} {count}" for topic, count in sorted(by_topic(knowledge).items()))]
    rows = coverage(knowledge, today)
    open_rows = [row for row in rows if not row.guides or row.missing]
    lines += ["", f"该答得上的事：{len(rows) - len(open_rows)}/{len(rows)}"]
    for row in rows:
        missing = f"；没有或停用了：{'、'.join(row.missing)}" if row.missing else ""
        lines.append(f"  {row.id:<14}{row.title} → {'、'.join(row.guides) or '没有指南'}{missing}")
    late = due(knowledge, today)
    lines += ["", f"该复查的指南（{len(late)}）："]
    lines += [f"  {guide.review_by}{'（已过）' if guide.review_by < today else ''} {guide.path} {guide.title}" for guide in late]
    lines += ["", "快停用、还没有接上的："]
    lines += [f"  {item.id}" for item in ending(knowledge, today)] or ["  没有"]
    lines += ["", "没有确认的参数（请工会核对）："]
    seen = {parameter.id: parameter for parameter in knowledge.parameters if not parameter.confirmed}
    for parameter in seen.values():
        value = "没有数" if parameter.value is None else f"{parameter.value.normalize():f} {parameter.unit}"
        lines.append(f"  {parameter.id} {parameter.name}：{value}（{parameter.document or parameter.source}；{parameter.confidence}）")
    return "\n".join(lines)
