"""The command `gonghui wechat simulate`: a chat in the terminal, or a script, with a made-up 公众号 on this machine."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ConfigError
from assistant.terminal import note, show

if TYPE_CHECKING:
    from assistant.web.wechat.phone import Shown
    from assistant.web.wechat.script import Step
    from assistant.web.wechat.simulator import Simulation, World

_HELP = "写话就是发消息；+quit 结束，+subscribe 关注，+click KEY 点菜单，+tap 编号 点链接，+image 文件，+location 纬度 经度，@名字 换人"
# Nothing of this is meant: the model's answer never passes, so the program's own is sent, only later.
_MODEL_SAYS = "好的。"


def simulate(
    script: Annotated[str, typer.Option("--script", help="照剧本演，写法见 README；- 表示标准输入")] = "",
    slow_model: Annotated[float | None, typer.Option("--slow-model", min=0, max=600, help="加一个语言模型，它要想这么多秒")] = None,
    database: Annotated[str, typer.Option("--database", help="用这个数据库，例如 sqlite:////tmp/a.sqlite3；不写就用临时的")] = "",
    times: Annotated[bool, typer.Option("--times", help="每行前面写第几秒")] = False,
    patience: Annotated[float, typer.Option("--patience", min=0, max=600, help="? 开头的行最多等几秒")] = 20.0,
) -> None:
    """没有公众号也能试：在本机扮微信，和真的服务来往，手机上看到什么就显示什么。"""
    from assistant.web.wechat.script import MODEL
    from assistant.web.wechat.simulator import Simulation, line_of

    steps = _read(script) if script else []
    needs_model = slow_model is not None or any(step.command == MODEL for step in steps)
    echoes = bool(steps) or not sys.stdin.isatty()

    def appears(shown: Shown) -> None:
        if shown.kind != "mine" or echoes:
            show(line_of(shown, times=times))

    with _world(database, slow_model or 0.0 if needs_model else None) as world:
        folder = Path(script).parent if script not in {"", "-"} else Path()
        simulation = Simulation(world, appears, note, patience_s=patience, folder=folder)
        try:
            wrong = _play(simulation, steps) if steps else _chat(simulation)
            simulation.settle()
        finally:
            simulation.close()
    raise typer.Exit(1 if wrong else 0)


def _read(script: str) -> list[Step]:
    from assistant.web.wechat.script import parse

    try:
        content = sys.stdin.buffer.read() if script == "-" else Path(script).read_bytes()
        return parse(content.decode("utf-8").splitlines())
    except OSError as error:
        raise ConfigError(f"打不开剧本 {script}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"剧本 {script} 不是 UTF-8，请另存为 UTF-8 再试") from error


def _play(simulation: Simulation, steps: list[Step]) -> int:
    """Play every step; returns how many expectations were not met, each said on standard error."""
    wrong = 0
    for step in steps:
        try:
            problem = simulation.play(step)
        except ConfigError as error:
            raise ConfigError(f"剧本第 {step.line} 行：{error}") from error
        if problem:
            note(problem)
            wrong += 1
    expected = sum(step.command in {"expect", "refuse"} for step in steps)
    note(f"剧本演完了：{expected} 处期望，{wrong} 处没有满足")
    return wrong


def _chat(simulation: Simulation) -> int:
    """Take what is typed as messages until the end of the input; what cannot be done is said, and the chat goes on."""
    from assistant.web.wechat.script import parse_chat

    note(_HELP)
    # A person goes on typing while an answer is on its way; lines of a pipe come one after the other.
    command = "burst" if sys.stdin.isatty() else "say"
    for line in _typed():
        if line == "+quit":
            break
        try:
            step = parse_chat(line)
            simulation.play(step._replace(command=command) if step.command == "say" else step)
        except ConfigError as error:
            note(str(error))
    return 0


def _typed() -> Iterator[str]:
    while True:
        try:
            line = input() if sys.stdin.isatty() else _piped()
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip():
            yield line.strip()


def _piped() -> str:
    if not (line := sys.stdin.buffer.readline()):
        raise EOFError
    return line.decode("utf-8", errors="replace")


@contextmanager
def _world(database: str, model_seconds: float | None) -> Iterator[World]:
    from assistant.settings import load_settings
    from assistant.web.wechat.simulated_api import PlatformApi
    from assistant.web.wechat.simulated_model import SimulatedModel
    from assistant.web.wechat.simulated_service import Service, environment, new_account
    from assistant.web.wechat.simulator import World

    settings = load_settings()
    account = new_account()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gonghui-simulate-")))
        api = stack.enter_context(PlatformApi(app_id=account.app_id))
        more = {"DATA_DIR": str(settings.data_dir)}
        model = None
        if model_seconds is not None:
            model = stack.enter_context(SimulatedModel(_MODEL_SAYS, seconds=model_seconds))
            more |= {"LLM_BASE_URL": model.base_url, "LLM_MODEL": "simulated", "LLM_API_KEY": "none"}
        surroundings = environment(
            account, database=database or f"sqlite:///{folder / 'simulate.sqlite3'}", api_base=api.base_url, app_secret=api.secret, **more
        )
        service = stack.enter_context(Service(surroundings, folder / "service.log"))
        note("正在启动服务……")
        for problem in service.wait_until_ready():
            note(f"服务说：{problem}")
        yield World(account, service, api, model)
