"""`gonghui doctor`: look at everything an operator can get wrong, and say in one line each what is the matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

import httpx

from assistant import generations
from assistant.build import load_template, open_index, open_store
from assistant.errors import AssistantError, ConfigError, EmbeddingUnavailable, KnowledgeError, StoreUnavailable
from assistant.grounding import CHECKS
from assistant.knowledge import knowledge_hash
from assistant.lint import lint
from assistant.settings import Settings, knowledge_dir

DAYS_BACK = 7


class Finding(NamedTuple):
    """What was looked at, what was found, and the exit code it calls for (0 where it is well)."""

    what: str
    says: str
    code: int


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Yield one finding a part, in the order in which they depend on each other."""
    yield _look("数据库", lambda: _database(settings))
    yield _look("发送检查", lambda: _gate(settings))
    yield _look("知识文件", lambda: _knowledge(settings, today))
    yield _look("索引", lambda: _index(settings))
    yield _look("语言模型", lambda: _language_model(settings))
    yield _look("公众号", lambda: _wechat(settings))


def _look(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, check(), 0)
    except AssistantError as error:
        code = 1 if isinstance(error, KnowledgeError) else 3 if isinstance(error, StoreUnavailable | EmbeddingUnavailable) else 2
        return Finding(what, str(error), code)


def _database(settings: Settings) -> str:
    store = open_store(settings)
    try:
        store.check_writable()
        counts = store.count_outcomes()
    finally:
        store.close()
    return "可以读写，" + ("还没有答复记录" if not counts else "，".join(f"{name} {count}" for name, count in sorted(counts.items())))


def _gate(settings: Settings) -> str:
    store = open_store(settings)
    try:
        refused = store.count_failures(datetime.now(timezone.utc) - timedelta(days=DAYS_BACK))
    finally:
        store.close()
    if not refused:
        return f"近 {DAYS_BACK} 天没有拦下什么"
    told = "，".join(f"{CHECKS.get(check, check)}（{check}）{count}" for check, count in refused.items())
    return f"近 {DAYS_BACK} 天拦下 {sum(refused.values())} 处，都没有发出去：{told}"


def _knowledge(settings: Settings, today: date) -> str:
    problems = lint(knowledge_dir(settings), today)
    if problems:
        raise KnowledgeError(f"{problems[0]}（共 {len(problems)} 处，运行 gonghui knowledge lint 看全部）")
    return f"{knowledge_dir(settings)} 没有问题"


def _index(settings: Settings) -> str:
    opened = open_index(settings)
    try:
        signals = opened.index.search("拖欠工资")
    finally:
        opened.index.close()
    if signals.degraded:
        raise StoreUnavailable(f"只能按词查找，{'、'.join(signals.degraded)} 用不了")
    manifest = generations.load(settings.data_dir).manifest
    if manifest.knowledge_hash != knowledge_hash(knowledge_dir(settings)):
        raise ConfigError(f"{manifest.version} 比知识文件旧，请运行 gonghui index build")
    return f"{manifest.version}，{manifest.guides} 条指南，{manifest.articles} 条法条"


def _language_model(settings: Settings) -> str:
    if not settings.has_llm:
        return "没有设置，用不带模型的答复"
    prompt = load_template().version
    try:
        response = httpx.get(
            f"{settings.llm_base_url}/models",
            # A key of no characters is no header that may be sent; the adapter says `none` too.
            headers={"Authorization": f"Bearer {settings.llm_api_key.get_secret_value() or 'none'}"},
            timeout=5,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise StoreUnavailable(f"连不上 {settings.llm_base_url}（{type(error).__name__}），职工会收到不带模型的答复") from error
    if response.status_code in {401, 403}:
        raise ConfigError("GONGHUI_LLM_API_KEY 不对，模型服务拒绝了")
    return f"{settings.llm_model}，提示词 {prompt}，服务答复 {response.status_code}"


def _wechat(settings: Settings) -> str:
    if not settings.has_wechat:
        return "没有设置，公众号回调不开"
    missing = [] if settings.wechat_original_id else ["GONGHUI_WECHAT_ORIGINAL_ID（没有它就不核对收件人）"]
    if not settings.public_base_url:
        missing.append("GONGHUI_PUBLIC_BASE_URL（没有它答复里就没有全文链接）")
    return "已设置，通不通运行 gonghui wechat check 看" + (f"；建议再设 {'、'.join(missing)}" if missing else "")
