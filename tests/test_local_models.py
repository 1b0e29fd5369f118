"""Models of sentence-transformers in folders, for real: `make test-local-models` installs what this needs and runs just these."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant import ingest
from assistant.build import build_assistant, build_index, open_index
from assistant.cli import main
from assistant.embedding import ALIKE, LONGEST_OF_OTHERS, Embedder, build_embedder, check_model
from assistant.errors import EmbeddingUnavailable, IndexBroken
from assistant.settings import Settings
from assistant.types import Question

if importlib.util.find_spec("sentence_transformers") is None:
    pytest.skip("needs the extra sentence-transformers; `make test-local-models` installs it", allow_module_level=True)
os.environ["HF_HUB_OFFLINE"] = "1"  # read where the libraries are imported

from tests import local_models

# The libraries warn of their own plans, and of half precision, which we do not use.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
DAY = date(2026, 11, 21)
OWED = "老板欠我三个月工资怎么办"
TEXTS = ["工资", OWED, "单位要按约定和国家规定，及时足额付工资。" * 12, "", "没签合同"]
PROMPTS = {"query": "找：", "document": ""}
MAKE: dict[str, tuple[Callable[[Path], Path], int]] = {
    "a mean of tokens": (local_models.bert, 32),
    "another dimension": (lambda folder: local_models.bert(folder, dimension=64), 64),
    "as BGE, with prompts": (lambda folder: local_models.bge(folder, prompts=PROMPTS), 32),
    "as Qwen3-Embedding": (local_models.qwen, 48),
    "without layers": (local_models.static, 40),
}


@pytest.fixture(name="no_network", autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for the network fails the test."""

    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("somebody looked for the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(name="folder_of", scope="module")
def _folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Each model's folder, made when it is first asked for; not to be changed."""
    made: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in made:
            made[name] = MAKE[name][0](tmp_path_factory.mktemp("model") / "model")
        return made[name]

    return folder


def embedder_of(folder: Path | str) -> Embedder:
    return build_embedder(f"sentence-transformers:{folder}")


@pytest.fixture(name="embedder", params=list(MAKE), scope="module")
def _embedder(request: pytest.FixtureRequest, folder_of: Callable[[str], Path]) -> Embedder:
    return embedder_of(folder_of(request.param))


@pytest.fixture(name="mean")
def _mean(folder_of: Callable[[str], Path], tmp_path: Path) -> Path:
    """A model folder of this test's own."""
    return Path(shutil.copytree(folder_of("a mean of tokens"), tmp_path / "model"))


# -- vectors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKE)
def test_a_models_vectors_have_its_dimension(name: str, folder_of: Callable[[str], Path]) -> None:
    embedder, dimension = embedder_of(folder_of(name)), MAKE[name][1]

    assert embedder.dimension == dimension
    assert embedder.query(OWED).shape == (dimension,)
    assert embedder.passages(TEXTS).shape == (len(TEXTS), dimension)
    assert embedder.passages([]).shape == (0, dimension)


def test_vectors_are_single_precision_and_of_length_one(embedder: Embedder) -> None:
    vectors = np.vstack([embedder.query(OWED), embedder.passages(TEXTS[:3])])

    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_batch_gives_the_same_vectors_as_one_by_one(embedder: Embedder) -> None:
    together = embedder.passages(TEXTS)
    alone = np.array([embedder.passages([text])[0] for text in TEXTS])

    assert np.abs(together - alone).max() < 1e-5


@pytest.mark.parametrize("name", MAKE)
def test_a_model_loaded_again_gives_the_same_vectors(name: str, folder_of: Callable[[str], Path]) -> None:
    one, other = (embedder_of(folder_of(name)).passages(TEXTS) for _ in range(2))

    assert np.array_equal(one, other)


def test_threads_that_share_a_model_get_their_own_vectors(folder_of: Callable[[str], Path]) -> None:
    embedder = embedder_of(folder_of("a mean of tokens"))

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embedder.query, TEXTS * 3))

    assert all(np.array_equal(one, embedder.query(text)) for one, text in zip(together, TEXTS * 3, strict=True))


@pytest.mark.parametrize("text", ["", "\n", "😭", "[SEP]<|endoftext|>", "\x00", "a" * 5000, "工资" * 3000])
def test_odd_texts_have_vectors_too(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.query(text)).all()
    assert np.isfinite(embedder.passages([text])).all()


def test_of_a_very_long_text_only_the_beginning_is_read_however_much_a_model_would_take(folder_of: Callable[[str], Path]) -> None:
    embedder = embedder_of(folder_of("as Qwen3-Embedding"))
    long, longer, short = embedder.passages(["工资" * LONGEST_OF_OTHERS, "工资" * 2000, "工资" * 100])

    assert np.array_equal(long, longer)
    assert not np.allclose(long, short, atol=1e-3)


# -- how each model wants to be asked ----------------------------------------------------------------------------


def raw(folder: Path, text: str) -> np.ndarray:
    """What the library itself makes of *text*, no prompt added."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})
    return np.asarray(model.encode([text], prompt="", normalize_embeddings=True)[0])


@pytest.mark.parametrize("name", ["as BGE, with prompts", "as Qwen3-Embedding"])
def test_a_prompt_for_questions_is_put_before_questions_and_not_before_passages(name: str, folder_of: Callable[[str], Path]) -> None:
    folder = folder_of(name)
    embedder = embedder_of(folder)

    assert np.allclose(embedder.query(OWED), raw(folder, f"找：{OWED}"), atol=1e-5)
    assert np.allclose(embedder.passages([OWED])[0], raw(folder, OWED), atol=1e-5)
    assert not np.allclose(embedder.query(OWED), embedder.passages([OWED])[0], atol=1e-3)


@pytest.mark.parametrize("name", ["passage", "document", "corpus"])
def test_a_prompt_for_passages_is_found_by_each_of_its_names(name: str, mean: Path) -> None:
    config = {"prompts": {"query": "找：", name: "段落："}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (mean / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    embedder = embedder_of(mean)

    assert np.allclose(embedder.passages([OWED])[0], raw(mean, f"段落：{OWED}"), atol=1e-5)
    assert np.allclose(embedder.query(OWED), raw(mean, f"找：{OWED}"), atol=1e-5)


def test_without_prompts_questions_and_passages_are_embedded_alike(mean: Path) -> None:
    embedder = embedder_of(mean)

    assert np.allclose(embedder.query(OWED), embedder.passages([OWED])[0], atol=1e-5)


def test_the_vector_is_that_of_the_token_the_model_says(folder_of: Callable[[str], Path]) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    for name, token in (("as BGE, with prompts", 0), ("as Qwen3-Embedding", -1)):
        folder = folder_of(name)
        tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder, dtype="float32").eval()
        with torch.no_grad():
            hidden = model(**tokenizer([OWED], return_tensors="pt")).last_hidden_state[0, token].numpy()
        assert np.allclose(embedder_of(folder).passages([OWED])[0], hidden / np.linalg.norm(hidden), atol=1e-5)


def test_a_folder_with_the_older_kind_of_weights_is_read(mean: Path) -> None:
    import torch
    from safetensors.torch import load_file

    before = embedder_of(mean).query(OWED)
    torch.save(load_file(mean / "model.safetensors"), mean / "pytorch_model.bin")
    (mean / "model.safetensors").unlink()

    assert np.allclose(embedder_of(mean).query(OWED), before, atol=1e-6)


def test_a_name_is_answered_by_what_was_downloaded_of_it(mean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "hub" / "models--ours--small"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0123456789abcdef0123456789abcdef01234567", encoding="utf-8")
    shutil.copytree(mean, repository / "snapshots" / "0123456789abcdef0123456789abcdef01234567")
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    named = embedder_of("ours/small")

    assert np.array_equal(named.query(OWED), embedder_of(mean).query(OWED))
    assert named.model_id == "sentence-transformers:ours/small@" + embedder_of(mean).model_id.partition("@")[2]


# -- an index of their own -------------------------------------------------------------------------------------------


def settings_of(folder: Path, data: Path, knowledge: Path) -> Settings:
    return Settings(_env_file=None, data_dir=data, knowledge_dir=knowledge, embedding=f"sentence-transformers:{folder}")  # type: ignore[call-arg]


@pytest.mark.parametrize("name", ["another dimension", "as BGE, with prompts", "as Qwen3-Embedding"])
def test_an_index_is_built_and_questions_are_answered(
    name: str, folder_of: Callable[[str], Path], small_knowledge: Path, tmp_path: Path
) -> None:
    settings = settings_of(folder_of(name), tmp_path / "data", small_knowledge)
    built = build_index(settings)
    opened = open_index(settings)
    try:
        assistant = build_assistant(settings, opened=opened)
        answers = [assistant.ask(Question(text, DAY)) for text in (OWED, "上班半年没签合同怎么办", "即墨最低工资多少钱")]
        found = opened.index.search(OWED)
    finally:
        opened.index.close()

    assert (built.manifest.dimension, built.manifest.model_id) == (MAKE[name][1], opened.embedder.model_id)
    assert built.embedded > 0
    assert [answer.guide_ids for answer in answers] == [("unpaid-wages",), ("unsigned-contract",), ("minimum-wage",)]
    assert found.degraded == ()
    # The question stands among the asks word for word, and asks are embedded as questions are.
    assert found.guides["ask_dense"]["unpaid-wages"] > 0.999


def test_another_model_at_the_same_path_shares_no_vector(mean: Path, small_knowledge: Path, tmp_path: Path) -> None:
    settings = settings_of(mean, tmp_path / "data", small_knowledge)
    first = build_index(settings)
    shutil.rmtree(mean)
    local_models.bert(mean, seed=2)

    with pytest.raises(IndexBroken, match=r"另一个向量模型.*gonghui index build"):
        open_index(settings)
    second = build_index(settings)
    assert second.embedded == first.embedded > 0
    one, other = (ingest.load_vectors(path) for path in sorted((tmp_path / "data" / "index" / "vectors").glob("*.npz")))
    assert one.keys() == other.keys()
    assert all(float(one[key] @ other[key]) < ALIKE for key in one)


def test_a_model_that_moved_embeds_nothing_anew(mean: Path, small_knowledge: Path, tmp_path: Path) -> None:
    build_index(settings_of(mean, tmp_path / "data", small_knowledge))
    moved = Path(shutil.copytree(mean, tmp_path / "elsewhere" / "model"))

    assert build_index(settings_of(moved, tmp_path / "data", small_knowledge)).is_new is False


# -- what cannot work ------------------------------------------------------------------------------------------------


Ran = tuple[int, str, str]


@pytest.fixture(name="run")
def _run(
    small_knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Ran]:
    """Runs `gonghui` with an embedding, in this process: exit code, output, complaints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(small_knowledge))

    def run(embedding: Path | str, *arguments: str) -> Ran:
        monkeypatch.setenv("GONGHUI_EMBEDDING", f"sentence-transformers:{embedding}")
        monkeypatch.setattr(sys, "argv", ["gonghui", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsysbinary.readouterr()
        return int(ended.value.code or 0), printed.out.decode(), printed.err.decode()

    return run


def cut_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def lose_a_layer(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    kept = {name: values for name, values in load_file(folder / "model.safetensors").items() if "layer.1" not in name}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})


def lose_the_vocabulary(folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()


def bring_a_program(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "ours", "auto_map": {"AutoConfig": "program.Config", "AutoModel": "program.Model"}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "program.py").write_text("raise SystemExit('it was run')", encoding="utf-8")


def fill_with_no_numbers(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    save_file(
        {name: values * float("nan") for name, values in load_file(folder / "model.safetensors").items()}, folder / "model.safetensors"
    )


@pytest.mark.parametrize(
    ("harm", "code", "says"),
    [
        pytest.param(shutil.rmtree, 2, "没有，请改成有模型的目录", id="no folder"),
        pytest.param(lambda folder: (folder / "modules.json").unlink(), 2, "没有 modules.json", id="no list of parts"),
        pytest.param(lambda folder: (folder / "modules.json").write_text("{"), 3, "重新下载", id="a list of parts cut off"),
        pytest.param(lambda folder: (folder / "config.json").unlink(), 3, "重新下载", id="no configuration"),
        pytest.param(lambda folder: (folder / "config.json").write_text("{"), 3, "重新下载", id="a configuration cut off"),
        pytest.param(lambda folder: (folder / "model.safetensors").unlink(), 3, "重新下载", id="no weights"),
        pytest.param(cut_weights, 3, "重新下载", id="weights cut off"),
        pytest.param(lambda folder: shutil.rmtree(folder / "1_Pooling"), 3, "重新下载", id="no way to one vector"),
        pytest.param(lose_a_layer, 3, "每次装出来都不一样", id="weights of a layer missing"),
        pytest.param(lose_the_vocabulary, 3, "分不清中文的句子", id="no vocabulary"),
        pytest.param(fill_with_no_numbers, 3, "算出来的不是数", id="weights that are no numbers"),
        pytest.param(bring_a_program, 3, "我们不运行", id="a program of its own"),
    ],
)
def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(
    harm: Callable[[Path], object], code: int, says: str, mean: Path, run: Callable[..., Ran], tmp_path: Path
) -> None:
    harm(mean)

    ended, out, err = run(mean, "index", "build")

    assert (ended, out) == (code, "")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert not (tmp_path / "data" / "index" / "CURRENT").exists()


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        pytest.param("BAAI/bge-small-zh-v1.5", 3, "不在这台机器上，也没有下载成", id="a name that needs the network"),
        pytest.param("bge-small", 3, "不在这台机器上，也没有下载成", id="a name without its owner"),
        pytest.param("/srv/models/bge", 2, "没有，请改成有模型的目录", id="a path"),
        pytest.param("models\\bge", 2, "没有，请改成有模型的目录", id="a path of another system"),
    ],
)
def test_a_model_that_is_not_here_is_told_in_one_sentence(name: str, code: int, says: str, run: Callable[..., Ran]) -> None:
    ended, out, err = run(name, "index", "build")

    assert (ended, out) == (code, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_question_after_the_weights_changed_is_told_what_to_run(mean: Path, run: Callable[..., Ran]) -> None:
    assert run(mean, "index", "build")[0] == 0
    assert run(mean, "ask", OWED)[1].startswith("单位必须按时足额发工资")
    shutil.rmtree(mean)
    local_models.bert(mean, dimension=64)

    ended, out, err = run(mean, "ask", OWED)
    assert (ended, out) == (2, "")
    assert "gonghui index build" in err
    assert run(mean, "index", "build")[0] == 0
    assert run(mean, "ask", OWED)[1].startswith("单位必须按时足额发工资")


def test_a_model_lost_after_the_index_was_built_is_told_by_the_doctor_and_by_the_question(mean: Path, run: Callable[..., Ran]) -> None:
    assert run(mean, "index", "build")[0] == 0
    shutil.rmtree(mean)

    for command in (("ask", OWED), ("doctor",)):
        ended, out, err = run(mean, *command)
        assert ended == 2
        assert "没有，请改成有模型的目录" in out + err


@pytest.mark.parametrize("name", MAKE)
def test_a_whole_model_passes_the_check(name: str, folder_of: Callable[[str], Path]) -> None:
    check_model(f"sentence-transformers:{folder_of(name)}")


def test_a_text_the_model_fails_on_is_said_to_be_the_models_fault(folder_of: Callable[[str], Path]) -> None:
    with pytest.raises(EmbeddingUnavailable, match="算不出向量"):
        embedder_of(folder_of("a mean of tokens")).passages(["\ud800"])
