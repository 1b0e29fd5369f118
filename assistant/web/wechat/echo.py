"""Ask our own callback as the platform would, in safe mode, and judge the reply as the platform would. For `check`, and for the start.

The cipher is written here once more, apart from the gate's: an error there would not be found by itself. Afterwards the person who
asked unsubscribes, which deletes what was kept of them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from assistant.settings import Settings

# The platform hangs up then.
CUT_S = 5.0
LONGEST_REPLY = 64 * 1024
GREETING = "你好"
_BLOCK = 32
_PROXY = "请检查地址和反向代理"
# What a status means, and the exit code it calls for.
_WHY: Mapping[int, tuple[str, int]] = {
    400: ("它读不懂密文，多半是服务里的 GONGHUI_WECHAT_AES_KEY 或 GONGHUI_WECHAT_APP_ID 和这里的不一样，请改成一样再重启服务", 2),
    403: ("它不认这条消息，多半是服务里的 GONGHUI_WECHAT_TOKEN 和这里的不一样，或者两边的钟差了十分钟，请改好再重启服务", 2),
    404: (f"那里没有回调，{_PROXY}有没有转发 /wechat", 2),
    405: (f"那里不是我们的服务，{_PROXY}", 2),
    413: (f"它说内容太大，{_PROXY}", 2),
    **dict.fromkeys((301, 302, 303, 307, 308), ("它转到别处去了，平台不会跟过去，请把 GONGHUI_PUBLIC_BASE_URL 改成最后的地址", 2)),
    **dict.fromkeys((502, 503, 504), ("反向代理后面的服务没有启动或太忙，请启动它", 3)),
}


class Echo(NamedTuple):
    """What came of asking: a sentence, and the exit code it calls for (0 where it is well)."""

    says: str
    code: int


async def ask_callback(settings: Settings, base: str, *, app: Callable[..., Any] | None = None) -> Echo:
    """Send a greeting to the callback below *base* and say whether the reply is one the platform would show.

    With *app* it goes to that application of this process, without a socket.
    """
    address = f"{base}/wechat"
    sender = "oSelfCheck" + secrets.token_hex(9)
    recipient = settings.wechat_original_id or "gh_000000000000"
    message = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{GREETING}]]></Content><MsgId>{secrets.randbelow(10**18)}</MsgId>"
    farewell = "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[unsubscribe]]></Event>"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False) if app else None
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=CUT_S, headers={"Accept-Encoding": "identity"}, transport=transport) as http:
            started = time.monotonic()
            status, body = await _post(http, address, settings, sender, recipient, message)
            seconds = time.monotonic() - started
            if status == 200:
                await _post(http, address, settings, sender, recipient, farewell)
    except (TimeoutError, httpx.TimeoutException):
        return Echo(f"{address} 在 {CUT_S:g} 秒里没有答完，平台会断开，请看服务是不是太忙、反向代理是不是卡住了", 3)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Echo(f"连不上 {address}（{type(error).__name__}），请看服务有没有启动、地址对不对", 3)
    if status != 200:
        why, code = _WHY.get(status, ("请看服务的日志", 3))
        return Echo(f"{address} 回了 HTTP {status}：{why}", code)
    if body in {b"", b"success"}:
        return Echo(f"{address} 收下了消息，但没有答复，请看服务的日志", 1)
    if (wrong := _judge(body, settings, sender, recipient)) is not None:
        return Echo(f"{address} 的答复平台不会认：{wrong}，请检查地址是不是这个服务、密钥是不是一样", 2)
    return Echo(f"{address} 收发加密消息正常，用了 {seconds:.1f} 秒", 0)


async def _post(http: httpx.AsyncClient, address: str, settings: Settings, sender: str, recipient: str, rest: str) -> tuple[int, bytes]:
    now, nonce = str(int(time.time())), secrets.token_hex(5)
    head = (
        f"<ToUserName><![CDATA[{recipient}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName><CreateTime>{now}</CreateTime>"
    )
    sealed = _seal(f"<xml>{head}{rest}</xml>".encode(), settings)
    token = settings.wechat_token.get_secret_value()
    parameters = {
        "signature": _sign(token, now, nonce),
        "timestamp": now,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": _sign(token, now, nonce, sealed),
    }
    body = f"<xml><ToUserName><![CDATA[{recipient}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    reply = bytearray()
    async with asyncio.timeout(CUT_S), http.stream("POST", address, params=parameters, content=body.encode()) as response:
        async for chunk in response.aiter_raw():
            reply += chunk
            if len(reply) > LONGEST_REPLY:
                break
    return response.status_code, bytes(reply)


def _judge(body: bytes, settings: Settings, sender: str, recipient: str) -> str | None:
    """What is wrong with a reply, None for nothing."""
    envelope = body.decode("utf-8", errors="replace")
    sealed = _field(envelope, "Encrypt")
    if not sealed:
        return "不是加密的答复"
    signature = _sign(settings.wechat_token.get_secret_value(), _field(envelope, "TimeStamp"), _field(envelope, "Nonce"), sealed)
    if not hmac.compare_digest(signature.encode(), _field(envelope, "MsgSignature").encode()):
        return "签名不对"
    reply = _open(sealed, settings)
    if reply is None:
        return "解不开"
    if (_field(reply, "ToUserName"), _field(reply, "FromUserName")) != (sender, recipient):
        return "收信人和发信人写反了"
    if _field(reply, "MsgType") != "text" or not _field(reply, "Content").strip():
        return "没有文字"
    return None


def _field(xml: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", xml, re.DOTALL)
    return found[1] if found else ""


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _cipher(settings: Settings) -> Cipher[modes.CBC]:
    key = base64.b64decode(settings.wechat_aes_key.get_secret_value() + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _seal(plain: bytes, settings: Settings) -> str:
    """The platform's form: 16 random bytes, length, text, AppID; blocks of 32 (消息加解密说明)."""
    packed = secrets.token_bytes(16) + struct.pack(">I", len(plain)) + plain + settings.wechat_app_id.encode()
    padding = _BLOCK - len(packed) % _BLOCK
    encryptor = _cipher(settings).encryptor()
    return base64.b64encode(encryptor.update(packed + bytes([padding]) * padding) + encryptor.finalize()).decode()


def _open(sealed: str, settings: Settings) -> str | None:
    """What is inside, None where key, length or AppID do not fit."""
    decryptor = _cipher(settings).decryptor()
    try:
        packed = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
        (length,) = struct.unpack(">I", packed[16:20])
        plain, rest = packed[20 : 20 + length], packed[20 + length :]
        return plain.decode() if rest[: -rest[-1]] == settings.wechat_app_id.encode() else None
    except (ValueError, IndexError, struct.error):
        return None
