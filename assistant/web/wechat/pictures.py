"""The picture somebody sent: fetched from where the platform keeps it and from nowhere else, then read (`recognising`)."""

from __future__ import annotations

import asyncio
import re

import httpx
import structlog

from assistant import recognising
from assistant.errors import PictureRefused
from assistant.papers import Recognised
from assistant.settings import Settings

log = structlog.get_logger(__name__)

FETCHED_WITHIN_S = 6.0
MOST_REDIRECTS = 2
NOT_FETCHED = "图片没有取到。请再发一次，或者把要紧的话打字发给我。"

# Where PicUrl points; a message is only as trustworthy as whoever holds the keys, and we fetch from no address of ours for anybody.
_HOSTS = re.compile(r"(?:[a-z0-9-]+\.){1,3}(?:qpic\.cn|weixin\.qq\.com|wx\.qq\.com)")
_PLATFORM = Settings.model_fields["wechat_api_base"].default


async def read_picture(url: str, settings: Settings) -> Recognised | str:
    """Return what stands on the picture at *url* (PicUrl), or the one sentence that the person gets instead."""
    if not recognising.is_installed():
        return recognising.NOT_INSTALLED
    try:
        async with asyncio.timeout(FETCHED_WITHIN_S):
            content = await _fetch(url, settings)
        return await asyncio.to_thread(recognising.recognise, content)
    except PictureRefused as refused:
        return str(refused)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        log.warning("picture_not_fetched", error=type(error).__name__)
        return NOT_FETCHED


async def _fetch(url: str, settings: Settings) -> bytes:
    """The bytes of the picture: bounded, unpacked by nobody, and each address on the way is one of the platform's."""
    async with httpx.AsyncClient(trust_env=False, timeout=FETCHED_WITHIN_S, headers={"Accept-Encoding": "identity"}) as http:
        for _ in range(MOST_REDIRECTS + 1):
            if not is_the_platforms(url, settings):
                log.warning("picture_elsewhere")
                raise PictureRefused(NOT_FETCHED)
            async with http.stream("GET", url) as response:
                if response.has_redirect_location:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                if response.status_code != 200:
                    raise PictureRefused(NOT_FETCHED)
                return await _bounded(response)
    raise PictureRefused(NOT_FETCHED)


async def _bounded(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > recognising.LARGEST_BYTES:
            raise PictureRefused(recognising.TOO_LARGE)
    return bytes(content)


def is_the_platforms(url: str, settings: Settings) -> bool:
    """Say whether *url* is one of the platform's own: its picture servers, or in a rehearsal the one that plays its API."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if address.scheme not in {"http", "https"} or address.userinfo:
        return False
    played = httpx.URL(settings.wechat_api_base)
    if settings.wechat_api_base != _PLATFORM and (address.scheme, address.host, address.port) == (played.scheme, played.host, played.port):
        return True
    return address.port is None and _HOSTS.fullmatch(address.host) is not None
