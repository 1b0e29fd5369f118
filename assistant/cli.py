"""The command `gonghui`: parse, call, print. Exit codes: 0 done, 1 the work failed, 2 usage or configuration, 3 something outside."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import structlog
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from assistant import cli_calc, cli_cases, cli_knowledge, cli_paper, cli_selftest, cli_staff, cli_wechat, clock
from assistant.errors import AssistantError, ConfigError, exit_code
from assistant.terminal import note as _note
from assistant.terminal import show as _print
from assistant.terminal import stderr as _stderr

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, help="即墨区总工会职工法律与福利问答"
)
index_app = typer.Typer(no_args_is_help=True, help="建索引、看状态、退回上一版")
app.add_typer(index_app, name="index")
app.add_typer(cli_knowledge.app, name="knowledge")
app.add_typer(cli_wechat.app, name="wechat")
app.add_typer(cli_staff.app, name="staff")
cli_wechat.app.add_typer(cli_cases.app, name="cases")
app.command("calc")(cli_calc.calc)
app.command("paper")(cli_paper.paper)
app.command("selftest")(cli_selftest.selftest)

_debug = False

AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="按哪一天的规定答，默认今天")]
Region = Annotated[str, typer.Option("--region", help="即墨、青岛、山东或全国")]
AsJson = Annotated[bool, typer.Option("--json", help="输出一行 JSON")]
Batch = Annotated[str | None, typer.Option("--batch", help="从文件（或 - 即标准输入）逐行读 JSON，逐行输出")]
Words = Annotated[str | None, typer.Argument(help="问题")]


def main() -> None:
    """Run the command; turns our errors into one sentence and an exit code."""
    try:
        app(standalone_mode=True)
    except AssistantError as error:
        if _debug:
            raise
        print(str(error), file=sys.stderr)  # noqa: T201
        raise SystemExit(exit_code(error)) from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except Exception as error:  # the last resort: whoever types a command gets a sentence, not a traceback
        if _debug:
            raise
        print(f"程序自己出错了（{type(error).__name__}: {error}）。请加 --debug 再运行一次，把显示的内容发给维护的人。", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None


@app.callback()
def _common(debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用过程")] = False) -> None:
    global _debug  # noqa: PLW0603
    _debug = debug
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@app.command()
def ask(
    text: Words = None,
    batch: Batch = None,
    as_json: AsJson = False,
    spoken: Annotated[bool, typer.Option("--spoken", help="写成在电话里念给人听的话")] = False,
    history: Annotated[list[str] | None, typer.Option("--history", help="前面问过的话，从早到晚，可以写多个：试接着问、回答反问")] = None,
    as_of: AsOf = None,
    region: Region = "即墨",
) -> None:
    """问一个问题，或用 --batch 一次问很多个。"""
    from assistant import batch as batches
    from assistant.rendering import full_text
    from assistant.telephone import spoken_text

    _one_of(text, batch)
    if batch is not None and history:
        raise ConfigError("--batch 的每一行自己写 history，请去掉 --history")
    day = clock.known_day(as_of)
    with _assistant() as assistant:
        if batch is not None:
            _run_batch(batch, lambda row: batches.ask_line(assistant, row, region=region, as_of=day))
            return
        started = time.perf_counter()
        answer = assistant.ask(batches.question(text or "", region=region, as_of=day, history=tuple(history or ())))
        elapsed = (time.perf_counter() - started) * 1000
    if as_json:
        _print(json.dumps(batches.answer_row(answer, None, elapsed), ensure_ascii=False))
    else:
        _print(spoken_text(answer) if spoken else full_text(answer))


@app.command()
def search(
    text: Words = None,
    batch: Batch = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="最多几条")] = 10,
    as_json: AsJson = False,
    as_of: AsOf = None,
    region: Region = "即墨",
) -> None:
    """只找法条和指南，不写答复。"""
    from assistant import batch as batches

    _one_of(text, batch)
    day = clock.known_day(as_of)
    with _assistant() as assistant:
        if batch is not None:
            _run_batch(batch, lambda row: batches.search_line(assistant, row, limit=limit, region=region, as_of=day))
            return
        row = batches.search_row(assistant, batches.question(text or "", region=region, as_of=day), None, limit)
    _print(json.dumps(row, ensure_ascii=False) if as_json else batches.search_table(row))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口")] = 8000,
    sample: Annotated[str | None, typer.Option(help="启动后先答一个示例问题并打印")] = None,
) -> None:
    """启动服务：网页、接口和公众号回调。"""
    import socket

    import uvicorn

    from assistant.build import build_if_missing
    from assistant.settings import load_settings
    from assistant.web.app import build_app

    settings = load_settings()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(f"{host}:{port} 用不了（{error.strerror}），请换一个 --port 或关掉占用它的程序") from error
    problem = ""
    try:
        with _progress() as progress:
            build_if_missing(settings, _note, progress)
    except AssistantError as error:
        problem = str(error)
    web = build_app(settings)
    if problem := problem or web.state.desk.problem:
        _note(f"索引现在用不了：{problem}\n服务照样启动，只答紧急情况，并请职工打 12351。")
    if sample:
        _note(f"服务地址：http://{host}:{port}/\n")
        _sample(web.state.desk.assistant, sample)
    uvicorn.run(web, host=host, port=port, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=10)


def _sample(assistant: Any, text: str) -> None:
    from dataclasses import replace

    from assistant import batch as batches
    from assistant.rendering import full_text

    answer = replace(assistant, history=None).ask(batches.question(text, region="即墨", as_of=clock.today()))
    _print(f"示例问题：{text}\n\n{full_text(answer)}\n")
    sys.stdout.flush()


@app.command()
def doctor() -> None:
    """检查设置、数据库、索引、知识文件和语言模型，逐项说明。"""
    from assistant.doctor import examine
    from assistant.settings import load_settings

    worst = 0
    for finding in examine(load_settings(), clock.today()):
        _print(f"{'正常' if finding.code == 0 else '有问题'}  {finding.what}：{finding.says}")
        worst = max(worst, finding.code)
    raise typer.Exit(worst)


@app.command("eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def evaluate(context: typer.Context) -> None:
    """评测：run、diff、show、report 等，见 gonghui eval --help（要在源码目录里用）。"""
    try:
        # The harness stands beside the product and uses it, never the other way round but for this one word of the command line.
        from eval.cli import main as evaluation
    except ModuleNotFoundError as error:
        raise ConfigError(f"评测要在源码目录里用，并装好开发用的包（make check 会装；缺 {error.name}）") from error
    raise typer.Exit(evaluation(context.args))


@index_app.command("build")
def index_build(
    update_vectors: Annotated[bool, typer.Option("--update-vectors", help="把算好的向量写回 knowledge/vectors/，供提交")] = False,
) -> None:
    """从知识文件建新索引，自检通过后替换旧的。"""
    from assistant import ingest
    from assistant.build import build_index
    from assistant.embedding import build_embedder
    from assistant.settings import knowledge_dir, load_settings

    settings = load_settings()
    started = time.perf_counter()
    with _progress() as progress:
        built = build_index(settings, progress)
    manifest = built.manifest
    state = "建好了新索引" if built.is_new else "索引已经是最新的"
    _print(
        f"{state} {manifest.version}：{manifest.guides} 条指南，{manifest.articles} 条法条，{manifest.asks} 个问法，"
        f"新算向量 {built.embedded} 个，用时 {time.perf_counter() - started:.1f} 秒"
    )
    if update_vectors:
        count = ingest.ship_vectors(knowledge_dir(settings), settings.data_dir, build_embedder(settings.embedding))
        _print(f"写回了 {count} 个向量")


@index_app.command("status")
def index_status() -> None:
    """说明现在用的是哪个索引，和知识文件是否一致。"""
    from assistant import generations
    from assistant.knowledge import knowledge_hash
    from assistant.settings import knowledge_dir, load_settings

    settings = load_settings()
    current = generations.current_version(settings.data_dir)
    generations.load(settings.data_dir)
    latest = knowledge_hash(knowledge_dir(settings))
    for manifest in generations.find_all(settings.data_dir):
        mark = "* " if manifest.version == current else "  "
        fresh = "" if manifest.knowledge_hash == latest else "（和现在的知识文件不一致）"
        _print(
            f"{mark}{manifest.version}  {manifest.built_at}  {manifest.guides} 条指南  "
            f"{manifest.articles} 条法条  {manifest.model_id}{fresh}"
        )


@index_app.command("rollback")
def index_rollback() -> None:
    """退回上一个索引。"""
    from assistant import generations
    from assistant.settings import load_settings

    manifest = generations.rollback(load_settings().data_dir)
    _print(f"已退回 {manifest.version}（{manifest.built_at} 建）")


@contextmanager
def _assistant() -> Iterator[Any]:
    from assistant.build import build_assistant, build_if_missing, open_index
    from assistant.settings import load_settings

    settings = load_settings()
    with _progress() as progress:
        build_if_missing(settings, _note, progress)
    opened = open_index(settings)
    try:
        yield build_assistant(settings, opened=opened)
    finally:
        opened.index.close()


def _one_of(text: str | None, batch: str | None) -> None:
    if (text is None) == (batch is None):
        raise ConfigError("请写一个问题，或者用 --batch 指定文件（- 表示标准输入），两样只要一样")


def _run_batch(source: str, run: Callable[[str], dict[str, Any]]) -> None:
    with _opened(source) as lines:
        for line in lines:
            if line.strip():
                _print(json.dumps(run(line.decode(errors="surrogateescape")), ensure_ascii=False))


def _opened(source: str) -> BinaryIO:
    if source == "-":
        return sys.stdin.buffer
    try:
        return Path(source).open("rb")
    except OSError as error:
        raise ConfigError(f"打不开 {source}：{error.strerror}") from error


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error that appears only when there is something to embed."""
    bar = Progress(
        TextColumn("计算向量"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        console=_stderr,
        transient=True,
    )
    task = None

    def update(done: int, total: int) -> None:
        nonlocal task
        if task is None:
            bar.start()
            task = bar.add_task("", total=total)
        bar.update(task, completed=done)

    try:
        yield update
    finally:
        if task is not None:
            bar.stop()
