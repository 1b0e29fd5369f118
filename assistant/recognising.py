"""Read the words of a picture on this machine: the only importer of RapidOCR and Pillow, both an optional extra (`.[ocr]`).

Pictures come from strangers: size, form and number of pixels are looked at before anything is unpacked.
"""

from __future__ import annotations

import io
import threading
from functools import cache
from importlib.util import find_spec
from typing import Any

import structlog

from assistant.errors import PictureRefused
from assistant.papers import Recognised, recognised
from assistant.privacy import mask

log = structlog.get_logger(__name__)

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
# Wide enough to read a page photographed whole, small enough for a few seconds.
LONGEST_SIDE = 1600
MOST_LINES = 150
LONGEST_LINE = 200
# Below that, a line is more guessed than read.
LEAST_SURE = 0.6
FORMS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")

NOT_INSTALLED = "现在还看不懂图片，请把图上要紧的话打字发给我。急事打 12351。"
TOO_LARGE = "图片太大了。请截小一点再发，或者把要紧的话打字发给我。"
NO_PICTURE = "这张图片打不开。请重新拍一张再发，或者把要紧的话打字发给我。"
NO_WORDS = "图上没有看清字。请放平、对着光再拍一张，或者把要紧的话打字发给我。"
BUSY = "现在发图的人多，一时看不过来。请过一分钟再发，或者把要紧的话打字发给我。"

# One picture takes a few seconds of a processor: two wait at most.
_reading = threading.Lock()
_waiting = threading.Semaphore(3)
_WAIT_S = 20.0


def is_installed() -> bool:
    """Say whether the extra is there."""
    return all(find_spec(name) is not None for name in ("rapidocr_onnxruntime", "PIL"))


def recognise(content: bytes) -> Recognised:
    """Return what stands on the picture; raises PictureRefused with the sentence for the person."""
    if len(content) > LARGEST_BYTES:
        raise PictureRefused(TOO_LARGE)
    if not is_installed():
        raise PictureRefused(NOT_INSTALLED)
    if not _waiting.acquire(blocking=False):
        raise PictureRefused(BUSY)
    try:
        pixels = _pixels(content)
        if not _reading.acquire(timeout=_WAIT_S):
            raise PictureRefused(BUSY)
        try:
            lines = _read(pixels)
        finally:
            _reading.release()
    finally:
        _waiting.release()
    if not lines:
        raise PictureRefused(NO_WORDS)
    return recognised(lines)


def _pixels(content: bytes) -> Any:
    """The picture upright, in colour, no larger than needed, as an array; nothing is unpacked before its size is known."""
    import numpy as np
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=FORMS) as picture:
            if picture.width * picture.height > MOST_PIXELS or min(picture.size) < 1:
                raise PictureRefused(TOO_LARGE)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return np.asarray(_on_white(upright))
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(TOO_LARGE) from error
    except Exception as error:  # a hostile or broken file raises whatever the decoder of its form does
        log.info("picture_not_opened", error=type(error).__name__)
        raise PictureRefused(NO_PICTURE) from error


def _on_white(picture: Any) -> Any:
    """Black words on a transparent ground would be black on black."""
    from PIL import Image

    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)


def _read(pixels: Any) -> list[str]:
    """The lines from top to bottom, those left of others first, personal data masked."""
    try:
        found, _ = _engine()(pixels)
    except Exception as error:  # without its libraries (libGL) or on odd pixels it raises whatever OpenCV does
        log.error("picture_not_read", error=f"{type(error).__name__}: {error}"[:200])
        raise PictureRefused(NOT_INSTALLED if isinstance(error, ImportError) else NO_WORDS) from error
    sure = [(box, words) for box, words, score in found or () if float(score) >= LEAST_SURE and words.strip()]
    return [mask(line)[:LONGEST_LINE] for line in _in_rows(sure)[:MOST_LINES]]


def _in_rows(found: list[tuple[Any, str]]) -> list[str]:
    """Join what stands at one height: a pay slip is a table, 基本工资 on the left and its figure on the right."""
    rows: list[tuple[float, float, list[tuple[float, str]]]] = []
    for box, words in sorted(found, key=lambda one: float(one[0][0][1])):
        top, bottom, left = float(box[0][1]), float(box[2][1]), float(box[0][0])
        middle = (top + bottom) / 2
        if rows and rows[-1][0] <= middle <= rows[-1][1]:
            rows[-1][2].append((left, words.strip()))
        else:
            rows.append((top, bottom, [(left, words.strip())]))
    return ["  ".join(words for _, words in sorted(pieces)) for _, _, pieces in rows]
