from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path

import pytest

from assistant.paperwork.registry import PAPERS
from tests.commands import Run, runner
from tests.paperwork.given import CLAIMS, words_of

TOLD = json.dumps({"name": "张三丰", "employer": "海风制衣厂", "claims": CLAIMS}, ensure_ascii=False)


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    return runner("paper", monkeypatch, capsysbinary, tmp_path)


def test_a_paper_is_saved_and_what_is_left_to_fill_in_is_told(run: Run, tmp_path: Path) -> None:
    code, out, err = run("arbitration_application", "--json", TOLD, "--out", "a.docx", "--as-of", "2026-11-22")

    row, text = json.loads(out), words_of((tmp_path / "a.docx").read_bytes())
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert (row["name"], row["title"], row["file"]) == ("arbitration_application", "劳动仲裁申请书", "a.docx")
    assert "身份证号" in row["blanks"]
    assert "申请人：张三丰，" in text
    assert "支付经济补偿（N）：20000.00元" in text


def test_only_its_owner_can_read_a_saved_paper(run: Run, tmp_path: Path) -> None:
    run("injury_outline", "{}", "--out", "a.docx")

    assert stat.S_IMODE((tmp_path / "a.docx").stat().st_mode) == 0o600


def test_the_text_is_shown_without_a_file(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("legal_aid_application", '{"name": "张三丰"}', "--text")

    assert code == 0
    assert "申请人：张三丰，＿＿＿＿（性别）" in out
    assert list(tmp_path.iterdir()) == []


def test_a_sentence_says_where_the_paper_lies_and_how_much_is_left(run: Run) -> None:
    code, out, _ = run("resignation_notice", "-", "--out", "通知.docx", given="{}")

    assert code == 0
    assert out.startswith("《被迫解除劳动合同通知书》存在 通知.docx，还有 ")


def test_the_list_names_each_paper_with_what_it_asks(run: Run) -> None:
    code, out, _ = run("--list", "--json")

    assert (code, [row["name"] for row in json.loads(out)]) == (0, [paper.name for paper in PAPERS])
    assert all(f"{paper.name}  {paper.title}\n" in run("--list")[1] for paper in PAPERS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((), "要写文书的名字、说过的事和存到哪里", id="nothing at all"),
        pytest.param(("injury_outline", "{}"), "要写文书的名字、说过的事和存到哪里", id="nowhere to"),
        pytest.param(("injury_outlin", "{}", "--text"), "是不是 injury_outline", id="a name nobody knows"),
        pytest.param(("injury_outline", "张三", "--text"), "不是 JSON", id="no JSON"),
        pytest.param(("injury_outline", '{"nam": "张三"}', "--text"), "没有“nam”这一项，是不是 name", id="a field nobody asked"),
        pytest.param(("injury_outline", '{"name": 5}', "--text"), "姓名（name）要写 1 到 60 个字", id="no text"),
        pytest.param(("injury_outline", '{"happened": "2026-02-30"}', "--text"), "出事的日子（happened）", id="no day"),
        pytest.param(("injury_outline", "{}", "--out", "a.pdf"), "要以 .docx 结尾", id="another kind of file"),
        pytest.param(("injury_outline", "{}", "--out", "no/such/folder/a.docx"), "写不进去", id="nowhere"),
        pytest.param(("injury_outline", "{}", "--out", "x" * 300 + ".docx"), "写不进去", id="a name too long"),
    ],
)
def test_what_is_wrong_ends_with_two_and_one_sentence(run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = run(*arguments)

    assert (code, err.count("\n")) == (2, 1)
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten_unless_told_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"mine")

    code, _, err = run("injury_outline", "{}", "--out", "a.docx")
    assert (code, (tmp_path / "a.docx").read_bytes()) == (2, b"mine")
    assert "已经有了，没有动它" in err

    assert run("injury_outline", "{}", "--out", "a.docx", "--force")[0] == 0
    assert "工伤认定" in words_of((tmp_path / "a.docx").read_bytes())


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_beside_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.docx").write_bytes(b"mine")
    monkeypatch.setattr(os, "replace", _full)

    code, _, err = run("injury_outline", "{}", "--out", "a.docx", "--force")

    assert (code, [path.name for path in tmp_path.iterdir()], (tmp_path / "a.docx").read_bytes()) == (2, ["a.docx"], b"mine")
    assert "写不进去" in err


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_nothing_that_was_told_is_logged_or_kept(run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _, _, err = run("arbitration_application", TOLD, "--out", "a.docx")

    assert "张三丰" not in caplog.text + err
    assert [path.name for path in tmp_path.iterdir()] == ["a.docx"]
