"""What the 公众号 sends, in XML that no text can break. Pure."""

from __future__ import annotations

import re

from assistant.types import Answer
from assistant.web.wechat.parts import bubble, going_on, write

# XML 1.0 has no place for these, escaped or not.
_ILLEGAL = re.compile("[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def reply_text(answer: Answer, public_base_url: str = "") -> str:
    """Return the first bubble of the answer: at most 2048 bytes, short answer first, label last."""
    written = write(answer, public_base_url)
    return bubble(written.parts[0], written.label, below=going_on(written.offers, 0) if len(written.parts) > 1 else "")


def text_reply_xml(*, to: str, sender: str, created_at: int, text: str) -> str:
    """Return the passive reply of type text (Passive_user_reply_message); every value is safe inside its element."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(created_at)}</CreateTime><MsgType>{_cdata('text')}</MsgType><Content>{_cdata(text)}</Content></xml>"
    )


def transfer_xml(*, to: str, sender: str, created_at: int) -> str:
    """Return the passive reply that hands the message to the seats of the platform itself (transfer_customer_service)."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(created_at)}</CreateTime><MsgType>{_cdata('transfer_customer_service')}</MsgType></xml>"
    )


def encrypted_reply_xml(*, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    """Return the envelope of safe mode (安全模式) round an encrypted reply."""
    return (
        f"<xml><Encrypt>{_cdata(encrypted)}</Encrypt><MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{int(timestamp)}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
