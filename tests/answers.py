"""Answers for tests of what lays them out: one of each part, one of two matters, and any that could be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from assistant.types import Answer, Citation, CitedArticle, Section

ANSWER = Answer(
    outcome="answered",
    short="没签合同可以要双倍工资。",
    as_of=date(2026, 11, 21),
    region="即墨",
    source="guide",
    sections=(
        Section("steps", ("先收集证据。", "再申请仲裁。")),
        Section("documents", ("工资条",)),
        Section("where", ("即墨区劳动人事争议仲裁院",)),
        Section("deadline", ("一年内申请。",)),
    ),
    citations=(
        CitedArticle(
            Citation("劳动合同法", "82"),
            "用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的，应当向劳动者每月支付二倍的工资。",
        ),
        CitedArticle(Citation("山东省办法", "3"), None, "市里另有规定。"),
    ),
    notes=("用之前请打 12351 问一下。",),
    suggestions=("双倍工资最多几个月",),
)
PART = replace(ANSWER, matter="双倍工资", suggestions=())
SECOND = replace(PART, matter="补社保", short="先投诉。", citations=PART.citations[:1])

LINES = st.text(alphabet="工资仲裁一二三。！a1 ", min_size=1, max_size=120)
ANSWERS = st.builds(
    Answer,
    outcome=st.just("answered"),
    short=LINES,
    as_of=st.just(date(2026, 11, 21)),
    region=st.just("即墨"),
    source=st.sampled_from(["guide", "article", "model", "fixed"]),
    sections=st.lists(
        st.builds(
            Section,
            st.sampled_from(["steps", "documents", "where", "deadline", "mistakes"]),
            st.lists(LINES, min_size=1, max_size=6).map(tuple),
        ),
        max_size=5,
        unique_by=lambda section: section.kind,
    ).map(tuple),
    citations=st.lists(
        st.builds(CitedArticle, st.builds(Citation, st.just("劳动合同法"), st.integers(1, 98).map(str)), st.none() | LINES), max_size=25
    ).map(tuple),
    notes=st.lists(LINES, max_size=3).map(tuple),
    suggestions=st.lists(LINES, max_size=3).map(tuple),
)
