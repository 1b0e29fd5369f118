"""Faults that were found once at the HTTP edge and must not come back."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from assistant.settings import Settings
from assistant.store import Store
from assistant.web.wechat.simulated_platform import (
    ACCOUNT,
    Platform,
    encrypt,
    enveloped,
    message_xml,
    over_socket,
    text_message,
)
from assistant.wechat_messages import Arrival, register
from tests.web.conftest import ModelServer, WebClient, client_of, served, settings_for

QUESTION = "老板欠我三个月工资怎么办"


def at_once(client: WebClient) -> list[str]:
    platform = Platform(over_socket(client))
    with ThreadPoolExecutor(12) as pool:
        return [one.requests[0] for one in pool.map(lambda n: platform.deliver(text_message("你好", sender=f"o{n}")), range(12))]


def test_the_first_messages_of_a_new_service_are_all_answered(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path)) as client:
        assert at_once(client) == ["reply"] * 12


def test_the_first_messages_of_a_new_service_do_not_ruin_its_database(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path)) as client:
        at_once(client)
    store = Store(f"sqlite:///{tmp_path / 'gonghui.sqlite3'}")

    store.migrate()

    assert sum(store.count_outcomes().values()) == 12
    store.close()


def test_the_first_questions_on_a_new_page_are_all_answered(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path)) as client, ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: client.post("/", data={"question": QUESTION}).status_code, range(12)))

    assert statuses == [303] * 12


def test_a_migration_that_was_interrupted_is_finished_by_the_next_start(tmp_path: Path) -> None:
    first = Store(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    first.migrate()
    first.close()
    with sqlite3.connect(tmp_path / "a.sqlite3") as connection:  # what a kill between the first table and the stamp leaves
        connection.execute("drop table wechat_messages")
        connection.execute("delete from alembic_version")
    second = Store(f"sqlite:///{tmp_path / 'a.sqlite3'}")

    second.migrate()

    assert register(second, Arrival("message:1", "s"), owner="o", stale_after_s=5, now=1000.0).is_mine
    second.close()


def test_an_emergency_is_answered_while_another_program_holds_the_database(tmp_path: Path) -> None:
    with served(settings_for(tmp_path)) as address, httpx.Client(base_url=address, trust_env=False) as http:
        platform = Platform(over_socket(http))
        platform.deliver(text_message("你好"))
        holder = sqlite3.connect(tmp_path / "gonghui.sqlite3", isolation_level=None)
        holder.execute("begin immediate")
        delivery = platform.deliver(text_message("我不想活了"))
        holder.execute("rollback")
        holder.close()

    assert "12356" in str(delivery.seen)


def test_half_a_surrogate_pair_from_a_model_does_not_stop_the_answer(settings_with_index: Callable[..., Settings], tmp_path: Path) -> None:
    reply = "【简答】单位要按时足额付工资（《劳动合同法》第三十条）\ud800。"
    with ModelServer(reply) as model, client_of(settings_with_index(tmp_path, llm_base_url=model.base_url, llm_model="m")) as client:
        statuses = [
            client.post("/api/v1/ask", json={"question": QUESTION}).status_code,
            client.post("/", data={"question": QUESTION}).status_code,
        ]
        delivery = Platform(over_socket(client)).deliver(text_message(QUESTION))

    assert statuses == [200, 303]
    assert "依据：" in str(delivery.seen)


@pytest.mark.parametrize("line", [{"id": "\ud800", "question": "工资"}, {"question": "工资", "region": "\ud800"}])
def test_half_a_surrogate_pair_in_a_line_is_no_server_error(bare: WebClient, line: dict[str, str]) -> None:
    response = bare.post("/api/v1/ask", content=json.dumps(line).encode(), headers={"Content-Type": "application/json"})

    assert response.status_code in {200, 400, 422}
    assert "json" in response.headers["content-type"]


def test_a_body_over_256_kib_is_refused(bare: WebClient) -> None:
    assert bare.post("/api/v1/ask", json={"question": "工" * 1_000_000}).status_code == 413


def test_a_dtd_in_utf_16_is_refused(bare: WebClient) -> None:
    encrypted = encrypt(message_xml(text_message("你好")), ACCOUNT)
    body = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE xml SYSTEM "http://127.0.0.1/x"><xml><Encrypt>{encrypted}</Encrypt></xml>'
    post = enveloped(encrypted, body.encode("utf-16"))

    assert over_socket(bare)(post)[0] == 400


def test_a_service_that_took_up_a_new_index_stops_at_once(small_data: Path, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from assistant.build import Desk\n"
        "from assistant.settings import Settings\n"
        "data = Path(sys.argv[1])\n"
        "desk = Desk(Settings(_env_file=None, data_dir=data), history=None)\n"
        "desk._opened = replace(desk._opened, library=replace(desk._opened.library, version='x'))\n"
        "desk._tried = ('', 0)\n"
        "assert desk.renew()\n"
        "desk.close()\n"
    )
    run = [sys.executable, "-c", script, str(small_data)]

    assert subprocess.run(run, check=False, timeout=20, cwd=Path(__file__).parents[2]).returncode == 0


def test_a_service_whose_embedding_model_cannot_be_loaded_starts_all_the_same(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # what Python does with a package that is not installed

    with client_of(settings_for(tmp_path, data_dir=small_data)) as client:
        assert client.post("/api/v1/ask", json={"question": QUESTION}).json()["short"]
        ready, metrics = client.get("/readyz"), client.get("/metrics").text

    assert (ready.status_code, ready.json()["level"]) == (200, "words_only")
    assert "只能按词查找" in ready.json()["problems"][0]
    assert "gonghui_words_only 1.0" in metrics


def test_what_is_wrong_with_a_request_is_said_in_chinese(bare: WebClient) -> None:
    page = bare.post("/", data={"question": "工资", "after": "x" * 65}, headers={"accept": "text/html"}).text

    assert "String should have" not in page


def test_a_key_that_is_not_base64_is_refused_when_the_settings_are_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        settings_for(tmp_path, wechat_aes_key="!" * 43)
