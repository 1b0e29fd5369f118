from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog

from assistant.errors import ConfigError, PlatformError, PlatformMisconfigured, PlatformUnavailable, Refusal, StoreUnavailable
from assistant.settings import Settings
from assistant.store import Store
from assistant.web.wechat.errcodes import DOCUMENTED, refusal
from assistant.web.wechat.platform import PlatformClient
from assistant.web.wechat.simulated_api import MENU_CREATE, MENU_DELETE, MENU_GET, SEND, TOKEN, TYPING, PlatformApi
from assistant.web.wechat.simulated_faults import FAULTS
from assistant.wechat_store import KeptToken, PushRight, find_token, keep_token
from tests.clock import Clock
from tests.conftest import REPOSITORY

KEY = b"a secret of the tests"
OPENID = "oKQZ5-reader-of-the-tests"
# The slow faults take the whole 4 s each; all others are over at once.
SLOW = {"a slow drip", "silence"}
# Whoever goes on trying meets an end here, and is found out by having succeeded.
FOR_GOOD = 60


@pytest.fixture(name="api")
def _api(clock: Clock) -> Iterator[PlatformApi]:
    with PlatformApi(clock=clock) as api:
        api.hears(OPENID)
        yield api


@pytest.fixture(name="empty", scope="module")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "gonghui.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture(name="store")
def _store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{shutil.copy(empty, tmp_path)}")
    yield store
    store.close()


def settings_of(api: PlatformApi, **changes: object) -> Settings:
    values = {"wechat_app_id": api.app_id, "wechat_app_secret": api.secret, "wechat_api_base": api.base_url}
    return Settings(_env_file=None, **(values | changes))


Use = Callable[..., PlatformError | None]


@pytest.fixture(name="use")
def _use(api: PlatformApi, store: Store, clock: Clock) -> Use:
    """Runs calls one after another on one client; returns the last one's error, None where it went well."""

    def use(*calls: Callable[[PlatformClient], Awaitable[object]], **changes: object) -> PlatformError | None:
        async def run() -> PlatformError | None:
            error = None
            async with PlatformClient(settings_of(api, **changes), store=lambda: store, key=KEY, clock=clock) as client:
                for call in calls:
                    error = None
                    try:
                        await call(client)
                    except PlatformError as caught:
                        error = caught
            return error

        return asyncio.run(run())

    return use


def send(text: str = "您的答复", openid: str = OPENID) -> Callable[[PlatformClient], Awaitable[None]]:
    return lambda client: client.send_text(openid, text)


def paths(api: PlatformApi) -> list[str]:
    return [call.path for call in api.calls]


# -- messages --------------------------------------------------------------------------------------------------


def test_a_message_reaches_the_person_as_it_was_written(api: PlatformApi, use: Use) -> None:
    text = '您被拖欠的工资可以要回来。\n"先"打 12333 \\ <a href="https://12333.gov.cn">网站</a> 🙂'

    assert use(send(text)) is None
    assert api.inbox == {OPENID: [text]}


def test_chinese_goes_out_as_itself(api: PlatformApi, use: Use) -> None:
    use(send("拖欠工资"), lambda client: client.create_menu({"button": [{"type": "click", "name": "问法律", "key": "ask:工伤"}]}))

    assert "拖欠工资".encode() in api.calls_to(SEND)[0].raw
    assert "问法律".encode() in api.calls_to(MENU_CREATE)[0].raw


def test_half_a_surrogate_pair_stops_nothing(api: PlatformApi, use: Use) -> None:
    assert use(send("坏字\ud800完")) is None
    assert api.inbox[OPENID] == ["坏字?完"]


def test_typing_is_shown_and_taken_back(api: PlatformApi, use: Use) -> None:
    assert use(lambda client: client.show_typing(OPENID), lambda client: client.show_typing(OPENID, on=False)) is None
    assert [call.body["command"] for call in api.calls_to(TYPING)] == ["Typing", "CancelTyping"]


def test_typing_shown_twice_is_refused_as_such(use: Use) -> None:
    error = use(lambda client: client.show_typing(OPENID), lambda client: client.show_typing(OPENID))

    assert error is not None
    assert (error.reason, error.code) == (Refusal.TYPING, 45081)


def test_a_sixth_message_in_a_row_is_refused(api: PlatformApi, use: Use) -> None:
    error = use(*[send(f"第{number}段") for number in range(6)])

    assert error is not None
    assert (error.reason, error.code) == (Refusal.WINDOW, 45047)
    assert len(api.inbox[OPENID]) == 5


def test_a_person_silent_for_two_days_is_not_written_to(clock: Clock, use: Use) -> None:
    clock.now += 48 * 3600 + 1
    error = use(send())

    assert error is not None
    assert (error.reason, error.code) == (Refusal.WINDOW, 45015)


# -- what the platform's numbers mean --------------------------------------------------------------------------

NUMBERS = [
    (-1, Refusal.BUSY), (40003, Refusal.RECEIVER), (43019, Refusal.RECEIVER), (45002, Refusal.CONTENT), (45008, Refusal.CONTENT),
    (45009, Refusal.QUOTA), (45011, Refusal.QUOTA), (45015, Refusal.WINDOW), (45047, Refusal.WINDOW), (45072, Refusal.TYPING),
    (45080, Refusal.TYPING), (45081, Refusal.TYPING), (48001, Refusal.PERMISSION), (40016, Refusal.MENU), (40018, Refusal.MENU),
    (40019, Refusal.MENU), (40020, Refusal.MENU), (40023, Refusal.MENU), (40025, Refusal.MENU), (46003, Refusal.MENU),
    (41001, Refusal.TOKEN), (40001, Refusal.TOKEN), (40014, Refusal.TOKEN), (42001, Refusal.TOKEN), (40013, Refusal.CREDENTIALS),
    (40125, Refusal.CREDENTIALS), (40002, Refusal.CREDENTIALS), (41002, Refusal.CREDENTIALS), (41004, Refusal.CREDENTIALS),
    (40164, Refusal.ADDRESS), (61450, Refusal.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("number", "reason"), NUMBERS)
def test_each_number_is_told_as_what_it_means(api: PlatformApi, use: Use, number: int, reason: Refusal) -> None:
    api.refuse(SEND, number)
    error = use(send())

    assert error is not None
    assert (error.reason, error.code) == (reason, number)
    assert f"（{number}）" in str(error)


def test_every_documented_number_is_tested() -> None:
    assert {number for number, _ in NUMBERS} >= DOCUMENTED


@pytest.mark.parametrize(("number", "kind"), [(45015, PlatformError), (40164, PlatformMisconfigured), (45009, PlatformUnavailable)])
def test_an_error_says_by_its_kind_who_must_do_something(number: int, kind: type[PlatformError]) -> None:
    assert type(refusal(number)) is kind


@pytest.mark.parametrize("path", [SEND, TYPING])
def test_a_call_is_not_repeated_for_a_refusal_that_is_not_the_tokens(api: PlatformApi, use: Use, path: str) -> None:
    others = [number for number, reason in NUMBERS if reason is not Refusal.TOKEN]
    steps = [one for number in others for one in (_refusing(api, path, number), CALLS[path])]
    use(*steps)

    assert [call.errcode for call in api.calls_to(path)] == others


def _refusing(api: PlatformApi, path: str, number: int) -> Callable[[PlatformClient], Awaitable[None]]:
    async def begin(_: PlatformClient) -> None:
        api.refuse(path, number)

    return begin


def test_our_address_is_named_where_it_is_not_on_the_list(api: PlatformApi, use: Use) -> None:
    api.unlisted_address = "203.0.113.7"
    error = use(send())

    assert isinstance(error, PlatformMisconfigured)
    assert "IP 白名单" in str(error)
    assert "203.0.113.7" in str(error)


@pytest.mark.parametrize("message", ["", "invalid ip 999.1.1.1, not in whitelist", "invalid ip :::::, not in whitelist"])
def test_an_address_that_is_none_is_not_told(message: str) -> None:
    assert "这台机器的公网地址" in str(refusal(40164, message))


def test_an_address_of_the_sixth_version_is_told() -> None:
    assert "2001:db8::7，" in str(refusal(40164, "invalid ip 2001:db8::7, not in whitelist rid: 0"))


@pytest.mark.parametrize("changes", [{"wechat_app_id": "wxffffffffffffffff"}, {"wechat_app_secret": "f" * 32}])
def test_a_wrong_name_or_secret_is_told_as_the_settings_to_correct(use: Use, changes: dict[str, object]) -> None:
    error = use(send(), **changes)

    assert isinstance(error, PlatformMisconfigured)
    assert "GONGHUI_WECHAT_APP_SECRET" in str(error)


def test_an_invalid_credential_where_a_token_is_asked_for_is_the_secret(api: PlatformApi, use: Use) -> None:
    api.refuse(TOKEN, 40001)
    error = use(send())

    assert error is not None
    assert error.reason is Refusal.CREDENTIALS
    assert paths(api) == [TOKEN]


@pytest.mark.parametrize("changes", [{"wechat_app_id": ""}, {"wechat_app_secret": ""}])
def test_without_name_and_secret_there_is_no_client(api: PlatformApi, store: Store, changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="GONGHUI_WECHAT_APP_SECRET"):
        PlatformClient(settings_of(api, **changes), store=lambda: store, key=KEY)


# -- the token -------------------------------------------------------------------------------------------------


def test_a_token_is_asked_for_once_and_never_by_force(api: PlatformApi, use: Use) -> None:
    use(send(), send(), lambda client: client.find_menu())

    assert paths(api) == [TOKEN, SEND, SEND, MENU_GET]
    assert api.calls[0].body["force_refresh"] is False


def test_twenty_callers_at_once_ask_for_one_token(api: PlatformApi, use: Use) -> None:
    async def crowd(client: PlatformClient) -> None:
        await asyncio.gather(*[client.find_menu() for _ in range(20)])

    use(crowd)

    assert (len(api.calls_to(TOKEN)), len(api.calls_to(MENU_GET))) == (1, 20)


@pytest.mark.parametrize(("after_s", "asked"), [(7100, 1), (7145, 2), (7300, 2)])
def test_a_token_is_renewed_a_minute_before_its_end(api: PlatformApi, use: Use, clock: Clock, after_s: int, asked: int) -> None:
    async def later(_: PlatformClient) -> None:
        clock.now += after_s

    assert use(send(), later, lambda client: client.find_menu()) is None
    assert len(api.calls_to(TOKEN)) == asked


def test_a_token_refused_is_renewed_and_the_call_made_again(api: PlatformApi, use: Use) -> None:
    async def replaced(_: PlatformClient) -> None:
        api.replace_token()

    assert use(send("一"), replaced, send("二")) is None
    assert paths(api) == [TOKEN, SEND, SEND, TOKEN, SEND]
    assert api.inbox[OPENID] == ["一", "二"]


@pytest.mark.parametrize("number", [40001, 40014, 42001])
def test_a_token_refused_for_good_costs_three_requests_and_no_more(api: PlatformApi, use: Use, number: int) -> None:
    async def refused_from_now_on(_: PlatformClient) -> None:
        api.calls.clear()
        api.refuse(SEND, number, times=FOR_GOOD)

    error = use(send(), refused_from_now_on, send())

    assert error is not None
    assert (error.reason, error.code) == (Refusal.TOKEN, number)
    assert paths(api) == [SEND, TOKEN, SEND]


def test_twenty_callers_whose_token_is_refused_for_good_renew_it_once(api: PlatformApi, use: Use) -> None:
    api.refuse(SEND, 40001, times=FOR_GOOD)

    async def crowd(client: PlatformClient) -> None:
        await client.renew_token()
        await asyncio.gather(*[client.send_text(OPENID, "答复") for _ in range(20)], return_exceptions=True)

    use(crowd)

    assert len(api.calls_to(TOKEN)) == 2
    assert len(api.calls_to(SEND)) <= 40


def test_a_token_refused_for_good_is_not_renewed_for_every_message(api: PlatformApi, use: Use) -> None:
    api.refuse(SEND, 40001, times=FOR_GOOD)
    use(*[send()] * 10)

    assert len(api.calls_to(TOKEN)) == 2
    assert len(api.calls_to(SEND)) == 11


def test_a_token_endpoint_that_is_silent_is_waited_for_once_by_all(api: PlatformApi, use: Use) -> None:
    api.misbehave(TOKEN, "silence")
    started = time.monotonic()

    async def crowd(client: PlatformClient) -> None:
        outcomes = await asyncio.gather(*[client.send_text(OPENID, "答复") for _ in range(20)], return_exceptions=True)
        assert {getattr(outcome, "reason", outcome) for outcome in outcomes} == {Refusal.UNREACHABLE}

    assert use(crowd) is None
    assert time.monotonic() - started < 20
    assert paths(api) == [TOKEN]


def test_after_a_pause_a_token_is_asked_for_again(api: PlatformApi, use: Use, clock: Clock) -> None:
    api.refuse(TOKEN, -1, times=1)

    async def later(_: PlatformClient) -> None:
        clock.now += 11

    assert use(send(), later, send()) is None
    assert paths(api) == [TOKEN, TOKEN, SEND]


def test_a_life_beyond_all_numbers_stops_nothing(api: PlatformApi, use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_give_token", lambda *_: {"access_token": "abc", "expires_in": 10**400})
    error = use(send())

    assert error is not None
    assert error.reason is Refusal.TOKEN


@pytest.mark.parametrize("lives_s", [1, 30, 59, 60, 61])
def test_a_token_of_short_life_is_used_for_half_of_it(api: PlatformApi, use: Use, monkeypatch: pytest.MonkeyPatch, lives_s: int) -> None:
    monkeypatch.setattr("assistant.web.wechat.simulated_api.RENEWED_BEFORE_S", 0)
    monkeypatch.setattr("assistant.web.wechat.simulated_api.TOKEN_LIVES_S", lives_s)

    assert use(send(), send()) is None
    assert len(api.calls_to(TOKEN)) == 1


def test_a_life_longer_than_the_platforms_is_not_believed(
    api: PlatformApi, use: Use, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.wechat.simulated_api.TOKEN_LIVES_S", 10**12)

    async def later(_: PlatformClient) -> None:
        clock.now += 7200

    use(send(), later, send())

    assert len(api.calls_to(TOKEN)) == 2


def test_a_second_client_on_the_same_database_asks_for_no_token(api: PlatformApi, use: Use) -> None:
    use(send())
    api.calls.clear()

    assert use(send()) is None
    assert paths(api) == [SEND]


PROCESS = """
import asyncio, sys
from assistant.settings import Settings
from assistant.store import Store
from assistant.web.wechat.platform import PlatformClient

async def main(address, database, app_id, secret, openid):
    store = Store(database)
    settings = Settings(_env_file=None, wechat_app_id=app_id, wechat_app_secret=secret, wechat_api_base=address)
    async with PlatformClient(settings, store=lambda: store, key=b"a secret of the tests") as client:
        await client.send_text(openid, "答复")
    store.close()

asyncio.run(main(*sys.argv[1:]))
"""


def process(api: PlatformApi, database: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROCESS, api.base_url, f"sqlite:///{database}", api.app_id, api.secret, OPENID]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(REPOSITORY)})


def test_two_processes_share_one_token(api: PlatformApi, store: Store, tmp_path: Path) -> None:
    first = process(api, tmp_path / "gonghui.sqlite3").wait(60)
    second = process(api, tmp_path / "gonghui.sqlite3").wait(60)

    assert (first, second) == (0, 0)
    assert paths(api) == [TOKEN, SEND, SEND]
    assert len({call.token for call in api.calls_to(SEND)}) == 1


def test_two_processes_that_start_together_use_the_same_token(api: PlatformApi, store: Store, tmp_path: Path) -> None:
    both = [process(api, tmp_path / "gonghui.sqlite3") for _ in range(2)]

    assert [one.wait(60) for one in both] == [0, 0]
    assert len(api.calls_to(TOKEN)) <= 2
    assert len({call.token for call in api.calls_to(SEND)}) == 1


def test_a_token_another_process_renewed_is_taken_instead_of_renewing_again(api: PlatformApi, store: Store, clock: Clock) -> None:
    async def run() -> None:
        def client() -> PlatformClient:
            return PlatformClient(settings_of(api), store=lambda: store, key=KEY, clock=clock)

        async with client() as one, client() as two:
            await one.send_text(OPENID, "一")
            await two.send_text(OPENID, "二")
            api.replace_token()
            await one.send_text(OPENID, "三")
            await two.send_text(OPENID, "四")

    asyncio.run(run())

    assert api.inbox[OPENID] == ["一", "二", "三", "四"]
    assert len(api.calls_to(TOKEN)) == 2


def kept(store: Store, api: PlatformApi) -> KeptToken:
    found = find_token(store, api.app_id)
    assert found is not None
    return found


def test_the_token_is_sealed_in_the_database(api: PlatformApi, use: Use, store: Store, tmp_path: Path) -> None:
    use(send())
    token = api.calls_to(SEND)[0].token

    assert kept(store, api).sealed
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token is not None
    assert token.encode() not in written
    assert api.secret.encode() not in written
    assert KEY not in written


@pytest.mark.parametrize("sealed", ["", "nonsense", "gAAAAABm" + "A" * 200, "拖欠工资"])
def test_a_token_that_cannot_be_opened_is_replaced(api: PlatformApi, use: Use, store: Store, clock: Clock, sealed: str) -> None:
    keep_token(store, api.app_id, KeptToken(sealed, clock.now + 3600))

    assert use(send()) is None
    assert kept(store, api).sealed != sealed


def test_a_token_kept_with_a_time_beyond_belief_is_not_used(api: PlatformApi, use: Use, store: Store, clock: Clock) -> None:
    use(send())
    keep_token(store, api.app_id, KeptToken(kept(store, api).sealed, clock.now + 10**9))
    api.calls.clear()
    use(send())

    assert paths(api) == [TOKEN, SEND]


def test_a_token_of_a_rehearsal_is_not_taken_for_the_platforms(api: PlatformApi, use: Use, store: Store) -> None:
    with PlatformApi(app_id=api.app_id) as rehearsal:
        rehearsal.hears(OPENID)
        use(send(), wechat_api_base=rehearsal.base_url)
    use(send())

    assert paths(api) == [TOKEN, SEND]


def test_another_secret_key_opens_no_token(api: PlatformApi, store: Store, clock: Clock) -> None:
    async def run(key: bytes) -> None:
        async with PlatformClient(settings_of(api), store=lambda: store, key=key, clock=clock) as client:
            await client.send_text(OPENID, "答复")

    asyncio.run(run(b"one"))
    asyncio.run(run(b"two"))

    assert paths(api) == [TOKEN, SEND, TOKEN, SEND]


def broken() -> Store:
    raise StoreUnavailable("数据库坏了")


@pytest.mark.parametrize("key", [KEY, None])
def test_without_a_database_or_a_key_messages_are_sent_all_the_same(api: PlatformApi, key: bytes | None) -> None:
    async def run() -> None:
        async with PlatformClient(settings_of(api), store=broken, key=key) as client:
            await client.send_text(OPENID, "一")
            await client.send_text(OPENID, "二")

    asyncio.run(run())

    assert paths(api) == [TOKEN, SEND, SEND]


# -- the right to push -----------------------------------------------------------------------------------------


def right(use: Use) -> PushRight:
    found: list[PushRight] = []

    async def ask(client: PlatformClient) -> None:
        found.append(await client.push_right())

    use(ask)
    return found[0]


def test_at_first_nobody_knows_whether_messages_may_be_pushed(use: Use) -> None:
    assert right(use) == PushRight("unknown", None)


def test_a_message_that_was_taken_shows_that_more_may_be_pushed(use: Use) -> None:
    use(send())

    assert right(use).state == "permitted"


def test_a_typing_that_was_taken_shows_it_too(use: Use) -> None:
    use(lambda client: client.show_typing(OPENID))

    assert right(use).state == "permitted"


def test_an_account_without_permission_is_remembered_for_a_day(api: PlatformApi, use: Use, clock: Clock) -> None:
    use(send())
    api.is_verified = False
    refused_at = clock.now
    use(send())
    states = []
    for hours in (0, 23.9, 24):
        clock.now = refused_at + hours * 3600
        states.append(right(use).state)

    assert states == ["refused", "refused", "unknown"]
    assert right(use).refused_at == refused_at


def test_an_account_that_was_verified_since_may_push(api: PlatformApi, use: Use, clock: Clock) -> None:
    api.is_verified = False
    use(send())
    api.is_verified = True
    use(send())

    assert right(use).state == "permitted"


@pytest.mark.parametrize("number", [45015, 45047, -1, 40001, 45009])
def test_other_refusals_say_nothing_of_the_permission(api: PlatformApi, use: Use, number: int) -> None:
    api.refuse(SEND, number)
    use(send())

    assert right(use).state == "unknown"


def test_a_menu_that_may_not_be_set_says_nothing_of_pushing(api: PlatformApi, use: Use) -> None:
    api.refuse(MENU_CREATE, 48001)
    use(lambda client: client.create_menu({"button": []}))

    assert right(use).state == "unknown"


# -- the menu --------------------------------------------------------------------------------------------------

MENU = {"button": [{"name": "找人", "sub_button": [{"type": "click", "name": "转人工", "key": "ask:转人工"}]}]}


def test_a_menu_is_set_found_and_taken_away(api: PlatformApi, use: Use) -> None:
    found: list[dict[str, object] | None] = []

    async def find(client: PlatformClient) -> None:
        found.append(await client.find_menu())

    assert use(find, lambda client: client.create_menu(MENU), find, lambda client: client.delete_menu(), find) is None
    below = {"type": "click", "name": "转人工", "key": "ask:转人工", "sub_button": []}
    assert found == [None, {"button": [{"name": "找人", "sub_button": [below]}]}, None]


# -- answers that are none -------------------------------------------------------------------------------------

CALLS = {
    SEND: send(),
    TYPING: lambda client: client.show_typing(OPENID),
    MENU_CREATE: lambda client: client.create_menu(MENU),
    MENU_GET: lambda client: client.find_menu(),
    MENU_DELETE: lambda client: client.delete_menu(),
    TOKEN: lambda client: client.renew_token(),
}


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - SLOW))
def test_whatever_is_not_the_platforms_answer_is_unreachable(api: PlatformApi, store: Store, clock: Clock, fault: str) -> None:
    async def run() -> list[PlatformError]:
        errors = []
        async with PlatformClient(settings_of(api), store=lambda: store, key=KEY, clock=clock) as client:
            for path, call in CALLS.items():
                await client.renew_token()
                clock.now += 7200 if path == TOKEN else 0
                api.calls.clear()
                api.misbehave(path, fault)
                with pytest.raises(PlatformUnavailable) as caught:
                    await call(client)
                errors.append(caught.value)
                assert [one.path for one in api.calls] == [path]
                api.behave()
        return errors

    assert {(error.reason, error.code) for error in asyncio.run(run())} == {(Refusal.UNREACHABLE, None)}


def test_a_body_without_end_is_given_up_at_its_bound(api: PlatformApi, use: Use) -> None:
    api.misbehave(SEND, "a huge body")
    error = use(lambda client: client.renew_token(), send())

    assert "（太长）" in str(error)


@pytest.mark.parametrize("fault", sorted(SLOW))
def test_an_answer_that_takes_too_long_is_unreachable_after_four_seconds(api: PlatformApi, use: Use, fault: str) -> None:
    api.misbehave(SEND, fault)
    started = time.monotonic()
    error = use(lambda client: client.renew_token(), send())

    assert error is not None
    assert error.reason is Refusal.UNREACHABLE
    assert 3.9 < time.monotonic() - started < 10


def test_nobody_listening_is_unreachable(use: Use) -> None:
    error = use(send(), wechat_api_base="http://127.0.0.1:9")

    assert error is not None
    assert error.reason is Refusal.UNREACHABLE
    assert "GONGHUI_WECHAT_API_BASE" in str(error)


@pytest.mark.parametrize("base", ["http://", "http://127.0.0.1:99999", "http://127.0.0.1:0"])
def test_an_address_that_is_none_is_told_as_the_setting_to_correct(api: PlatformApi, store: Store, base: str) -> None:
    with pytest.raises(ConfigError, match="GONGHUI_WECHAT_API_BASE"):
        PlatformClient(settings_of(api, wechat_api_base=base), store=lambda: store, key=KEY)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "", "expires_in": 7200},
        {"access_token": None, "expires_in": 7200},
        {"access_token": ["a"], "expires_in": 7200},
        {"access_token": "x" * 1025, "expires_in": 7200},
        {"access_token": "a\nb", "expires_in": 7200},
        {"access_token": "令牌", "expires_in": 7200},
        {"access_token": "abc"},
        {"access_token": "abc", "expires_in": "7200"},
        {"access_token": "abc", "expires_in": 0},
        {"access_token": "abc", "expires_in": -5},
        {"access_token": "abc", "expires_in": True},
        {"access_token": "abc", "expires_in": 1e308},
        {"errcode": 0, "errmsg": "ok"},
    ],
    ids=str,
)
def test_a_token_of_another_shape_is_none(api: PlatformApi, use: Use, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    monkeypatch.setattr(api, "_give_token", lambda *_: answer)
    error = use(send())

    assert error is not None
    assert error.reason is Refusal.UNREACHABLE
    assert paths(api) == [TOKEN]


@pytest.mark.parametrize("menu", [None, [], "menu", 1])
def test_a_menu_of_another_shape_is_unreachable(api: PlatformApi, use: Use, monkeypatch: pytest.MonkeyPatch, menu: object) -> None:
    monkeypatch.setattr(api, "_answer", lambda *given: {"menu": menu} if given[1] == MENU_GET else api._give_token(given[1], given[3]))
    error = use(lambda client: client.find_menu())

    assert error is not None
    assert error.reason is Refusal.UNREACHABLE


def test_no_proxy_of_the_environment_is_asked(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert use(send()) is None


# -- what must not be told -------------------------------------------------------------------------------------


def test_neither_secret_nor_token_nor_person_is_in_any_log_or_error(
    api: PlatformApi, store: Store, clock: Clock, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    openid = "oKQZ9" + secrets.token_hex(10)
    api.hears(openid)
    told: list[str] = []

    def tell(error: BaseException) -> None:
        told.append("".join(traceback.format_exception(error)) + repr(error) + repr(getattr(error, "__dict__", "")))
        for below in (error.__cause__, error.__context__):
            if below is not None:
                tell(below)

    async def run() -> None:
        async with PlatformClient(settings_of(api), store=lambda: store, key=KEY, clock=clock) as client:
            await client.send_text(openid, "答复")
            for path, call in (CALLS | {SEND: send(openid=openid)}).items():
                for trouble in (*sorted(FAULTS.keys() - SLOW), 40001, 40164, 48001, 45015, 61450):
                    api.behave()
                    api.misbehave(path, trouble) if isinstance(trouble, str) else api.refuse(path, trouble)
                    clock.now += 7200 if path == TOKEN else 11
                    try:
                        await call(client)
                    except PlatformError as error:
                        tell(error)
                        structlog.get_logger().error("seen", exc_info=error)

    with caplog.at_level(logging.DEBUG):
        asyncio.run(run())
    api.behave()
    logged = "\n".join([*told, *(record.getMessage() + repr(record.args) for record in caplog.records), *capfd.readouterr()])
    tokens = {call.token for call in api.calls if call.token}
    assert tokens
    assert len(told) >= 6 * 20
    assert "HTTP Request" in logged
    assert "seen" in logged
    assert [word for word in (api.secret, openid, *tokens) if word in logged] == []


def test_a_held_token_does_not_show_itself(api: PlatformApi, store: Store) -> None:
    async def run() -> str:
        async with PlatformClient(settings_of(api), store=lambda: store, key=KEY) as client:
            await client.renew_token()
            return repr(client._token._held) + repr(client._token) + repr(client)

    shown = asyncio.run(run())

    assert json.dumps(api._token) not in shown
    assert api._token not in shown
