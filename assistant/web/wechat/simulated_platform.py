"""The 公众号 platform as a callback meets it: it signs, encrypts, posts, cuts at 5 s, sends again, and judges what comes back.

Its AES and XML are its own, so that an error in the code under test cannot cancel out. Rules: the platform's pages on
push (消息推送), encryption (消息加解密) and passive replies (被动回复).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CUT_S = 5.0
REQUESTS = 3
LONGEST_TEXT = 2048
NOTICE = "该公众号提供的服务出现故障，请稍后再试"


class Fault(Exception):
    """A reply for which the platform shows the failure notice."""


class Cut(Exception):
    """Nothing came within 5 s."""


class Lost(Exception):
    """The connection was refused or broke before an answer was there."""


@dataclass(frozen=True)
class Account:
    """What the console of the 公众号 shows: 令牌, EncodingAESKey, AppID and 原始 ID."""

    token: str
    aes_key: str
    app_id: str
    original_id: str


def aes_key(seed: int) -> str:
    """Return an EncodingAESKey: 32 bytes in base64 without the padding, 43 characters."""
    return base64.b64encode(hashlib.sha256(str(seed).encode()).digest()).decode().rstrip("=")


ACCOUNT = Account(token="a1b2c3token", aes_key=aes_key(1), app_id="wx0123456789abcdef", original_id="gh_0123456789ab")


def sign(*parts: str) -> str:
    """Return the platform's signature: SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(plain: bytes, account: Account) -> str:
    """Return AES-256-CBC over 16 random bytes, length, text and AppID; the IV is the key's beginning, blocks of 32."""
    key = base64.b64decode(account.aes_key + "=")
    packed = secrets.token_bytes(16) + struct.pack(">I", len(plain)) + plain + account.app_id.encode()
    padding = 32 - len(packed) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(packed + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(encrypted: str, account: Account) -> bytes:
    """Return the text inside; raises Fault where key, padding or AppID is not right."""
    key = base64.b64decode(account.aes_key + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    try:
        packed = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
        padding = packed[-1]
        if not 1 <= padding <= 32 or packed[-padding:] != bytes([padding]) * padding:
            raise Fault("padding")
        packed = packed[:-padding]
        length = struct.unpack(">I", packed[16:20])[0]
    except (ValueError, IndexError, struct.error) as error:
        raise Fault("not decryptable") from error
    if packed[20 + length :] != account.app_id.encode():
        raise Fault("AppID")
    return packed[20 : 20 + length]


def message_xml(fields: Mapping[str, str]) -> bytes:
    """Return a message as the platform writes it: numbers bare, everything else in CDATA."""
    bare = {"CreateTime", "MsgId"}
    inside = {name: value if name in bare else f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>" for name, value in fields.items()}
    body = "".join(f"<{name}>{value}</{name}>" for name, value in inside.items())
    return f"<xml>{body}</xml>".encode()


def text_message(content: str, *, sender: str = "oWorker-0001", message_id: str | None = None, **more: str) -> dict[str, str]:
    """Return the fields of a text message to our account."""
    return {
        "ToUserName": ACCOUNT.original_id,
        "FromUserName": sender,
        "CreateTime": str(int(time.time())),
        "MsgType": "text",
        "Content": content,
        "MsgId": message_id or str(secrets.randbelow(10**16) + 10**16),
        **more,
    }


def event(name: str, *, sender: str = "oWorker-0001", **more: str) -> dict[str, str]:
    """Return the fields of an event; events have no MsgId."""
    return {
        "ToUserName": ACCOUNT.original_id,
        "FromUserName": sender,
        "CreateTime": str(int(time.time())),
        "MsgType": "event",
        "Event": name,
        **more,
    }


@dataclass(frozen=True)
class Post:
    """One request as it goes out; a test changes what it wants to be wrong about it."""

    params: dict[str, str]
    body: bytes

    def with_params(self, **changes: str | None) -> Post:
        """Return the request with other parameters; None leaves one out."""
        params = {name: value for name, value in (self.params | changes).items() if value is not None}
        return replace(self, params=params)


def sealed(plain: bytes, account: Account = ACCOUNT, *, timestamp: str | None = None, nonce: str | None = None) -> Post:
    """Return the request of safe mode (安全模式) that carries *plain*."""
    encrypted = encrypt(plain, account)
    body = f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return enveloped(encrypted, body.encode(), account, timestamp=timestamp, nonce=nonce)


def enveloped(encrypted: str, body: bytes, account: Account = ACCOUNT, *, timestamp: str | None = None, nonce: str | None = None) -> Post:
    """Return a request rightly signed for *encrypted*, whatever its *body* is."""
    timestamp = timestamp or str(int(time.time()))
    nonce = nonce or secrets.token_hex(5)
    params = {
        "signature": sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": "oWorker-0001",
        "encrypt_type": "aes",
        "msg_signature": sign(account.token, timestamp, nonce, encrypted),
    }
    return Post(params, body)


# What the simulated phone shows where the message went to the platform's own seats: the person sees nothing until somebody there writes.
SEATS = "（已转到公众号的人工客服）"


def judge(status: int, body: bytes, message: Mapping[str, str], account: Account = ACCOUNT) -> str | None:
    """Return what the person sees for a reply, None for silence; raises Fault where the platform shows its notice."""
    if status != 200:
        raise Fault(f"status {status}")
    if body in {b"", b"success"}:
        return None
    envelope = _fields(body)
    signature = sign(account.token, envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"])
    if envelope["MsgSignature"] != signature:
        raise Fault("MsgSignature")
    reply = _fields(decrypt(envelope["Encrypt"], account))
    if (reply["ToUserName"], reply["FromUserName"]) != (message["FromUserName"], message["ToUserName"]):
        raise Fault("addresses")
    if not reply["CreateTime"].isascii() or not reply["CreateTime"].isdigit():
        raise Fault("CreateTime")
    if reply["MsgType"] == "transfer_customer_service":
        return SEATS
    if reply["MsgType"] != "text":
        raise Fault("MsgType")
    if not reply["Content"] or len(reply["Content"].encode()) > LONGEST_TEXT:
        raise Fault("Content")
    return reply["Content"]


def _fields(body: bytes) -> dict[str, str]:
    try:
        root = ET.fromstring(body)
    except ET.ParseError as error:
        raise Fault("not XML") from error
    names = [child.tag for child in root]
    if root.tag != "xml" or len(set(names)) != len(names) or any(len(child) for child in root):
        raise Fault("an element twice, or one inside another")
    return _Named({child.tag: child.text or "" for child in root})


class _Named(dict[str, str]):
    def __missing__(self, name: str) -> str:
        raise Fault(f"no {name}")


@dataclass
class Delivery:
    """What became of one message: what the person sees, and how each request ended (`reply`, `silence`, `cut`, `lost`, `fault`)."""

    seen: str | None = None
    requests: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    fault: str = ""


class Platform:
    """Delivers messages over *post*, which returns status and body, or raises Cut after 5 s, or Lost.

    Nobody documents what becomes of a connection that breaks: here it is one of the three requests, and the next comes when its 5 s
    are over.
    """

    def __init__(self, post: Callable[[Post], tuple[int, bytes]], account: Account = ACCOUNT) -> None:
        self._post = post
        self._account = account

    def deliver(self, message: Mapping[str, str]) -> Delivery:
        """Send *message*, again up to three requests in all where nothing comes; a resend has a new time and nonce."""
        delivery = Delivery()
        for _ in range(REQUESTS):
            started = time.monotonic()
            try:
                status, body = self._post(sealed(message_xml(message), self._account))
            except Cut:
                delivery.requests.append("cut")
                delivery.seconds.append(time.monotonic() - started)
                continue
            except Lost:
                delivery.requests.append("lost")
                delivery.seconds.append(time.monotonic() - started)
                time.sleep(max(0.0, CUT_S - delivery.seconds[-1]))
                continue
            delivery.seconds.append(time.monotonic() - started)
            try:
                delivery.seen = judge(status, body, message, self._account)
                delivery.requests.append("silence" if delivery.seen is None else "reply")
            except Fault as fault:
                delivery.requests.append("fault")
                delivery.seen, delivery.fault = NOTICE, str(fault)
            return delivery
        delivery.seen, delivery.fault = NOTICE, delivery.requests[-1]
        return delivery


def over_socket(client: Any) -> Callable[[Post], tuple[int, bytes]]:
    """Return a way to post with an httpx client whose base address is the service; whatever takes longer than 5 s is cut."""
    import httpx

    def post(request: Post) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml"}
        started = time.monotonic()
        try:
            response = client.post("/wechat", params=request.params, content=request.body, headers=headers, timeout=CUT_S)
        except httpx.TimeoutException as error:
            raise Cut from error
        except httpx.TransportError as error:
            raise Lost from error
        # The client's limit is one for each step (connecting, reading); the platform has one for all of them.
        if time.monotonic() - started > CUT_S:
            raise Cut
        return response.status_code, response.content

    return post
