"""The platform that tests and rehearsals talk to keeps the rules of the platform's pages for tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from assistant.web.wechat.simulated_api import FORCED_A_DAY, FORCED_EVERY_S, OLD_TOKEN, TOKEN, TYPING, PlatformApi
from tests.clock import Clock


@pytest.fixture(name="api")
def _api(clock: Clock) -> Iterator[PlatformApi]:
    with PlatformApi(clock=clock) as api:
        yield api


Ask = Callable[..., str]


@pytest.fixture(name="ask")
def _ask(api: PlatformApi) -> Iterator[Ask]:
    """Asks for a token, stable or old, forced or not."""
    who = {"grant_type": "client_credential", "appid": api.app_id, "secret": api.secret}
    with httpx.Client(base_url=api.base_url, trust_env=False) as http:

        def ask(kind: str = TOKEN, *, force: bool = False) -> str:
            answer = http.get(kind, params=who) if kind == OLD_TOKEN else http.post(kind, json={**who, "force_refresh": force})
            return str(answer.json()["access_token"])

        yield ask


def is_good(api: PlatformApi, token: str) -> bool:
    """Whether a call with *token* gets as far as its own rules (40003: nobody of that name)."""
    with httpx.Client(base_url=api.base_url, trust_env=False) as http:
        answer = http.post(TYPING, params={"access_token": token}, json={"touser": "oNobody", "command": "Typing"}).json()
    return bool(answer["errcode"] == 40003)


def test_the_stable_token_is_the_same_for_all_who_ask(api: PlatformApi, ask: Ask) -> None:
    assert ask() == ask()


def test_a_forced_token_ends_the_one_before_at_once(api: PlatformApi, ask: Ask) -> None:
    before = ask()
    forced = ask(force=True)

    assert (forced != before, is_good(api, forced), is_good(api, before)) == (True, True, False)


def test_a_token_is_not_forced_twice_within_half_a_minute(ask: Ask, clock: Clock) -> None:
    forced = ask(force=True)
    too_soon = ask(force=True)
    clock.now += FORCED_EVERY_S

    assert too_soon == forced
    assert ask(force=True) != forced


def test_a_token_is_forced_twenty_times_a_day_and_no_more(ask: Ask, clock: Clock) -> None:
    tokens = []
    for _ in range(FORCED_A_DAY + 2):
        tokens.append(ask(force=True))
        clock.now += FORCED_EVERY_S

    assert len(set(tokens)) == FORCED_A_DAY


def test_an_old_token_ends_the_old_one_before_and_leaves_the_stable_one_alone(api: PlatformApi, ask: Ask) -> None:
    stable, first = ask(), ask(OLD_TOKEN)
    second = ask(OLD_TOKEN)

    assert [is_good(api, token) for token in (stable, first, second)] == [True, False, True]


def test_an_old_token_is_asked_for_with_the_right_secret(api: PlatformApi) -> None:
    with httpx.Client(base_url=api.base_url, trust_env=False) as http:
        answer = http.get(OLD_TOKEN, params={"grant_type": "client_credential", "appid": api.app_id, "secret": "x"}).json()

    assert answer["errcode"] == 40125
