from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.errors import ConfigError
from assistant.web.wechat.phone import Phone, Shown
from assistant.web.wechat.script import COMMANDS, parse, parse_chat
from assistant.web.wechat.simulated_api import SEND, TOKEN, TYPING, PlatformApi
from assistant.web.wechat.simulated_model import SimulatedModel
from assistant.web.wechat.simulated_platform import NOTICE
from assistant.web.wechat.simulated_service import Service, environment, new_account
from assistant.web.wechat.simulator import Simulation, World, line_of

ASK = "老板欠我三个月工资怎么办"

# -- the script ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "step"),
    [
        pytest.param("> 你好", ("我", "say", "你好"), id="says"),
        pytest.param(">你好 吗", ("我", "say", "你好 吗"), id="without a space"),
        pytest.param(r"> 一\n二", ("我", "say", "一\n二"), id="two lines"),
        pytest.param(">> 在吗", ("我", "burst", "在吗"), id="does not wait"),
        pytest.param("@老王 > 你好", ("老王", "say", "你好"), id="somebody else"),
        pytest.param("+click ask:没签合同 怎么办", ("我", "click", "ask:没签合同 怎么办"), id="a key with a space"),
        pytest.param("+location 36.39 120.45 区政府", ("我", "location", "36.39 120.45 区政府"), id="a place"),
        pytest.param("@老王 +subscribe", ("老王", "subscribe", ""), id="somebody else follows"),
        pytest.param("+fault -1", ("我", "fault", "-1"), id="busy"),
        pytest.param("+fault status 500", ("我", "fault", "status 500"), id="a fault with a name"),
        pytest.param("+fault token half an answer", ("我", "fault", "token half an answer"), id="a fault of another call"),
        pytest.param("+quota send 3", ("我", "quota", "send 3"), id="a quota"),
    ],
)
def test_a_line_is_a_step(line: str, step: tuple[str, str, str]) -> None:
    (parsed,) = parse([line])

    assert (parsed.person, parsed.command, parsed.text) == step


@pytest.mark.parametrize("line", ["? 依据", "？ 依据", "期望 依据", "! 依据", "！依据", "不许 依据"])
def test_what_is_expected_may_be_written_in_chinese(line: str) -> None:
    assert parse(["> 你好", line])[1].command in {"expect", "refuse"}


def test_comments_and_empty_lines_keep_the_numbers_of_the_others() -> None:
    assert [step.line for step in parse(["\ufeff# 一", "", "> 二", "  ", "? 四"])] == [3, 5]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param([], "剧本是空的", id="nothing"),
        pytest.param(["> 你好", "你好"], "剧本第 2 行看不懂", id="no sign"),
        pytest.param(["? 你好"], "剧本第 1 行：我 还什么都没做", id="expects before acting"),
        pytest.param(["> 你好", "@老王 ? 你好"], "剧本第 2 行：老王 还什么都没做", id="expects of somebody who did nothing"),
        pytest.param([">"], "剧本第 1 行：缺了后面的话", id="says nothing"),
        pytest.param(["+clik a"], "是不是想写 +click", id="misspelt"),
        pytest.param(["+"], "剧本第 1 行：没有 +，", id="only the sign"),
        pytest.param(["+wait"], "剧本第 1 行：要写成 +wait 秒", id="too few words"),
        pytest.param(["+kill now"], "剧本第 1 行：要写成 +kill", id="too many words"),
        pytest.param(["+wait soon"], "剧本第 1 行：秒数要在", id="no seconds"),
        pytest.param(["+wait 1e9"], "剧本第 1 行：秒数要在", id="too many seconds"),
        pytest.param(["+location 120.45 36.39"], "剧本第 1 行：要写纬度和经度", id="longitude first"),
        pytest.param(["+permission yes"], "剧本第 1 行：要写 on 或 off", id="no switch"),
        pytest.param(["+fault 4501"], "剧本第 1 行：要写五位返回码", id="four digits"),
        pytest.param(["+fault menu 40016"], "前面可以写是哪个接口：send、typing、token", id="a call nobody makes"),
        pytest.param(["+fault token"], "剧本第 1 行：要写五位返回码", id="no fault"),
        pytest.param(["+quota send many"], "剧本第 1 行：要写接口（send、typing、token）和一天能用几次", id="no number"),
        pytest.param(["+quota menu 3"], "剧本第 1 行：要写接口（send、typing、token）和一天能用几次", id="a quota nobody uses up"),
        pytest.param(["@ > 你好"], "剧本第 1 行：@ 后面要写名字", id="nobody"),
        pytest.param(["@老王"], "剧本第 1 行：@ 后面要写名字", id="does nothing"),
    ],
)
def test_a_bad_script_is_refused_in_one_sentence_with_its_line(lines: list[str], says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(lines)

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_in_a_chat_a_line_is_a_message_even_with_a_question_mark_in_front() -> None:
    assert [parse_chat(line)[1:] for line in ("?", "> 你好", "+voice", "@老王 没签合同")] == [
        ("我", "say", ("?",)),
        ("我", "say", ("> 你好",)),
        ("我", "voice", ()),
        ("老王", "say", ("没签合同",)),
    ]


def test_every_command_is_explained_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"+{name}" not in readme] == []


# -- the phone -------------------------------------------------------------------------------------------------


def test_links_are_numbered_places_to_tap() -> None:
    phone = Phone("我", "o1")
    read = phone.read(
        '好了。<a href="weixin://bizmsgmenu?msgmenucontent=%E6%9F%A5%E7%9C%8B&msgmenuid=7">点此查看</a>，或看 https://a.example/a/b_c-1（全文）'
    )

    assert read == "好了。〔点 1：点此查看〕，或看 〔点 2：https://a.example/a/b_c-1〕（全文）"
    assert [(link.sends, link.opens, link.menu_id) for link in phone.links] == [
        ("查看", None, "7"),
        (None, "https://a.example/a/b_c-1", ""),
    ]


def test_a_link_is_found_by_number_or_by_the_newest_with_these_words() -> None:
    phone = Phone("我", "o1")
    for number in (1, 2):
        phone.read(f'<a href="weixin://bizmsgmenu?msgmenucontent=第{number}个&msgmenuid={number}">查看回答</a>')

    assert [link.sends if (link := phone.find_link(wanted)) else None for wanted in ("1", "2", "查看", "3", "没有")] == [
        "第1个",
        "第2个",
        "第2个",
        None,
        None,
    ]


def test_a_pushed_message_looks_like_a_reply_and_only_the_times_tell() -> None:
    replied, pushed = (Shown("我", 4.56, kind, "一\n\n二") for kind in ("ours", "pushed"))

    assert line_of(replied) == line_of(pushed) == "公众号：一\n\n    二"
    assert line_of(pushed, times=True) == "[   4.6 秒 推送] 公众号：一\n\n    二"


# -- a rehearsal over sockets ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("simulator")
    account = new_account()
    with PlatformApi(app_id=account.app_id) as api, SimulatedModel("好的。") as model:
        surroundings = environment(
            account,
            database=f"sqlite:///{folder / 'simulator.sqlite3'}",
            api_base=api.base_url,
            app_secret=api.secret,
            DATA_DIR=str(small_data),
            LLM_BASE_URL=model.base_url,
            LLM_MODEL="simulated",
        )
        with Service(surroundings, folder / "service.log") as service:
            assert service.wait_until_ready() == []
            yield World(account, service, api, model)


Play = Callable[..., tuple[list[str], list[str | None]]]


@pytest.fixture
def play(world: World) -> Iterator[Play]:
    """Play lines; returns what the phones showed and what was not as expected."""
    shown: list[str] = []
    simulation = Simulation(world, lambda entry: shown.append(line_of(entry)), lambda _: None, patience_s=1.0, folder=Path(__file__).parent)

    def run(*lines: str) -> tuple[list[str], list[str | None]]:
        problems = [problem for step in parse(lines) if (problem := simulation.play(step))]
        simulation.settle()
        return shown, problems

    try:
        yield run
    finally:
        simulation.close()
        world.api.behave()


def test_a_question_is_answered_as_the_phone_shows_it(play: Play) -> None:
    shown, problems = play(f"> {ASK}", "? 怎么办", "! 出现故障")

    assert (shown[0], problems) == (f"我：{ASK}", [])
    assert shown[-1].startswith("公众号：")
    assert "：http://127.0.0.1:" in shown[-1]


def test_what_is_not_shown_or_shown_although_it_must_not_be_is_told_with_its_line(play: Play) -> None:
    _, problems = play(f"> {ASK}", "? 没有这样的话", "! 怎么办")

    assert problems == [
        "第 2 行没有满足：1 秒里手机上没有出现“没有这样的话”",
        "第 3 行没有满足：手机上出现了“怎么办”",
    ]


def test_only_what_came_since_the_person_last_acted_is_looked_at(play: Play) -> None:
    _, problems = play("+subscribe", "? 自动问答", "> 你好", "? 自动问答")

    assert problems == ["第 4 行没有满足：1 秒里手机上没有出现“自动问答”"]


def test_a_link_to_our_page_opens_it(play: Play) -> None:
    shown, _ = play(f"> {ASK}", "? /a/", "+tap /a/")

    assert shown[-1] == f"网页：打开网页：{ASK} · 即墨工会"


def test_what_cannot_be_tapped_or_opened_is_told(play: Play) -> None:
    for line in ("+tap 9", "+image no-such-picture.jpg"):
        with pytest.raises(ConfigError, match=r"9|no-such-picture"):
            play(line)


def test_two_people_have_two_phones(play: Play) -> None:
    shown, problems = play("@老王 > 我不想活了", "@老李 +subscribe", "@老王 ? 12356", "@老李 ! 12345")

    assert problems == []
    assert [line.partition("：")[0] for line in shown] == ["老王", "公众号 → 老王", "老李", "公众号 → 老李"]


def test_every_kind_of_message_is_taken_without_a_failure(play: Play, tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"no picture")
    shown, _ = play(
        "+subscribe code1", "+scan code1", "+click ask:x", "+event VIEW http://a.example", f"+image {picture}", "+voice", "+video", "+file",
        "+link", "+location 36.39 120.45 区政府", "> ]]></Content><Content><![CDATA[x", "+unsubscribe",
    )  # fmt: skip

    assert [line for line in shown if NOTICE in line] == []


def test_messages_in_a_row_do_not_wait_for_each_other(play: Play) -> None:
    shown, problems = play(">> 在吗", f">> {ASK}", "? 怎么办")

    assert shown[:2] == ["我：在吗", f"我：{ASK}"]
    assert problems == []


def test_a_message_that_the_platform_gives_up_shows_its_notice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is not there: three requests, then the sentence every user of the app knows."""
    monkeypatch.setattr("assistant.web.wechat.simulated_platform.CUT_S", 0.2)
    shown: list[str] = []
    nobody = Service({}, Path("unused.log"))
    simulation = Simulation(world._replace(service=nobody), lambda entry: shown.append(line_of(entry)), lambda _: None)
    (step,) = parse(["> 你好"])
    try:
        assert simulation.play(step) is None
    finally:
        simulation.close()

    assert shown == ["我：你好", f"系统：{NOTICE}"]


def test_a_slow_model_delays_and_does_not_break_the_answer(play: Play, world: World) -> None:
    assert world.model is not None
    before = len(world.model.calls)
    try:
        _, problems = play("+slow-model 0.3", "> 饭店欠服务员两个月工资怎么办", "? 怎么办", "! 出现故障", "+slow-model 0")
    finally:
        world.model.seconds = 0

    assert problems == []
    assert len(world.model.calls) > before


def test_faults_and_permission_are_those_of_the_platforms_api(play: Play, world: World) -> None:
    play("> 你好", "+fault 45015", "+permission off")
    refused = world.api._told_to_refuse(SEND)

    play("+fault off", "+permission on")
    assert (refused, world.api._told_to_refuse(SEND), world.api.is_verified) == (45015, None, True)


def test_each_call_of_a_service_can_be_disturbed(play: Play, world: World) -> None:
    told = []
    for name, path in (("send", SEND), ("typing", TYPING), ("token", TOKEN)):
        play("> 你好", f"+fault {name} 40164")
        told.append(world.api._told_to_refuse(path))
    play("+fault typing silence")
    misbehaving = dict(world.api._faults)
    play("+fault off")

    assert told == [40164] * 3
    assert misbehaving == {TYPING: "silence"}
    assert world.api._told_to_refuse(TOKEN) is None


def test_a_day_can_be_made_to_allow_less(play: Play, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.api, "daily", dict(world.api.daily))
    play("> 你好", "+quota typing 0")

    assert world.api._used_up(TYPING) == 45009
    assert world.api._used_up(SEND) is None


def test_what_is_pushed_and_typed_appears_on_the_phone(play: Play, world: World) -> None:
    import httpx

    shown, _ = play("> 你好")
    with httpx.Client(base_url=world.api.base_url, trust_env=False) as http:
        asked = {"grant_type": "client_credential", "appid": world.account.app_id, "secret": world.api.secret}
        token = http.post(TOKEN, json=asked).json()["access_token"]
        for path, body in (
            (TYPING, {"command": "Typing"}),
            (SEND, {"msgtype": "text", "text": {"content": "推来的"}}),
            (SEND, {"msgtype": "msgmenu", "msgmenu": {"head_content": "选", "list": [{"id": "1", "content": "甲"}], "tail_content": ""}}),
        ):
            http.post(path, params={"access_token": token}, json={"touser": "oSimulated0001"} | body)

    assert shown[2:] == ["公众号：（对方正在输入…）", "公众号：推来的", "公众号：选\n    〔点 2：甲〕\n"]


@pytest.mark.slow
def test_a_killed_service_comes_back_and_goes_on(play: Play) -> None:
    _, problems = play(f"> {ASK}", "+kill", "> 没签合同怎么办", "! 出现故障")

    assert problems == []


# -- the command -----------------------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> int:
    monkeypatch.setattr(sys, "argv", ["gonghui", "wechat", "simulate", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("你好".encode(), "剧本第 1 行看不懂", id="no sign"),
        pytest.param("> 你好".encode("gb18030"), "不是 UTF-8", id="another encoding"),
        pytest.param(None, "打不开剧本", id="no file"),
    ],
)
def test_a_bad_script_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    script = tmp_path / "script.txt"
    if content is not None:
        script.write_bytes(content)

    assert run(monkeypatch, "--script", str(script)) == 2
    said = capfd.readouterr().err
    assert says in said
    assert "正在启动" not in said


@pytest.mark.slow
def test_a_script_from_standard_input_ends_with_1_where_an_expectation_is_not_met(
    monkeypatch: pytest.MonkeyPatch, small_data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(small_data))
    code = run(monkeypatch, "--script", "-", "--patience", "0", "--times", typed=f"> {ASK}\n? 怎么办\n! 怎么办\n")
    said = capfd.readouterr()

    assert code == 1
    assert said.out.startswith("[   0.0 秒] 我：老板欠我三个月工资怎么办\n[")
    assert "第 3 行没有满足" in said.err
    assert "剧本演完了：2 处期望，1 处没有满足" in said.err


@pytest.mark.slow
def test_a_chat_through_a_pipe_answers_every_line_and_says_what_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch, small_data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(small_data))
    code = run(monkeypatch, typed=f"{ASK}\n+clik\n+tap 7\n+subscribe\n+quit\n再见\n")
    said = capfd.readouterr()

    assert code == 0
    assert said.out.count("\n公众号：") == 2
    assert "再见" not in said.out
    assert "没有 +clik" in said.err
    assert "手机上没有“7”可以点" in said.err
