from __future__ import annotations

from math import inf

import pytest

from assistant.deadlines import days, is_said, most_urgent

ARBITRATION = "申请仲裁：知道被辞那天起 1 年内（《劳动争议调解仲裁法》第二十七条）。"
APPEAL = "对经办的决定不服：从知道或应当知道决定那天起 60 日内申请复议（《行政复议法》第二十条）。"


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        pytest.param(("单位要在到期后一个月内续签。", ARBITRATION), 1, id="the worker's, not the employer's"),
        pytest.param(
            ("1 年没过完时，向对方要，从那天起重新算 1 年（《劳动争议调解仲裁法》第二十七条）。", "劳动关系结束后 1 年内要提，申请仲裁。"),
            1,
            id="a title in brackets is no application",
        ),
        pytest.param(
            (
                "单位：出事那天起 30 日内。",
                "职工、近亲属、工会：出事那天起 1 年内。",
                "为确认劳动关系打仲裁耽误的时间，不算进 1 年里。",
                APPEAL,
            ),
            1,
            id="applying before appealing",
        ),
        pytest.param(("手工报销：经办收到申请后 30 个工作日内办完。", ARBITRATION), 1, id="an office's time comes after"),
        pytest.param(("监察投诉：违法行为结束起 2 年内提。", ARBITRATION), 1, id="the court's time before the inspectorate's"),
        pytest.param(("看通知。", "名额有限，看到通知马上申请。"), 1, id="without any period what sounds like one"),
        pytest.param(("看通知。", "没有截止日。"), 0, id="else the first"),
    ],
)
def test_the_most_urgent_deadline_is_the_one_the_worker_can_miss(lines: tuple[str, ...], place: int) -> None:
    assert most_urgent(lines) == lines[place]


def test_where_there_is_no_deadline_none_is_urgent() -> None:
    assert most_urgent(()) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(ARBITRATION, 365, id="a year"),
        pytest.param("起诉：收到裁决书十五日内。", 15, id="in Chinese numerals"),
        pytest.param("直接起诉：知道决定那天起 6 个月内。", 180, id="months"),
        pytest.param(APPEAL, inf, id="only once there is a decision"),
        pytest.param("提取：受理后 3 日内给准或不准的决定。", inf, id="an office's time"),
        pytest.param("没有截止日，随时可以申请。", inf, id="no period"),
    ],
)
def test_a_deadline_has_so_many_days(line: str, expected: float) -> None:
    assert days(line) == expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("单位不办，你本人、近亲属或工会一年内可以直接申请。", True, id="said in other words"),
        pytest.param("满一年还没签，就当成有了合同。", False, id="a year that is no deadline"),
        pytest.param("单位 1 年内结清。", False, id="somebody else's deadline"),
        pytest.param("收到裁决书 15 日内起诉。", False, id="another period"),
    ],
)
def test_a_deadline_is_said_where_words_name_what_to_do_within_its_period(by: str, expected: bool) -> None:
    assert is_said("职工、近亲属：出事那天起 1 年内。", by) is expected
