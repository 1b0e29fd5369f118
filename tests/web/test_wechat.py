from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.build import subject_of
from assistant.settings import Settings
from assistant.store import Store
from assistant.types import Answer, Section
from assistant.web.app import build_app
from assistant.web.wechat.channel import Pace
from assistant.web.wechat.delivery import decide
from assistant.web.wechat.render import reply_text, text_reply_xml
from assistant.web.wechat.simulated_platform import (
    ACCOUNT,
    Delivery,
    Platform,
    Post,
    aes_key,
    enveloped,
    event,
    judge,
    message_xml,
    over_socket,
    sealed,
    sign,
    text_message,
)
from assistant.wechat_messages import Arrival, register
from tests.web.conftest import ModelServer, WebClient, client_of, rows, served, settings_for

QUESTION = "老板欠我三个月工资怎么办"
IDENTITY_NUMBER = "370282199001011233"
CRISIS = "我不想活了"


def deliver(client: WebClient, message: dict[str, str]) -> Delivery:
    return Platform(over_socket(client)).deliver(message)


def send(client: WebClient, post: Post) -> tuple[int, bytes]:
    return over_socket(client)(post)


def now(seconds: int = 0) -> str:
    return str(int(time.time()) + seconds)


def greeting(**more: str) -> bytes:
    return message_xml(text_message("你好", **more))


# -- the check of our address ----------------------------------------------------------------------------------


def verification(**changes: str | None) -> dict[str, str]:
    params = {"signature": sign(ACCOUNT.token, now(), "n1"), "timestamp": now(), "nonce": "n1", "echostr": "5927782489442352469"} | changes
    return {name: value for name, value in params.items() if value is not None}


def test_the_address_is_verified_by_returning_the_echo_string(bare: WebClient) -> None:
    response = bare.get("/wechat", params=verification())

    assert (response.status_code, response.content) == (200, b"5927782489442352469")


@pytest.mark.parametrize(
    ("params", "status"),
    [
        pytest.param({"signature": "0" * 40}, 403, id="another signature"),
        pytest.param({"signature": None}, 403, id="no signature"),
        pytest.param({"timestamp": None}, 403, id="no timestamp"),
        pytest.param({"nonce": "n2"}, 403, id="another nonce"),
        pytest.param({"echostr": None}, 400, id="no echo string"),
        pytest.param({"echostr": "x" * 257}, 400, id="an echo string longer than the platform's"),
    ],
)
def test_a_verification_that_is_not_the_platforms_gets_nothing(bare: WebClient, params: dict[str, str | None], status: int) -> None:
    response = bare.get("/wechat", params=verification(**params))

    assert (response.status_code, response.content) == (status, b"")


def test_an_echo_string_is_never_sent_as_a_page(bare: WebClient) -> None:
    response = bare.get("/wechat", params=verification(echostr="<script>alert(1)</script>"))

    assert response.headers["content-type"].startswith("text/plain")


# -- the gate --------------------------------------------------------------------------------------------------


def test_a_rightly_sealed_message_is_let_in(bare: WebClient) -> None:
    status, body = send(bare, sealed(greeting()))

    assert status == 200
    assert b"<Encrypt>" in body


@pytest.mark.parametrize(
    "post",
    [
        pytest.param(lambda: sealed(greeting()).with_params(signature="0" * 40), id="another signature"),
        pytest.param(lambda: sealed(greeting()).with_params(signature=None), id="no signature"),
        pytest.param(lambda: sealed(greeting()).with_params(timestamp=None), id="no timestamp"),
        pytest.param(lambda: sealed(greeting()).with_params(nonce=None), id="no nonce"),
        pytest.param(lambda: _uppercase(sealed(greeting()), "signature"), id="signature in capitals"),
        pytest.param(lambda: sealed(greeting(), timestamp=now(-602)), id="602 s old"),
        pytest.param(lambda: sealed(greeting(), timestamp=now(603)), id="603 s ahead"),
        pytest.param(lambda: sealed(greeting(), timestamp="soon"), id="a timestamp in letters"),
        pytest.param(lambda: sealed(greeting(), timestamp=f"{now()}.0"), id="a timestamp with a fraction"),
        pytest.param(lambda: sealed(greeting(), timestamp="１７９５２３４５６７"), id="a timestamp in full width"),
        pytest.param(lambda: sealed(greeting(), timestamp="9" * 5000), id="a timestamp of 5000 digits"),
        pytest.param(lambda: sealed(greeting(), nonce="n" * 65), id="a nonce of 65 characters"),
        pytest.param(lambda: sealed(greeting()).with_params(encrypt_type=None), id="no encrypt_type"),
        pytest.param(lambda: sealed(greeting()).with_params(encrypt_type="raw"), id="encrypt_type raw"),
        pytest.param(lambda: replace(sealed(greeting()), body=greeting()).with_params(encrypt_type="raw"), id="a message in clear"),
        pytest.param(lambda: sealed(greeting()).with_params(msg_signature="0" * 40), id="another msg_signature"),
        pytest.param(lambda: sealed(greeting()).with_params(msg_signature=None), id="no msg_signature"),
        pytest.param(lambda: _uppercase(sealed(greeting()), "msg_signature"), id="msg_signature in capitals"),
        pytest.param(lambda: replace(sealed(greeting()), body=sealed(greeting()).body), id="the body of another message"),
        pytest.param(lambda: sealed(greeting(ToUserName="gh_ffffffffffff")), id="a message to another account"),
    ],
)
def test_a_request_that_is_not_the_platforms_is_refused_without_a_word(bare: WebClient, post: Callable[[], Post]) -> None:
    assert send(bare, post()) == (403, b"")


def _uppercase(post: Post, name: str) -> Post:
    assert post.params[name] != post.params[name].upper()
    return post.with_params(**{name: post.params[name].upper()})


@pytest.mark.parametrize("age", [-595, 0, 595])
def test_a_request_of_the_last_ten_minutes_is_let_in(bare: WebClient, age: int) -> None:
    assert send(bare, sealed(greeting(), timestamp=now(age)))[0] == 200


@pytest.mark.parametrize("nonce", ["0", "n" * 64])
def test_a_nonce_of_up_to_64_characters_is_let_in(bare: WebClient, nonce: str) -> None:
    assert send(bare, sealed(greeting(), nonce=nonce))[0] == 200


@pytest.mark.parametrize(
    ("encrypted", "body"),
    [
        pytest.param("aaaa", b'<!DOCTYPE xml [<!ENTITY a "aa">]><xml><Encrypt>&a;&a;</Encrypt></xml>', id="ENTITY"),
        pytest.param("x", b"", id="no body"),
        pytest.param("x", b"{}", id="JSON"),
        pytest.param("x", b"<xml><Encrypt>x</Encrypt>", id="XML that does not end"),
        pytest.param("x", b"<Encrypt>x</Encrypt>", id="no xml element"),
        pytest.param("x", b"<xml/>", id="an empty xml element"),
        pytest.param("x", b"<xml><Encrypt><a>x</a></Encrypt></xml>", id="Encrypt with an element inside"),
        pytest.param("x", b"<xml><Encrypt>x</Encrypt><Encrypt>x</Encrypt></xml>", id="two Encrypt elements"),
        pytest.param("x", b"<xml><Encrypt>x</Encrypt>\xff\xfe</xml>", id="not UTF-8"),
        pytest.param("x", b"<a>" * 20_000, id="20 000 elements deep"),
        pytest.param("not base64!", b"<xml><Encrypt>not base64!</Encrypt></xml>", id="not base64"),
        pytest.param("AAAA", b"<xml><Encrypt>AAAA</Encrypt></xml>", id="three bytes"),
        pytest.param("A" * 64, b"<xml><Encrypt>" + b"A" * 64 + b"</Encrypt></xml>", id="48 bytes that nobody encrypted"),
    ],
)
def test_a_signed_body_that_is_not_a_sealed_message_is_refused_without_a_word(bare: WebClient, encrypted: str, body: bytes) -> None:
    assert send(bare, enveloped(encrypted, body)) == (400, b"")


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(b"<!DOCTYPE xml>", id="DOCTYPE"),
        pytest.param(b'<!doctype xml SYSTEM "http://127.0.0.1/">', id="doctype with an address"),
        pytest.param(b'<!DOCTYPE xml [<!ENTITY a "a">]>', id="ENTITY"),
    ],
)
def test_a_sealed_message_behind_a_document_type_is_refused_without_a_word(bare: WebClient, definition: bytes) -> None:
    post = sealed(greeting())

    assert send(bare, replace(post, body=definition + post.body)) == (400, b"")


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param(b"<!DOCTYPE xml>" + greeting(), id="DOCTYPE"),
        pytest.param(b'<!DOCTYPE xml [<!ENTITY a "a">]>' + greeting(), id="ENTITY"),
        pytest.param(greeting().replace(b"</xml>", b"<Content>b</Content></xml>"), id="two Content elements"),
        pytest.param(greeting().replace(b"</xml>", b"<FromUserName>b</FromUserName></xml>"), id="two senders"),
        pytest.param(greeting().replace(b"</xml>", b"<MsgType>event</MsgType></xml>"), id="two kinds"),
        pytest.param(greeting(message_id="12a"), id="MsgId with a letter"),
        pytest.param(greeting(message_id="１２３４"), id="MsgId in full width"),
        pytest.param(greeting(message_id="1" * 33), id="MsgId of 33 digits"),
        pytest.param(greeting(MsgId=""), id="no MsgId"),
        pytest.param(greeting(CreateTime="yesterday"), id="CreateTime not a number"),
        pytest.param(greeting(FromUserName=""), id="no sender"),
        pytest.param(greeting(FromUserName="o" * 129), id="a sender of 129 characters"),
        pytest.param(greeting(MsgType=""), id="no kind"),
        pytest.param(b"<xml><Content>a</Content></xml>", id="only Content"),
        pytest.param(b"hello", id="not XML"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_sealed_message_of_the_wrong_shape_is_refused_without_a_word(bare: WebClient, plain: bytes) -> None:
    assert send(bare, sealed(plain)) == (400, b"")


def test_a_message_sealed_for_another_app_is_refused_without_a_word(bare: WebClient) -> None:
    status, body = send(bare, sealed(greeting(), replace(ACCOUNT, app_id="wxffffffffffffffff")))

    assert status in {400, 403}
    assert body == b""


def test_a_message_sealed_with_a_key_that_is_not_ours_is_refused_without_a_word(bare: WebClient) -> None:
    assert send(bare, sealed(greeting(), replace(ACCOUNT, aes_key=aes_key(3)))) == (400, b"")


def test_a_message_sealed_with_the_previous_key_is_answered_with_the_previous_key(bare: WebClient) -> None:
    message = text_message("你好")
    previous = replace(ACCOUNT, aes_key=aes_key(2))
    status, body = send(bare, sealed(message_xml(message), previous))

    assert judge(status, body, message, previous)


def test_a_service_without_the_settings_of_the_account_lets_nobody_in(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path, wechat_token="")) as client:
        status, body = send(client, sealed(greeting(), replace(ACCOUNT, token="")))

    assert (status, body) == (403, b"")


def test_a_service_that_was_not_told_its_account_takes_every_recipient(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path, wechat_original_id="")) as client:
        delivery = deliver(client, text_message("你好", ToUserName="gh_another"))

    assert delivery.requests == ["reply"]


def test_a_body_of_64_kib_is_read(bare: WebClient) -> None:
    post = sealed(greeting())
    post = replace(post, body=post.body.ljust(64 * 1024))

    assert send(bare, post)[0] == 200


def test_a_body_over_64_kib_is_refused_without_a_word(bare: WebClient) -> None:
    post = sealed(greeting())
    post = replace(post, body=post.body.ljust(64 * 1024 + 1))

    assert send(bare, post) == (413, b"")


def test_a_chunked_body_is_refused_at_64_kib_without_waiting_for_its_end(tmp_path: Path) -> None:
    with (
        served(settings_for(tmp_path)) as address,
        socket.create_connection(("127.0.0.1", httpx.URL(address).port or 0), timeout=10) as caller,
    ):
        caller.sendall(
            f"POST /wechat?{httpx.QueryParams(sealed(b'').params)} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        caller.sendall((b"1000\r\n" + b" " * 4096 + b"\r\n") * 17)
        answer = caller.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_get_no_body(bare: WebClient, method: str) -> None:
    response = bare.request(method, "/wechat")

    assert (response.status_code, response.content) == (405, b"")


ENVELOPES = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda text: f"<xml><Encrypt>{text}</Encrypt></xml>".encode("utf-8", "replace"), st.text(max_size=80)),
    st.builds(lambda data: b"<xml><Encrypt>" + data.hex().encode() + b"</Encrypt></xml>", st.binary(min_size=1, max_size=96)),
)


@given(body=ENVELOPES)
@settings(max_examples=60, deadline=None)
def test_no_body_after_a_valid_signature_makes_the_service_fail_or_speak(bare: WebClient, body: bytes) -> None:
    encrypted = body.removeprefix(b"<xml><Encrypt>").removesuffix(b"</Encrypt></xml>").decode(errors="replace")
    status, said = send(bare, enveloped(encrypted, body))

    assert status in {400, 403}
    assert said == b""


@given(body=ENVELOPES, signature=st.text("0123456789abcdef", min_size=40, max_size=40))
@settings(max_examples=30, deadline=None)
def test_nothing_is_said_to_whoever_cannot_sign(bare: WebClient, body: bytes, signature: str) -> None:
    assert send(bare, Post(enveloped("x", b"").params | {"signature": signature}, body)) == (403, b"")
    assert send(bare, sealed(greeting()).with_params(signature=signature)) == (403, b"")


NAMES = st.text("oABCxyz0189_-", min_size=1, max_size=40)
FIELDS = st.fixed_dictionaries(
    {
        "ToUserName": st.just(ACCOUNT.original_id),
        "FromUserName": NAMES,
        "CreateTime": st.sampled_from(["1795234567", "0", "-1", "", "1e9"]),
        "MsgType": st.sampled_from(
            ["text", "image", "voice", "video", "shortvideo", "location", "link", "file", "event", "Event", "unknown"]
        ),
    },
    optional={
        "MsgId": st.one_of(st.integers(0, 10**20).map(str), st.text(max_size=10)),
        "Content": st.text(max_size=60),
        "Event": st.one_of(st.sampled_from(["subscribe", "unsubscribe", "CLICK", "VIEW", "SCAN", "LOCATION"]), st.text(max_size=10)),
        "EventKey": st.text(max_size=40),
    },
)


@given(fields=FIELDS)
@settings(max_examples=100, deadline=None)
def test_every_sealed_message_is_refused_or_gets_a_reply_the_platform_takes(bare: WebClient, fields: dict[str, str]) -> None:
    status, said = send(bare, sealed(message_xml(fields)))

    assert (status, said) == (400, b"") or judge(status, said, fields) is None or len(judge(status, said, fields) or "") > 10


# -- the conversation ------------------------------------------------------------------------------------------


def test_a_question_gets_one_reply_with_an_answer_and_a_label(client: WebClient) -> None:
    delivery = deliver(client, text_message(QUESTION))

    assert delivery.requests == ["reply"]
    assert "1. " in str(delivery.seen)
    assert "依据：①《" in str(delivery.seen)
    assert str(delivery.seen).endswith("即墨适用的规定，仅供参考，不是律师意见）")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="nothing"),
        pytest.param("工" * 5000, id="5000 characters"),
        pytest.param("\u200b\u202e", id="invisible characters"),
        pytest.param("老板欠薪\x0b怎么办".replace("\x0b", ""), id="an ordinary one"),
        pytest.param("<a href='http://127.0.0.1'>加班费</a>怎么算", id="markup"),
        pytest.param("𠮷😀加班费怎么算", id="outside the basic plane"),
        pytest.param("/:wx 【收到不支持的消息类型，暂无法显示】", id="an emoticon"),
    ],
)
def test_whatever_is_typed_gets_a_reply_the_platform_takes(client: WebClient, content: str) -> None:
    assert deliver(client, text_message(content)).requests == ["reply"]


def test_a_resent_message_gets_the_same_reply(client: WebClient) -> None:
    message = text_message(QUESTION)
    first = deliver(client, message)

    assert deliver(client, message).seen == first.seen


def test_a_resent_message_is_answered_once(client: WebClient, database: Path) -> None:
    message = text_message(QUESTION, sender="oResends")
    before = len(rows(database, "answers"))
    for _ in range(3):
        deliver(client, message)

    assert len(rows(database, "answers")) == before + 1


def test_requests_for_one_message_that_come_at_once_get_the_same_reply(client: WebClient, database: Path) -> None:
    message = text_message(QUESTION, sender="oAtOnce")
    before = len(rows(database, "answers"))
    with ThreadPoolExecutor(3) as pool:
        seen = [delivery.seen for delivery in pool.map(lambda _: deliver(client, message), range(3))]

    assert len(set(seen)) == 1
    assert len(rows(database, "answers")) == before + 1


def test_the_same_question_in_a_new_message_is_answered_again(client: WebClient, database: Path) -> None:
    before = len(rows(database, "answers"))
    deliver(client, text_message(QUESTION))
    deliver(client, text_message(QUESTION))

    assert len(rows(database, "answers")) == before + 2


def test_two_services_over_one_database_answer_a_resent_message_once(
    client: WebClient, settings_with_index: Callable[..., Settings], database: Path
) -> None:
    message = text_message(QUESTION, sender="oTwoServices")
    before = len(rows(database, "answers"))
    with client_of(settings_with_index(database.parent)) as other, ThreadPoolExecutor(2) as pool:
        seen = {delivery.seen for delivery in pool.map(lambda one: deliver(one, message), (client, other))}

    assert len(seen) == 1
    assert len(rows(database, "answers")) == before + 1


def test_a_message_whose_process_died_is_answered_when_it_is_sent_again(client: WebClient, database: Path) -> None:
    message = text_message(QUESTION, message_id="88000001")
    _claim_and_die(database, "message:88000001", ago_s=6)

    assert "依据：" in str(deliver(client, message).seen)


@pytest.mark.slow
def test_a_message_whose_process_died_just_now_is_answered_within_three_requests(
    settings_with_index: Callable[..., Settings], tmp_path: Path
) -> None:
    message = text_message(QUESTION, message_id="88000002")
    with served(settings_with_index(tmp_path)) as address, httpx.Client(base_url=address, trust_env=False) as http:
        platform = Platform(over_socket(http))
        platform.deliver(text_message("你好"))
        _claim_and_die(tmp_path / "gonghui.sqlite3", "message:88000002", ago_s=0)
        delivery = platform.deliver(message)

    assert "依据：" in str(delivery.seen)


def _claim_and_die(database: Path, key: str, *, ago_s: float) -> None:
    store = Store(f"sqlite:///{database}")
    register(store, Arrival(key, "whoever"), owner="dead", stale_after_s=5, now=time.time() - ago_s)
    store.close()


def test_a_follow_up_is_understood_from_what_the_same_person_asked_before(client: WebClient) -> None:
    deliver(client, text_message("没签劳动合同能要几个月双倍工资", sender="oFollowUp"))

    assert "《劳动合同法》第八十二条" in str(deliver(client, text_message("那从哪天算", sender="oFollowUp")).seen)


def test_a_follow_up_is_not_understood_from_what_somebody_else_asked(client: WebClient) -> None:
    deliver(client, text_message("没签劳动合同能要几个月双倍工资", sender="oSomebody"))

    assert "《劳动合同法》第八十二条" not in str(deliver(client, text_message("那从哪天算", sender="oSomebodyElse")).seen)


def test_a_new_follower_is_welcomed_with_the_hotline(client: WebClient) -> None:
    assert "12351" in str(deliver(client, event("subscribe")).seen)


def test_a_new_follower_who_scanned_a_code_is_welcomed(client: WebClient) -> None:
    assert "12351" in str(deliver(client, event("subscribe", EventKey="qrscene_1")).seen)


@pytest.mark.parametrize(
    "name",
    ["unsubscribe", "CLICK", "VIEW", "SCAN", "LOCATION", "TEMPLATESENDJOBFINISH", "subscribe_msg_popup_event", "no_such_event", ""],
)
def test_other_events_are_taken_in_silence(client: WebClient, name: str) -> None:
    status, body = send(client, sealed(message_xml(event(name))))

    assert (status, body) == (200, b"success")


def test_unsubscribing_deletes_what_is_kept_of_that_person_and_of_nobody_else(tmp_path: Path) -> None:
    with client_of(settings_for(tmp_path)) as client:
        deliver(client, event("subscribe", sender="oLeaves"))
        deliver(client, text_message(QUESTION, sender="oLeaves"))
        deliver(client, text_message(QUESTION, sender="oStays"))
        deliver(client, event("unsubscribe", sender="oLeaves"))

    stays = subject_of(b"a secret of the tests", "oStays")
    assert [row["subject"] for row in rows(tmp_path / "gonghui.sqlite3", "answers")] == [stays]
    assert [row["subject"] for row in rows(tmp_path / "gonghui.sqlite3", "wechat_messages")] == [stays]


OF_KIND = {
    "image": "图片里的字",
    "voice": "按住输入法上的话筒",
    "video": "里面是什么事",
    "shortvideo": "里面是什么事",
    "file": "复制过来",
    "link": "网页我打不开",
}


@pytest.mark.parametrize("kind", ["image", "voice", "video", "shortvideo", "location", "link", "file"])
def test_what_is_not_text_gets_a_sentence_that_asks_for_words(client: WebClient, kind: str) -> None:
    message = {name: value for name, value in text_message("").items() if name != "Content"} | {"MsgType": kind, "MediaId": "m1"}

    seen = str(deliver(client, message).seen)
    assert seen.startswith("现在只能看懂文字，请把您的问题打字发给我。")
    assert OF_KIND.get(kind, "") in seen


def test_an_emergency_is_answered_without_an_index(bare: WebClient) -> None:
    assert "12356" in str(deliver(bare, text_message(CRISIS)).seen)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("sqlite:///{folder}/a-file/gonghui.sqlite3", id="a folder that cannot be made"),
        pytest.param("sqlite:///{folder}/a-file", id="a file that is no database"),
        pytest.param("postgresql+psycopg://nobody@127.0.0.1:9/none", id="a server that does not answer"),
        pytest.param("no such thing", id="not an address"),
    ],
)
def test_an_emergency_is_answered_without_a_database(tmp_path: Path, address: str) -> None:
    (tmp_path / "a-file").write_text("this is not a database, and long enough to be read as a header of one" * 20)
    with client_of(settings_for(tmp_path, database_url=address.format(folder=tmp_path))) as client:
        delivery = deliver(client, text_message(CRISIS))

    assert "12356" in str(delivery.seen)
    assert delivery.seconds[0] < 4.5


def test_a_question_is_answered_without_a_database(settings_with_index: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with client_of(settings_with_index(tmp_path, database_url=f"sqlite:///{tmp_path}/a-file/gonghui.sqlite3")) as client:
        assert "依据：" in str(deliver(client, text_message(QUESTION)).seen)


def test_an_answer_from_a_model_that_stays_silent_comes_in_time_without_it(
    settings_with_index: Callable[..., Settings], tmp_path: Path
) -> None:
    with (
        ModelServer(None) as model,
        served(settings_with_index(tmp_path, llm_base_url=model.base_url, llm_model="silent")) as address,
        httpx.Client(base_url=address, trust_env=False) as http,
    ):
        delivery = Platform(over_socket(http)).deliver(text_message(QUESTION))

    assert len(model.calls) == 1
    assert delivery.requests == ["reply"]
    assert "本回答由程序自动整理" in str(delivery.seen)


def test_neither_the_sender_nor_an_identity_number_is_in_the_database(tmp_path: Path) -> None:
    sender = "oKQZ1" + secrets.token_hex(10)
    with client_of(settings_for(tmp_path)) as client:
        deliver(client, event("subscribe", sender=sender))
        deliver(client, text_message(f"我的身份证{IDENTITY_NUMBER}，老板欠我工资", sender=sender))
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())

    assert "[身份证号]".encode() in kept
    assert IDENTITY_NUMBER.encode() not in kept
    assert sender.encode() not in kept


def test_neither_sender_nor_question_nor_secrets_are_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sender = "oKQZ2" + secrets.token_hex(10)
    with client_of(settings_for(tmp_path)) as client:
        deliver(client, text_message(f"我的身份证{IDENTITY_NUMBER}，老板欠我工资", sender=sender))
        send(client, sealed(greeting(FromUserName=sender)).with_params(signature="0" * 40))
        send(client, sealed(b"garbage"))
    logged = "".join(capfd.readouterr())

    assert "wechat_refused" in logged
    assert not [word for word in (sender, IDENTITY_NUMBER, "老板欠我工资", ACCOUNT.token, ACCOUNT.aes_key) if word in logged]


def test_one_persons_reply_is_sent_to_that_person(client: WebClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        deliveries = list(pool.map(lambda number: deliver(client, text_message(QUESTION, sender=f"oMany{number}")), range(8)))

    assert [delivery.requests for delivery in deliveries] == [["reply"]] * 8


@pytest.mark.parametrize(
    ("done", "waited_s", "age_s", "does"),
    [
        pytest.param(True, 0.0, 0.0, "reply", id="the reply is there"),
        pytest.param(True, 6.1, 20.0, "reply", id="the reply is there, late"),
        pytest.param(False, 0.0, 0.0, "wait", id="just come"),
        pytest.param(False, 4.6, 4.6, "wait", id="first request, about to be cut"),
        pytest.param(False, 6.0, 6.0, "hang_up", id="first request, cut already"),
        pytest.param(False, 4.6, 8.9, "wait", id="second request, about to be cut"),
        pytest.param(False, 6.0, 8.9, "hang_up", id="second request, cut already"),
        pytest.param(False, 0.0, 10.0, "wait", id="last request, just come"),
        pytest.param(False, 4.2, 14.2, "wait", id="last request, there is time left"),
        pytest.param(False, 4.3, 14.3, "apologise", id="last request, no time left"),
        pytest.param(False, 7.0, 17.0, "apologise", id="last request, overdue"),
    ],
)
def test_what_a_request_does_depends_on_its_age_and_the_messages(done: bool, waited_s: float, age_s: float, does: str) -> None:
    assert decide(done=done, waited_s=waited_s, age_s=age_s) == does


@pytest.mark.parametrize(("within_s", "budget_s"), [(4.5, 3.6), (4.0, 3.1), (4.8, 3.6)])
def test_a_server_far_away_answers_earlier_and_gives_the_model_less_time(within_s: float, budget_s: float) -> None:
    pace = Pace.answering_within(within_s)
    does = [decide(done=False, waited_s=waited_s, age_s=waited_s, mode="pull", pace=pace) for waited_s in (within_s - 0.01, within_s)]

    assert does == ["wait", "apologise"]
    assert pace.model_budget == pytest.approx(budget_s)


def test_the_pace_is_that_of_the_settings(tmp_path: Path) -> None:
    app = build_app(settings_for(tmp_path, wechat_reply_within_s=4.0))

    assert app.state.channel.pace == Pace.answering_within(4.0)


@given(st.booleans(), st.floats(0, 30), st.floats(0, 30))
def test_a_request_never_waits_longer_than_six_seconds(done: bool, waited_s: float, more_s: float) -> None:
    assert decide(done=done, waited_s=waited_s, age_s=waited_s + more_s) != "wait" or waited_s < 6


def test_whatever_breaks_behind_the_gate_the_platform_is_told_success(bare: WebClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.wechat.conversation.body_of", lambda _message: 1 / 0)

    assert send(bare, sealed(greeting())) == (200, b"success")


# -- the reply -------------------------------------------------------------------------------------------------

ANY_TEXT = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("]><[&\r\n\t\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff")), max_size=60
)


def readable(text: str) -> str:
    """What XML 1.0 lets through (Char, §2.2), with line ends as a parser gives them (§2.11)."""
    kept = [
        char
        for char in text
        if char in "\t\n\r" or "\u0020" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or "\U00010000" <= char <= "\U0010ffff"
    ]
    return "".join(kept).replace("\r\n", "\n").replace("\r", "\n")


@given(to=ANY_TEXT, sender=ANY_TEXT, text=ANY_TEXT)
def test_a_reply_reads_back_as_what_was_put_in(to: str, sender: str, text: str) -> None:
    root = ET.fromstring(text_reply_xml(to=to, sender=sender, created_at=1795234567, text=text).encode())

    assert [(child.tag, child.text or "") for child in root] == [
        ("ToUserName", readable(to)),
        ("FromUserName", readable(sender)),
        ("CreateTime", "1795234567"),
        ("MsgType", "text"),
        ("Content", readable(text)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("]]></Content><Content><![CDATA[x", id="an element more"),
        pytest.param("]]]]>><![CDATA[]]>", id="ends within ends"),
        pytest.param("a\x00\x08b\x1b", id="control characters"),
        pytest.param("a\ud800b", id="half a surrogate pair"),
    ],
)
def test_no_text_can_break_a_reply(text: str) -> None:
    root = ET.fromstring(text_reply_xml(to="o1", sender="gh_1", created_at=1, text=text).encode())

    assert [child.text for child in root if child.tag == "Content"] == [readable(text)]


@given(
    short=st.builds(str.__mul__, st.text(min_size=1, max_size=20), st.integers(0, 300)),
    steps=st.lists(st.text(min_size=1, max_size=200), max_size=8),
    source=st.sampled_from(["guide", "model"]),
    base=st.sampled_from(["", "https://ask.example"]),
)
@settings(deadline=None)
def test_a_reply_is_at_most_2048_bytes_and_ends_with_its_label(short: str, steps: list[str], source: str, base: str) -> None:
    answer = Answer(
        "answered", short, date(2026, 11, 21), "即墨", source=source, sections=(Section("steps", tuple(steps)),), token="t" * 22
    )
    text = reply_text(answer, base)

    assert len(text.encode()) <= 2048
    assert text.endswith("仅供参考，不是律师意见）")


def test_a_reply_leads_to_the_whole_answer_where_there_is_a_public_address() -> None:
    answer = Answer("answered", "可以要。" * 300, date(2026, 11, 21), "即墨", token="abc")

    assert "https://ask.example/a/abc\n" in reply_text(answer, "https://ask.example")
