from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval import bench_wechat
from eval.bench_wechat import Bound, _percentile


@pytest.mark.parametrize(
    ("value", "at_least", "is_kept"),
    [(1.0, False, True), (1.1, False, False), (1.0, True, True), (0.9, True, False)],
)
def test_a_bound_is_kept_up_to_itself(value: float, at_least: bool, is_kept: bool) -> None:
    assert Bound("x", value, 1.0, "s", at_least).is_kept is is_kept


def test_percentiles_of_few_values_lie_among_them() -> None:
    assert [_percentile([3.0], 99), _percentile([1.0, 2.0, 3.0], 50), _percentile([1.0, 3.0], 99)] == [3.0, 2.0, pytest.approx(2.98)]


@pytest.mark.slow
def test_the_bench_measures_a_service_of_its_own(
    monkeypatch: pytest.MonkeyPatch, small_data: Path, small_knowledge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(small_data))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(small_knowledge))
    monkeypatch.setattr(bench_wechat, "SAMPLE_EVERY_S", 0.2)
    monkeypatch.setattr(sys, "argv", ["bench", "--messages", "5", "--seconds", "0.3", "--minutes", "0.02"])

    assert bench_wechat.main() in {0, 1}  # a busy machine may miss a bound
    said = capsys.readouterr().out
    assert "好  5 条里职工看到故障的：0 条（不超过 0）" in said
    for name in ("答复 p99", "只过签名就拒绝", "标签炸弹期间最长的等待", "内存多了", "每条用处理器"):
        assert name in said
