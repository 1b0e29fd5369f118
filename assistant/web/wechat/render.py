"""What the 公众号 sends: the answer within the platform's bytes, in XML that no text can break. Pure.

The platform takes 2048 bytes of UTF-8 in a text reply (measured by others, not documented); label and link are inside.
"""

from __future__ import annotations

import re

from assistant.rendering import label, short_text
from assistant.text import cut_bytes
from assistant.types import Answer

LIMIT = 2048
# XML 1.0 has no place for these, escaped or not.
_ILLEGAL = re.compile("[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def reply_text(answer: Answer, public_base_url: str = "") -> str:
    """Return the text of the reply: at most 2048 bytes, short answer first, label last."""
    link = f"{public_base_url}/a/{answer.token}" if public_base_url and answer.token else None
    text = short_text(answer, LIMIT, link=link)
    return text if len(text.encode()) <= LIMIT else cut_bytes(text, LIMIT - len(label(answer).encode()) - 1) + "\n" + label(answer)


def text_reply_xml(*, to: str, sender: str, created_at: int, text: str) -> str:
    """Return the passive reply of type text (Passive_user_reply_message); every value is safe inside its element."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(created_at)}</CreateTime><MsgType>{_cdata('text')}</MsgType><Content>{_cdata(text)}</Content></xml>"
    )


def encrypted_reply_xml(*, encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    """Return the envelope of safe mode (安全模式) round an encrypted reply."""
    return (
        f"<xml><Encrypt>{_cdata(encrypted)}</Encrypt><MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{int(timestamp)}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
