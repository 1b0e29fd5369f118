from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.cli import main
from assistant.store import Store
from assistant.web.wechat.simulated_api import MENU_CREATE, MENU_DELETE, MENU_GET, TOKEN, PlatformApi
from assistant.web.wechat.simulated_platform import ACCOUNT, aes_key
from assistant.wechat_store import permit_push, refuse_push
from tests.conftest import REAL_KNOWLEDGE
from tests.small_knowledge import edit
from tests.test_menu import MENU
from tests.web.conftest import rows, served, settings_for

SECRET = "0123456789abcdef0123456789abcdef"
TITLES = ["设置", "回调", "令牌", "主动推送", "菜单"]


class Ran(NamedTuple):
    """How a command ended, what it printed, and what it complained of."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> dict[str, tuple[bool, str]]:
        """What was looked at: whether it is well, and what is said of it."""
        found = {}
        for line in self.out.splitlines():
            how, _, rest = line.partition("  ")
            what, _, says = rest.partition("：")
            found[what] = (how == "正常", says)
        return found


Run = Callable[..., Ran]


@pytest.fixture(name="api")
def _api() -> Iterator[PlatformApi]:
    with PlatformApi(app_id=ACCOUNT.app_id, secret=SECRET) as api:
        yield api


@pytest.fixture(name="run")
def _run(
    api: PlatformApi,
    knowledge: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Run:
    """Runs `gonghui wechat …` against the fake platform, in this process; settings may be changed, None leaves one out."""
    (knowledge / "wechat_menu.yaml").write_text(MENU, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = {
        "DATA_DIR": str(tmp_path / "data"),
        "KNOWLEDGE_DIR": str(knowledge),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'gonghui.sqlite3'}",
        "SECRET_KEY": "a secret of the tests",
        "WECHAT_APP_ID": ACCOUNT.app_id,
        "WECHAT_APP_SECRET": SECRET,
        "WECHAT_TOKEN": ACCOUNT.token,
        "WECHAT_AES_KEY": ACCOUNT.aes_key,
        "WECHAT_ORIGINAL_ID": ACCOUNT.original_id,
        "WECHAT_API_BASE": api.base_url,
        "PUBLIC_BASE_URL": "https://ask.example",
    }

    def run(*arguments: str, **changes: str | None) -> Ran:
        for name, value in (given | changes).items():
            monkeypatch.delenv(f"GONGHUI_{name}", raising=False)
            if value is not None:
                monkeypatch.setenv(f"GONGHUI_{name}", value)
        monkeypatch.setattr(sys, "argv", ["gonghui", "wechat", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsysbinary.readouterr()
        return Ran(int(ended.value.code or 0), printed.out.decode(), printed.err.decode())

    return run


@pytest.fixture(name="service", scope="module")
def _service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a running service with the same account, and its database."""
    folder = tmp_path_factory.mktemp("service")
    with served(settings_for(folder, wechat_aes_key_previous="")) as address:
        yield address, folder / "gonghui.sqlite3"


# -- the menu --------------------------------------------------------------------------------------------------


def test_a_menu_is_published_shown_and_taken_away(api: PlatformApi, run: Run) -> None:
    pushed, shown, deleted = run("menu", "push"), run("menu", "show"), run("menu", "delete")

    assert (pushed.code, pushed.out) == (0, "菜单发布了：一级 3 个，二级 5 个，手机上最多五分钟换成新的\n")
    assert (shown.code, shown.err) == (0, "和 wechat_menu.yaml 一样\n")
    assert shown.out.startswith("问法律\n  拖欠工资  click ask:老板欠我三个月工资怎么办\n")
    assert (deleted.code, api.menu) == (0, None)
    assert [call.path for call in api.calls] == [TOKEN, MENU_CREATE, MENU_GET, MENU_DELETE]


def test_the_real_menu_is_one_the_platform_takes(api: PlatformApi, run: Run, knowledge: Path) -> None:
    from assistant.knowledge import load_menu
    from assistant.menu import to_platform

    assert api._create_menu(to_platform(load_menu(REAL_KNOWLEDGE))) == 0


def test_without_a_menu_the_account_is_said_to_have_none(run: Run) -> None:
    shown = run("menu", "show")

    assert (shown.code, shown.out) == (0, "")
    assert shown.err == "公众号上没有菜单，要换成 wechat_menu.yaml 里的就运行 gonghui wechat menu push\n"


def test_a_menu_that_was_changed_is_told_with_the_difference(run: Run, knowledge: Path) -> None:
    run("menu", "push")
    edit(knowledge / "wechat_menu.yaml", "name: 没签合同", "name: 双倍工资")

    assert "少双倍工资，多没签合同，要换成" in run("menu", "show").err


def test_a_menu_with_a_problem_is_not_published(api: PlatformApi, run: Run, knowledge: Path) -> None:
    edit(knowledge / "wechat_menu.yaml", "name: 没签合同", "name: 没签书面劳动合同的")
    ran = run("menu", "push")

    assert ran.code == 1
    assert "wechat_menu.yaml:1: “没签书面劳动合同的”太长" in ran.err
    assert api.calls == []


def test_a_missing_menu_file_ends_with_one_and_where_to_read_on(run: Run, knowledge: Path) -> None:
    (knowledge / "wechat_menu.yaml").unlink()
    ran = run("menu", "push")

    assert (ran.code, "knowledge/README.md" in ran.err) == (1, True)


@pytest.mark.parametrize("command", ["push", "show", "delete"])
@pytest.mark.parametrize(
    ("trouble", "code", "says"),
    [
        pytest.param(lambda api: api.refuse(TOKEN, 40125), 2, "GONGHUI_WECHAT_APP_SECRET 不对", id="a wrong secret"),
        pytest.param(lambda api: setattr(api, "unlisted_address", "203.0.113.7"), 2, "加上 203.0.113.7", id="an address not on the list"),
        pytest.param(lambda api: setattr(api, "is_verified", False), 1, "（48001）：公众号没有这个接口的权限", id="not permitted"),
        pytest.param(lambda api: api.refuse(TOKEN, -1), 3, "平台正忙", id="busy"),
        pytest.param(lambda api: api.misbehave(TOKEN, "a page"), 3, "没有给出能用的回应", id="a page"),
    ],
)
def test_a_refusal_ends_a_menu_command_with_its_code_and_one_sentence(
    api: PlatformApi, run: Run, command: str, trouble: Callable[[PlatformApi], None], code: int, says: str
) -> None:
    trouble(api)
    ran = run("menu", command)

    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["push", "show", "delete"])
@pytest.mark.parametrize("name", ["WECHAT_APP_ID", "WECHAT_APP_SECRET"])
def test_without_its_settings_a_menu_command_ends_with_two_and_their_names(run: Run, command: str, name: str) -> None:
    ran = run("menu", command, **{name: None})

    assert (ran.code, "GONGHUI_WECHAT_APP_SECRET" in ran.err) == (2, True)


def test_a_menu_is_published_without_a_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()

    assert (
        run("menu", "push", DATABASE_URL=f"sqlite:///{tmp_path}/a-file/x.sqlite3", DATA_DIR=f"{tmp_path}/a-file", SECRET_KEY=None).code == 0
    )


# -- the check -------------------------------------------------------------------------------------------------


def test_a_check_of_an_account_in_order_finds_nothing(run: Run, service: tuple[str, Path]) -> None:
    run("menu", "push")
    ran = run("check", "--url", service[0])

    assert ran.code == 0
    assert list(ran.findings) == TITLES
    assert all(is_well for is_well, _ in ran.findings.values())
    assert ran.findings["菜单"][1] == "公众号上的和 wechat_menu.yaml 一样"


def test_a_check_leaves_nothing_of_itself_behind(run: Run, service: tuple[str, Path]) -> None:
    run("check", "--url", service[0])

    assert [list(rows(service[1], table)) for table in ("answers", "wechat_messages")] == [[], []]


def test_a_check_asks_the_public_address_where_no_other_is_given(run: Run, service: tuple[str, Path]) -> None:
    is_well, says = run("check", PUBLIC_BASE_URL=service[0]).findings["回调"]

    assert (is_well, f"{service[0]}/wechat 收发加密消息正常" in says) == (True, True)


def test_a_check_asks_no_proxy_of_the_environment(run: Run, service: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    found = run("check", "--url", service[0]).findings

    assert (found["回调"][0], found["令牌"][0]) == (True, True)


@pytest.mark.parametrize("tail", ["/", "/wechat", "/wechat/"])
def test_the_address_to_ask_may_be_written_in_several_ways(run: Run, service: tuple[str, Path], tail: str) -> None:
    assert run("check", "--url", service[0] + tail).findings["回调"][0]


def test_an_address_that_is_none_ends_with_two(run: Run) -> None:
    ran = run("check", "--url", "127.0.0.1:8000")

    assert (ran.code, ran.out, "http://" in ran.err) == (2, "", True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"WECHAT_TOKEN": None}, "没有设置 GONGHUI_WECHAT_TOKEN，"),
        ({"WECHAT_APP_SECRET": None, "WECHAT_AES_KEY": None}, "没有设置 GONGHUI_WECHAT_APP_SECRET、GONGHUI_WECHAT_AES_KEY，"),
        ({"WECHAT_APP_ID": "wx012"}, "GONGHUI_WECHAT_APP_ID 应是wx 加 16 个"),
        ({"WECHAT_APP_SECRET": "x" * 32}, "GONGHUI_WECHAT_APP_SECRET 应是32 个"),
        ({"WECHAT_TOKEN": "a b"}, "GONGHUI_WECHAT_TOKEN 应是3 到 32 个"),
        ({"WECHAT_ORIGINAL_ID": "jimogonghui"}, "GONGHUI_WECHAT_ORIGINAL_ID 应是gh_ 开头"),
        ({"PUBLIC_BASE_URL": "http://ask.example:8000"}, "GONGHUI_PUBLIC_BASE_URL 用了 8000 端口，平台只往 80 和 443 发"),
    ],
)
def test_a_setting_that_is_missing_or_odd_is_named(run: Run, service: tuple[str, Path], changes: dict[str, str | None], says: str) -> None:
    ran = run("check", "--url", service[0], **changes)

    assert ran.code == 2
    assert not ran.findings["设置"][0]
    assert says in ran.findings["设置"][1]


def test_settings_that_would_help_are_suggested(run: Run) -> None:
    is_well, says = run("check", WECHAT_ORIGINAL_ID=None, PUBLIC_BASE_URL=None).findings["设置"]

    assert (is_well, says.partition("；建议再设 ")[0]) == (True, "齐了，样子都对")
    assert says.endswith("GONGHUI_WECHAT_ORIGINAL_ID（没有它就不核对收件人）、GONGHUI_PUBLIC_BASE_URL（没有它答复里就没有全文链接）")


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        pytest.param({"WECHAT_TOKEN": "another"}, 2, "HTTP 403：它不认这条消息", id="another token"),
        pytest.param({"WECHAT_ORIGINAL_ID": "gh_ffffffffffff"}, 2, "HTTP 403", id="another account"),
        pytest.param({"WECHAT_AES_KEY": aes_key(9)}, 2, "HTTP 400：它读不懂密文", id="another key"),
        pytest.param({"WECHAT_APP_ID": "wxffffffffffffffff"}, 2, "HTTP 400：它读不懂密文", id="another AppID"),
        pytest.param({"WECHAT_AES_KEY": None}, 2, "没有查：先把", id="no key"),
    ],
)
def test_settings_that_differ_from_the_services_are_told(
    run: Run, service: tuple[str, Path], changes: dict[str, str | None], code: int, says: str
) -> None:
    ran = run("check", "--url", service[0], **changes)

    assert (ran.code, ran.findings["回调"][0]) == (code, False)
    assert says in ran.findings["回调"][1]


def test_without_any_address_the_callback_is_not_looked_for(run: Run) -> None:
    assert run("check", PUBLIC_BASE_URL=None).findings["回调"] == (
        False,
        "不知道去哪里找服务，请设置 GONGHUI_PUBLIC_BASE_URL，或者加 --url http://127.0.0.1:8000",
    )


def test_a_service_that_is_not_there_ends_with_three(run: Run) -> None:
    run("menu", "push")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    ran = run("check", "--url", address)

    assert ran.code == 3
    assert ran.findings["回调"][1] == f"连不上 {address}/wechat（ConnectError），请看服务有没有启动、地址对不对"


@contextlib.contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """A server that is not ours; None as a body: it says nothing."""
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if status == 0:
                stopped.wait(30)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "body", "code", "says"),
    [
        pytest.param(404, b"", 2, "HTTP 404：那里没有回调", id="404"),
        pytest.param(301, b"", 2, "HTTP 301：它转到别处去了", id="301"),
        pytest.param(502, b"<html>", 3, "HTTP 502：反向代理后面的服务没有启动", id="502"),
        pytest.param(418, b"", 3, "HTTP 418：请看服务的日志", id="418"),
        pytest.param(200, b"success", 1, "收下了消息，但没有答复", id="success"),
        pytest.param(200, b"", 1, "收下了消息，但没有答复", id="nothing"),
        pytest.param(200, b"<html>Welcome</html>", 2, "不是加密的答复", id="a page"),
        pytest.param(200, b"\xff" * 200_000, 2, "不是加密的答复", id="much"),
        pytest.param(200, b"<xml><Encrypt>AAAA</Encrypt></xml>", 2, "签名不对", id="not signed"),
    ],
)
def test_what_is_not_our_callback_is_told(run: Run, status: int, body: bytes, code: int, says: str) -> None:
    run("menu", "push")
    with answering(status, body) as address:
        ran = run("check", "--url", address)

    assert (ran.code, ran.findings["回调"][0]) == (code, False)
    assert says in ran.findings["回调"][1]


def test_a_callback_that_is_silent_is_given_up_when_the_platform_would(run: Run) -> None:
    started = time.monotonic()
    with answering(0, b"") as address:
        ran = run("check", "--url", address)

    assert "在 5 秒里没有答完，平台会断开" in ran.findings["回调"][1]
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("trouble", "code", "says"),
    [
        pytest.param(lambda api: api.refuse(TOKEN, 40013), 2, "GONGHUI_WECHAT_APP_ID 或 GONGHUI_WECHAT_APP_SECRET 不对", id="a wrong name"),
        pytest.param(lambda api: setattr(api, "unlisted_address", "203.0.113.7"), 2, "IP 白名单加上 203.0.113.7", id="our address"),
        pytest.param(lambda api: api.refuse(TOKEN, 45009), 3, "次数用完了", id="the quota"),
        pytest.param(lambda api: api.misbehave(TOKEN, "half an answer"), 3, "没有给出能用的回应", id="half an answer"),
    ],
)
def test_a_token_that_is_not_to_be_had_is_told_and_the_menu_left_alone(
    api: PlatformApi, run: Run, service: tuple[str, Path], trouble: Callable[[PlatformApi], None], code: int, says: str
) -> None:
    run("menu", "push")
    trouble(api)
    ran = run("check", "--url", service[0])

    assert ran.code == code
    assert says in ran.findings["令牌"][1]
    assert ran.findings["菜单"] == (False, "没有查：先把令牌拿到")


def test_a_menu_that_differs_ends_with_one(run: Run, service: tuple[str, Path], knowledge: Path) -> None:
    run("menu", "push")
    edit(knowledge / "wechat_menu.yaml", "name: 没签合同", "name: 双倍工资")
    ran = run("check", "--url", service[0])

    assert ran.code == 1
    assert ran.findings["菜单"] == (
        False,
        "公众号上的和 wechat_menu.yaml 不一样（少双倍工资，多没签合同），请运行 gonghui wechat menu push",
    )


def test_an_account_without_a_menu_ends_with_one(run: Run, service: tuple[str, Path]) -> None:
    ran = run("check", "--url", service[0])

    assert (ran.code, ran.findings["菜单"]) == (1, (False, "公众号上没有菜单，请运行 gonghui wechat menu push"))


def test_an_account_that_may_have_no_menu_is_told_that_typing_works(api: PlatformApi, run: Run, service: tuple[str, Path]) -> None:
    api.is_verified = False
    ran = run("check", "--url", service[0])

    assert ran.code == 1
    assert ran.findings["菜单"][1].endswith("要先在公众号后台做完微信认证；没有菜单，职工照样可以打字问")


def test_a_broken_menu_file_ends_with_one_and_its_line(run: Run, service: tuple[str, Path], knowledge: Path) -> None:
    edit(knowledge / "wechat_menu.yaml", "reply: welcome", "key: welcome")
    ran = run("check", "--url", service[0])

    assert (ran.code, "wechat_menu.yaml:7: " in ran.findings["菜单"][1]) == (1, True)


def known(tmp_path: Path, note: Callable[[Store], None]) -> None:
    store = Store(f"sqlite:///{tmp_path / 'gonghui.sqlite3'}")
    store.migrate()
    note(store)
    store.close()


def test_what_is_known_of_pushing_is_told(run: Run, tmp_path: Path) -> None:
    told = [run("check").findings["主动推送"]]
    known(tmp_path, lambda store: permit_push(store, ACCOUNT.app_id))
    told.append(run("check").findings["主动推送"])
    known(tmp_path, lambda store: refuse_push(store, ACCOUNT.app_id, now=time.time() - 60))
    told.append(run("check").findings["主动推送"])

    assert [is_well for is_well, _ in told] == [True, True, True]
    assert [says[:4] for _, says in told] == ["还不知道", "可以，最", "平台在 "]
    assert "没有权限（48001），公众号要先做微信认证" in told[2][1]


def test_pushing_that_is_set_but_not_permitted_ends_with_two(run: Run, tmp_path: Path, service: tuple[str, Path]) -> None:
    run("menu", "push")
    known(tmp_path, lambda store: refuse_push(store, ACCOUNT.app_id, now=time.time()))
    ran = run("check", "--url", service[0], WECHAT_SLOW_MODE="push")

    assert (ran.code, ran.findings["主动推送"][0]) == (2, False)
    assert "请改成 auto" in ran.findings["主动推送"][1]


def test_a_database_that_is_broken_is_told_with_three(run: Run, tmp_path: Path, service: tuple[str, Path]) -> None:
    run("menu", "push")
    (tmp_path / "a-file").touch()
    ran = run("check", "--url", service[0], DATABASE_URL=f"sqlite:///{tmp_path}/a-file/x.sqlite3")

    assert ran.code == 3
    assert [what for what, (is_well, _) in ran.findings.items() if not is_well] == ["主动推送"]


def test_no_secret_is_printed_whatever_goes_wrong(api: PlatformApi, run: Run, service: tuple[str, Path], tmp_path: Path) -> None:
    printed = []
    for trouble in (None, 40001, 40164, -1):
        for command in (("menu", "push"), ("menu", "show"), ("check", "--url", service[0]), ("check",)):
            if trouble is not None:
                api.refuse(TOKEN, trouble)
            ran = run(*command)
            printed += [ran.out, ran.err]
    printed += [run("check", WECHAT_APP_ID="wx", WECHAT_APP_SECRET="S3cret-that-is-odd").out]

    tokens = {call.token for call in api.calls if call.token}
    words = (SECRET, ACCOUNT.token, ACCOUNT.aes_key, "S3cret-that-is-odd", "a secret of the tests", *tokens)
    assert tokens
    assert [word for word in words if word in "".join(printed)] == []


def test_the_commands_are_in_the_help(run: Run) -> None:
    assert {"menu", "check"} <= set(run("--help").out.split())
    assert {"push", "show", "delete"} <= set(run("menu", "--help").out.split())
