"""What the numbers mean with which the platform refuses a call (errcode), and what a person can do about each. Pure.

From the platform's pages of each call; the numbers that no page of a call we make lists are shown as they are.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple

from assistant.errors import PlatformError, PlatformMisconfigured, PlatformUnavailable, Refusal

# The token is refused: renewed once, and the call made once more.
STALE_TOKEN = frozenset({40001, 40014, 42001})
NO_MENU = 46003
_NOT_LISTED = 40164
_ADDRESS = re.compile(r"invalid ip ([0-9A-Fa-f.:]{2,45})")


class Meaning(NamedTuple):
    """What kind of refusal a number is, and the sentence for a person."""

    reason: Refusal
    says: str


_CREDENTIALS = "GONGHUI_WECHAT_APP_ID 或 GONGHUI_WECHAT_APP_SECRET 不对，请从公众号后台照抄"
_TOKEN = "令牌换了新的还是不认，请看是不是别的程序也在用这个公众号的接口，过几分钟再试"  # noqa: S105
_MENU_FILE = "请改 knowledge/wechat_menu.yaml"
_MEANINGS: Mapping[int, Meaning] = {
    -1: Meaning(Refusal.BUSY, "平台正忙，请过一会儿再试"),
    40001: Meaning(Refusal.TOKEN, _TOKEN),
    40014: Meaning(Refusal.TOKEN, _TOKEN),
    41001: Meaning(Refusal.TOKEN, _TOKEN),
    42001: Meaning(Refusal.TOKEN, _TOKEN),
    40002: Meaning(Refusal.CREDENTIALS, _CREDENTIALS),
    40013: Meaning(Refusal.CREDENTIALS, _CREDENTIALS),
    40125: Meaning(Refusal.CREDENTIALS, _CREDENTIALS),
    41002: Meaning(Refusal.CREDENTIALS, _CREDENTIALS),
    41004: Meaning(Refusal.CREDENTIALS, _CREDENTIALS),
    _NOT_LISTED: Meaning(Refusal.ADDRESS, "这台机器的地址不在公众号的 IP 白名单里，请到公众号后台的 IP 白名单加上 {address}，等几分钟再试"),
    48001: Meaning(Refusal.PERMISSION, "公众号没有这个接口的权限，要先在公众号后台做完微信认证"),
    45015: Meaning(Refusal.WINDOW, "这个人 48 小时没说话或者取消了关注，不能主动发给他，等他下次说话再回"),
    45047: Meaning(Refusal.WINDOW, "主动发给这个人的条数到了上限，等他下次说话再回"),
    45002: Meaning(Refusal.CONTENT, "文字太长，请拆短了再发"),
    45008: Meaning(Refusal.CONTENT, "图文只能有一篇，请改成一篇"),
    40003: Meaning(Refusal.RECEIVER, "收信人不是这个公众号的粉丝，请核对 GONGHUI_WECHAT_APP_ID 是不是这个公众号的"),
    43019: Meaning(Refusal.RECEIVER, "收信人在公众号的黑名单里，要发就先到公众号后台移出来"),
    45009: Meaning(Refusal.QUOTA, "今天调用接口的次数用完了，请明天再试"),
    45011: Meaning(Refusal.QUOTA, "这一分钟调用接口太多，请过一分钟再试"),
    45072: Meaning(Refusal.TYPING, "“正在输入”的命令写错了，请把这句话告诉维护程序的人"),
    45080: Meaning(Refusal.TYPING, "这个人 30 秒内没有说话，不能显示“正在输入”，不用管它"),
    45081: Meaning(Refusal.TYPING, "已经在显示“正在输入”，不用管它"),
    40016: Meaning(Refusal.MENU, f"一级菜单要有 1 到 3 个，{_MENU_FILE}"),
    40018: Meaning(Refusal.MENU, f"一级菜单的名字太长或空着，{_MENU_FILE}"),
    40019: Meaning(Refusal.MENU, f"菜单里有一句问话太长，{_MENU_FILE}"),
    40020: Meaning(Refusal.MENU, f"菜单里的网址太长或写得不对，{_MENU_FILE}"),
    40023: Meaning(Refusal.MENU, f"二级菜单要有 1 到 5 个，{_MENU_FILE}"),
    40025: Meaning(Refusal.MENU, f"二级菜单的名字太长或空着，{_MENU_FILE}"),
    NO_MENU: Meaning(Refusal.MENU, "公众号现在没有菜单，要有就运行 gonghui wechat menu push"),
}
DOCUMENTED = frozenset(_MEANINGS)
_KINDS: Mapping[Refusal, type[PlatformError]] = {
    Refusal.CREDENTIALS: PlatformMisconfigured,
    Refusal.ADDRESS: PlatformMisconfigured,
    Refusal.UNREACHABLE: PlatformUnavailable,
    Refusal.BUSY: PlatformUnavailable,
    Refusal.QUOTA: PlatformUnavailable,
    Refusal.TOKEN: PlatformUnavailable,
}


def refusal(code: int, message: str = "", *, obtaining_token: bool = False) -> PlatformError:
    """Return the error for the number *code*; of the platform's own *message* only our IP address is taken."""
    meaning = _MEANINGS.get(code, Meaning(Refusal.UNKNOWN, "没见过这个数，请到公众号开发文档的返回码里查它"))
    if obtaining_token and meaning.reason is Refusal.TOKEN:
        # There is no token yet: what is invalid is the secret.
        meaning = Meaning(Refusal.CREDENTIALS, _CREDENTIALS)
    says = meaning.says.format(address=_our_address(message)) if code == _NOT_LISTED else meaning.says
    return _KINDS.get(meaning.reason, PlatformError)(f"公众号平台没有照办（{code}）：{says}", meaning.reason, code)


def unreachable(why: str) -> PlatformUnavailable:
    """Return the error for no answer, or one that makes no sense; *why* is our own word for it."""
    return PlatformUnavailable(
        f"公众号平台没有给出能用的回应（{why}），请看这台机器能不能上网、GONGHUI_WECHAT_API_BASE 对不对，过一会儿再试", Refusal.UNREACHABLE
    )


def _our_address(message: str) -> str:
    """Our IP address as the platform sees it: `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist`."""
    found = _ADDRESS.search(message)
    try:
        return str(ipaddress.ip_address(found[1])) if found else "这台机器的公网地址"
    except ValueError:
        return "这台机器的公网地址"
