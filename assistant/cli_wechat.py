"""The commands `gonghui wechat …`: the menu, a check of everything that connects us with the 公众号, and a rehearsal without one."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from assistant.cli_simulate import simulate
from assistant.terminal import note, show

app = typer.Typer(no_args_is_help=True, help="公众号：菜单、检查、演练")
menu_app = typer.Typer(no_args_is_help=True, help="公众号底部的菜单：发布、查看、删除")
app.add_typer(menu_app, name="menu")
app.command()(simulate)


@menu_app.command("push")
def menu_push() -> None:
    """检查 knowledge/wechat_menu.yaml，换成公众号现在的菜单。"""
    from assistant import lint_menu, menu
    from assistant.errors import KnowledgeError
    from assistant.knowledge import MENU, load_knowledge, load_menu, load_replies
    from assistant.settings import knowledge_dir, load_settings
    from assistant.web.wechat.check import connected

    settings = load_settings()
    root = knowledge_dir(settings)
    ours = load_menu(root)
    if not ours:
        raise KnowledgeError(f"{root / MENU}:1: 没有菜单可以发布，请照 knowledge/README.md 写一份")
    if problems := list(lint_menu.check(ours, load_knowledge(root), load_replies(root), root)):
        raise KnowledgeError(problems)

    async def push() -> None:
        async with connected(settings) as client:
            await client.create_menu(menu.to_platform(ours))

    asyncio.run(push())
    below = sum(len(button.buttons) for button in ours)
    show(f"菜单发布了：一级 {len(ours)} 个，二级 {below} 个，手机上最多五分钟换成新的")


@menu_app.command("show")
def menu_show() -> None:
    """显示公众号现在的菜单，说明和文件一不一样。"""
    from assistant import menu
    from assistant.knowledge import MENU, load_menu
    from assistant.settings import knowledge_dir, load_settings
    from assistant.web.wechat.check import connected

    settings = load_settings()
    ours = menu.to_platform(load_menu(knowledge_dir(settings)))

    async def find() -> dict[str, object] | None:
        async with connected(settings) as client:
            return await client.find_menu()

    live = asyncio.run(find())
    for line in menu.outline(live or {}):
        show(line)
    told = "公众号上没有菜单" if live is None else menu.difference(live, ours)
    note(f"{told}，要换成 {MENU} 里的就运行 gonghui wechat menu push" if told else f"和 {MENU} 一样")


@menu_app.command("delete")
def menu_delete() -> None:
    """删掉公众号现在的菜单。"""
    from assistant.settings import load_settings
    from assistant.web.wechat.check import connected

    settings = load_settings()

    async def delete() -> None:
        async with connected(settings) as client:
            await client.delete_menu()

    asyncio.run(delete())
    show("菜单删掉了；要恢复，运行 gonghui wechat menu push")


@app.command()
def check(
    url: Annotated[str, typer.Option("--url", help="去哪里找服务，例如 http://127.0.0.1:8000；不写就用 GONGHUI_PUBLIC_BASE_URL")] = "",
) -> None:
    """检查公众号的设置、回调、令牌、推送权限和菜单，逐项说明。"""
    from assistant.errors import ConfigError
    from assistant.settings import load_settings
    from assistant.web.wechat.check import examine

    if url and not url.startswith(("http://", "https://")):
        raise ConfigError("--url 要以 http:// 或 https:// 开头，例如 http://127.0.0.1:8000")
    settings = load_settings()

    async def look() -> int:
        worst = 0
        async for finding in examine(settings, url):
            show(f"{'正常' if finding.code == 0 else '有问题'}  {finding.what}：{finding.says}")
            worst = max(worst, finding.code)
        return worst

    raise typer.Exit(asyncio.run(look()))
