from __future__ import annotations

import hashlib
import random
import struct
from pathlib import Path

import numpy as np
import pytest
from pypinyin import lazy_pinyin

from assistant.embedding import ENCODER, BundledEmbedder
from eval.train import data, dequantise
from tests import small_knowledge

PIECES = (
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("工资", -5.0),
    ("工", -7.0),
    ("资", -7.0),
    ("▁", -3.0),
    ("hello", -6.0),
)
HIDDEN, INNER = 32, 64


def write_packed(path: Path) -> dict[str, np.ndarray]:
    """Write a model of one layer in the packed layout; returns the tensors as they should be read."""
    chance = np.random.default_rng(3)
    square, wide, tall = (HIDDEN, HIDDEN), (INNER, HIDDEN), (HIDDEN, INNER)
    matrices = {"emb.word": (len(PIECES), HIDDEN), "l0.q.w": square, "l0.fi.w": wide, "l0.fo.w": tall}
    packed: list[tuple[str, int, int, bytes]] = []
    wanted: dict[str, np.ndarray] = {}
    for name, shape in matrices.items():
        scales = chance.uniform(0.01, 0.1, (shape[0] * shape[1] // 32, 1)).astype("<f2")
        quants = chance.integers(0, 16, (len(scales), 32)).astype(np.uint8)
        blocks = b"".join(
            scale.tobytes() + (row[:16] | (row[16:] << 4)).astype(np.uint8).tobytes() for scale, row in zip(scales, quants, strict=True)
        )
        packed.append((name, 1, shape[0] * shape[1], blocks))
        wanted[name] = ((quants.astype(np.float32) - 8) * scales.astype(np.float32)).reshape(shape)
    for name, size in (("emb.pos", 2 * HIDDEN), ("l0.q.b", HIDDEN)):
        values = chance.normal(size=size).astype("<f4")
        packed.append((name, 0, size, values.tobytes()))
        wanted[name] = values.reshape(-1, HIDDEN) if name == "emb.pos" else values
    blob = b"".join(piece.encode() for piece, _ in PIECES)
    ends = np.cumsum([0, *(len(piece.encode()) for piece, _ in PIECES)])
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, INNER, len(PIECES), 2, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.astype("<u4").tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x3000, 1, 0x20) + struct.pack("<i", len(packed))
    offset = len(head) + sum(2 + len(name) + 21 for name, *_ in packed)
    directory, body = b"", b""
    for name, kind, size, stored in packed:
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, size, offset + len(body), len(stored))
        body += stored
    path.write_bytes(head + directory + body)
    return wanted


def test_a_packed_model_is_read_back_weight_for_weight(tmp_path: Path) -> None:
    wanted = write_packed(tmp_path / "model.bin")

    packed = dequantise.read(tmp_path / "model.bin")

    assert (packed.hidden, packed.layers, packed.heads, packed.inner, packed.positions) == (HIDDEN, 1, 4, INNER, 2)
    assert packed.pieces == PIECES
    assert set(packed.tensors) == set(wanted)
    for name, values in wanted.items():
        assert np.array_equal(packed.tensors[name], values), name


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))

    with pytest.raises(ValueError, match="不是认识的模型文件"):
        dequantise.read(tmp_path / "model.bin")


def test_the_vocabulary_keeps_chinese_and_the_special_pieces_and_drops_other_languages(tmp_path: Path) -> None:
    write_packed(tmp_path / "model.bin")
    packed = dequantise.read(tmp_path / "model.bin")

    kept = [packed.pieces[row][0] for row in dequantise.kept_rows(packed)]

    assert kept == ["<s>", "<pad>", "</s>", "<unk>", "工资", "工", "资", "▁"]


def test_the_tokenizer_takes_the_likeliest_pieces_between_sentence_marks(tmp_path: Path) -> None:
    write_packed(tmp_path / "model.bin")
    packed = dequantise.read(tmp_path / "model.bin")

    found = dequantise.tokenizer(packed, dequantise.kept_rows(packed)).encode("工资")

    assert found.tokens == ["<s>", "▁", "工资", "</s>"]
    assert found.ids == [0, 7, 4, 2]


def test_disturbing_a_question_loses_one_character_of_it_at_most() -> None:
    chance = random.Random(1)
    ask = "老板拖欠我三个月工资怎么办"
    for _ in range(200):
        said = data.disturbed(ask, chance)
        assert any(_is_within(ask[:gap] + ask[gap + 1 :], said) for gap in range(len(ask))), said


def _is_within(letters: str, text: str) -> bool:
    """Say whether *text* has the sounds of *letters* in their order: a character may be mistaken for one that sounds the same."""
    rest = iter(lazy_pinyin(text))
    return all(sound in rest for sound in lazy_pinyin(letters))


def test_what_is_mistyped_by_ear_keeps_its_figures() -> None:
    chance = random.Random(3)
    said = [data.disturbed("工资三千六拖了八个月", chance) for _ in range(200)]

    assert sum("三" in one and "六" in one and "八" in one for one in said) > 180
    assert sum(not ({"工", "资"} <= set(one)) for one in said) > 5


def test_a_question_is_disturbed_in_many_ways() -> None:
    chance = random.Random(1)

    assert len({data.disturbed("老板拖欠我三个月工资怎么办", chance) for _ in range(200)}) > 100


def test_the_material_is_every_ask_with_its_guide_and_the_articles_behind_it(tmp_path: Path) -> None:
    knowledge = small_knowledge.write(tmp_path / "knowledge", Path("knowledge"))

    material = data.load(knowledge)

    of_guides = [one for one in material.examples if one.guide and not one.guide.startswith(data.EMERGENCY)]
    assert {one.guide for one in of_guides} >= {"unpaid-wages"}
    assert all(abs(sum(one.articles.values()) - 1) < 1e-6 for one in of_guides if one.articles)
    assert not any(one.articles for one in material.examples if one.guide and one.guide.startswith(data.EMERGENCY))
    assert material.hash == data.load(knowledge).hash


def test_what_the_encoder_learned_from_is_named_by_a_hash_that_changes_with_an_ask(tmp_path: Path) -> None:
    knowledge = small_knowledge.write(tmp_path / "knowledge", Path("knowledge"))
    before = data.load(knowledge).hash
    path = knowledge / "guides/wages/unpaid-wages.md"
    path.write_text(path.read_text("utf-8").replace("asks:\n", "asks:\n  - 厂里压着钱不发找谁\n"), "utf-8")

    assert data.load(knowledge).hash != before


def test_no_case_of_the_evaluation_was_learned_from() -> None:
    from assistant.text import bare
    from eval.cases import FOLDER, load_cases

    learned = {bare(one.text) for one in data.load(Path("knowledge")).examples}

    assert not [turn.question for case in load_cases(FOLDER) for turn in case.turns if bare(turn.question) in learned]


def test_the_encoder_that_ships_is_small_enough_and_says_what_it_was_made_of() -> None:
    assert sum(path.stat().st_size for path in ENCODER.iterdir()) < 40_000_000
    assert {path.name for path in ENCODER.iterdir()} == {"model.onnx", "tokenizer.json", "recipe.json", "LICENSE"}
    # Vectors are kept under the model's name: it must change with the weights.
    weights = hashlib.sha256((ENCODER / "model.onnx").read_bytes()).hexdigest()
    assert BundledEmbedder().model_id == f"gonghui-e5-small-{weights[:8]}"
    assert "multilingual-e5-small" in (ENCODER / "LICENSE").read_text(encoding="utf-8")
