"""What is asked for in money: worked out by the calculators with formula and articles, or as the person said it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assistant.calculators.arbitration_claim import ARBITRATION_CLAIM
from assistant.calculators.inputs import Told
from assistant.calculators.values import Line, Result, cents
from assistant.paperwork import asks
from assistant.paperwork.content import Blank, Piece, Said
from assistant.paperwork.draft import Draft, amount, by_law, text

OTHER_CLAIMS = asks.records(
    "other_claims",
    "别的请求",
    "还要什么？一项一项写",
    asks.text("what", "要什么", "要什么？写清哪月到哪月、什么钱，或者要单位做什么", 300),
    asks.money("amount", "多少钱", "一共多少元？不是要钱的不写"),
)


def claimed(told: Told, draft: Draft) -> list[tuple[Piece, ...]]:
    """Return a row for each claim worked out, then for each as it was told; what the calculators warn of becomes a remark."""
    rows = []
    if told.values.get("claims"):
        result = ARBITRATION_CLAIM.run({"claims": list(told.claims("claims"))}, draft.parameters, draft.today)
        rows += [tuple(_worked_out(line)) for line in result.lines if line.payer == "单位" and line.amount != 0]
        _remark(result, draft)
    return [*rows, *(tuple(_told(row)) for row in told.records("other_claims"))]


def _worked_out(line: Line) -> Iterator[Piece]:
    yield "支付"
    yield Said(line.label)
    yield "："
    if isinstance(line.amount, Decimal):
        yield Said(f"{cents(line.amount):f}元")
        yield "。算法："
        yield Said(line.formula)
    else:
        yield Blank("多少元，这一项程序算不出来")
    yield f"。依据：{by_law(line.basis)}。"


def _told(row: Told) -> Iterator[Piece]:
    yield text(row, "what", "要什么，写清哪月到哪月、什么钱")
    if (told := row.find_number("amount")) is not None:
        yield "："
        yield Said(amount(told))
        yield "元（金额是本人自己算的）"
    yield "。"


def _remark(result: Result, draft: Draft) -> None:
    nothing = [line.label for line in result.lines if line.payer == "单位" and line.amount == 0]
    if nothing:
        draft.note(f"{'、'.join(nothing)}：按您说的数，没有单位要付的钱，所以没有写进请求。")
    draft.note("写着“算法”的金额，是程序按您说的数算的，请对一遍；说的数不对，金额就不对。", *result.warnings, *result.assumptions)
