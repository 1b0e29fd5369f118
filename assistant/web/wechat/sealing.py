"""The cipher for what the database keeps sealed: with a copy of the database alone nobody reads a token or learns who wrote."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def cipher(key: bytes, purpose: str) -> Fernet:
    """Return the cipher for *purpose*, its key derived from the instance's secret key."""
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"gonghui wechat " + purpose.encode()).derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))


def opened(fernet: Fernet, sealed: str) -> str | None:
    """Return what was sealed, None where it was sealed under another key, or damaged."""
    try:
        return fernet.decrypt(sealed).decode()
    except (InvalidToken, ValueError):
        return None
