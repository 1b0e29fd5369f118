"""The door of the console over a real socket: who gets in, how long, and on whose word something changes."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant import passwords, staff, staff_tries
from assistant.staff import IDLE_S, LONGEST_S
from assistant.web.console import signing_in
from tests.clock import Clock
from tests.web.conftest import WebClient, client_of, rows, settings_for
from tests.web.staffing import OWN, OWN_HASH, PAGES, Browser, at_the_console, browser, employ, store_of

WRONG = "名字或密码不对，请再试一次。忘了密码请找管理的人。"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FREE = {"/console/login"}


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and address below /console that the application has a route for, with something in place of what varies."""

    def all_of(found: Iterable[Any]) -> Iterator[Any]:
        for route in found:
            if hasattr(route, "effective_candidates"):
                yield from all_of(route.effective_candidates())
            else:
                yield route

    known = [(method, route.path) for route in all_of(app.routes) for method in getattr(route, "methods", None) or ()]
    filled = {"{name}": "severance", "{number}": "1", "{token}": "x" * 22, "{path:path}": "no/such/page"}
    return [(method, re.sub(r"\{.*?\}", lambda found: filled[found[0]], path)) for method, path in known if path.startswith("/console")]


# -- nobody gets in ----------------------------------------------------------------------------------------------


def test_every_address_of_the_console_leads_to_the_sign_in_page_or_is_refused(bare: WebClient) -> None:
    found = [(method, path) for method, path in routes(bare.app) if path not in FREE]
    answers = {(method, path): bare.request(method, path, headers=PAGES) for method, path in found}

    assert len(found) >= 25
    assert {
        ("GET", "/console/"),
        ("GET", "/console/calc/severance"),
        ("POST", "/console/cases/1/reply"),
        ("PUT", "/console/no/such/page"),
    } <= set(found)
    for (method, _), response in answers.items():
        if method in {"GET", "HEAD"}:
            assert (response.status_code, response.headers["location"]) == (303, "/console/login")
        else:
            assert response.status_code == 403
            assert "请先登录" in response.text


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path",
    ["/console", "/console/x", "/console/cases/", "/console/../console/cases", "/console/%63ases", "/console%2Fcases", "/console//cases",
     "/console/login/", "/console/login/../cases", "/console/static/page.css"],
)  # fmt: skip
def test_so_does_every_other_way_to_write_an_address(bare: WebClient, method: str, path: str) -> None:
    # httpx would tidy up the path.
    request = httpx.Request(method, bare.base_url, headers=PAGES, extensions={"target": path.encode()})
    response = bare.send(request)

    assert response.status_code == (303 if method in {"GET", "HEAD"} else 403)
    assert response.headers.get("location", "/console/login") == "/console/login"


@pytest.mark.parametrize("path", ["/CONSOLE/cases", "//console/cases", "/consolex", "/console;x/cases"])
def test_what_only_looks_like_the_console_is_no_page(bare: WebClient, path: str) -> None:
    request = httpx.Request("GET", bare.base_url, headers=PAGES, extensions={"target": path.encode()})

    assert bare.send(request).status_code == 404


@pytest.mark.parametrize("cookie", ["x", "x" * 43, "", "é", "' or 1=1 --", "a" * 4000])
def test_an_invented_session_is_none(bare: WebClient, cookie: str) -> None:
    response = bare.get("/console/cases", headers={b"accept": b"text/html", b"cookie": f"staff={cookie}".encode()})

    assert (response.status_code, response.headers["location"]) == (303, "/console/login")


def test_everything_of_the_console_is_stored_by_nobody_and_keeps_the_headers_of_every_page(bare: WebClient) -> None:
    with at_the_console(bare) as desk:
        for response in (
            bare.get("/console/cases"),
            bare.get("/console/login"),
            bare.post("/console/x"),
            desk.get("/console/"),
            desk.get("/console/calc/severance"),
            desk.get("/console/x"),
        ):
            assert response.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in response.headers["content-security-policy"]
            assert response.headers["x-frame-options"] == "DENY"
            assert response.headers["x-content-type-options"] == "nosniff"


# -- signing in and out --------------------------------------------------------------------------------------------


def test_the_right_name_and_password_lead_to_the_desk(bare: WebClient) -> None:
    with browser(bare) as desk:
        response = desk.sign_in(employ(store_of(bare.app)))

        assert (response.status_code, response.headers["location"]) == (303, "/console/")
        assert "查答复" in desk.open("/console/").text
        assert desk.get("/console/login").headers["location"] == "/console/"


def test_the_name_may_be_typed_with_spaces_and_capitals(bare: WebClient) -> None:
    staff.add(store_of(bare.app), "wang.li", OWN_HASH, now=bare.app.state.clock())
    with browser(bare) as desk:
        assert desk.sign_in(" Wang.Li ").status_code == 303


def test_wrong_password_unknown_name_disabled_and_used_up_are_refused_in_the_same_words(bare: WebClient) -> None:
    store = store_of(bare.app)
    known, disabled, used_up = employ(store), employ(store), employ(store, own_password=False)
    staff.disable(store, disabled, now=1.0)
    with browser(bare) as first:
        assert first.sign_in(used_up).status_code == 303
    said = []
    for name, password in (
        (known, OWN + "x"),
        ("nobody-here", OWN),
        (disabled, OWN),
        (used_up, OWN),
        ("", OWN),
        (known, ""),
        ("<b>", "\0"),
    ):
        with browser(bare) as desk:
            response = desk.sign_in(name, password)
            page = response.text.replace(f'value="{name}"', 'value=""').replace('value="&lt;b&gt;"', 'value=""').replace(" autofocus", "")
            said.append((response.status_code, "set-cookie" in response.headers, page))

    assert said[0][0] == 403
    assert WRONG in said[0][2]
    assert [one for one in said if one != said[0]] == []


def test_a_session_is_in_a_cookie_that_no_script_and_no_other_site_can_use(bare: WebClient) -> None:
    with browser(bare) as desk:
        cookie = desk.sign_in(employ(store_of(bare.app))).headers["set-cookie"]

    assert re.fullmatch(r"staff=[\w-]{43}; HttpOnly; Path=/; SameSite=strict", cookie)


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(bare: WebClient) -> None:
    with browser(bare) as desk:
        response = desk.sign_in(employ(store_of(bare.app)), **{"X-Forwarded-Proto": "https"})

    assert re.fullmatch(r"__Host-staff=[\w-]{43}; HttpOnly; Path=/; SameSite=strict; Secure", response.headers["set-cookie"])


def test_with_a_public_address_of_https_the_cookie_is_secure_and_no_other_is_taken(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path, public_base_url="https://wenda.example")) as client, browser(client) as desk:
        name = employ(store_of(client.app))
        response = desk.post("/console/login", data={"name": name, "password": OWN}, headers={"Origin": "https://wenda.example"})
        token = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
        pages = [
            client.get("/console/", headers={**PAGES, "Cookie": f"{cookie}={token}"}).status_code for cookie in ("__Host-staff", "staff")
        ]

    assert response.headers["set-cookie"].startswith("__Host-staff=")
    assert "Secure" in response.headers["set-cookie"]
    assert pages == [200, 303]


def test_each_sign_in_gets_a_new_token_and_the_old_one_is_worth_nothing(bare: WebClient) -> None:
    name = employ(store_of(bare.app))
    with browser(bare) as desk:
        desk.sign_in(name)
        old = desk.cookies["staff"]
        desk.sign_in(name)

        assert desk.cookies["staff"] != old
        assert bare.get("/console/", headers={**PAGES, "Cookie": f"staff={old}"}).status_code == 303
        assert desk.get("/console/").status_code == 200


def test_a_token_put_into_the_browser_beforehand_is_not_taken_over(bare: WebClient) -> None:
    with browser(bare) as desk:
        desk.cookies.set("staff", "x" * 43)
        desk.sign_in(employ(store_of(bare.app)))

        assert desk.get("/console/", headers={"Cookie": f"staff={'x' * 43}"}).status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(bare: WebClient) -> None:
    with at_the_console(bare) as desk:
        token = desk.cookies["staff"]
        response = desk.send_form("/console/logout")

        assert (response.status_code, response.headers["location"]) == (303, "/console/login")
        assert "staff" not in desk.cookies
        assert bare.get("/console/", headers={**PAGES, "Cookie": f"staff={token}"}).status_code == 303


@pytest.fixture(name="timed")
def _timed(tmp_path: Path, clock: Clock) -> Iterator[WebClient]:
    """A service whose console goes by a clock of ours."""
    with client_of(settings_for(tmp_path)) as client:
        client.app.state.clock = clock
        yield client


def test_after_half_an_hour_of_doing_nothing_one_signs_in_again(timed: WebClient, clock: Clock) -> None:
    with at_the_console(timed) as desk:
        seen = []
        for seconds in (IDLE_S - 1, IDLE_S - 1, IDLE_S):
            clock.now += seconds
            seen.append(desk.get("/console/").status_code)

    assert seen == [200, 200, 303]


def test_after_twelve_hours_one_signs_in_again_whatever_one_did(timed: WebClient, clock: Clock) -> None:
    began = clock.now
    with at_the_console(timed) as desk:
        while clock.now < began + LONGEST_S - 600:
            assert desk.get("/console/").status_code == 200
            clock.now += 600
        clock.now = began + LONGEST_S
        assert desk.get("/console/").status_code == 303
        assert desk.send_form("/console/", {"question": "产假多少天"}).status_code == 403


def test_who_is_disabled_is_out_at_once(bare: WebClient) -> None:
    name = employ(store_of(bare.app))
    with browser(bare) as desk:
        desk.sign_in(name)
        staff.disable(store_of(bare.app), name, now=1.0)

        assert desk.get("/console/").status_code == 303
        assert desk.send_form("/console/", {"question": "产假多少天"}).status_code == 403
        assert desk.sign_in(name).status_code == 403


def test_two_sign_in_at_once_and_each_is_who_signed_in(bare: WebClient) -> None:
    names = [employ(store_of(bare.app)) for _ in range(6)]
    barrier = threading.Barrier(6)

    def greeted(name: str) -> str:
        with browser(bare) as desk:
            barrier.wait()
            desk.sign_in(name)
            found = re.search(r'class="me">(.*?)<', desk.open("/console/").text)
            return found[1] if found else ""

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(greeted, names)) == names


# -- the first password --------------------------------------------------------------------------------------------


def test_with_an_initial_password_one_can_do_nothing_but_choose_an_own_one(bare: WebClient) -> None:
    name = employ(store_of(bare.app), own_password=False)
    with browser(bare) as desk:
        response = desk.sign_in(name)
        others = [
            desk.request(method, path)
            for method, path in routes(bare.app)
            if path not in {"/console/login", "/console/password", "/console/logout"}
        ]

        assert response.headers["location"] == "/console/password"
        assert len(others) > 20
        assert {(one.status_code, one.headers.get("location")) for one in others} == {(303, "/console/password"), (403, None)}
        assert "现在的密码" not in desk.open("/console/password").text


def test_an_own_password_is_chosen_once_and_is_the_one_from_then_on(bare: WebClient) -> None:
    name = employ(store_of(bare.app), own_password=False)
    with browser(bare) as desk, browser(bare) as later:
        desk.sign_in(name)
        first = desk.cookies["staff"]
        chosen = desk.send_form("/console/password", {"chosen": "今天中午吃了两碗面条真不错", "again": "今天中午吃了两碗面条真不错"})

        assert (chosen.status_code, chosen.headers["location"]) == (303, "/console/")
        assert desk.cookies["staff"] != first
        assert desk.get("/console/").status_code == 200
        assert bare.get("/console/", headers={**PAGES, "Cookie": f"staff={first}"}).status_code == 303
        assert later.sign_in(name).status_code == 403
        assert later.sign_in(name, "今天中午吃了两碗面条真不错").status_code == 303


@pytest.mark.parametrize(
    ("chosen", "again", "says"),
    [
        ("short", "short", "密码至少 12 个字"),
        ("x" * 129, "x" * 129, "密码最多 128 个字"),
        ("password1234", "password1234", "太常见"),
        (OWN, OWN, "不能和原来的一样"),
        ("一句自己记得住的话就可以", "一句自己记得住的话也可以", "两次写的不一样"),
        ("", "", "密码至少 12 个字"),
    ],
)
def test_a_password_that_will_not_do_is_said_why_and_changes_nothing(bare: WebClient, chosen: str, again: str, says: str) -> None:
    name = employ(store_of(bare.app), own_password=False)
    with browser(bare) as desk:
        desk.sign_in(name)
        response = desk.send_form("/console/password", {"chosen": chosen, "again": again})
        found = staff.find(store_of(bare.app), name)

        assert response.status_code == 400
        assert says in response.text
        assert found is not None
        assert found.must_choose
        assert desk.get("/console/").headers["location"] == "/console/password"


def test_changing_the_password_wants_the_present_one_and_ends_the_sessions_elsewhere(bare: WebClient) -> None:
    name, new = employ(store_of(bare.app)), "下个月去看海带上那把蓝伞"
    with browser(bare) as desk, browser(bare) as elsewhere:
        desk.sign_in(name)
        elsewhere.sign_in(name)
        wrong = desk.send_form("/console/password", {"password": "not this one", "chosen": new, "again": new})
        right = desk.send_form("/console/password", {"password": OWN, "chosen": new, "again": new})

        assert (wrong.status_code, "现在的密码不对" in wrong.text) == (400, True)
        assert right.status_code == 303
        assert [one.get("/console/").status_code for one in (desk, elsewhere)] == [200, 303]


# -- trying passwords ----------------------------------------------------------------------------------------------


def from_address(desk: Browser, address: str, name: str, password: str) -> int:
    """Try to sign in from somewhere else: the proxy in front of us says from where."""
    return desk.sign_in(name, password, **{"X-Forwarded-For": address}).status_code


def test_wrong_tries_slow_down_the_address_and_leave_the_person_alone(
    timed: WebClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_tries, "HELD_S", 0.0)
    name = employ(store_of(timed.app))
    with browser(timed) as attacker, browser(timed) as person:
        tried = [from_address(attacker, "203.0.113.9", name, f"guess {number}") for number in range(8)]
        right_from_there = from_address(attacker, "203.0.113.9", name, OWN)
        home = from_address(person, "198.51.100.7", name, OWN)

    assert tried == [403] * 4 + [429] * 4
    assert right_from_there == 429
    assert home == 303


def test_who_must_wait_is_told_how_long_and_then_gets_in(timed: WebClient, clock: Clock) -> None:
    name = employ(store_of(timed.app))
    with browser(timed) as desk:
        for number in range(4):
            from_address(desk, "203.0.113.9", name, f"guess {number}")
        said = desk.sign_in(name, OWN, **{"X-Forwarded-For": "203.0.113.9"})
        clock.now += 2

        assert "试得太快了，请等 2 秒再试。" in said.text
        assert from_address(desk, "203.0.113.9", name, OWN) == 303


def test_where_one_signed_in_before_the_right_password_gets_in_whatever_others_try_there(timed: WebClient, clock: Clock) -> None:
    name = employ(store_of(timed.app))
    with browser(timed) as desk:
        assert from_address(desk, "203.0.113.9", name, OWN) == 303
    with browser(timed) as attacker, browser(timed) as desk:
        tried = [from_address(attacker, "203.0.113.9", f"other{number}", "a guess") for number in range(14)]
        tried += [from_address(attacker, "203.0.113.9", name, "a guess") for _ in range(3)]

        assert 429 in tried
        assert from_address(desk, "203.0.113.9", name, OWN) == 303


def test_an_unknown_name_is_slowed_down_like_a_known_one(timed: WebClient, clock: Clock) -> None:
    seen = {}
    for kind, name, address in (
        ("known", employ(store_of(timed.app)), "203.0.113.1"),
        ("unknown", "nobody", "203.0.113.2"),
        ("none", "?", "203.0.113.3"),
    ):
        with browser(timed) as desk:
            seen[kind] = [from_address(desk, address, name, "a guess") for _ in range(6)]

    assert seen["known"] == seen["unknown"] == seen["none"]


def test_the_table_of_tries_has_neither_names_nor_addresses(timed: WebClient, tmp_path: Path) -> None:
    name = employ(store_of(timed.app))
    with browser(timed) as desk:
        from_address(desk, "203.0.113.77", name, "a guess")
        from_address(desk, "203.0.113.77", "mistyped-password", "a guess")
    kept = [tuple(row) for row in rows(tmp_path / "gonghui.sqlite3", "staff_tries")]

    assert len(kept) == 5
    assert all(re.fullmatch(r"[0-9a-f]{32}|", str(row[0])) and re.fullmatch(r"[0-9a-f]{32}|", str(row[1])) for row in kept)


def test_many_who_try_at_once_stand_in_line_and_the_rest_are_sent_away(bare: WebClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "IN_LINE", 2)
    names = [employ(store_of(bare.app)) for _ in range(12)]

    def status(name: str) -> int:
        with browser(bare) as desk:
            return from_address(desk, f"203.0.113.{name[2:]}", name, OWN)

    with ThreadPoolExecutor(12) as pool:
        seen = list(pool.map(status, names))

    assert set(seen) <= {303, 429}
    assert 303 in seen


def test_what_happened_at_the_door_is_logged_without_any_secret(bare: WebClient, capfd: pytest.CaptureFixture[str]) -> None:
    name = employ(store_of(bare.app))
    with browser(bare) as desk:
        desk.sign_in(name, "wrong-secret-1")
        desk.sign_in("typed-the-password-here", "wrong-secret-2")
        desk.sign_in(name)
        token, form_token = desk.cookies["staff"], desk.form_token
        desk.send_form("/console/logout")
    bare.post("/console/cases/1/close", headers={"Sec-Fetch-Site": "cross-site"})
    logged = "".join(capfd.readouterr())

    assert [what in logged for what in ("staff_sign_in_failed", "staff_signed_in", "staff_signed_out", "console_refused")] == [True] * 4
    assert re.search(rf"staff_signed_in .*address=198.18.*name={name}", logged)
    assert [secret for secret in ("wrong-secret", "typed-the-password-here", OWN, token, form_token) if secret in logged] == []


# -- on whose word something changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
        {"Origin": ""}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://["}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)  # fmt: skip
def test_a_form_sent_from_another_site_changes_nothing(bare: WebClient, headers: dict[str, str]) -> None:
    with at_the_console(bare) as desk:
        token = desk.form_token
        response = desk.send_form("/console/logout", **headers)
        sign_in = desk.post("/console/login", data={"name": "x", "password": "y", "form_token": token}, headers=headers)

        assert (response.status_code, sign_in.status_code) == (403, 403)
        assert "不是从工作台的页面发来的" in response.text
        assert desk.get("/console/").status_code == 200


@pytest.mark.parametrize("form_token", ["", "x", "é", "0" * 64, "\0"])
def test_a_form_without_the_token_of_the_session_changes_nothing(bare: WebClient, form_token: str) -> None:
    with at_the_console(bare) as desk:
        refused = [desk.post(path, data={"form_token": form_token}) for method, path in routes(bare.app) if method == "POST"]
        none = desk.post("/console/logout")

        assert len(refused) >= 10
        assert {one.status_code for one in [*refused, none]} == {403}
        assert all("这个页面过期了" in one.text for one in refused)
        assert desk.get("/console/").status_code == 200


def test_the_token_of_somebody_elses_session_is_none(bare: WebClient) -> None:
    with at_the_console(bare) as desk, at_the_console(bare) as other:
        desk.form_token = other.form_token

        assert desk.send_form("/console/logout").status_code == 403


def test_a_token_sent_as_a_file_is_none(bare: WebClient) -> None:
    with at_the_console(bare) as desk:
        response = desk.post("/console/logout", files={"form_token": ("x", desk.form_token)})

        assert response.status_code in {400, 403}
        assert desk.get("/console/").status_code == 200


def test_opening_an_address_that_is_only_sent_to_changes_nothing(bare: WebClient) -> None:
    with at_the_console(bare) as desk:
        for path in ("/console/logout", "/console/cases/1/close", "/console/cases/1/reply"):
            assert desk.get(path).status_code == 404
        assert desk.get("/console/").status_code == 200


@pytest.mark.parametrize("size", [300_000, 5_000_000])
def test_a_huge_sign_in_is_refused(bare: WebClient, size: int) -> None:
    with browser(bare) as desk:
        response = desk.post("/console/login", data={"name": "li", "password": "x" * size})

    assert response.status_code == 413


@pytest.mark.parametrize("typed", ["\0", "li\0", "\ud7ff" * 3000, "<script>alert(1)</script>", "' or 1=1 --", "%00", "\r\nX: y"])
def test_whatever_is_typed_at_the_door_is_a_wrong_name_or_password_and_no_tag(bare: WebClient, typed: str) -> None:
    with browser(bare) as desk:
        response = desk.sign_in(typed, typed, **{"X-Forwarded-For": f"2001:db8:{len(typed):x}:{ord(typed[-1]):x}::1"})

    assert response.status_code == 403
    assert WRONG in response.text
    assert "<script>alert" not in response.text


def test_without_a_database_the_console_says_so_and_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with client_of(settings_for(tmp_path, database_url=f"sqlite:///{tmp_path}/a-file/x.sqlite3")) as client:
        with_cookie = client.get("/console/", headers={**PAGES, "Cookie": "staff=" + "x" * 43})
        sign_in = client.post("/console/login", data={"name": "li", "password": OWN}, headers=PAGES)

    assert (with_cookie.status_code, sign_in.status_code) == (503, 503)
    assert "GONGHUI_DATABASE_URL" in with_cookie.text


def test_an_initial_password_printed_by_the_command_lets_in(bare: WebClient) -> None:
    initial = passwords.new_initial()
    staff.add(store_of(bare.app), "新同事", passwords.hashed(initial), now=bare.app.state.clock())
    with browser(bare) as desk:
        assert desk.sign_in("新同事", initial).headers["location"] == "/console/password"
