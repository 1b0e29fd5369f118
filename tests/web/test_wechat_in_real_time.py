"""What is said when, at the platform's own pace: requests cut at 5 s, nothing hurried. The other tests run it faster."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.web.wechat.simulated_api import SEND, PlatformApi
from assistant.web.wechat.simulated_platform import CUT_S
from tests.web.conftest import rows
from tests.web.phones import service, wait_until
from tests.web.test_wechat_states import permitted

# Of each question: the word by which the search is slowed down, and what its answer says.
ANSWERS = {
    "老板欠我三个月工资怎么办": ("三个月工资", "先打 12333 投诉"),
    "没签劳动合同能要几个月双倍工资": ("双倍", "每月要付二倍的工资"),
    "怎么加入工会": ("工会", "12351"),
    "工地欠薪找哪个部门": ("工地", "12333"),
}


@pytest.mark.slow
def test_without_push_each_answer_comes_as_soon_as_it_is_there_and_the_slowest_is_promised(tmp_path: Path, small_data: Path) -> None:
    takes = dict(zip(ANSWERS, (3.8, 7.0, 12.0, 22.0), strict=True))
    slow = {ANSWERS[question][0]: seconds for question, seconds in takes.items()}
    with service(tmp_path, slow=slow, scale=1.0, data_dir=small_data) as one:
        waiting = [one.later(question, sender=f"oPerson-{place}") for place, question in enumerate(ANSWERS)]
        first, second, third, promised = (wait() for wait in waiting)
        early = one.says("1", sender="oPerson-3")
        wait_until(lambda: len(rows(tmp_path / "gonghui.sqlite3", "answers")) == len(ANSWERS))
        pulled = one.says("1", sender="oPerson-3")

    assert [delivery.requests for delivery in (first, second, third, promised)] == [
        ["reply"], ["cut", "reply"], ["cut", "cut", "reply"], ["cut", "cut", "reply"],
    ]  # fmt: skip
    said = [str(delivery.seen) for delivery in (first, second, third)] + [pulled]
    assert [words in text for (_, words), text in zip(ANSWERS.values(), said, strict=True)] == [True] * 4
    # Counted from the message: a cut costs the platform's five seconds.
    for delivery, seconds in ((first, 3.8), (second, 7.0), (third, 12.0), (promised, 2 * CUT_S + 4.3)):
        assert seconds - 0.1 <= sum(delivery.seconds) <= seconds + 0.7
    assert "msgmenucontent=查看回答" in str(promised.seen)
    assert "还在查，已经用了" in early


@pytest.mark.slow
def test_with_push_a_slow_answer_is_acknowledged_in_time_and_pushed_when_it_is_there(tmp_path: Path, small_data: Path) -> None:
    permitted(tmp_path)
    question, (word, says) = next(iter(ANSWERS.items()))
    with PlatformApi() as api, service(tmp_path, api=api, slow={word: 9.0}, scale=1.0, data_dir=small_data) as one:
        delivery = one.later(question)()
        was_pushed = bool(one.inbox())
        wait_until(one.inbox)

    assert (delivery.requests, was_pushed) == (["silence"], False)
    assert 4.4 <= delivery.seconds[0] <= 4.95
    assert [says in text for text in one.inbox()] == [True]
    assert len(api.calls_to(SEND)) == 1


def test_the_first_message_after_a_start_finds_everything_warm(tmp_path: Path, small_data: Path) -> None:
    """The service has asked itself before; nothing of that stays but the note that whoever asked has left."""
    with service(tmp_path, scale=1.0, data_dir=small_data):
        database = tmp_path / "gonghui.sqlite3"

        assert rows(database, "wechat_messages") == []
        assert rows(database, "answers") == []
        assert len(rows(database, "wechat_left")) == 1


def test_a_callback_that_does_not_answer_itself_is_logged_and_stops_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.web.wechat.conversation.reply_to", None)
    with service(tmp_path, scale=1.0):
        pass

    assert "wechat_does_not_answer" in "".join(capfd.readouterr())
