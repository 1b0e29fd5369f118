"""The callback of the 公众号: who may speak to us, in what form. The only importer of wechatpy (crypto) and xmltodict.

In order (each failure has an empty body): signature over token, timestamp and nonce in constant time, ±600 s; body of at
most 64 KiB, read as a stream; safe mode only; no DTD; decryption with the current or the previous key; every field one
string; the recipient is our account. After a valid signature nothing but `success`, an encrypted reply or an empty body goes out.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

import structlog
import xmltodict
from fastapi import APIRouter, Request, Response
from wechatpy.crypto import PrpCrypto

from assistant.settings import Settings
from assistant.web.wechat import conversation, render
from assistant.web.wechat.channel import told
from assistant.web.wechat.messages import LONGEST_CONTENT, Message

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

FRESH_S = 600
LONGEST_BODY = 64 * 1024
LONGEST_NONCE = 64
_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# The largest messages of the platform (nine pictures sent from a menu) have about a hundred tags.
MOST_TAGS = 400


class Refused(Exception):
    """A request that is not let in; *status* is all the sender learns."""

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Opened:
    """A message let in, and the key that opened it: the reply is closed with the same."""

    message: Message
    crypto: PrpCrypto


@router.get("/wechat")
async def verify(request: Request) -> Response:
    """Answer the platform's check of our address: the echo string, if the signature is right."""
    try:
        _check_signature(request, request.app.state.settings)
        echo = request.query_params.get("echostr", "")
        if not echo or len(echo) > 256:
            raise Refused(400, "echostr")
    except Refused as refused:
        return _refuse(refused)
    return Response(echo, media_type="text/plain")


@router.post("/wechat")
async def receive(request: Request) -> Response:
    """Take one message or event, and answer it."""
    arrived = time.monotonic()
    settings: Settings = request.app.state.settings
    try:
        _check_signature(request, settings)
        opened = await _open(request, settings)
    except Refused as refused:
        return _refuse(refused)
    try:
        text = await conversation.reply_to(opened.message, request.app.state.channel, arrived)
        request.app.state.metrics.time("wechat_reply", time.monotonic() - arrived)
        if text is None:
            return Response("success", media_type="text/plain")
        return _seal(opened, text, settings)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # the platform shows a failure notice for anything else
        log.error("wechat_failed", **told(error))
        return Response("success", media_type="text/plain")


def _check_signature(request: Request, settings: Settings) -> None:
    if not settings.has_wechat:
        raise Refused(403, "not configured")
    query = request.query_params
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not 0 < len(nonce) <= LONGEST_NONCE:
        raise Refused(403, "timestamp or nonce")
    if not _equal(_sha1(settings.wechat_token.get_secret_value(), timestamp, nonce), query.get("signature", "")):
        raise Refused(403, "signature")
    if abs(time.time() - int(timestamp)) > FRESH_S:
        raise Refused(403, "timestamp")


async def _open(request: Request, settings: Settings) -> Opened:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Refused(413, "body")
    if request.query_params.get("encrypt_type") != "aes":
        raise Refused(403, "not in safe mode")
    try:
        encrypted = _fields(bytes(body)).get("Encrypt")
        if not isinstance(encrypted, str):
            raise Refused(400, "no Encrypt")
        signature = _sha1(settings.wechat_token.get_secret_value(), _param(request, "timestamp"), _param(request, "nonce"), encrypted)
        if not _equal(signature, request.query_params.get("msg_signature", "")):
            raise Refused(403, "msg_signature")
        plain, crypto = _decrypt(encrypted, settings)
        return Opened(_message(_fields(plain), settings), crypto)
    except Refused:
        raise
    except Exception as error:  # xmltodict, expat and the cipher raise a dozen kinds for hostile bodies
        raise Refused(400, type(error).__name__) from error


def _param(request: Request, name: str) -> str:
    return request.query_params.get(name, "")


def _decrypt(encrypted: str, settings: Settings) -> tuple[bytes, PrpCrypto]:
    keys = [key.get_secret_value() for key in (settings.wechat_aes_key, settings.wechat_aes_key_previous)]
    for key in filter(None, keys):
        crypto = PrpCrypto(base64.b64decode(key + "="))
        try:
            plain = crypto.decrypt(encrypted, settings.wechat_app_id)
        except Exception as error:  # a wrong key shows itself in a dozen ways
            log.debug("wechat_key_does_not_fit", error=type(error).__name__)
            continue
        return plain if isinstance(plain, bytes) else plain.encode(), crypto
    raise Refused(400, "no key fits")


def _fields(xml: bytes) -> dict[str, Any]:
    if _FORBIDDEN.search(xml):
        raise Refused(400, "DTD")
    if _count_tags(xml) > MOST_TAGS:
        raise Refused(400, "too many tags")
    # Only UTF-8, as the platform writes: another encoding could hide a DTD from the line above.
    root = xmltodict.parse(xml.decode("utf-8"))
    fields = root.get("xml") if isinstance(root, dict) else None
    if not isinstance(fields, dict):
        raise Refused(400, "no xml element")
    return fields


def _count_tags(xml: bytes) -> int:
    """Count what opens with < outside CDATA: 64 KiB of nested tags take the parser a third of a second, in which nobody is answered."""
    outside, *sections = xml.split(b"<![CDATA[")
    outside += b"".join(section.partition(b"]]>")[2] for section in sections)
    # A comment could hide where CDATA begins; the platform writes none.
    return MOST_TAGS + 1 if b"<!--" in outside or b"<?" in outside.removeprefix(b"<?xml") else outside.count(b"<")


def _message(fields: dict[str, Any], settings: Settings) -> Message:
    def one(name: str, *, required: bool = False) -> str:
        value = fields.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) or (required and not value):
            raise Refused(400, name)
        return value

    message = Message(
        sender=one("FromUserName", required=True),
        recipient=one("ToUserName", required=True),
        kind=one("MsgType", required=True),
        created=one("CreateTime", required=True),
        message_id=one("MsgId"),
        content=one("Content")[:LONGEST_CONTENT],
        event=one("Event"),
        event_key=one("EventKey"),
        latitude=one("Location_X"),
        longitude=one("Location_Y"),
        picture=one("PicUrl"),
    )
    if settings.wechat_original_id and message.recipient != settings.wechat_original_id:
        raise Refused(403, "recipient")
    if not re.fullmatch(r"[0-9]{1,20}", message.created) or (message.message_id and not re.fullmatch(r"[0-9]{1,32}", message.message_id)):
        raise Refused(400, "CreateTime or MsgId")
    if len(message.sender) > 128 or (message.kind != "event" and not message.message_id):
        raise Refused(400, "sender or MsgId")
    return message


def _seal(opened: Opened, text: str, settings: Settings) -> Response:
    now = str(int(time.time()))
    nonce = secrets.token_hex(8)
    message = opened.message
    if text == conversation.TRANSFER:
        xml = render.transfer_xml(to=message.sender, sender=message.recipient, created_at=int(now))
    else:
        xml = render.text_reply_xml(to=message.sender, sender=message.recipient, created_at=int(now), text=text)
    encrypted = opened.crypto.encrypt(xml, settings.wechat_app_id)
    encrypted = encrypted.decode() if isinstance(encrypted, bytes) else encrypted
    signature = _sha1(settings.wechat_token.get_secret_value(), now, nonce, encrypted)
    sealed = render.encrypted_reply_xml(encrypted=encrypted, signature=signature, timestamp=now, nonce=nonce)
    return Response(sealed, media_type="application/xml")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _equal(right: str, given: str) -> bool:
    return hmac.compare_digest(right.encode(), given.encode())


def _refuse(refused: Refused) -> Response:
    log.info("wechat_refused", status=refused.status, why=refused.why)
    return Response(status_code=refused.status)
