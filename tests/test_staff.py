from __future__ import annotations

import hashlib
import re
import sqlite3
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from assistant import passwords, staff, staff_tries
from assistant.cli import main
from assistant.staff import IDLE_S, INITIAL_LASTS_S, LONGEST_S, Person, Session
from assistant.staff_tries import FORGIVEN_AFTER_S, HELD_S, KEPT_S, Turn
from assistant.store import Store
from tests.clock import Clock

NOW = 1_000_000.0


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "gonghui.sqlite3"


@pytest.fixture(name="store")
def _store(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    store.migrate()
    yield store
    store.close()


def person(store: Store, name: str = "li", password: str = "a hash", *, own: bool = True) -> Person:
    """Somebody with a password of their own, or an initial one."""
    assert staff.add(store, name, password, now=NOW)
    found = staff.find(store, name)
    assert found is not None
    if not own:
        return found
    assert staff.choose(store, found, password)
    return found._replace(initial_until=None)


def opened(store: Store, who: Person, now: float = NOW) -> str:
    token = staff.open_session(store, who, now=now)
    assert token is not None
    return token


# -- people ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("张三", "张三"), (" Li.Na-2 ", "li.na-2"), ("ＡＢ", "ab"), ("x", None), ("", None), ("a b", None), ("<b>", None), ("a\0b", None),
     ("a" * 33, None), ("-ab", None), ("李\n四", None)],
)  # fmt: skip
def test_a_name_is_kept_in_one_way_however_it_is_typed(typed: str, kept: str | None) -> None:
    assert staff.clean_name(typed) == kept


def test_nobody_is_added_twice(store: Store) -> None:
    person(store, "li", "first")

    assert not staff.add(store, "li", "second", now=NOW)
    found = staff.find(store, "li")
    assert found is not None
    assert found.password == "first"


def test_whoever_is_added_must_choose_a_password_and_is_listed(store: Store) -> None:
    person(store, "zhao", own=False)
    person(store, "li")

    assert [(one.name, one.must_choose) for one in staff.people(store)] == [("li", False), ("zhao", True)]


@pytest.mark.parametrize(
    "change", [staff.enable, lambda s, n: staff.disable(s, n, now=NOW), lambda s, n: staff.give_initial(s, n, "x", now=NOW)]
)
def test_of_somebody_who_is_not_there_nothing_can_be_changed(store: Store, change: Callable[[Store, str], bool]) -> None:
    assert not change(store, "nobody")


# -- sessions --------------------------------------------------------------------------------------------------


def test_a_session_is_found_by_its_token(store: Store) -> None:
    who = person(store)

    assert staff.find_session(store, opened(store, who), now=NOW) == Session(who.id, "li", must_choose=False)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "' or 1=1 --", "\0", "工"])
def test_any_other_token_finds_none(store: Store, token: str) -> None:
    opened(store, person(store))

    assert staff.find_session(store, token, now=NOW) is None


def test_every_session_has_a_token_of_its_own_of_256_bits(store: Store) -> None:
    who = person(store)
    tokens = {opened(store, who) for _ in range(5)}

    assert len(tokens) == 5
    assert all(re.fullmatch(r"[\w-]{43}", token) for token in tokens)


def test_the_database_has_no_token_only_its_hash(path: Path, store: Store) -> None:
    token = opened(store, person(store))
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("select key from staff_sessions").fetchall()
    everything = b"".join(file.read_bytes() for file in path.parent.glob("gonghui.sqlite3*"))

    assert kept == [(hashlib.sha256(token.encode()).hexdigest(),)]
    assert token.encode() not in everything


def test_a_session_ends_after_half_an_hour_of_doing_nothing(store: Store) -> None:
    token = opened(store, person(store))

    assert staff.find_session(store, token, now=NOW + IDLE_S - 1) is not None
    assert staff.find_session(store, token, now=NOW + 2 * IDLE_S - 2) is not None
    assert staff.find_session(store, token, now=NOW + 3 * IDLE_S) is None


def test_a_session_ends_after_twelve_hours_whatever_is_done(store: Store) -> None:
    token = opened(store, person(store))
    for now in range(int(NOW), int(NOW + LONGEST_S), 1200):
        assert staff.find_session(store, token, now=float(now)) is not None

    assert staff.find_session(store, token, now=NOW + LONGEST_S) is None


def test_what_is_over_is_deleted_when_somebody_signs_in(store: Store) -> None:
    who = person(store)
    opened(store, who)
    opened(store, who, NOW + 2 * IDLE_S)

    assert store.read(lambda connection: connection.exec_driver_sql("select count(*) from staff_sessions").scalar()) == 1


def test_signing_in_again_ends_the_session_it_was_done_in(store: Store) -> None:
    who = person(store)
    old = opened(store, who)
    new = staff.open_session(store, who, now=NOW, instead_of=old)

    assert new is not None
    assert (staff.find_session(store, old, now=NOW), staff.find_session(store, new, now=NOW) is not None) == (None, True)


def test_signing_out_ends_this_session_and_no_other(store: Store) -> None:
    who = person(store)
    one, other = opened(store, who), opened(store, who)
    staff.end_session(store, one)

    assert [staff.find_session(store, token, now=NOW) is not None for token in (one, other)] == [False, True]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda store, who: staff.disable(store, who.name, now=NOW), id="disabled"),
        pytest.param(lambda store, who: staff.give_initial(store, who.name, "new", now=NOW), id="a new initial password"),
        pytest.param(lambda store, who: staff.choose(store, who, "new"), id="an own password"),
    ],
)
def test_disabling_and_a_new_password_end_all_sessions_of_that_person(store: Store, change: Callable[[Store, Person], bool]) -> None:
    who, other = person(store), person(store, "zhao")
    tokens = [opened(store, who), opened(store, who), opened(store, other)]

    assert change(store, who)
    assert [staff.find_session(store, token, now=NOW) is not None for token in tokens] == [False, False, True]


def test_who_is_disabled_gets_no_session_and_gets_one_again_once_enabled(store: Store) -> None:
    who = person(store)
    staff.disable(store, "li", now=NOW)

    assert staff.open_session(store, who, now=NOW) is None
    staff.enable(store, "li")
    assert staff.open_session(store, who, now=NOW) is not None


def test_an_initial_password_opens_one_session_in_which_one_must_choose(store: Store) -> None:
    who = person(store, own=False)
    found = staff.find_session(store, opened(store, who), now=NOW)
    again = staff.find(store, "li")

    assert found is not None
    assert found.must_choose
    assert again is not None
    assert not again.may_sign_in(NOW)
    assert [staff.open_session(store, one, now=NOW) for one in (who, again)] == [None, None]


def test_an_initial_password_that_nobody_used_ends_after_a_week(store: Store) -> None:
    who = person(store, own=False)

    assert who.may_sign_in(NOW + INITIAL_LASTS_S - 1)
    assert staff.open_session(store, who, now=NOW + INITIAL_LASTS_S) is None


def test_of_two_who_use_an_initial_password_at_once_one_gets_in(store: Store) -> None:
    who = person(store, own=False)
    barrier = threading.Barrier(8)

    def use(_number: int) -> str | None:
        barrier.wait()
        return staff.open_session(store, who, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(token is not None for token in pool.map(use, range(8))) == 1


def test_a_password_that_was_changed_meanwhile_opens_nothing(store: Store) -> None:
    who = person(store)
    staff.choose(store, who, "another")

    assert staff.open_session(store, who, now=NOW) is None
    assert not staff.choose(store, who, "a third")


# -- passwords -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        pytest.param("short-words", "至少 12 个字", id="eleven"),
        pytest.param("", "至少 12 个字", id="none"),
        pytest.param("长" * 129, "最多 128 个字", id="129"),
        pytest.param("Password1234", "太常见", id="a common word made longer"),
        pytest.param("gonghui12351", "太常见", id="ours"),
        pytest.param("QINGDAO 2026!!!!", "太常见", id="with spaces and signs"),
        pytest.param("aaaaaaaaaaaaaa", "太常见", id="one sign"),
        pytest.param("abcabcabcabc", "太常见", id="again and again"),
        pytest.param("            ", "太常见", id="spaces"),
        pytest.param("zhangsan1234", "自己的名字", id="the name and some digits"),
        pytest.param("ZhangSanZhangSan1", "自己的名字", id="the name twice"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_in_one_sentence(password: str, why: str) -> None:
    problem = passwords.problem_of(password, "zhangsan")

    assert problem is not None
    assert why in problem
    assert problem.count("。") == 1


@pytest.mark.parametrize(
    "password",
    [
        "twelve signs",
        "全是汉字也可以的一句话就行",
        "lowercaseonly",
        "x7" + "长" * 120,
        "zhangsan likes green tea",
        "a\0b signs of every kind",
    ],
)
def test_any_other_of_twelve_to_128_signs_may_be_chosen(password: str) -> None:
    assert passwords.problem_of(password, "zhangsan") is None


def test_initial_passwords_differ_are_random_enough_and_could_be_chosen() -> None:
    made = {passwords.new_initial() for _ in range(50)}

    assert len(made) == 50
    assert all(re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", one) for one in made)
    assert [passwords.problem_of(one, "li") for one in made] == [None] * 50


def test_a_password_matches_its_own_hash_alone() -> None:
    kept = passwords.hashed("a long enough one")

    assert kept.startswith("$argon2id$")
    assert kept != passwords.hashed("a long enough one")
    tried = ("a long enough one", "ａ long enough one", "A long enough one", "", "x" * 100_000)
    assert [passwords.matches(kept, one) for one in tried] == [True, True, False, False, False]


def test_nobody_has_a_password_and_finding_that_out_takes_as_long() -> None:
    kept = passwords.hashed("a long enough one")

    def takes(hashed: str | None) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            assert not passwords.matches(hashed, "another one entirely")
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    assert 0.4 < takes(None) / takes(kept) < 2.5


# -- how fast one may try ----------------------------------------------------------------------------------------


def tries(store: Store, clock: Clock, who: str, address: str, *, step_s: float = 0.0, count: int = 1) -> list[Turn]:
    """Try so often, so far apart."""
    turns = []
    for _ in range(count):
        turns.append(staff_tries.begin(store, who, address, now=clock.now))
        clock.now += step_s
    return turns


def test_three_tries_are_free_then_each_waits_longer(store: Store) -> None:
    clock, waits = Clock(NOW), []
    for _ in range(14):
        turn = staff_tries.begin(store, "li", "here", now=clock.now)
        if turn.is_refused:
            waits.append(turn.wait_s)
            clock.now += turn.wait_s
            turn = staff_tries.begin(store, "li", "here", now=clock.now)
        assert turn == Turn(0.0) or turn.wait_s == HELD_S

    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0]


def test_what_is_refused_counts_for_nothing(store: Store) -> None:
    clock = Clock(NOW)
    tries(store, clock, "li", "here", count=4)

    assert {turn.is_refused for turn in tries(store, clock, "li", "here", count=100)} == {True}
    clock.now += 2
    assert not staff_tries.begin(store, "li", "here", now=clock.now).is_refused


def test_tries_at_once_are_each_counted(store: Store) -> None:
    with ThreadPoolExecutor(16) as pool:
        turns = list(pool.map(lambda _: staff_tries.begin(store, "li", "here", now=NOW), range(32)))

    assert sum(not turn.is_refused for turn in turns) == 4


def test_who_tries_many_names_from_one_address_is_slowed_down(store: Store) -> None:
    turns = [staff_tries.begin(store, f"name {number}", "here", now=NOW) for number in range(20)]

    assert [turn.is_refused for turn in turns] == [False] * 11 + [True] * 9
    assert not staff_tries.begin(store, "name 0", "elsewhere", now=NOW).is_refused


def test_the_person_is_not_locked_out_by_tries_from_elsewhere(store: Store) -> None:
    for number in range(200):
        staff_tries.begin(store, "li", f"address {number}", now=NOW)

    assert staff_tries.begin(store, "li", "home", now=NOW) == Turn(HELD_S)


def test_where_one_signed_in_before_one_still_gets_in_however_often_others_tried_there(store: Store) -> None:
    clock = Clock(NOW)
    staff_tries.succeed(store, "li", "here", now=clock.now)
    for number in range(50):
        staff_tries.begin(store, f"name {number}", "here", now=clock.now)
    tries(store, clock, "li", "elsewhere", count=50)
    tries(store, clock, "li", "here", count=8, step_s=5)

    turn = staff_tries.begin(store, "li", "here", now=clock.now)
    assert (turn.is_refused, turn.wait_s <= 2.0) == (False, True)


def test_where_one_signed_in_before_tries_still_stand_in_line(store: Store) -> None:
    staff_tries.succeed(store, "li", "here", now=NOW)
    turns = [staff_tries.begin(store, "li", "here", now=NOW) for _ in range(30)]

    assert [turn.wait_s for turn in turns if not turn.is_refused] == [0.0, 0.0, 0.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    assert sum(turn.is_refused for turn in turns) == 21


def test_a_right_password_forgives_the_wrong_tries(store: Store) -> None:
    clock = Clock(NOW)
    tries(store, clock, "li", "here", count=3)
    staff_tries.succeed(store, "li", "here", now=clock.now)

    assert tries(store, clock, "li", "here", count=3) == [Turn(0.0)] * 3


def test_after_an_hour_all_begins_anew(store: Store) -> None:
    clock = Clock(NOW)
    tries(store, clock, "li", "here", count=4)
    clock.now += FORGIVEN_AFTER_S + 1

    assert tries(store, clock, "li", "here", count=3) == [Turn(0.0)] * 3


def test_a_clock_that_is_set_back_locks_nobody_out(store: Store) -> None:
    clock = Clock(NOW)
    tries(store, clock, "li", "here", count=4)
    clock.now -= 86400

    assert tries(store, clock, "li", "here") == [Turn(0.0)]


def test_tries_are_forgotten_after_a_day_and_known_addresses_are_not(store: Store) -> None:
    staff_tries.succeed(store, "li", "here", now=NOW)
    staff_tries.begin(store, "zhao", "there", now=NOW)
    staff_tries.begin(store, "x", "y", now=NOW + KEPT_S + 1)
    kept = store.read(lambda connection: connection.exec_driver_sql("select who, address from staff_tries order by 1, 2").all())

    assert [tuple(row) for row in kept] == [("", "y"), ("li", "here"), ("x", ""), ("x", "y")]


# -- the commands ------------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="run")
def _run(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("GONGHUI_DATABASE_URL", f"sqlite:///{path}")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gonghui", "staff", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsysbinary.readouterr()
        return int(ended.value.code or 0), printed.out.decode(), printed.err.decode()

    return run


def printed_password(out: str) -> str:
    found = re.search(r"初始密码 ([a-z2-9-]{23})（只能用一次", out)
    assert found
    return found[1]


def test_adding_somebody_prints_a_password_that_is_right_and_kept_nowhere(run: Run, store: Store, path: Path) -> None:
    code, out, _ = run("add", "张三")
    found = staff.find(store, "张三")

    assert code == 0
    assert found is not None
    assert found.must_choose
    assert passwords.matches(found.password, printed_password(out))
    assert printed_password(out).encode() not in b"".join(file.read_bytes() for file in path.parent.glob("gonghui.sqlite3*"))


def test_adding_somebody_twice_changes_nothing_and_says_what_to_do(run: Run, store: Store) -> None:
    run("add", "张三")
    before = staff.find(store, "张三")
    code, out, err = run("add", " 张三 ")

    assert (code, out) == (2, "")
    assert "gonghui staff password 张三" in err
    assert staff.find(store, "张三") == before


def test_a_new_password_ends_sessions_and_takes_the_place_of_the_old_one(run: Run, store: Store) -> None:
    token = opened(store, person(store))
    _, out, _ = run("password", "li")
    found = staff.find(store, "li")

    assert found is not None
    assert passwords.matches(found.password, printed_password(out))
    assert staff.find_session(store, token, now=NOW) is None


def test_disabling_and_enabling_are_seen_in_the_list(run: Run, store: Store) -> None:
    person(store)
    said = [run(*words)[1] for words in (("list",), ("disable", "LI"), ("list",), ("enable", "li"), ("list",))]

    assert said[0] == "li  在用  上次登录：没有\n"
    assert said[2].startswith("li  停用（")
    assert said[4] == said[0]


@pytest.mark.parametrize("command", ["password", "disable", "enable"])
def test_somebody_who_is_not_there_is_named_with_the_next_step(run: Run, command: str) -> None:
    code, out, err = run(command, "李四")

    assert (code, out) == (2, "")
    assert "没有 李四" in err


@pytest.mark.parametrize("name", ["x", "a b", "<script>", "", "长" * 33])
def test_a_name_that_cannot_be_one_is_refused_in_one_sentence(run: Run, name: str) -> None:
    code, _, err = run("add", name)

    assert code == 2
    assert "名字要 2 到 32 个字" in err


def test_an_empty_list_says_how_to_begin(run: Run) -> None:
    assert "gonghui staff add" in run("list")[2]
