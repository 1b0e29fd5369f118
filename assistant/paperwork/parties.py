"""The parts papers share: who hands it in, against whom, the job, the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.calculators.inputs import Told
from assistant.paperwork import asks
from assistant.paperwork.content import Blank, Piece, Said
from assistant.paperwork.draft import Draft, choice, day, number, text


def worker(told: Told, draft: Draft, role: str) -> None:
    """Write who hands the paper in."""
    draft.body(f"{role}：", text(told, "name", "姓名"), "，", choice(told, "sex", asks.SEX, "性别"))
    draft.body("出生日期：", day(told, "birthday", "出生年月日"), *_age(told, draft.today))
    draft.body("身份证件号码：", text(told, "id_number", "身份证号"))
    draft.body("职业：", text(told, "occupation", "做什么工作"), "，工作单位：", _work_unit(told))
    draft.body("住所：", text(told, "address", "现在住的地方"))
    draft.body("通讯地址：", text(told, "mailing_address", "能收到信的地址"))
    draft.body("联系电话：", text(told, "phone", "您的电话"))


def _work_unit(told: Told) -> Piece:
    """Who still works for the employer works there; of who has left nobody knows where until it is said."""
    works_there = told.find_text("status") == "working" and told.find_text("work_unit") is None
    return text(told, "employer" if works_there else "work_unit", "现在在哪家单位，没有就写“无”")


def _age(told: Told, today: date) -> Iterator[Piece]:
    born = told.find_day("birthday")
    if born is not None:
        yield "，年龄："
        yield Said(f"{today.year - born.year - ((today.month, today.day) < (born.month, born.day))}周岁")


def employer(told: Told, draft: Draft, role: str) -> None:
    """Write whom the paper is about."""
    _employer(told, draft, role, name="employer", prefix="employer_")


def other_employers(told: Told, draft: Draft, role: str) -> None:
    """Write the further employers that were told."""
    for other in told.records("other_employers"):
        _employer(other, draft, role, name="name", prefix="")


def _employer(told: Told, draft: Draft, role: str, *, name: str, prefix: str) -> None:
    draft.body(f"{role}：", text(told, name, "单位全称，照营业执照、合同或者公章写"))
    draft.body("住所：", text(told, f"{prefix}address", "单位地址，照营业执照写"))
    draft.body("通讯地址：", text(told, f"{prefix}mailing_address", "单位能收到信的地址"))
    draft.body(
        "法定代表人或者主要负责人：",
        text(told, f"{prefix}representative", "负责人姓名"),
        "，职务：",
        text(told, f"{prefix}representative_position", "负责人职务"),
    )
    draft.body("联系电话：", text(told, f"{prefix}phone", "单位或者负责人的电话"))


def job(told: Told, draft: Draft, me: str, them: str) -> None:
    """Write when and as what the worker began, where, and whether there is a contract."""
    draft.body(
        f"{me}从",
        day(told, "start", "哪年哪月哪日开始上班"),
        f"起在{them}工作，岗位是",
        text(told, "job", "什么岗位"),
        "，干活的地方在",
        text(told, "workplace", "干活的地址"),
        "，说好的月工资是",
        *number(told, "wage", "元", "每月多少元"),
        "。双方",
        choice(told, "contract", asks.CONTRACT, "签了还是没有签书面劳动合同"),
        "。",
    )


def left(told: Told, draft: Draft, me: str) -> None:
    """Write whether the worker still has the job; how it ended only where it did."""
    status = told.find_text("status")
    has_left = status == "left" or told.find_day("end") is not None or told.find_text("end_reason") is not None
    if has_left:
        when, why = day(told, "end", "哪年哪月哪日离开"), text(told, "end_reason", "谁提出来的、为什么离开")
        draft.body(f"{me}于", when, "离开，原因是：", why, "。")
    elif status == "working":
        draft.body(f"{me}", Said("还在上班"), "。")
    else:
        draft.body(f"{me}", Blank("写还在上班，或者哪天离开、谁提出来的、为什么"), "。")


def story(told: Told, draft: Draft, hint: str, name: str = "facts") -> None:
    """Write what happened, each line told as a paragraph."""
    found = told.find_text(name)
    for paragraph in [Blank(hint)] if found is None else [Said(line) for line in found.split("\n")]:
        draft.body(paragraph)


def evidence(told: Told, draft: Draft) -> None:
    """Write the evidence with its sources, then the witnesses where there are any."""
    rows = told.records("evidence")
    if not rows:
        draft.items([("证据名称：", Blank("证据叫什么"), "；来源：", Blank("从哪里来的"), "；证明：", Blank("能证明什么"))])
        return
    draft.items(
        (
            "证据名称：", text(row, "name", "证据叫什么"), "；来源：", text(row, "source", "从哪里来的"),
            "；证明：", text(row, "proves", "能证明什么"),
        )
        for row in rows
    )  # fmt: skip


def witnesses(told: Told, draft: Draft) -> None:
    """Write the witnesses; that there are none is not taken for granted."""
    rows = told.records("witnesses")
    if not rows:
        draft.body("证人：", Blank("证人姓名和住址，没有就写“无”"))
    for row in rows:
        draft.body("证人：", text(row, "name", "证人姓名"), "，住所：", text(row, "address", "证人住址"))
