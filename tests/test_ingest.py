from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import generations, ingest, learning, matcher
from assistant.embedding import BundledEmbedder, Vectors
from assistant.errors import EmbeddingUnavailable, IndexBroken, IndexMissing, KnowledgeError
from assistant.index import KINDS, Index
from assistant.types import Citation
from tests.fakes import HashEmbedder
from tests.generations import opened
from tests.small_knowledge import edit, line_of

DAY = date(2026, 11, 21)
SHORT = "单位必须按时足额发工资，拖欠的可以要回来。"
REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(name="built")
def _built(hash_index: Path, data: Path) -> Path:
    """A data folder in which the small knowledge is in use."""
    return Path(shutil.copytree(hash_index, data))


def build(knowledge: Path, data: Path, embedder: HashEmbedder | None = None) -> ingest.Built:
    return ingest.build(knowledge, data, embedder or HashEmbedder(), today=DAY)


def short_of(data: Path, guide_id: str = "unpaid-wages") -> str:
    """What the index in use would answer."""
    return next(guide.short for guide in generations.load(data).knowledge.guides if guide.id == guide_id)


def python(script: str, *arguments: Path | str) -> subprocess.Popen[str]:
    """Another process that runs *script* with our code."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("source", ["write_rows", "write_vectors"])
def test_vectors_put_down_in_the_wrong_order_are_not_published(
    knowledge: Path, built: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Both what a start reads and what it falls back on find their own asks, or the generation before stays in use."""
    before = generations.current_version(built)
    write: Callable[..., None] = getattr(ingest, source)

    def shuffled(*given: Any) -> None:
        write(*given[:-1], given[-1][::-1])

    monkeypatch.setattr(ingest, source, shuffled)
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位必须按时足额发工资，欠了的可以要回来。")
    with pytest.raises(IndexBroken, match=r"自检没过.*旧索引照常使用"):
        build(knowledge, built)

    assert generations.current_version(built) == before


# -- a generation ----------------------------------------------------------------------------------------------


def test_a_build_counts_what_is_in_it(hash_index: Path) -> None:
    manifest = generations.load(hash_index).manifest

    assert (manifest.guides, manifest.articles, manifest.asks) == (3, 98, 63)  # an ask more a guide: its title


def test_what_was_built_finds_its_own_asks(built: Path) -> None:
    with opened(built) as index:
        found = index.search("老板欠我三个月工资怎么办")

    assert found.guides["ask_dense"]["unpaid-wages"] == pytest.approx(1.0, abs=1e-3)


def test_what_was_built_reads_back_as_it_was(knowledge: Path, built: Path) -> None:
    generation = generations.load(built)
    read, articles, passages = ingest.read_sources(knowledge)

    assert (generation.knowledge, generation.passages) == (read, passages)
    assert generation.articles == {article.citation: article for article in articles}


def test_a_build_learns_which_guide_an_ask_belongs_to(built: Path) -> None:
    text = "老板欠我三个月工资怎么办"

    guides, _ = generations.load(built).learned.matcher.found(text, HashEmbedder().query(text))

    assert max(guides, key=guides.__getitem__) == "unpaid-wages"


def test_the_same_knowledge_is_not_built_twice(knowledge: Path, built: Path) -> None:
    embedder = HashEmbedder()

    again = build(knowledge, built, embedder)

    assert (again.is_new, embedder.embedded) == (False, [])


def test_only_what_changed_is_embedded(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", "离职了工资还没结清", "离职半年工资还没结清")

    assert build(knowledge, built).embedded == 1


def test_a_draft_is_not_searched(knowledge: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", "status: published", "status: draft")

    _, _, passages = ingest.read_sources(knowledge)

    assert "unpaid-wages" not in {passage.guide_id for passage in passages}


def test_phrasings_are_searched_like_a_guides_own_asks(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/wages.yaml").write_text("- guide: unpaid-wages\n  asks: [老板耍赖不给钱]\n", encoding="utf-8")

    _, _, passages = ingest.read_sources(knowledge)

    assert "老板耍赖不给钱" in {passage.text for passage in passages if passage.kind == "ask"}


def test_a_law_that_is_not_searched_whole_gives_only_the_articles_guides_rest_on(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "  search: all\n", "")

    _, articles, passages = ingest.read_sources(knowledge)

    searched = {passage.citation for passage in passages if passage.kind == "article"}
    assert searched == {Citation("劳动合同法", number) for number in ("10", "20", "30", "82", "85")}
    assert len(articles) == 98


# -- beside the old one ----------------------------------------------------------------------------------------


def test_phrasings_whose_guide_is_gone_are_not_published(knowledge: Path, data: Path) -> None:
    (knowledge / "phrasings").mkdir(exist_ok=True)
    (knowledge / "phrasings" / "more.yaml").write_text("- guide: gone\n  asks: [老板跑了咋办]\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match="没有指南 gone"):
        build(knowledge, data)


def test_an_edit_reaches_nobody_before_it_is_built(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "工资一定要按时发。")

    assert short_of(built).startswith(SHORT)


def test_an_edit_is_in_use_once_it_is_built(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")

    build(knowledge, built)

    assert short_of(built).startswith("单位要按时发工资。")


def test_who_has_the_old_index_open_goes_on_with_it(knowledge: Path, built: Path) -> None:
    with opened(built) as index:
        before = index.search("没签劳动合同能要几个月双倍工资")
        edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")
        build(knowledge, built)

        assert index.search("没签劳动合同能要几个月双倍工资") == before


def test_the_old_generation_stays_beside_the_new_one(knowledge: Path, built: Path) -> None:
    old = generations.current_version(built)
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")

    new = build(knowledge, built).manifest.version

    assert [manifest.version for manifest in generations.find_all(built)] == [new, old]


def test_a_rollback_brings_back_text_and_index(knowledge: Path, built: Path) -> None:
    old = generations.current_version(built)
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")
    build(knowledge, built)

    generations.rollback(built)

    assert (generations.current_version(built), short_of(built).startswith(SHORT)) == (old, True)


def test_a_rollback_without_an_older_generation_says_so(built: Path) -> None:
    with pytest.raises(IndexMissing, match="没有更早的索引"):
        generations.rollback(built)


def test_building_again_after_a_rollback_brings_back_the_new_one(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")
    new = build(knowledge, built).manifest.version
    generations.rollback(built)

    again = build(knowledge, built)

    assert (generations.current_version(built), again.is_new) == (new, False)


def test_the_last_three_generations_are_kept(knowledge: Path, built: Path) -> None:
    versions = []
    for number in range(3):
        (knowledge / "note.md").write_text(f"第 {number} 版", encoding="utf-8")
        versions.append(build(knowledge, built).manifest.version)

    assert {path.name for path in (built / "index" / "generations").iterdir()} == set(versions)


# -- what is broken --------------------------------------------------------------------------------------------


def test_a_missing_index_says_what_to_run(data: Path) -> None:
    with pytest.raises(IndexMissing, match="gonghui index build"):
        generations.load(data)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda generation: (generation / "manifest.json").unlink(),
    "half a manifest": lambda generation: _cut_short(generation / "manifest.json"),
    "half the articles": lambda generation: _cut_short(generation / "read/articles.jsonl"),
    "no articles": lambda generation: (generation / "read/articles.jsonl").unlink(),
    "half of what was read": lambda generation: _cut_short(generation / "read/knowledge.json"),
    "another word in what was read": lambda generation: edit(generation / "read/knowledge.json", SHORT, "工资不用发。"),
    "nothing of what was read": lambda generation: shutil.rmtree(generation / "read"),
    "half of the words": lambda generation: _cut_short(generation / "read/words/ask/vocab.index.json"),
    "half of the vectors": lambda generation: _cut_short(generation / "read/vectors/ask.npy"),
    "no vectors": lambda generation: shutil.rmtree(generation / "read/vectors"),
    "no words": lambda generation: shutil.rmtree(generation / "read/words"),
    "a guide gone": lambda generation: (generation / "knowledge/guides/wages/unpaid-wages.md").unlink(),
    "a guide changed": lambda generation: edit(generation / "knowledge/guides/wages/unpaid-wages.md", SHORT, "工资不用发。"),
    "no lexicon": lambda generation: (generation / "read/lexicon.json").unlink(),
    "nothing learned": lambda generation: (generation / "matcher.npz").unlink(),
    "half of what was learned": lambda generation: _cut_short(generation / "matcher.npz"),
    "no alarm": lambda generation: (generation / "alarm.npz").unlink(),
    "nothing foreign": lambda generation: (generation / "foreign.npz").unlink(),
    "no generation": shutil.rmtree,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_half_built_or_damaged_index_says_what_to_run(built: Path, what: str) -> None:
    DAMAGES[what](built / "index" / "generations" / generations.current_version(built))

    with pytest.raises(IndexBroken, match="gonghui index build"):
        generations.load(built)


@pytest.mark.parametrize(
    "what",
    ["no manifest", "half a manifest", "half the articles", "half of what was read", "no words", "half of the vectors", "a guide changed",
     "half of what was learned"],
)  # fmt: skip
def test_building_mends_a_damaged_index(knowledge: Path, built: Path, what: str) -> None:
    DAMAGES[what](built / "index" / "generations" / generations.current_version(built))

    build(knowledge, built)

    assert short_of(built).startswith(SHORT)


def test_a_generation_of_an_earlier_program_says_what_to_run_and_goes_with_the_next_builds(knowledge: Path, built: Path) -> None:
    generation = built / "index" / "generations" / generations.current_version(built)
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    del manifest["read_hash"]
    (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    shutil.rmtree(generation / "read")

    with pytest.raises(IndexBroken, match="gonghui index build"):
        generations.load(built)
    assert [found.version for found in generations.find_all(built)] == [generation.name]


def test_a_start_reads_no_yaml(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.schema.yaml.load", lambda *_, **__: pytest.fail("read YAML"))

    assert short_of(built).startswith(SHORT)


def test_a_start_opens_no_vector_store(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.index.chromadb.PersistentClient", lambda *_, **__: pytest.fail("opened Chroma"))
    generation = generations.load(built)

    index = Index(generation.passages, HashEmbedder().query, names=(), rows=generation.rows)
    found = index.search("老板欠我三个月工资怎么办")
    index.close()

    assert found.degraded == ()
    assert found.guides["ask_dense"]["unpaid-wages"] == pytest.approx(1.0, abs=1e-3)


def test_a_generation_that_keeps_its_vectors_in_the_collections_only_is_built_again(knowledge: Path, built: Path) -> None:
    generation = built / "index" / "generations" / generations.current_version(built)
    shutil.rmtree(generation / "read" / "vectors")
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    manifest["read_hash"] = generations.hash_of(generation / "read")
    (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert build(knowledge, built).is_new
    assert generations.load(built).rows.is_dir()


def test_an_empty_vector_store_is_found_when_it_is_opened(built: Path) -> None:
    chroma = built / "index" / "generations" / generations.current_version(built) / "chroma"
    (chroma / "chroma.sqlite3").unlink()

    with pytest.raises(IndexBroken, match="gonghui index build"), opened(built):
        pass


def test_building_mends_an_empty_vector_store(knowledge: Path, built: Path) -> None:
    chroma = built / "index" / "generations" / generations.current_version(built) / "chroma"
    (chroma / "chroma.sqlite3").unlink()

    build(knowledge, built)

    with opened(built) as index:
        assert index.search("老板欠我三个月工资怎么办").degraded == ()


def test_a_broken_guide_names_file_and_line(knowledge: Path, built: Path) -> None:
    guide = knowledge / "guides/wages/unpaid-wages.md"
    edit(guide, "confidence: high", "confidence: sure")

    with pytest.raises(KnowledgeError) as caught:
        build(knowledge, built)
    assert str(caught.value).startswith(f"{guide}:{line_of(guide, 'confidence:')}: ")


def test_a_broken_guide_leaves_the_old_index_in_use(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", "## 怎么办", "## 怎么办呢")

    with pytest.raises(KnowledgeError):
        build(knowledge, built)
    assert short_of(built).startswith(SHORT)


def test_a_guide_the_gate_would_not_send_is_not_published(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", "先打 12333 投诉，不行", "先打 4008123123 投诉，不行")

    with pytest.raises(KnowledgeError, match=r"unpaid-wages\.md.*4008123123"):
        build(knowledge, built)
    assert short_of(built).startswith(SHORT)


def test_a_fork_the_gate_would_not_ask_is_not_published(knowledge: Path, built: Path) -> None:
    sides = [
        {"says": "没签过", "leads": "unsigned-contract", "said_by": ["没签"]},
        {"says": "签了 7 个月", "leads": "unpaid-wages", "said_by": ["签了"]},
    ]
    fork = json.dumps([{"id": "signed", "question": "签合同了吗？", "choices": sides}], ensure_ascii=False)
    (knowledge / "forks.yaml").write_text(fork, encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"forks\.yaml:1: 岔路 signed .*7 个月"):
        build(knowledge, built)


def test_broken_replies_are_not_published(knowledge: Path, built: Path) -> None:
    edit(knowledge / "replies.yaml", "outcome: crisis", "outcome: panic")

    with pytest.raises(KnowledgeError, match=r"replies\.yaml"):
        build(knowledge, built)


def test_a_knowledge_folder_that_is_not_there_is_named(tmp_path: Path, data: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"nowhere.*GONGHUI_KNOWLEDGE_DIR"):
        build(tmp_path / "nowhere", data)


def test_a_data_folder_that_cannot_be_written_is_named(knowledge: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(IndexBroken, match="GONGHUI_DATA_DIR"):
        build(knowledge, tmp_path / "file" / "data")


def test_an_embedding_model_that_fails_leaves_the_old_index_in_use(knowledge: Path, built: Path) -> None:
    class Failing(HashEmbedder):
        def query(self, text: str) -> Vectors:
            raise EmbeddingUnavailable("没有模型")

    edit(knowledge / "guides/wages/unpaid-wages.md", "离职了工资还没结清", "离职半年工资还没结清")

    with pytest.raises(EmbeddingUnavailable):
        build(knowledge, built, Failing())
    assert short_of(built).startswith(SHORT)


# -- vectors ---------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text("0123456789abcdef", min_size=32, max_size=32), st.lists(st.floats(-1, 1, width=16), min_size=4, max_size=4)))
def test_vectors_saved_are_read_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[float]]) -> None:
    path = tmp_path_factory.mktemp("vectors") / "m.npz"
    ingest.save_vectors(path, {key: np.array(row, dtype=np.float32) for key, row in rows.items()})

    assert {key: vector.tolist() for key, vector in ingest.load_vectors(path).items()} == rows


def test_the_same_vectors_make_the_same_file(tmp_path: Path) -> None:
    one, other = {"b" * 32: np.ones(4, np.float32), "a" * 32: np.zeros(4, np.float32)}, {}
    other["a" * 32], other["b" * 32] = one["a" * 32], one["b" * 32]
    ingest.save_vectors(tmp_path / "one.npz", one)
    time.sleep(2.1)  # a zip file keeps times in steps of two seconds
    ingest.save_vectors(tmp_path / "other.npz", other)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_shipped_vectors_are_used_instead_of_embedding(knowledge: Path, data: Path, tmp_path: Path) -> None:
    ingest.ship_vectors(knowledge, tmp_path / "elsewhere", HashEmbedder())
    embedder = HashEmbedder()

    built = ingest.build(knowledge, data, embedder, shipped=knowledge / "vectors", today=DAY)

    assert (built.is_new, built.embedded, embedder.embedded) == (True, 0, [])


def test_vectors_of_another_model_are_not_used(knowledge: Path, built: Path) -> None:
    class Another(HashEmbedder):
        model_id = "another"

    embedder = Another()
    build(knowledge, built, embedder)

    assert len(embedder.embedded) == 167


def test_shipping_vectors_drops_those_no_passage_has_any_more(knowledge: Path, tmp_path: Path) -> None:
    ingest.ship_vectors(knowledge, tmp_path / "elsewhere", HashEmbedder())
    edit(knowledge / "guides/wages/unpaid-wages.md", "  - 离职了工资还没结清\n", "  - 离职半年工资还没结清\n")

    assert ingest.ship_vectors(knowledge, tmp_path / "elsewhere", HashEmbedder()) == 167
    assert len(ingest.load_vectors(ingest.vectors_file(knowledge / "vectors", "hash-64"))) == 167


def test_the_shipped_vectors_cover_the_shipped_knowledge() -> None:
    knowledge, _, passages = ingest.read_sources(REPOSITORY / "knowledge")
    shipped = ingest.load_vectors(ingest.vectors_file(REPOSITORY / "knowledge" / "vectors", BundledEmbedder().model_id))

    embedded = (
        *(passage for passage in passages if passage.kind in KINDS),
        *learning.emergency_passages(knowledge),
        *learning.other_passages(knowledge),
    )
    missing = [one.id for one in embedded if ingest.content_key(one) not in shipped]
    assert missing == [], "run gonghui index build --update-vectors"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no vectors at all", id="something else"),
        pytest.param(b"", id="an empty file"),
        pytest.param(b"PK\x03\x04 half a zip file", id="half a file"),
    ],
)
def test_a_damaged_vectors_file_is_named_with_what_to_do(knowledge: Path, built: Path, content: bytes) -> None:
    path = ingest.vectors_file(built / "index" / "vectors", "hash-64")
    path.write_bytes(content)
    edit(knowledge / "guides/wages/unpaid-wages.md", "离职了工资还没结清", "离职半年工资还没结清")

    with pytest.raises(KnowledgeError, match=r"hash-64\.npz:1: .*请删掉它"):
        build(knowledge, built)


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7, 0.9])
def test_a_vectors_file_with_a_flipped_byte_is_named(hash_index: Path, tmp_path: Path, place: float) -> None:
    whole = ingest.vectors_file(hash_index / "index" / "vectors", "hash-64").read_bytes()
    at = int(len(whole) * place)
    path = tmp_path / "m.npz"
    path.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 16]) + whole[at + 16 :])

    with pytest.raises(KnowledgeError, match=r"m\.npz:1: "):
        ingest.load_vectors(path)


def test_a_damaged_vectors_file_leaves_the_old_index_in_use(knowledge: Path, built: Path) -> None:
    ingest.vectors_file(built / "index" / "vectors", "hash-64").write_bytes(b"no vectors")
    edit(knowledge / "guides/wages/unpaid-wages.md", "离职了工资还没结清", "离职半年工资还没结清")

    with pytest.raises(KnowledgeError):
        build(knowledge, built)
    assert short_of(built).startswith(SHORT)


def test_what_was_learned_is_read_back_as_it_was(built: Path, tmp_path: Path) -> None:
    learned = generations.load(built).learned.matcher
    matcher.save(learned, tmp_path / "m.npz")

    vector = HashEmbedder().query("欠薪")
    assert matcher.load(tmp_path / "m.npz").found("欠薪", vector) == learned.found("欠薪", vector)


# -- several at once -------------------------------------------------------------------------------------------

BUILD = """
import sys
from datetime import date
from pathlib import Path
from assistant import generations, ingest
from tests.fakes import HashEmbedder
print("ready"); sys.stdin.readline()
built = ingest.build(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder(), today=date(2026, 11, 21))
print(built.manifest.version, built.is_new)
"""

SEARCH = """
import sys
from pathlib import Path
from assistant import generations, ingest
from assistant.index import Index
from tests.fakes import HashEmbedder
data = Path(sys.argv[1])
print("ready"); sys.stdin.readline()
for number in range(4):
    generation = generations.load(data)
    index = Index(generation.passages, HashEmbedder().query, names=generations.collection_names(generation.manifest.version),
                  sealed=generation.path / "chroma", copies=data / "index" / "open")
    for _ in range(20):
        found = index.search("老板欠我三个月工资怎么办")
        assert found.degraded == () and found.guides["ask_dense"]["unpaid-wages"] > 0.99, found
    index.close()
print("searched")
"""

HANG = """
import sys, time
from datetime import date
from pathlib import Path
from assistant import generations, ingest
from tests.fakes import HashEmbedder
class Hanging(HashEmbedder):
    def query(self, text):
        print("embedding")
        time.sleep(600)
ingest.build(Path(sys.argv[1]), Path(sys.argv[2]), Hanging(), today=date(2026, 11, 21))
"""


def _start_together(processes: Sequence[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Let every process begin at the same moment and return code, output and errors of each."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    return [(code, out, err) for out, err, code in results]


def test_of_two_processes_that_build_at_once_one_builds_and_both_succeed(knowledge: Path, data: Path) -> None:
    results = _start_together([python(BUILD, knowledge, data) for _ in range(2)])

    assert [(code, err) for code, _, err in results] == [(0, ""), (0, "")]
    assert sorted(out.split()[1] for _, out, _ in results) == ["False", "True"]
    assert short_of(data).startswith(SHORT)


def test_two_processes_search_while_a_third_builds(knowledge: Path, built: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")

    results = _start_together([python(SEARCH, built), python(SEARCH, built), python(BUILD, knowledge, built)])

    assert [(code, err) for code, _, err in results] == [(0, "")] * 3
    assert short_of(built).startswith("单位要按时发工资。")


@pytest.fixture(name="killed")
def _killed(knowledge: Path, built: Path) -> Path:
    """A data folder in which a build was killed in the middle."""
    edit(knowledge / "guides/wages/unpaid-wages.md", SHORT, "单位要按时发工资。")
    edit(knowledge / "guides/wages/unpaid-wages.md", "离职了工资还没结清", "离职半年工资还没结清")
    process = python(HANG, knowledge, built)
    assert process.stdout is not None
    assert process.stdout.readline() == "embedding\n", process.stderr and process.stderr.read()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    return built


def test_a_killed_build_leaves_the_old_index_in_use(killed: Path) -> None:
    assert short_of(killed).startswith(SHORT)


def test_a_killed_build_is_no_generation(killed: Path) -> None:
    assert len(generations.find_all(killed)) == 1


def test_after_a_killed_build_the_next_one_succeeds(knowledge: Path, killed: Path) -> None:
    build(knowledge, killed)

    assert short_of(killed).startswith("单位要按时发工资。")
    assert sorted(path.suffix for path in (killed / "index" / "generations").iterdir()) == ["", ""]


class _Edits(HashEmbedder):
    """Somebody saves a guide while it embeds."""

    def __init__(self, guide: Path) -> None:
        super().__init__()
        self._guide: Path | None = guide

    def query(self, text: str) -> Vectors:
        if self._guide is not None:
            edit(self._guide, SHORT, "单位要按时发工资。")
            self._guide = None
        return super().query(text)


def test_what_is_saved_during_a_build_belongs_to_the_next(knowledge: Path, data: Path) -> None:
    build(knowledge, data, _Edits(knowledge / "guides/wages/unpaid-wages.md"))
    first = short_of(data)

    assert first.startswith(SHORT)
    assert build(knowledge, data).is_new
    assert short_of(data).startswith("单位要按时发工资。")


def test_a_build_waits_for_the_one_that_runs(knowledge: Path, data: Path) -> None:
    release = threading.Event()

    class Slow(HashEmbedder):
        def query(self, text: str) -> Vectors:
            release.wait(10)
            return super().query(text)

    first = threading.Thread(target=build, args=(knowledge, data, Slow()))
    first.start()
    while not (data / "index" / "generations" / "building.tmp").is_dir():
        time.sleep(0.01)
    second = threading.Thread(target=build, args=(knowledge, data))
    second.start()
    second.join(0.5)
    waits = second.is_alive()
    release.set()
    first.join(30)
    second.join(30)

    assert waits
    assert short_of(data).startswith(SHORT)


def test_a_manifest_says_what_its_generation_is_made_of(built: Path) -> None:
    path = built / "index" / "generations" / generations.current_version(built) / "manifest.json"

    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert (manifest["model_id"], manifest["dimension"], manifest["statutes"]) == ("hash-64", 64, "0.1.1")
