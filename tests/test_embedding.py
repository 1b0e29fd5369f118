from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.embedding import LONGEST_QUERY, BundledEmbedder, Embedder, SentenceTransformersEmbedder, build_embedder, check_model
from assistant.errors import ConfigError, EmbeddingUnavailable
from tests.fakes import HashEmbedder


@pytest.fixture(name="embedder", params=[pytest.param(BundledEmbedder, id="bundled"), pytest.param(HashEmbedder, id="hash")])
def _embedder(request: pytest.FixtureRequest) -> Embedder:
    """The model that ships, and the fake that stands for it in tests: they keep the same promises."""
    embedder: Embedder = request.param()
    return embedder


def test_a_question_becomes_one_vector_of_the_models_dimension(embedder: Embedder) -> None:
    assert embedder.query("老板欠我工资").shape == (embedder.dimension,)


def test_passages_become_one_row_each(embedder: Embedder) -> None:
    assert embedder.passages(["工资应当按月支付", "女职工产假"]).shape == (2, embedder.dimension)


def test_no_passages_become_no_rows(embedder: Embedder) -> None:
    assert embedder.passages([]).shape == (0, embedder.dimension)


def test_vectors_are_of_length_one(embedder: Embedder) -> None:
    vectors = np.vstack([embedder.query("老板欠我工资"), embedder.passages(["工资应当按月支付"])])

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_vectors_are_of_single_precision(embedder: Embedder) -> None:
    assert (embedder.query("工资").dtype, embedder.passages(["工资"]).dtype) == (np.float32, np.float32)


def test_the_same_text_always_gives_the_same_vector(embedder: Embedder) -> None:
    assert np.array_equal(embedder.query("老板欠我工资"), embedder.query("老板欠我工资"))


def test_a_passages_vector_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    alone = embedder.passages(["工资应当按月支付"])[0]
    beside = embedder.passages(["女职工产假", "工资应当按月支付"])[1]

    assert np.allclose(alone, beside, atol=1e-5)


def test_like_questions_lie_nearer_than_unlike_ones(embedder: Embedder) -> None:
    asked, like, unlike = (embedder.query(text) for text in ("老板拖欠我的工资", "老板拖欠工资怎么办", "产假能休多少天"))

    assert asked @ like > asked @ unlike


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n", id="a line break"),
        pytest.param("😭", id="an emoji"),
        pytest.param("</s><s>", id="sentence marks"),
        pytest.param("\x00", id="a control character"),
        pytest.param("a" * 5000, id="a long word"),
    ],
)
def test_odd_texts_are_embedded_too(text: str) -> None:
    assert np.isfinite(BundledEmbedder().query(text)).all()


def test_sentence_marks_in_a_question_are_read_as_blanks() -> None:
    embedder = BundledEmbedder()

    assert np.array_equal(embedder.query("工资<s>怎么算</s>"), embedder.query("工资 怎么算 "))


def test_of_a_long_question_only_the_beginning_is_read() -> None:
    embedder = BundledEmbedder()
    text = "工资 " * 100

    assert np.array_equal(embedder.query(text), embedder.query(text[:LONGEST_QUERY]))


def test_questions_and_passages_are_told_apart_by_the_bundled_model() -> None:
    embedder = BundledEmbedder()

    assert not np.allclose(embedder.query("工资应当按月支付"), embedder.passages(["工资应当按月支付"])[0], atol=1e-3)


def test_threads_that_share_a_model_get_their_own_vectors() -> None:
    embedder = BundledEmbedder()
    texts = ["拖欠工资", "没签合同", "工伤认定", "产假天数"]
    alone = [embedder.query(text) for text in texts]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embedder.query, texts * 2))

    assert all(np.array_equal(one, other) for one, other in zip(alone * 2, together, strict=True))


def test_a_model_that_cannot_be_loaded_is_said_to_be_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # what Python does with a package that is not installed

    with pytest.raises(EmbeddingUnavailable, match="自带的向量模型不能用"):
        BundledEmbedder().query("工资")


def test_the_extra_that_is_not_installed_is_named_with_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(ConfigError, match=r"pip install 'gonghui-assistant\[sentence-transformers\]'"):
        SentenceTransformersEmbedder("some/model").query("工资")


def test_the_setting_bundled_means_the_model_that_ships() -> None:
    assert isinstance(build_embedder("bundled"), BundledEmbedder)


# -- models in a folder: what needs no extra ------------------------------------------------------------------------


def model_in(folder: Path, weights: bytes = b"weights") -> Embedder:
    """A folder that looks like a model, as the setting names it."""
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    (folder / "1_Pooling" / "config.json").write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(weights)
    return build_embedder(f"sentence-transformers:{folder}")


def test_a_folder_is_known_by_its_name_and_its_files(tmp_path: Path) -> None:
    assert re.fullmatch(r"sentence-transformers:bge@[0-9a-f]{12}", model_in(tmp_path / "bge").model_id)


def test_other_weights_in_the_same_folder_are_another_model(tmp_path: Path) -> None:
    assert model_in(tmp_path / "bge", b"one").model_id != model_in(tmp_path / "bge", b"two").model_id


def test_other_prompts_are_another_model(tmp_path: Path) -> None:
    before = model_in(tmp_path / "bge").model_id
    (tmp_path / "bge" / "config_sentence_transformers.json").write_text('{"prompts": {"query": "找："}}', encoding="utf-8")

    assert model_in(tmp_path / "bge").model_id != before


def test_a_folder_that_moved_is_the_same_model(tmp_path: Path) -> None:
    assert model_in(tmp_path / "here" / "bge").model_id == model_in(tmp_path / "there" / "bge").model_id


@pytest.mark.parametrize("name", ["README.md", "onnx/model.onnx", ".cache/download.lock", "picture.png"])
def test_what_no_vector_depends_on_makes_no_other_model(tmp_path: Path, name: str) -> None:
    before = model_in(tmp_path / "bge").model_id
    path = tmp_path / "bge" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"whatever")

    assert model_in(tmp_path / "bge").model_id == before


@pytest.mark.parametrize("name", ["/nowhere/bge", "./nowhere", "~/nowhere/bge", "models/of/ours", "a name"])
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=r"GONGHUI_EMBEDDING 写的模型目录 .*(nowhere|ours|a name).* 没有"):
        _ = build_embedder(f"sentence-transformers:{name}").model_id


def test_a_folder_without_the_list_of_its_parts_is_refused(tmp_path: Path) -> None:
    model_in(tmp_path)
    (tmp_path / "modules.json").unlink()

    with pytest.raises(ConfigError, match=r"没有 modules\.json"):
        build_embedder(f"sentence-transformers:{tmp_path}").query("工资")


def test_the_bundled_model_needs_no_check() -> None:
    check_model("bundled")
