"""The settings, read once at an entry point from `GONGHUI_…` variables or `.env`, and passed on from there."""

from __future__ import annotations

import difflib
import os
import re
from importlib import resources
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import ConfigError

PREFIX = "GONGHUI_"


class Settings(BaseSettings):
    """One field a setting; README.md has a row for each (a test compares the two)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Path("var")
    knowledge_dir: Path | None = None
    database_url: str = ""
    chroma_url: str = ""
    embedding: str = "bundled"

    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_s: float = Field(default=20.0, gt=0, le=120)
    llm_filing: str = ""

    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_original_id: str = ""
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_aes_key_previous: SecretStr = SecretStr("")
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_slow_mode: Literal["auto", "push", "retry", "pull"] = "auto"
    wechat_reply_within_s: float = Field(default=4.5, ge=3, le=4.8)
    wechat_transfer_to_seats: bool = False

    public_base_url: str = ""
    secret_key: SecretStr = SecretStr("")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("embedding")
    @classmethod
    def _known_embedding(cls, value: str) -> str:
        if value != "bundled" and not re.fullmatch(r"sentence-transformers:\s*\S.*", value):
            raise ValueError("只能是 bundled 或 sentence-transformers:模型名或目录")
        return value

    @field_validator("wechat_aes_key", "wechat_aes_key_previous")
    @classmethod
    def _aes_key_length(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key):
            raise ValueError("EncodingAESKey 应为 43 个字母或数字，请从公众号后台照抄")
        return value

    @field_validator("llm_base_url", "chroma_url", "public_base_url", "wechat_api_base")
    @classmethod
    def _http_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("要以 http:// 或 https:// 开头")
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'gonghui.sqlite3'}"

    @property
    def has_llm(self) -> bool:
        """Whether a language model is set up."""
        return bool(self.llm_base_url and self.llm_model)

    @property
    def has_wechat(self) -> bool:
        """Whether the 公众号 callback is set up."""
        return bool(self.wechat_token.get_secret_value() and self.wechat_aes_key.get_secret_value() and self.wechat_app_id)


def load_settings() -> Settings:
    """Read the settings; raises ConfigError that names the wrong setting and what to do about it."""
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0] if first["loc"] else "").upper()
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise ConfigError(f"设置 {name} 的值不对：{reason}。请改环境变量或 .env 后再试。") from error


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {name for name in (*os.environ, *dotenv_values(".env")) if name.upper().startswith(PREFIX)}
    for name in sorted(given):
        if name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
            raise ConfigError(f"不认识的设置 {name}，是不是想写 {near[0]}？请改正或删掉它。")


def knowledge_dir(settings: Settings) -> Path:
    """Return the knowledge folder: the one set, else the checkout's, else the one that came with the package."""
    return settings.knowledge_dir.absolute() if settings.knowledge_dir else shipped("knowledge")


def cases_dir() -> Path | None:
    """Return the folder of the evaluation's cases, None where only the package is installed."""
    folder = Path(str(resources.files("assistant"))).parent / "eval" / "cases"
    return folder if folder.is_dir() else None


def shipped(name: str) -> Path:
    """Return a folder of data that comes with the package, or stands beside it in a checkout."""
    package = Path(str(resources.files("assistant")))
    inside, beside = package / "data" / name, package.parent / name
    return inside if inside.is_dir() else beside
