"""The menu of the 公众号: in the platform's form, as lines to read and compare, and what a pressed button asks. Pure.

The key of a button that was pressed comes back as it was sent, from phones that have an old menu too; so it says by itself what is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from assistant.types import MenuButton

_ASK, _REPLY = "ask:", "reply:"


class Pressed(NamedTuple):
    """What a person who pressed a button wants: a question answered as if typed, or a fixed reply by its id; one of the two."""

    ask: str = ""
    reply: str = ""


def key_of(button: MenuButton) -> str:
    """Return what the platform sends back when the button is pressed; empty for a link, and for one that only opens others."""
    return _ASK + button.ask if button.ask else _REPLY + button.reply if button.reply else ""


def pressed(key: str) -> Pressed | None:
    """Return what *key* means (EventKey of a CLICK), None where it is none of ours."""
    if (ask := key.removeprefix(_ASK)) != key and ask:
        return Pressed(ask=ask)
    if (reply := key.removeprefix(_REPLY)) != key and reply:
        return Pressed(reply=reply)
    return None


def to_platform(menu: Sequence[MenuButton]) -> dict[str, Any]:
    """Return the menu in the platform's form (menu/create)."""
    return {"button": [_button(button) for button in menu]}


def _button(button: MenuButton) -> dict[str, Any]:
    if button.buttons:
        return {"name": button.name, "sub_button": [_button(below) for below in button.buttons]}
    if button.url:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": key_of(button)}


def outline(menu: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a menu in the platform's form as lines, one a button; two menus are the same where these are."""
    return tuple(_lines(menu.get("button"), ""))


def difference(live: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return in a few words how *live* differs from *ours*, both in the platform's form; empty where they are the same."""
    there, here = outline(live), outline(ours)
    if there == here:
        return ""
    lacks = [line.split()[0] for line in here if line not in there]
    extra = [line.split()[0] for line in there if line not in here]
    told = [f"{what}{'、'.join(names[:5])}" for what, names in (("少", lacks), ("多", extra)) if names]
    return "，".join(told) or "次序不同"


def _lines(buttons: Any, indent: str) -> list[str]:
    lines: list[str] = []
    for button in buttons if isinstance(buttons, list) else []:
        if not isinstance(button, dict):
            lines.append(f"{indent}?")
            continue
        does = button.get("key") or button.get("url") or ""
        lines.append(f"{indent}{button.get('name', '?')}" + (f"  {button.get('type', '?')} {does}" if does else ""))
        lines += _lines(button.get("sub_button"), indent + "  ")
    return lines
