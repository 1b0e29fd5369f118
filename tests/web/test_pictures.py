from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant import recognising
from assistant.papers import Recognised, recognised
from assistant.settings import Settings
from assistant.web.wechat import phrases, pictures
from assistant.web.wechat.pictures import NOT_FETCHED, is_the_platforms, read_picture
from assistant.web.wechat.simulated_api import PlatformApi
from assistant.web.wechat.simulated_platform import text_message
from tests.web.conftest import settings_for
from tests.web.phones import service


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformApi]:
    """A platform that keeps pictures; what is on them is their bytes, so that the extra is not needed here."""
    monkeypatch.setattr(recognising, "is_installed", lambda: True)
    monkeypatch.setattr(recognising, "recognise", lambda content: recognised([content.decode()]))
    with PlatformApi() as running:
        yield running


def read(url: str, settings: Settings) -> Recognised | str:
    return asyncio.run(read_picture(url, settings))


@pytest.mark.parametrize(
    ("url", "is_theirs"),
    [
        pytest.param("http://mmbiz.qpic.cn/mmbiz_jpg/abc/0", True, id="as the platform writes it"),
        pytest.param("https://mmbiz.qpic.cn/mmbiz_jpg/abc/0?wx_fmt=jpeg", True, id="https"),
        pytest.param("http://mmbiz.qpic.cn:80/a", True, id="the usual port"),
        pytest.param("http://mmbiz.qpic.cn:8080/a", False, id="another port"),
        pytest.param("http://mmbiz.qpic.cn.evil.example/a", False, id="another domain that begins so"),
        pytest.param("http://evilqpic.cn/a", False, id="another domain that ends so"),
        pytest.param("http://mmbiz.qpic.cn@evil.example/a", False, id="the name as a user"),
        pytest.param("http://user:password@mmbiz.qpic.cn/a", False, id="a user"),
        pytest.param("http://127.0.0.1/a", False, id="this machine"),
        pytest.param("http://169.254.169.254/latest/meta-data/", False, id="the cloud's own address"),
        pytest.param("http://[::1]/a", False, id="this machine, version 6"),
        pytest.param("file:///etc/passwd", False, id="a file"),
        pytest.param("ftp://mmbiz.qpic.cn/a", False, id="ftp"),
        pytest.param("//mmbiz.qpic.cn/a", False, id="no scheme"),
        pytest.param("http://mmbiz.qpic.cn\\@evil.example/a", False, id="a backslash"),
        pytest.param("http://mmbiz.qpic.cn\r\nHost: evil/a", False, id="a line break"),
        pytest.param("", False, id="nothing"),
        pytest.param("http://" + "a" * 70_000, False, id="endless"),
    ],
)
def test_pictures_are_fetched_only_from_the_platform(tmp_path: Path, url: str, is_theirs: bool) -> None:
    assert is_the_platforms(url, settings_for(tmp_path)) is is_theirs


def test_in_a_rehearsal_the_played_platform_is_one_of_them_and_its_neighbour_is_not(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, wechat_api_base="http://127.0.0.1:7001")

    assert [is_the_platforms(f"http://127.0.0.1:{port}/pictures/1", settings) for port in (7001, 7002)] == [True, False]


def test_a_picture_is_fetched_and_read(api: PlatformApi, tmp_path: Path) -> None:
    api.pictures["1"] = "工资条".encode()

    assert read(f"{api.base_url}/pictures/1", settings_for(tmp_path, wechat_api_base=api.base_url)) == recognised(["工资条"])


def test_a_picture_that_is_not_there_is_told(api: PlatformApi, tmp_path: Path) -> None:
    assert read(f"{api.base_url}/pictures/2", settings_for(tmp_path, wechat_api_base=api.base_url)) == NOT_FETCHED


def test_a_picture_elsewhere_is_not_asked_for(api: PlatformApi, tmp_path: Path) -> None:
    api.pictures["1"] = b"secret"

    assert read(f"{api.base_url}/pictures/1", settings_for(tmp_path)) == NOT_FETCHED
    assert api.calls == []


def test_a_picture_server_that_is_gone_is_told(api: PlatformApi, tmp_path: Path) -> None:
    assert read("http://127.0.0.1:9/pictures/1", settings_for(tmp_path, wechat_api_base="http://127.0.0.1:9")) == NOT_FETCHED


def test_a_picture_larger_than_allowed_is_not_taken_in_whole(api: PlatformApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "LARGEST_BYTES", 1000)
    api.pictures["1"] = b"x" * 1001

    assert read(f"{api.base_url}/pictures/1", settings_for(tmp_path, wechat_api_base=api.base_url)) == recognising.TOO_LARGE


class Server:
    """A server that does with a GET what a test wants, on the address where the played platform would be."""

    def __init__(self, handle: object) -> None:
        import threading
        from http.server import ThreadingHTTPServer

        members = {"do_GET": handle, "log_message": lambda *_: None}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (BaseHTTPRequestHandler,), members))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


def redirects(to: str) -> object:
    def handle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return handle


@pytest.mark.parametrize("status", [300, 304])
def test_a_redirect_that_leads_nowhere_is_told(api: PlatformApi, tmp_path: Path, status: int) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    nowhere = Server(answer)

    assert read(f"{nowhere.url}/a", settings_for(tmp_path, wechat_api_base=nowhere.url)) == NOT_FETCHED


def test_a_redirect_is_followed_to_the_platform_and_nowhere_else(api: PlatformApi, tmp_path: Path) -> None:
    api.pictures["1"] = b"secret"
    elsewhere, round_and_round = Server(redirects(f"{api.base_url}/pictures/1")), Server(redirects("/a"))

    assert read(f"{elsewhere.url}/a", settings_for(tmp_path, wechat_api_base=elsewhere.url)) == NOT_FETCHED
    assert read(f"{round_and_round.url}/a", settings_for(tmp_path, wechat_api_base=round_and_round.url)) == NOT_FETCHED
    assert api.calls == []


def test_a_picture_that_drips_in_is_given_up_in_time(api: PlatformApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            return

    monkeypatch.setattr(pictures, "FETCHED_WITHIN_S", 0.4)
    dripping = Server(drip)
    started = time.monotonic()

    assert read(f"{dripping.url}/a", settings_for(tmp_path, wechat_api_base=dripping.url)) == NOT_FETCHED
    assert time.monotonic() - started < 3


def test_without_the_extra_nothing_is_fetched(api: PlatformApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "is_installed", lambda: False)
    api.pictures["1"] = b"x"

    assert read(f"{api.base_url}/pictures/1", settings_for(tmp_path, wechat_api_base=api.base_url)) == recognising.NOT_INSTALLED


def _sent(api: PlatformApi, content: bytes) -> dict[str, str]:
    api.pictures["9"] = content
    return {**text_message("", message_id="71000001"), "MsgType": "image", "PicUrl": f"{api.base_url}/pictures/9", "MediaId": "m9"}


def test_who_sends_a_picture_is_shown_what_was_read_and_asked_to_check_it(api: PlatformApi, tmp_path: Path) -> None:
    message = _sent(api, "工资条 应发 5200 实发 4310".encode())
    with service(tmp_path, api=api) as one:
        first, again = one.deliver(message), one.deliver(message)

    assert str(first.seen).startswith("这张图看着是工资条。读到的是：\n工资条 应发 5200 实发 4310")
    assert "请您对一遍" in str(first.seen)
    assert '\n1 <a href="weixin://bizmsgmenu?msgmenucontent=对&msgmenuid=1">对</a>\n2 ' in str(first.seen)
    assert str(first.seen).endswith("（自动回答，仅供参考）")
    assert again.seen == first.seen


def test_of_a_picture_nothing_stays_in_the_database(api: PlatformApi, tmp_path: Path) -> None:
    with service(tmp_path, api=api) as one:
        one.deliver(_sent(api, "工资条 应发 5200 实发 4310".encode()))
        kept = sqlite3.connect(tmp_path / "gonghui.sqlite3").execute("select body from wechat_messages").fetchall()

    assert kept == [(None,)]


NOTICE = "解除劳动合同通知书 您于2021年3月1日入职，现决定自2026年11月1日起与您解除劳动合同"


@pytest.mark.parametrize("right", ["对", "1", "没错", "对的，是这样"])
def test_what_was_read_and_confirmed_counts_as_told(api: PlatformApi, tmp_path: Path, real_data: Path, right: str) -> None:
    with service(tmp_path, api=api, data_dir=real_data) as one:
        one.deliver(_sent(api, NOTICE.encode()))
        confirmed = one.says(right)
        answer = one.says("被辞退能拿多少补偿")

    assert confirmed.startswith("好，图上写的我记下了")
    assert ">被辞退能拿多少补偿</a>" in confirmed
    assert "2021年3月1日来、2026年11月1日走" in answer


@pytest.mark.parametrize("wrong", ["不对", "2", "读错了", ""])
def test_what_was_read_wrong_or_never_confirmed_counts_for_nothing(api: PlatformApi, tmp_path: Path, real_data: Path, wrong: str) -> None:
    with service(tmp_path, api=api, data_dir=real_data) as one:
        one.deliver(_sent(api, NOTICE.encode()))
        said = one.says(wrong) if wrong else phrases.NOT_AS_READ
        answer = one.says("被辞退能拿多少补偿")

    assert said == phrases.NOT_AS_READ
    assert answer
    assert "2021" not in answer


def test_a_question_offered_with_a_confirmed_paper_is_picked_by_its_number(api: PlatformApi, tmp_path: Path, real_data: Path) -> None:
    with service(tmp_path, api=api, data_dir=real_data) as one:
        one.deliver(_sent(api, NOTICE.encode()))
        one.says("对")
        answer = one.says("1")

    assert "2021年3月1日来、2026年11月1日走" in answer


def test_a_yes_belongs_to_the_picture_only_right_after_it(api: PlatformApi, tmp_path: Path, real_data: Path) -> None:
    with service(tmp_path, api=api, data_dir=real_data) as one:
        one.deliver(_sent(api, NOTICE.encode()))
        one.says("试用期最长多久")

        assert "记下了" not in one.says("对")


def test_a_picture_from_elsewhere_is_not_fetched_and_its_sender_is_told_what_to_do(api: PlatformApi, tmp_path: Path) -> None:
    with service(tmp_path, api=api) as one:
        seen = one.deliver({**_sent(api, b""), "PicUrl": "http://127.0.0.1:1/pictures/9"}).seen

    assert str(seen).startswith(NOT_FETCHED)


def test_without_the_extra_a_picture_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "is_installed", lambda: False)
    with PlatformApi() as running, service(tmp_path, api=running) as one:
        seen = one.deliver(_sent(running, b"")).seen

    assert str(seen).startswith("现在只能看懂文字")
