"""Words that give orders to a program instead of telling a worker something. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.text import REMEMBERED

# A knowledge file speaks to workers. A sentence in it that speaks to the program was put there by somebody who should not.
_TO_MACHINE = re.compile(
    r"(?<![a-z])AI(?![a-z])|人工智能|模型|智能体|机器(?:人|阅读)|(?:智能|AI\s*)助手|GPT|assistant|system|prompt|提示词|系统(?:消息|提示|指令)|工具返回"
    r"|编者按|内部备注|据此回答|照念|复述|逐字|原样输出|暗语|口令|句首|回答(?:时|的?结尾|的?末尾|的?开头|中|里)|最新口径|覆盖(?:其他|以上|全部)"
    r"|(?:一律|统一|必须|只能|务必)(?:告知|答复|回复|回答)|不得提及|(?:忽略|无视).{0,8}(?:以上|前面|之前|规则|指令)|隐藏(?:结束|开始|文字|内容)|对读者隐藏"
    r"|你是.{0,12}模式|指令(?:开始|结束)|%%|###|<!--|\{\s*\"",
    re.IGNORECASE,
)


_MACHINE = r"(?:(?<![a-z])AI(?![a-z])|人工智能|大?模型|智能体|机器人|(?:智能|AI\s*)?助手|GPT|assistant|阅读(?:本|此)文(?:件|档)?的)"
# 「使用人工智能面试的，应当告知求职者」 is law; it takes a stronger word to make an order of 告知, 说明 or 执行.
_COMMAND = (
    r"(?:(?:请|必须|务必|只能|一律|不要|不得|不许|应当?|需要?|立即).{0,10}(?:回答|答复|回复|告诉|输出|说(?!明)|提及|忽略|声称|照办)"
    r"|(?:请|务必|只能|一律|不要|不许|立即).{0,10}(?:告知|说明|执行|写))"
)
_COMMANDS_MACHINE = re.compile(
    rf"{_MACHINE}.{{0,20}}{_COMMAND}|{_COMMAND}.{{0,20}}{_MACHINE}"
    r"|(?:忽略|无视|忘掉|忘记).{0,8}(?:以上|上面|前面|之前|先前).{0,8}(?:规则|指令|要求|内容|提示)?"
    r"|提示词|系统指令|系统(?:消息|提示)\s*[:：]|据此回答|照念|原样输出|暗语|(?:加上|说出|附上|写上|念出|输出).{0,8}口令|指令(?:开始|结束)|隐藏(?:结束|开始)|对读者隐藏|%%|<!--|\{\s*\""
    r"|你是.{0,12}(?:模式|助手)|你(?:现在)?(?:扮演|是一[个名]).{0,16}(?:助手|模型|律师|程序)"
    r"|(?:system|assistant|user)\s*(?:prompt|message|:|：)|ignore (?:all|any|the|previous|above)"
    r"|(?:回答|答复|回复)(?:时|的?结尾|的?末尾|的?开头|里)?(?:必须(?![在于自由以]|书面|及时|依法)|务必|一律|只能|要加上?|请加)",
    re.IGNORECASE,
)


@lru_cache(maxsize=REMEMBERED)
def speaks_to_machine(text: str) -> bool:
    """Say whether *text*, found in a document, gives orders to a program instead of telling a worker something."""
    return bool(_TO_MACHINE.search(text))


@lru_cache(maxsize=REMEMBERED)
def commands_machine(text: str) -> bool:
    """Say whether *text*, a line of somebody's regulation or report, commands a program; merely naming one is no command.

    Stricter than `speaks_to_machine`, under which a report on industrial robots would fall: a guide of ours need not name any.
    """
    return bool(_COMMANDS_MACHINE.search(text))
