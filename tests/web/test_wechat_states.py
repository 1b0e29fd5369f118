from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import wechat_messages
from assistant.store import Store
from assistant.web.wechat.simulated_api import SEND, TYPING, PlatformApi
from assistant.web.wechat.simulated_platform import ACCOUNT, Platform, text_message
from assistant.wechat_messages import Arrival, Made
from assistant.wechat_store import permit_push, push_right, refuse_push
from tests.web.conftest import rows
from tests.web.phones import SCALE, Service, service, wait_until

QUESTION = "老板欠我三个月工资怎么办"
ANSWER = "先打 12333 投诉"
OTHER = "没签劳动合同能要几个月双倍工资"
OTHER_ANSWER = "每月要付二倍的工资"
SENDER = "oWorker-0001"


@pytest.fixture(name="api")
def _api() -> Iterator[PlatformApi]:
    with PlatformApi() as api:
        yield api


@pytest.fixture(name="data")
def _data(small_data: Path) -> dict[str, Any]:
    return {"data_dir": small_data}


def permitted(folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'gonghui.sqlite3'}")
    store.migrate()
    permit_push(store, ACCOUNT.app_id)
    store.close()


def answers(folder: Path) -> int:
    return len(rows(folder / "gonghui.sqlite3", "answers"))


# -- without push ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "requests"), [(1, ["reply"]), (7, ["cut", "reply"]), (12, ["cut", "cut", "reply"])])
def test_a_slow_answer_comes_with_a_later_request_and_is_made_once(
    tmp_path: Path, data: dict[str, Any], seconds: float, requests: list[str]
) -> None:
    with service(tmp_path, slow={"工资": seconds}, **data) as one:
        delivery = one.deliver(text_message(QUESTION))

    assert delivery.requests == requests
    assert ANSWER in str(delivery.seen)
    assert answers(tmp_path) == 1


def test_a_very_slow_answer_is_promised_and_then_pulled_once(tmp_path: Path, data: dict[str, Any]) -> None:
    with service(tmp_path, slow={"工资": 24}, **data) as one:
        delivery = one.deliver(text_message(QUESTION))
        early = one.says("1")
        wait_until(lambda: rows(tmp_path / "gonghui.sqlite3", "answers"))
        pull = text_message("查看回答")
        seen = [one.deliver(pull).seen, one.deliver(pull).seen]
        again = one.says("查看回答")

    assert delivery.requests == ["cut", "cut", "reply"]
    assert "msgmenucontent=查看回答" in str(delivery.seen)
    assert "回复 1" in str(delivery.seen)
    assert "还在查，已经用了" in early
    assert ANSWER in str(seen[0])
    assert seen[0] == seen[1]
    assert "没有没看完的回答" in again
    assert answers(tmp_path) == 1


def test_in_pull_mode_the_first_request_says_how_to_get_the_answer(tmp_path: Path, data: dict[str, Any]) -> None:
    with service(tmp_path, slow={"工资": 6}, wechat_slow_mode="pull", **data) as one:
        delivery = one.deliver(text_message(QUESTION))
        wait_until(lambda: rows(tmp_path / "gonghui.sqlite3", "answers"))
        seen = one.says("1")

    assert delivery.requests == ["reply"]
    assert "回复 1" in str(delivery.seen)
    assert ANSWER in seen


def test_a_promised_answer_comes_with_the_next_question_and_is_repeated_only_to_its_resend(tmp_path: Path, data: dict[str, Any]) -> None:
    with service(tmp_path, slow={"三个月工资": 6}, wechat_slow_mode="pull", **data) as one:
        one.says(QUESTION)
        wait_until(lambda: rows(tmp_path / "gonghui.sqlite3", "answers"))
        message = text_message(OTHER)
        seen = [one.deliver(message).seen, one.deliver(message).seen]
        # What does not fit beside it is had by asking for more.
        more = one.says("1")
        after = one.says("怎么加入工会")

    assert str(seen[0]).startswith("上一个问题的回答：")
    assert ANSWER in str(seen[0])
    assert OTHER_ANSWER in str(seen[0]) + more
    assert seen[0] == seen[1]
    assert ANSWER not in after


def test_a_pulled_answer_is_not_shown_again_by_the_requests_of_its_own_message(tmp_path: Path, data: dict[str, Any]) -> None:
    message = text_message(QUESTION)
    with service(tmp_path, slow={"工资": 6}, wechat_slow_mode="pull", **data) as one:
        promised = one.deliver(message).seen
        wait_until(lambda: rows(tmp_path / "gonghui.sqlite3", "answers"))
        one.says("1")

        assert one.deliver(message).seen == promised


# -- push ------------------------------------------------------------------------------------------------------


def test_a_slow_answer_is_pushed_where_the_platform_has_shown_that_it_may(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    permitted(tmp_path)
    message = text_message(QUESTION)
    with service(tmp_path, api=api, slow={"工资": 7}, **data) as one:
        delivery = one.deliver(message)
        wait_until(one.inbox)
        resent = one.deliver(message)
        after = one.says("怎么加入工会")

    assert delivery.requests == ["silence"]
    assert [ANSWER in text for text in one.inbox()] == [True]
    assert resent.requests == ["silence"]
    assert ANSWER not in after
    assert answers(tmp_path) == 2


@pytest.mark.parametrize(("parts", "pushed"), [(2, 2), (5, 5), (7, 5)])
def test_an_answer_of_several_parts_is_pushed_in_order_each_with_its_label(
    tmp_path: Path, data: dict[str, Any], api: PlatformApi, monkeypatch: pytest.MonkeyPatch, parts: int, pushed: int
) -> None:
    """The platform takes five after a message; what is beyond them comes for 1."""
    permitted(tmp_path)

    def slow(*_: object) -> Made:
        time.sleep(6 * SCALE)
        return Made(tuple(f"第 {place} 段。" for place in range(1, parts + 1)), "（标记）")

    monkeypatch.setattr("assistant.web.wechat.answers.ask", slow)
    with service(tmp_path, api=api, **data) as one:
        delivery = one.deliver(text_message(QUESTION))
        wait_until(lambda: len(one.inbox()) == pushed)
        rest = [one.says("1") for _ in range(parts - pushed)]

    seen = [*one.inbox(), *rest]
    assert delivery.requests == ["silence"]
    assert [text.split("\n")[0] for text in seen] == [f"第 {place} 段。" for place in range(1, parts + 1)]
    assert all(text.endswith("（标记）") for text in seen)
    assert ["未完" in text for text in seen] == [parts > pushed and pushed <= place < parts for place in range(1, parts + 1)]


def test_a_quick_answer_is_a_reply_even_where_push_is_permitted(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    permitted(tmp_path)
    with service(tmp_path, api=api, **data) as one:
        assert ANSWER in one.says(QUESTION)
        assert api.calls == []


def test_whether_pushing_is_permitted_is_learned_from_the_typing_sign(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    with service(tmp_path, api=api, slow={"工资": 7}, **data) as one:
        delivery = one.deliver(text_message(QUESTION))
        wait_until(one.inbox)

    assert delivery.requests == ["silence"]
    assert [call.path for call in api.calls[1:]] == [TYPING, SEND]


def test_without_the_permission_the_requests_are_held_and_nobody_knocks_for_a_day(
    tmp_path: Path, data: dict[str, Any], api: PlatformApi
) -> None:
    api.is_verified = False
    with service(tmp_path, api=api, slow={"三个月工资": 7, "包工头": 7}, **data) as one:
        first = one.deliver(text_message(QUESTION))
        second = one.deliver(text_message("包工头拖欠工资不给怎么办"))
        store = one.channel.store()
        right = push_right(store, ACCOUNT.app_id, now=time.time()).state
        tomorrow = push_right(store, ACCOUNT.app_id, now=time.time() + 86401).state

    assert (first.requests, second.requests) == (["cut", "reply"], ["cut", "reply"])
    assert [call.path for call in api.calls[1:]] == [TYPING]
    assert (right, tomorrow) == ("refused", "unknown")


REFUSALS: list[int | str] = [40001, 40164, 45009, 45015, 45047, 45002, -1, 48001, "status 500", "true for a number"]


@pytest.mark.parametrize("trouble", [pytest.param(one, id=str(one)) for one in REFUSALS])
def test_an_answer_that_cannot_be_pushed_comes_with_the_next_message(
    tmp_path: Path, data: dict[str, Any], api: PlatformApi, trouble: int | str
) -> None:
    permitted(tmp_path)
    api.misbehave(SEND, trouble) if isinstance(trouble, str) else api.refuse(SEND, trouble)
    with service(tmp_path, api=api, slow={"三个月工资": 6}, **data) as one:
        delivery = one.deliver(text_message(QUESTION))
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        message = text_message(OTHER)
        seen = [one.deliver(message).seen, one.deliver(message).seen]
        after = one.says("怎么加入工会")

    assert delivery.requests == ["silence"]
    assert str(seen[0]).startswith("上一个问题的回答：")
    assert ANSWER in str(seen[0])
    assert seen[0] == seen[1]
    assert ANSWER not in after
    assert one.inbox() == []
    assert answers(tmp_path) == 3


def test_a_platform_that_stays_silent_or_refuses_the_connection_loses_no_answer(
    tmp_path: Path, data: dict[str, Any], api: PlatformApi
) -> None:
    permitted(tmp_path)
    api.misbehave(SEND, "silence")
    with service(tmp_path, api=api, slow={"三个月工资": 6}, **data) as one:
        one.says(QUESTION)
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        seen = one.says("1")
    with service(tmp_path, slow={"双倍": 6}, wechat_app_secret=api.secret, wechat_api_base="http://127.0.0.1:9", **data) as one:
        one.says(OTHER)
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        other = one.says("1")

    assert ANSWER in seen
    assert OTHER_ANSWER in other


def test_what_lay_in_the_mailbox_is_pushed_before_a_later_answer(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    permitted(tmp_path)
    api.refuse(SEND, 45015, times=1)
    with service(tmp_path, api=api, slow={"三个月工资": 6, "双倍": 6}, **data) as one:
        one.says(QUESTION)
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        one.says(OTHER)
        wait_until(lambda: len(one.inbox()) == 2)

    assert one.inbox()[0].startswith("上一个问题的回答：")
    assert ANSWER in one.inbox()[0]
    assert OTHER_ANSWER in one.inbox()[1]


# -- restarts --------------------------------------------------------------------------------------------------


def left_behind(folder: Path, channel_of: Service, state: str, *, key: str = "message:77", ago_s: float = 60.0) -> None:
    """A message as a process that was killed left it."""
    store, channel = channel_of.channel.store(), channel_of.channel
    arrival = Arrival(
        key, channel.subject(SENDER), channel.seal(SENDER), {"kind": "text", "text": QUESTION}, gathers_s=2.0 if state == "new" else 0.0
    )
    wechat_messages.register(store, arrival, owner="dead", stale_after_s=5, now=time.time() - ago_s)
    if state in {"done", "pushing"}:
        wechat_messages.finish(store, key, Made(("可以要回来。先打 12333 投诉。",), "（自动回答）"), compose=None, now=time.time() - ago_s)
    if state == "pushing":
        wechat_messages.begin_push(store, key, owner="dead", now=time.time() - ago_s)


@pytest.mark.parametrize("state", ["new", "running", "done"])
def test_a_message_left_in_any_state_is_answered_by_push_after_the_next_start(
    tmp_path: Path, data: dict[str, Any], api: PlatformApi, state: str
) -> None:
    permitted(tmp_path)
    with service(tmp_path, api=api, **data) as one:
        left_behind(tmp_path, one, state)
    api.hears(SENDER)
    with service(tmp_path, api=api, **data) as one:
        wait_until(one.inbox)
        time.sleep(1)

    assert [ANSWER in text for text in one.inbox()] == [True]


@pytest.mark.parametrize("state", ["new", "running", "done", "pushing"])
def test_a_message_left_in_any_state_lies_in_the_mailbox_where_nothing_can_be_pushed(
    tmp_path: Path, data: dict[str, Any], state: str
) -> None:
    with service(tmp_path, **data) as one:
        left_behind(tmp_path, one, state)
    with service(tmp_path, **data) as one:
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        seen = [one.says("怎么加入工会"), one.says("怎么加入工会")]

    assert seen[0].startswith("上一个问题的回答：")
    assert ANSWER in seen[0]
    assert ANSWER not in seen[1]


def test_a_push_that_was_broken_off_is_not_repeated_as_a_push(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    permitted(tmp_path)
    with service(tmp_path, api=api, **data) as one:
        left_behind(tmp_path, one, "pushing")
    with service(tmp_path, api=api, **data) as one:
        wait_until(lambda: [row for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages") if row["way"] == "mailbox"])
        time.sleep(1)

        assert one.inbox() == []


def test_two_services_share_what_they_know(tmp_path: Path, data: dict[str, Any]) -> None:
    slow = {"工资": 12.0}
    with service(tmp_path, slow=slow, **data) as one, service(tmp_path, slow=slow, **data) as two:
        turns = iter((one, two, one))
        delivery = Platform(lambda post: next(turns).post(post)).deliver(text_message(QUESTION))
        searched = list(two.searched)

    assert delivery.requests == ["cut", "cut", "reply"]
    assert ANSWER in str(delivery.seen)
    assert searched == []
    assert answers(tmp_path) == 1


def test_a_slow_answer_is_not_taken_over_from_a_process_that_lives(tmp_path: Path, data: dict[str, Any]) -> None:
    with service(tmp_path, slow={"工资": 13}, **data) as one, service(tmp_path, **data) as two:
        first = one.later(QUESTION)
        time.sleep(8 * SCALE)
        searched = list(two.searched)
        first()

    assert searched == two.searched == []
    assert answers(tmp_path) == 1


def test_a_clock_that_jumps_loses_no_message(tmp_path: Path, data: dict[str, Any]) -> None:
    for jump in (-7200.0, 7200.0):
        with service(tmp_path, slow={"工资": 3}, **data) as one:
            wait = one.later(QUESTION)
            time.sleep(0.3)
            one.channel.clock = lambda moved=jump: time.time() + moved  # type: ignore[misc]
            assert ANSWER in str(wait().seen)


def test_refused_for_a_day_the_right_is_tried_again(tmp_path: Path, data: dict[str, Any], api: PlatformApi) -> None:
    with service(tmp_path, api=api, slow={"工资": 7}, **data) as one:
        refuse_push(one.channel.store(), ACCOUNT.app_id, now=time.time() - 86500)
        delivery = one.deliver(text_message(QUESTION))
        wait_until(one.inbox)

    assert delivery.requests == ["silence"]


def test_a_running_service_deletes_what_is_more_than_a_week_old(tmp_path: Path, data: dict[str, Any]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'gonghui.sqlite3'}")
    store.migrate()
    for key, age_s in (("old", wechat_messages.KEPT_S + 60), ("young", wechat_messages.KEPT_S - 3600)):
        wechat_messages.register(store, Arrival(key, "somebody"), owner="x", stale_after_s=5, now=time.time() - age_s)
        wechat_messages.settle(store, key, "好")
    store.close()

    with service(tmp_path, **data):
        database = tmp_path / "gonghui.sqlite3"
        wait_until(lambda: len(rows(database, "wechat_messages")) < 2)

        assert [row["key"] for row in rows(database, "wechat_messages")] == ["young"]
