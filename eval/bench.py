"""`make bench`: the time of an answer against that of one embedding by one thread, both in this run; start-up and memory beside them.

One thread is how the first versions embedded: a faster embedding must not make the rest look slower.

Machines are shared and noisy: read the ratios, not the milliseconds. Exit 1 where a ratio or the memory is over its bound.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx
import psutil

from assistant import clock
from assistant.build import build_assistant, build_index, open_index, open_store
from assistant.calculators.registry import CALCULATORS
from assistant.embedding import BundledEmbedder
from assistant.errors import ConfigError, InputError
from assistant.knowledge import load_parameters
from assistant.ranking import fuse
from assistant.settings import Settings, knowledge_dir, load_settings
from assistant.types import Question
from eval.cases import load_cases
from eval.random_inputs import TODAY, random_told

ROUNDS = 200
PORT = 8765
MAX_RATIO = 2.0
MAX_SEARCH_MS = 20.0
CALCULATIONS = 200
MAX_CALCULATION_MS = 1.0
MAX_READY_S = 8.0
MAX_MEMORY_MIB = 700


def main() -> int:
    """Measure and print; 0 where every bound holds."""
    settings = load_settings()
    build_index(settings)
    questions = [case.turns[0].question for case in load_cases() if len(case.turns) == 1 and case.turns[0].outcome == "answered"]
    questions = (questions * (ROUNDS // len(questions) + 1))[:ROUNDS]
    with tempfile.TemporaryDirectory() as folder:
        ratios, search = _in_process(settings, questions, Path(folder))
        ready, memory = _as_service(settings, questions, Path(folder))
    bounds = [
        ("回答 p50 / 一个线程算的向量 p50", ratios[0], MAX_RATIO),
        ("回答 p95 / 一个线程算的向量 p95", ratios[1], MAX_RATIO),
        ("除向量外的查找 p50（毫秒）", search, MAX_SEARCH_MS),
        ("服务就绪（秒）", ready, MAX_READY_S),
        ("最慢的一种计算 p50（毫秒）", _calculations(settings), MAX_CALCULATION_MS),
        (f"答 {ROUNDS} 题后内存（MiB）", memory, MAX_MEMORY_MIB),
    ]
    for name, value, bound in bounds:
        print(f"{'好' if value <= bound else '超'}  {name}：{value:.2f}（不超过 {bound:g}）")
    return int(any(value > bound for _, value, bound in bounds))


def _in_process(settings: Settings, questions: list[str], folder: Path) -> tuple[tuple[float, float], float]:
    """Time embedding, search without embedding, and whole answers, one after the other for each question."""
    opened = open_index(settings)
    store = open_store(settings.model_copy(update={"database_url": f"sqlite:///{folder / 'bench.sqlite3'}"}))
    assistant = build_assistant(settings, opened=opened, history=store)
    asked = [Question(text, clock.today()) for text in questions]
    for question in asked[:5]:
        assistant.ask(question)
    alone = BundledEmbedder(threads=1)
    alone.query(asked[0].text)
    by_one, embedding, searching, answering = [], [], [], []
    for question in asked:
        started = time.perf_counter()
        alone.query(question.text)
        by_one.append(time.perf_counter() - started)
        started = time.perf_counter()
        vector = opened.embedder.query(question.text)
        embedding.append(time.perf_counter() - started)
        started = time.perf_counter()
        fuse(opened.index.search(question.text, vector), opened.library.guides)
        searching.append(time.perf_counter() - started)
        started = time.perf_counter()
        assistant.ask(replace(question, channel="bench"))
        answering.append(time.perf_counter() - started)
    opened.index.close()
    store.close()
    for name, seconds in (("一个线程算的向量", by_one), ("向量", embedding), ("查找（不含向量）", searching), ("回答", answering)):
        print(f"    {name}：p50 {_p(seconds, 50):.1f} 毫秒，p95 {_p(seconds, 95):.1f} 毫秒")
    return (_p(answering, 50) / _p(by_one, 50), _p(answering, 95) / _p(by_one, 95)), _p(searching, 50)


def _calculations(settings: Settings) -> float:
    """Time each calculator on random inputs by this thread's own time; return the slowest one's median in milliseconds."""
    parameters, draw, medians = load_parameters(knowledge_dir(settings)), random.Random(5), {}
    for calculator in CALCULATORS:
        times = []
        for told in [random_told(calculator, draw, wrong=0) for _ in range(CALCULATIONS)]:
            started = time.thread_time()
            with contextlib.suppress(InputError):  # what does not fit together costs less
                calculator.run(told, parameters, TODAY)
                times.append(time.thread_time() - started)
        medians[calculator.name] = _p(times, 50)
        print(f"    {calculator.name}：p50 {_p(times, 50):.2f} 毫秒，p95 {_p(times, 95):.2f} 毫秒")
    return max(medians.values())


def _as_service(settings: Settings, questions: list[str], folder: Path) -> tuple[float, float]:
    """Start the service on the built index; return seconds until ready, and its resident MiB after the questions."""
    environment = os.environ | {
        "GONGHUI_DATA_DIR": str(settings.data_dir),
        "GONGHUI_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite3'}",
    }
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(PORT)]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", trust_env=False, timeout=30) as client:
            ready = _wait_until_ready(client, process, started)
            for text in questions:
                client.post("/api/v1/ask", json={"question": text}).raise_for_status()
        return ready, psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(client: httpx.Client, process: subprocess.Popen[bytes], started: float) -> float:
    while time.perf_counter() - started < 60:
        if process.poll() is not None:
            raise ConfigError(f"服务没有启动起来，端口 {PORT} 是不是被占用了")
        try:
            if client.get("/readyz").status_code == 200:
                return time.perf_counter() - started
        except httpx.TransportError:
            time.sleep(0.05)
    raise ConfigError("服务一分钟内没有就绪")


def _p(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1000


if __name__ == "__main__":
    raise SystemExit(main())
