from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import wechat_cases
from assistant.types import Place
from assistant.web.wechat.answers import Made
from assistant.web.wechat.simulated_api import PlatformApi
from assistant.web.wechat.simulated_platform import ACCOUNT, SEATS, Delivery, decrypt, event, message_xml, sealed, text_message
from tests.web.conftest import rows
from tests.web.phones import Service, service, wait_until

QUESTION = "老板欠我三个月工资怎么办"
ANSWER = "先打 12333 投诉"
OTHER = "没签劳动合同能要几个月双倍工资"
OTHER_ANSWER = "每月要付二倍的工资"


@pytest.fixture(name="one", scope="module")
def _one(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the small knowledge, at the platform's own pace but for the bubbles."""
    with service(tmp_path_factory.mktemp("talk"), scale=1.0, pace={"gather": 1.0}, data_dir=small_data) as one:
        yield one


@pytest.fixture(name="sender")
def _sender(request: pytest.FixtureRequest) -> str:
    """A person of this test's own."""
    return "o" + re.sub(r"\W", "", request.node.name)[-60:]


def kept(one: Service, table: str, sender: str) -> list[Any]:
    folder = str(one.channel.settings.database).removeprefix("sqlite:///")
    return [row for row in rows(Path(folder), table) if row["subject"] == one.channel.subject(sender)]


# -- bubbles ---------------------------------------------------------------------------------------------------


def test_bubbles_in_a_row_are_one_question_that_the_first_one_s_reply_answers(one: Service, sender: str) -> None:
    first = one.later("我在饭店上班，", sender)
    time.sleep(0.2)
    second = one.says("老板欠我三个月工资怎么办", sender)
    delivery = first()

    assert second == ""
    assert delivery.requests == ["reply"]
    assert ANSWER in str(delivery.seen)
    assert [row["question"] for row in kept(one, "answers", sender)] == ["我在饭店上班，老板欠我三个月工资怎么办"]


def test_three_bubbles_are_one_question(one: Service, sender: str) -> None:
    first = one.later("我想问一下", sender)
    time.sleep(0.2)
    second = one.says("我在厂里上班，", sender)
    third = one.says("老板欠我三个月工资怎么办", sender)

    assert (second, third) == ("", "")
    assert ANSWER in str(first().seen)
    assert [row["question"] for row in kept(one, "answers", sender)] == ["我想问一下，我在厂里上班，老板欠我三个月工资怎么办"]


def test_a_bubble_that_nothing_follows_is_answered_after_a_moment(one: Service, sender: str) -> None:
    started = time.monotonic()
    seen = one.says("老板欠我三个月工资，", sender)

    assert ANSWER in seen
    assert 1.0 <= time.monotonic() - started < 4.5


def test_a_finished_question_waits_for_nothing(one: Service, sender: str) -> None:
    started = time.monotonic()
    one.says(QUESTION, sender)

    assert time.monotonic() - started < 0.9


def test_a_resent_bubble_is_silent_again_and_joined_once(one: Service, sender: str) -> None:
    message = text_message("老板欠我三个月工资怎么办", sender=sender)
    first = one.later("我在饭店上班，", sender)
    time.sleep(0.2)
    seen = [one.deliver(message).seen, one.deliver(message).seen]

    assert seen == [None, None]
    assert ANSWER in str(first().seen)
    assert one.deliver(message).seen is None
    assert len(kept(one, "answers", sender)) == 1


def test_an_emergency_among_bubbles_is_answered_at_once(one: Service, sender: str) -> None:
    first = one.later("我跟你说，", sender)
    time.sleep(0.1)
    started = time.monotonic()

    assert "12356" in one.says("我不想活了", sender)
    assert time.monotonic() - started < 0.6
    first()


def test_an_emergency_that_only_two_bubbles_together_tell_is_not_kept_waiting(one: Service, sender: str) -> None:
    started = time.monotonic()
    first = one.later("我真的不想，", sender)
    time.sleep(0.2)
    one.says("活了，", sender)
    seen = str(first().seen)

    assert "12356" in seen
    assert time.monotonic() - started < 0.95


def test_bubbles_of_two_people_are_not_mixed(one: Service, sender: str) -> None:
    first = one.later("我在饭店上班，", sender)
    time.sleep(0.1)

    assert OTHER_ANSWER in one.says(OTHER, sender + "2")
    assert OTHER_ANSWER not in str(first().seen)


# -- limits ----------------------------------------------------------------------------------------------------


def test_a_third_question_while_two_are_being_answered_is_told_to_wait_and_an_emergency_is_not(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, slow={"三个月工资": 3, "双倍": 3}) as one:
        first, second = one.later(QUESTION), one.later(OTHER)
        time.sleep(0.4)
        third = one.says("即墨最低工资多少钱")
        cry = one.says("有人触电了快来人")

        assert ANSWER in str(first().seen)
        assert OTHER_ANSWER in str(second().seen)
    assert third.startswith("前面的问题还在查，一个一个来")
    assert "120" in cry


def test_the_same_words_sent_again_while_they_are_being_answered_join_that(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, slow={"三个月工资": 3}) as one:
        first = one.later(QUESTION)
        time.sleep(0.4)

        assert one.says(QUESTION) == ""
        assert ANSWER in str(first().seen)
        assert len(one.searched) == 1


def test_more_than_twenty_questions_a_minute_are_too_many_but_never_an_emergency(one: Service, sender: str) -> None:
    seen = [one.says("你好", sender) for _ in range(22)]

    assert [text.startswith("您发得太快了") for text in seen] == [False] * 20 + [True] * 2
    assert "12356" in one.says("我不想活了", sender)


# -- more of an answer, and what can be picked -----------------------------------------------------------------

LONG = tuple(f"第{number}段。" + f"这是第{number}段里的话。" * 60 for number in range(1, 8))


def put_long_answer(one: Service, sender: str) -> None:
    """As if the person had been shown the first part of a long answer."""
    from assistant import wechat_messages
    from assistant.wechat_messages import Arrival

    store, key = one.channel.store(), f"message:long-{sender}"
    arrival = Arrival(key, one.channel.subject(sender), one.channel.seal(sender), {"kind": "text", "text": "x"})
    wechat_messages.register(store, arrival, owner="test", stale_after_s=5, now=time.time())
    from assistant.web.wechat.delivery import compose

    wechat_messages.finish(store, key, Made(LONG, "（自动回答，仅供参考）"), compose=compose, now=time.time())


def test_one_gives_the_next_part_until_there_is_none(one: Service, sender: str) -> None:
    put_long_answer(one, sender)
    seen = [one.says(words, sender) for words in ("1", "继续", "１", "下一段", "继续", "1", "继续")]

    assert [text[:4] for text in seen[:6]] == [f"第{number}段。" for number in range(2, 8)]
    assert ["回复 1 看下一段" in text for text in seen] == [True] * 5 + [False] * 2
    assert all(text.endswith("（自动回答，仅供参考）") for text in seen)
    assert seen[6].startswith("没有没看完的回答了")


def test_a_resent_pull_gets_the_same_part(one: Service, sender: str) -> None:
    put_long_answer(one, sender)
    message = text_message("1", sender=sender)
    seen = [one.deliver(message).seen, one.deliver(message).seen]

    assert seen[0] == seen[1]
    assert one.says("1", sender).startswith("第3段")


def test_a_pressed_button_for_the_last_answer_gives_the_next_part(one: Service, sender: str) -> None:
    put_long_answer(one, sender)

    assert one.does("CLICK", sender, EventKey="ask:查看回答").startswith("第2段")


def test_further_questions_are_links_with_a_number_that_picks_them(one: Service, sender: str) -> None:
    seen = one.says(QUESTION, sender)
    link = re.search(r'^1 <a href="weixin://bizmsgmenu\?msgmenucontent=(.*)&msgmenuid=1">(.*)</a>$', seen, re.MULTILINE)

    assert link is not None
    assert link[1] == link[2] == "帮我算一算拖欠的工资"
    assert OTHER_ANSWER in one.says("2", sender)
    assert [row["question"] for row in kept(one, "answers", sender)] == [QUESTION, "没签劳动合同能要双倍工资吗"]


def test_a_tapped_link_asks_what_it_says(one: Service, sender: str) -> None:
    one.says(QUESTION, sender)

    assert OTHER_ANSWER in one.says("没签劳动合同能要双倍工资吗", sender, bizmsgmenuid="1")


def test_a_number_that_nothing_offers_is_a_question(one: Service, sender: str) -> None:
    assert one.says("7", sender)
    assert [row["question"] for row in kept(one, "answers", sender)] == ["7"]


def test_one_with_nothing_before_it_is_a_question(one: Service, sender: str) -> None:
    assert one.says("1", sender)
    assert [row["question"] for row in kept(one, "answers", sender)] == ["1"]


@pytest.mark.slow
def test_what_was_asked_back_is_answered_by_number_before_anything_is_gone_on_with(real_data: Path, tmp_path: Path) -> None:
    with service(tmp_path, data_dir=real_data) as one:
        asked = one.says("老板不给钱")
        more = one.says("继续")
        after_more = one.says("1")
        asked_again = one.says("老板不给钱", "oSecond")
        chosen = one.says("2", "oSecond")
        questions = [row["question"] for row in kept(one, "answers", "oSecond")]

    assert "再问您一句" in asked
    assert "回复“继续”看下一段" in asked
    assert more
    assert "再问您一句" not in more
    assert after_more != more
    assert asked_again == asked
    assert chosen
    assert questions == ["老板不给钱", "老板不给钱，老板跑了"]


# -- articles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "article"), [("①", "第三十条"), ("看②", "第八十五条"), ("原文", "第三十条"), ("原文2", "第八十五条"), ("②原文", "第八十五条")]
)
def test_the_wording_of_an_article_is_shown_by_its_mark(one: Service, sender: str, words: str, article: str) -> None:
    answer = one.says(QUESTION, sender)
    order = re.search("依据：(.*)", answer)
    assert order is not None
    assert "回复①看原文" in answer
    seen = one.says(words, sender)
    shown = "①" if words in {"①", "原文"} else "②"
    expected = re.search(rf"{shown}(《劳动合同法》第.*?条)", order[1])

    assert expected is not None
    assert seen.startswith(shown)
    assert expected[1] in seen
    assert "用人单位" in seen


def test_after_one_article_another_can_be_read_and_the_matter_goes_on(one: Service, sender: str) -> None:
    one.says(QUESTION, sender)

    assert one.says("①", sender).startswith("①")
    assert one.says("②", sender).startswith("②")
    assert len(kept(one, "answers", sender)) == 1


@pytest.mark.parametrize("words", ["⑨", "原文9"])
def test_an_article_that_was_not_listed_is_told_so(one: Service, sender: str, words: str) -> None:
    one.says(QUESTION, sender)

    assert one.says(words, sender).startswith("前面的回答里没有这一条")


# -- events ----------------------------------------------------------------------------------------------------


def test_a_pressed_button_is_answered_as_if_typed(one: Service, sender: str) -> None:
    pressed = event("CLICK", sender=sender, EventKey=f"ask:{QUESTION}")
    seen = [one.deliver(pressed).seen, one.deliver(pressed).seen]

    assert ANSWER in str(seen[0])
    assert seen[0] == seen[1]
    assert len(kept(one, "answers", sender)) == 1


def test_a_button_that_tells_something_tells_it(one: Service, sender: str) -> None:
    assert "这里是即墨区总工会的自动问答" in one.does("CLICK", sender, EventKey="reply:welcome")
    assert one.does("CLICK", sender, EventKey="reply:clarify_greeting").startswith("您好")


def test_a_button_of_an_old_menu_gets_what_the_account_can_do(one: Service, sender: str) -> None:
    assert "自动问答" in one.does("CLICK", sender, EventKey="reply:gone")
    assert one.does("CLICK", sender, EventKey="V1001_OLD") == ""


def test_every_button_of_the_menu_gets_an_answer(one: Service, sender: str) -> None:
    from assistant.knowledge import load_menu
    from assistant.menu import key_of
    from tests.conftest import REAL_KNOWLEDGE

    leaves = [leaf for button in load_menu(REAL_KNOWLEDGE) for leaf in (button.buttons or (button,))]
    seen = {leaf.name: one.does("CLICK", f"{sender}{place}", EventKey=key_of(leaf)) for place, leaf in enumerate(leaves)}

    assert len(seen) == 15
    assert [name for name, text in seen.items() if len(text) < 20] == []
    assert "记录号" in seen["转人工"]
    assert "不再算数" in seen["清空记录"]


def test_whoever_scans_the_code_again_is_greeted(one: Service, sender: str) -> None:
    assert one.does("SCAN", sender, EventKey="poster").startswith("您好")


def test_the_welcome_names_the_language_model_and_its_filing_number(tmp_path: Path, small_data: Path) -> None:
    changes = {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "某某大模型", "llm_filing": "山东-某某-20260101"}
    with service(tmp_path, data_dir=small_data, **changes) as one:
        seen = one.does("subscribe")

    assert "某某大模型" in seen
    assert "备案号：山东-某某-20260101" in seen


def test_without_a_language_model_the_welcome_names_none(one: Service, sender: str) -> None:
    seen = one.does("subscribe", sender)

    assert "大模型" not in seen
    assert "回答由程序自动生成" in seen
    assert "去掉个人信息后保存" in seen


def position(sender: str, **more: str) -> dict[str, str]:
    message = {name: value for name, value in text_message("", sender=sender).items() if name != "Content"}
    return message | {"MsgType": "location", "Location_X": "36.389", "Location_Y": "120.447", "Scale": "16", "Label": "某路 5 号"} | more


def test_a_position_gets_the_hotline_while_no_place_is_confirmed(one: Service, sender: str) -> None:
    seen = str(one.deliver(position(sender)).seen)

    assert "工会还没有确认" in seen
    assert "12351" in seen


@contextlib.contextmanager
def confirmed(one: Service, **of_place: Any) -> Iterator[None]:
    """The union has confirmed a place."""
    desk, before = one.app.state.desk, one.app.state.desk.assistant
    place = Place(
        **{"id": "p", "name": "示范点", "host": "街道", "address": None, "phone": None, "hours": None, "confirmed": True, **of_place}
    )
    known = replace(before.library.knowledge, places=(*before.library.knowledge.places, place))
    desk._assistant = replace(before, library=replace(before.library, knowledge=known))
    try:
        yield
    finally:
        desk._assistant = before


def test_a_position_gets_the_nearest_confirmed_place(one: Service, sender: str) -> None:
    with confirmed(one, address="大街 1 号", hours="周一到周五 9:00 到 17:00", position=(36.39, 120.45)):
        seen = str(one.deliver(position(sender)).seen)

    assert "离您近的服务点：\n· 示范点：大街 1 号，周一到周五 9:00 到 17:00" in seen


def test_whoever_wants_a_person_is_told_the_hours_once_they_are_confirmed(one: Service, sender: str) -> None:
    with confirmed(one, id="wechat-seats", hours="周一到周五 9:00 到 17:00"):
        seen = one.says("转人工", sender)

    assert "工作人员看消息的时间：周一到周五 9:00 到 17:00。" in seen


def test_a_position_is_not_kept_to_the_metre(one: Service, sender: str) -> None:
    one.deliver(position(sender))
    folder = Path(str(one.channel.settings.database).removeprefix("sqlite:///")).parent

    assert not [
        path for path in folder.iterdir() if path.is_file() and (b"120.447" in path.read_bytes() or "某路".encode() in path.read_bytes())
    ]


# -- whoever leaves --------------------------------------------------------------------------------------------


def test_whoever_leaves_while_an_answer_is_made_has_nothing_kept_of_it(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, slow={"工资": 4}) as one:
        message = text_message(QUESTION)
        first = one.later(QUESTION, message_id=message["MsgId"])
        time.sleep(1.2)
        one.does("unsubscribe")
        time.sleep(3 * 0.4 + 1)
        delivery = first()
        resent = one.deliver(message | {"CreateTime": str(int(message["CreateTime"]) - 2)}).seen

        assert kept(one, "answers", "oWorker-0001") == kept(one, "wechat_messages", "oWorker-0001") == []
        assert (delivery.seen, resent) == (None, None)


def test_whoever_comes_back_is_answered_again(one: Service, sender: str) -> None:
    one.does("unsubscribe", sender)
    time.sleep(1)

    assert "自动问答" in one.does("subscribe", sender)
    assert ANSWER in one.says(QUESTION, sender)


def test_leaving_deletes_the_case_as_well(one: Service, sender: str) -> None:
    one.says("转人工", sender)
    assert kept(one, "wechat_cases", sender)
    one.does("unsubscribe", sender)

    assert kept(one, "wechat_cases", sender) == []


# -- a person --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["转人工", "我要找真人", "人工客服", "答非所问", "你们这机器人真没用"])
def test_who_wants_a_person_or_is_angry_gets_a_case(one: Service, sender: str, words: str) -> None:
    one.says(f"我的身份证370282199001011233，{QUESTION}", sender)
    seen = one.says(words, sender)
    cases = kept(one, "wechat_cases", sender)

    assert len(cases) == 1
    assert f"记录号是 {cases[0]['id']}" in seen
    assert "人工回复" in seen
    assert "12351" in seen
    assert "还没有确认时间" in seen
    said = [turn[0] for turn in json.loads(cases[0]["transcript"])]
    assert said == [f"我的身份证[身份证号]，{QUESTION}", words]


def test_the_third_message_in_a_row_without_an_answer_opens_a_case(one: Service, sender: str) -> None:
    words = ("宇宙飞船怎么造", "红烧鱼怎么做好吃", "明天下不下雨")
    seen = [one.says(text, sender) for text in words]

    assert ["记录号" in text for text in seen] == [False, False, True]


def test_an_answer_between_them_begins_the_count_anew(one: Service, sender: str) -> None:
    words = ("宇宙飞船怎么造", "红烧鱼怎么做好吃", QUESTION, "明天下不下雨")

    assert ["记录号" in one.says(text, sender) for text in words] == [False] * 4


def test_asking_twice_opens_one_case(one: Service, sender: str) -> None:
    one.says("转人工", sender)
    one.says("人工客服", sender)

    assert len(kept(one, "wechat_cases", sender)) == 1


def reply_to_case(one: Service, number: int, text: str) -> bool:
    return wechat_cases.reply(one.channel.store(), number, text, Made((f"【人工回复】{text}",)), now=time.time()) == "kept"


def test_what_a_person_of_the_union_writes_comes_with_the_next_message_once(one: Service, sender: str) -> None:
    one.says("转人工", sender)
    assert reply_to_case(one, kept(one, "wechat_cases", sender)[0]["id"], "请带合同来一趟。")
    seen = [one.says(QUESTION, sender)]
    for _ in range(40):
        if "人工回复" in seen[-1]:
            break
        time.sleep(0.3)
        seen.append(one.says("你好" if len(seen) % 2 else "您好", sender))
    after = one.says(QUESTION, sender)

    assert "【人工回复】请带合同来一趟。" in seen[-1]
    assert "人工回复" not in after


def test_what_a_person_of_the_union_writes_is_pushed_where_that_is_permitted(tmp_path: Path, small_data: Path) -> None:
    with PlatformApi() as api, service(tmp_path, api=api, data_dir=small_data) as one:
        one.says("转人工")
        assert reply_to_case(one, 1, "请带合同来一趟。")
        wait_until(one.inbox)
        after = one.says(QUESTION)

        assert one.inbox() == ["【人工回复】请带合同来一趟。"]
        assert "人工回复" not in after


def test_a_reply_to_no_case_is_none(one: Service) -> None:
    assert not reply_to_case(one, 999_999, "在吗")


def test_where_the_platform_s_own_seats_are_set_the_message_goes_to_them(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, wechat_transfer_to_seats=True) as one:
        message = text_message("转人工")
        seen = one.says("转人工", "oAnother")
        plain = [decrypted(one, message), decrypted(one, message)]
        ordinary = one.says(QUESTION)

    assert "<MsgType><![CDATA[transfer_customer_service]]></MsgType>" in plain[0]
    assert "<Content>" not in plain[0]
    assert seen == SEATS
    assert "transfer_customer_service" in plain[1]
    assert ANSWER in ordinary
    assert rows(tmp_path / "gonghui.sqlite3", "wechat_cases") == []


def decrypted(one: Service, message: dict[str, str]) -> str:
    status, body = one.post(sealed(message_xml(message)))
    found = re.search(rb"<Encrypt><!\[CDATA\[(.*?)\]\]>", body)
    assert (status, bool(found)) == (200, True)
    return decrypt(found[1].decode(), ACCOUNT).decode() if found else ""


# -- a database in trouble -------------------------------------------------------------------------------------


def test_while_another_program_holds_the_database_every_question_is_still_answered(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, scale=1.0) as one:
        one.says("你好")
        holder = sqlite3.connect(tmp_path / "gonghui.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        seen = one.deliver(text_message(QUESTION))
        picture = one.deliver({**text_message(""), "MsgType": "image"})
        holder.execute("rollback")
        holder.close()
        after = one.deliver(text_message(OTHER))

    assert ANSWER in str(seen.seen)
    assert str(picture.seen).startswith("现在只能看懂文字")
    assert OTHER_ANSWER in str(after.seen)


def test_an_answer_made_while_the_database_is_held_is_said_and_noted_afterwards(tmp_path: Path, small_data: Path) -> None:
    message = text_message(QUESTION)
    with service(tmp_path, data_dir=small_data, scale=1.0, slow={"工资": 1}) as one:
        one.says("你好")
        wait = one.later(QUESTION, message_id=message["MsgId"])
        time.sleep(0.5)
        holder = sqlite3.connect(tmp_path / "gonghui.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        first = wait()
        holder.execute("rollback")
        holder.close()
        wait_until(
            lambda: [row for row in kept(one, "wechat_messages", "oWorker-0001") if row["key"].endswith(message["MsgId"]) and row["reply"]]
        )
        again = one.deliver(message).seen

    assert ANSWER in str(first.seen)
    assert again == first.seen


# -- what is logged --------------------------------------------------------------------------------------------


def test_neither_person_nor_words_nor_secrets_are_logged_whatever_happens(
    tmp_path: Path, small_data: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, words = "oKQZ7secret-person", "老板欠我三个月工资怎么办呀求求你们"
    with PlatformApi() as api:
        api.misbehave("/cgi-bin/message/custom/send", "status 500")
        with service(tmp_path, api=api, data_dir=small_data, slow={"三个月": 7}) as one:
            delivery: Delivery = one.deliver(text_message(words, sender=sender))
            one.says("转人工", sender)
            monkeypatch.setattr("assistant.web.wechat.parts.write", lambda *_: 1 / 0)
            broken = one.says(words + "啊", sender)
            one.does("unsubscribe", sender)
        tokens = [call.token for call in api.calls if call.token]
    logged = "".join(capfd.readouterr())

    assert delivery.requests == ["silence"]
    assert broken.startswith("还没有查完")
    assert "wechat_reply_failed" in logged
    assert "ZeroDivisionError" in logged
    assert [word for word in (sender, "求求你们", "转人工", ACCOUNT.token, ACCOUNT.aes_key, api.secret, *tokens) if word in logged] == []
