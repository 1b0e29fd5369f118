from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Answer, AsksBack, Citation, CitedArticle, Place, Section
from assistant.web.wechat import intents, parts, phrases
from assistant.web.wechat.delivery import compose
from assistant.web.wechat.parts import EARLIER, LIMIT, MORE, WAITING, bubble, split, write
from assistant.wechat_messages import Row

ANSWER = Answer("answered", "可以要回来。", date(2026, 11, 21), "即墨", source="guide")
ASKS = AsksBack("contract-signed", "签合同了吗？", ("没签过", "签了"))


def row(key: str, *texts: str, shown: int = 0, kind: str = "question", label: str = "（自动回答，仅供参考）") -> Row:
    return Row(key, "s", kind, "done", None, None, "one", 0.0, 0.0, None, None, {}, texts, label, {}, shown)


# -- parts -----------------------------------------------------------------------------------------------------

LINES = st.lists(st.text(st.sampled_from("工资要给。，！\n a①<"), max_size=400), max_size=12).map("\n".join)


@given(short=st.text(st.sampled_from("工资要给。"), min_size=1, max_size=900), steps=st.lists(LINES.filter(str.strip), max_size=6))
@settings(deadline=None, max_examples=60)
def test_every_part_fits_a_bubble_with_its_label_whatever_stands_around_it(short: str, steps: list[str]) -> None:
    written = write(replace(ANSWER, short=short, sections=(Section("steps", tuple(steps)),), token="t" * 22), "https://ask.example")

    for part in written.parts:
        shown = bubble(part, written.label, below=WAITING, above=EARLIER)
        assert len(shown.encode()) <= LIMIT
        assert shown.endswith(written.label)
        assert part.strip()


@given(text=LINES, first=st.integers(60, 400), room=st.integers(60, 400))
@settings(deadline=None)
def test_what_is_split_loses_nothing_but_blanks(text: str, first: int, room: int) -> None:
    pieces = split(text, first, room)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert [len(piece.encode()) <= (room if place else first) for place, piece in enumerate(pieces)] == [True] * len(pieces)


def test_a_text_is_cut_between_lines_and_sentences() -> None:
    assert split("第一行。\n第二行。第二行的第二句。\n第三行。", 30, 30) == ["第一行。\n第二行。", "第二行的第二句。", "第三行。"]


def test_a_short_answer_is_one_part() -> None:
    assert len(write(ANSWER).parts) == 1


def test_what_can_be_picked_stands_in_the_last_part_only() -> None:
    written = write(replace(ANSWER, sections=(Section("steps", ("存证据。" * 100,) * 4),), suggestions=("没签合同怎么办",)))

    assert ["msgmenucontent" in part for part in written.parts] == [False] * (len(written.parts) - 1) + [True]
    assert len(written.parts) > 1


def test_what_is_asked_back_stands_in_the_first_part_with_its_choices_as_links() -> None:
    written = write(replace(ANSWER, sections=(Section("steps", ("存证据。" * 100,) * 4),), asks_back=ASKS, suggestions=("工伤怎么办",)))

    assert len(written.parts) > 1
    assert parts.going_on(written.offers, 0) == "（未完，回复“继续”看下一段）"
    assert parts.going_on(written.offers, 1) == MORE
    assert '1 <a href="weixin://bizmsgmenu?msgmenucontent=没签过&msgmenuid=1">没签过</a>\n2 <a' in written.parts[0]
    assert "3 <a href=" in written.parts[-1]
    assert len(bubble(written.parts[0], written.label, below=WAITING, above=EARLIER).encode()) <= LIMIT


def test_where_a_figure_is_asked_for_a_number_is_that_figure_and_nothing_else_is_numbered() -> None:
    asks = AsksBack("calc:work_injury:伤残等级", "评了几级？", ())
    long = replace(ANSWER, sections=(Section("steps", ("存证据。" * 100,) * 4),), asks_back=asks, suggestions=("工伤怎么办",))
    written = write(long)

    assert "msgmenucontent" not in "".join(written.parts)
    assert [parts.going_on(written.offers, place) for place in range(2)] == ["（未完，回复“继续”看下一段）"] * 2
    for text in ("1", "9", "第1个"):
        assert intents.read(text, written.offers, has_more=True, asks_back=True) == intents.Intent("ask", text)
        assert intents.read(text, written.offers, has_more=False, asks_back=False) == intents.Intent("ask", text)
    assert intents.read("继续", written.offers, has_more=True, asks_back=True).kind == "more"


def test_nothing_in_a_title_can_break_a_link() -> None:
    assert parts.tap("工资\"><a href='x'>&msgmenuid=9", 1) == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=工资ahrefxmsgmenuid9&msgmenuid=1">工资ahrefxmsgmenuid9</a>'
    )


def test_an_answer_with_articles_says_how_to_read_them() -> None:
    cited = CitedArticle(Citation("劳动合同法", "85"), "有下列情形之一的……", None)

    assert "依据：①《劳动合同法》第八十五条\n回复①看原文。" in write(replace(ANSWER, citations=(cited,))).parts[0]


# -- one bubble ------------------------------------------------------------------------------------------------


def test_what_lay_in_the_mailbox_comes_first_and_both_in_one_bubble_where_they_fit() -> None:
    shown = compose(own := row("own", "现在的。"), [row("old", "以前的。")])

    assert shown.text == "上一个问题的回答：\n以前的。\n\n（自动回答，仅供参考）\n\n现在的。\n\n（自动回答，仅供参考）"
    assert shown.marks == {"old": 1, own.key: 1}


def test_what_does_not_fit_beside_the_mailbox_waits_and_the_bubble_says_so() -> None:
    shown = compose(row("own", "现" * 500), [row("old", "旧" * 500)])

    assert shown.marks == {"old": 1}
    assert WAITING in shown.text
    assert len(shown.text.encode()) <= LIMIT


def test_a_longer_answer_from_the_mailbox_is_gone_on_with_before_another_begins() -> None:
    shown = compose(row("own", "现在的。"), [row("old", "一。", "二。", "三。", shown=1)])

    assert shown.text == f"上一个问题的回答：\n二。\n\n{MORE}\n（自动回答，仅供参考）"
    assert shown.marks == {"old": 2}


def test_what_a_person_of_the_union_wrote_is_no_earlier_answer() -> None:
    shown = compose(row("own", "现在的。"), [row("case:1:1", "【人工回复】来一趟。", kind="case", label="")])

    assert shown.text == "【人工回复】来一趟。\n\n现在的。\n\n（自动回答，仅供参考）"


@given(st.lists(st.tuples(st.integers(1, 600), st.integers(1, 3), st.booleans()), min_size=1, max_size=5))
def test_a_bubble_never_exceeds_the_platforms_bytes(rows: list[tuple[int, int, bool]]) -> None:
    *mail, own = (
        row(f"m{place}", *["工" * size] * count, kind="case" if case else "question") for place, (size, count, case) in enumerate(rows)
    )

    assert len(compose(own, mail).text.encode()) <= LIMIT


# -- what a message means --------------------------------------------------------------------------------------

OFFERS = {"choices": 2, "suggestions": ["工伤怎么办", "怎么加入工会"], "citations": []}


@pytest.mark.parametrize(
    ("text", "has_more", "asks_back", "kind", "asked"),
    [
        pytest.param("1", False, True, "ask", "1", id="the first choice of what was asked back"),
        pytest.param("2", False, True, "ask", "2", id="the second choice"),
        pytest.param("1", True, True, "ask", "1", id="the first choice, though there is more to read"),
        pytest.param("3", False, True, "ask", "工伤怎么办", id="numbers of further questions go on after the choices"),
        pytest.param("4", False, True, "ask", "怎么加入工会", id="the last further question"),
        pytest.param("5", False, True, "ask", "5", id="a number too far"),
        pytest.param("1", True, False, "more", "1", id="the next part"),
        pytest.param("2", True, False, "ask", "2", id="another number while there is more"),
        pytest.param("1", False, False, "ask", "工伤怎么办", id="a further question"),
        pytest.param("选2", False, False, "ask", "怎么加入工会", id="said in words"),
        pytest.param("第1个", False, False, "ask", "工伤怎么办", id="said in other words"),
        pytest.param("继续", False, True, "more", "继续", id="a word for more wins over everything"),
        pytest.param("点此查看回答", False, False, "more", "点此查看回答", id="the words of the link"),
        pytest.param("回答好了吗", True, False, "more", "回答好了吗", id="asking whether it is there"),
        pytest.param("继续上班有加班费吗", True, False, "ask", "继续上班有加班费吗", id="a question that begins like it"),
    ],
)
def test_what_a_number_means_depends_on_what_was_seen_last(text: str, has_more: bool, asks_back: bool, kind: str, asked: str) -> None:
    intent = intents.read(text, OFFERS, has_more=has_more, asks_back=asks_back)

    assert (intent.kind, intent.text) == (kind, asked)


def test_one_where_nothing_is_offered_asks_for_more() -> None:
    assert intents.read("1", {}, has_more=False, asks_back=False) == intents.Intent("more", "1")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("①", 1),
        ("看②", 2),
        ("②的原文", 2),
        ("原文", 1),
        ("原文3", 3),
        ("看法条", 1),
        ("1", None),
        ("①②都看", None),
        ("原文在哪看", None),
        ("", None),
    ],
)
def test_an_article_is_asked_for_by_its_mark(text: str, place: int | None) -> None:
    assert intents.article(text) == place


@pytest.mark.parametrize(
    "text",
    ["我想问一下", "请问", "我在饭店上班，", "然后", "老板说：", "情况是这样的", "我跟你说个事", "干了三年...", "你好，我想咨询个问题"],
)
def test_an_unfinished_sentence_is_heard(text: str) -> None:
    assert intents.is_unfinished(text)


@pytest.mark.parametrize(
    "text", ["", "你好", "老板欠薪", "怎么办", "工伤", "1", "继续", "①", "转人工", "没签劳动合同能要双倍工资吗", "那多久"]
)
def test_a_finished_sentence_is_not_waited_for(text: str) -> None:
    assert not intents.is_unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "答非所问",
        "你们工会真没用",
        "这机器人太傻了",
        "什么破玩意",
        "垃圾！",
        "问了白问",
    ],
)
def test_anger_at_us_is_heard(text: str) -> None:
    assert intents.is_angry(text)


@pytest.mark.parametrize(
    "text", ["老板真垃圾", "公司太垃圾了不发工资", "工头骗人", "怎么办", "你们什么时候上班", "干了半年白干了", "单位没用正式合同"]
)
def test_anger_at_an_employer_is_not_anger_at_us(text: str) -> None:
    assert not intents.is_angry(text)


# -- places ----------------------------------------------------------------------------------------------------


def place(name: str, position: tuple[float, float] | None, *, confirmed: bool = True, address: str | None = "某路 1 号") -> Place:
    return Place(name, name, "", address, None, "周一到周五 9:00—17:00", confirmed, "", position)


def test_the_nearest_confirmed_places_are_told_nearest_first() -> None:
    far, near, nowhere = place("远处", (37.0, 121.0)), place("近处", (36.4, 120.5)), place("不知", None)
    seen = phrases.places([far, nowhere, near, place("没确认", (36.39, 120.45), confirmed=False)], [36.39, 120.45])

    assert [line for line in seen.split("\n") if line.startswith("· ")] == [
        f"· {name}：某路 1 号，周一到周五 9:00—17:00" for name in ("近处", "远处", "不知")
    ]


def test_a_place_without_an_address_is_none_to_go_to() -> None:
    assert phrases.places([place("近处", (36.4, 120.5), address=None)], [36.39, 120.45]) == phrases.NO_PLACE
