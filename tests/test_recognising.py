from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import recognising
from assistant.errors import PictureRefused
from assistant.recognising import BUSY, LARGEST_BYTES, NO_PICTURE, NO_WORDS, NOT_INSTALLED, TOO_LARGE, recognise

FONT = next((str(path) for path in Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc")), None)
needs_extra = pytest.mark.skipif(not recognising.is_installed(), reason="reading pictures needs the extra: pip install -e '.[ocr]'")
needs_font = pytest.mark.skipif(FONT is None, reason="drawing Chinese needs the font NotoSansCJK (fonts-noto-cjk)")


def drawn(
    lines: list[tuple[int, str]], *, form: str = "PNG", mode: str = "RGB", turned: int = 0, size: tuple[int, int] = (900, 620)
) -> bytes:
    """A picture with *lines* (distance from the left, words) one below the other."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new(mode, (900, 620), "white" if mode == "RGB" else (0, 0, 0, 0))
    font = ImageFont.truetype(str(FONT), 32, index=2)
    for number, (left, words) in enumerate(lines):
        ImageDraw.Draw(picture).text((left, 30 + 60 * number), words, fill="black", font=font)
    out = io.BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 8  # turned by a quarter: a telephone held upright
        picture = picture.rotate(turned, expand=True)
    picture.save(out, form, exif=exif) if turned else picture.save(out, form)
    return out.getvalue()


NOTICE = [(300, "解除劳动合同通知书"), (60, "王小明先生："), (60, "公司决定于2026年11月20日解除与你的劳动合同。"), (60, "特此通知。")]


@needs_extra
@needs_font
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: drawn(NOTICE), id="PNG"),
        pytest.param(lambda: drawn(NOTICE, form="JPEG"), id="JPEG"),
        pytest.param(lambda: drawn(NOTICE, form="WEBP"), id="WEBP"),
        pytest.param(lambda: drawn(NOTICE, mode="RGBA"), id="black on nothing"),
        pytest.param(lambda: drawn(NOTICE, form="JPEG", turned=-90), id="turned by the camera"),
    ],
)
def test_a_notice_is_read_and_known(make: Callable[[], bytes]) -> None:
    read = recognise(make())

    assert read.kind == "dismissal_notice"
    assert read.lines[0] == "解除劳动合同通知书"
    assert "2026年11月20日" in read.text


@needs_extra
@needs_font
def test_what_stands_side_by_side_in_a_pay_slip_is_one_line() -> None:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (900, 400), "white")
    font = ImageFont.truetype(str(FONT), 32, index=2)
    for row, (name, amount) in enumerate([("工资条", ""), ("基本工资", "3000.00"), ("加班费", "450.00"), ("实发", "3120.00")]):
        ImageDraw.Draw(picture).text((60, 30 + 80 * row), name, fill="black", font=font)
        ImageDraw.Draw(picture).text((600, 32 + 80 * row), amount, fill="black", font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")

    read = recognise(out.getvalue())
    assert read.kind == "pay_slip"
    assert read.lines[1:] == ("基本工资  3000.00", "加班费  450.00", "实发  3120.00")


@needs_extra
@needs_font
def test_personal_data_on_a_picture_is_masked() -> None:
    assert "370282199001011233" not in recognise(drawn([(60, "身份证号：370282199001011233"), (60, "劳动合同书")])).text


@needs_extra
@needs_font
def test_a_picture_without_words_is_told() -> None:
    with pytest.raises(PictureRefused, match=NO_WORDS):
        recognise(drawn([]))


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG that says it is that large, with hardly anything inside."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


@needs_extra
@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", NO_PICTURE, id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", NO_PICTURE, id="SVG"),
        pytest.param(b"%PDF-1.7\n", NO_PICTURE, id="PDF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PICTURE, id="EPS, which runs programs"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 100, NO_PICTURE, id="ZIP"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\x00" * 500, NO_PICTURE, id="JPEG without a picture"),
        pytest.param(png_of(3000, 3000), NO_PICTURE, id="PNG that stops"),
        pytest.param(png_of(100_000, 100_000), TOO_LARGE, id="ten thousand million pixels"),
        pytest.param(png_of(10_000, 10_000), TOO_LARGE, id="a hundred million pixels"),
        pytest.param(png_of(6400, 6400), TOO_LARGE, id="a little too many pixels"),
        pytest.param(png_of(0, 10), NO_PICTURE, id="no width"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_one_sentence(content: bytes, says: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        recognise(content)

    assert str(refused.value) == says


@needs_extra
@needs_font
@pytest.mark.parametrize("kept", [30, 200, 2000])
def test_a_file_cut_off_anywhere_is_refused_or_read_without_a_failure(kept: int) -> None:
    with pytest.raises(PictureRefused):
        recognise(drawn(NOTICE)[:kept])


def test_a_file_over_ten_megabytes_is_refused_before_it_is_opened() -> None:
    with pytest.raises(PictureRefused, match=TOO_LARGE):
        recognise(b"\x00" * (LARGEST_BYTES + 1))


def test_without_the_extra_the_person_is_asked_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "is_installed", lambda: False)

    with pytest.raises(PictureRefused, match=NOT_INSTALLED):
        recognise(b"a picture")


def test_when_many_send_pictures_the_next_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "is_installed", lambda: True)
    for _ in range(3):
        assert recognising._waiting.acquire(blocking=False)
    try:
        with pytest.raises(PictureRefused, match=BUSY):
            recognise(b"a picture")
    finally:
        recognising._waiting.release(3)
