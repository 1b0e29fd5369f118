from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import ConfigError
from assistant.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a folder without a .env of its own."""
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = load_settings()

    assert (settings.data_dir, settings.embedding, settings.has_llm, settings.has_wechat) == (tmp_path / "var", "bundled", False, False)


def test_the_database_lies_in_the_data_folder_unless_one_is_named(tmp_path: Path) -> None:
    assert load_settings().database == f"sqlite:///{tmp_path / 'var' / 'gonghui.sqlite3'}"


def test_a_database_named_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_DATABASE_URL", "postgresql+psycopg://u@db/gonghui")

    assert load_settings().database == "postgresql+psycopg://u@db/gonghui"


def test_a_relative_data_folder_is_taken_from_the_folder_one_is_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", "elsewhere/data")

    assert load_settings().data_dir == tmp_path / "elsewhere" / "data"


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        pytest.param("GONGHUI_LLM_MODLE", "GONGHUI_LLM_MODEL", id="letters swapped"),
        pytest.param("GONGHUI_DATABASE", "GONGHUI_DATABASE_URL", id="a part missing"),
        pytest.param("GONGHUI_WECHAT_APPID", "GONGHUI_WECHAT_APP_ID", id="an underscore missing"),
        pytest.param("gonghui_wechat_tokn", "GONGHUI_WECHAT_TOKEN", id="lower case"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_known_one(monkeypatch: pytest.MonkeyPatch, wrong: str, nearest: str) -> None:
    monkeypatch.setenv(wrong, "x")

    with pytest.raises(ConfigError, match=rf"{wrong}，是不是想写 {nearest}？"):
        load_settings()


def test_an_unknown_name_in_the_env_file_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GONGHUI_LLM_BASE_ULR=http://127.0.0.1/v1\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="GONGHUI_LLM_BASE_URL"):
        load_settings()


def test_names_that_are_not_ours_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMEBODY_ELSES_SETTING", "x")

    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("GONGHUI_LLM_TIMEOUT_S", "soon", id="a time that is no number"),
        pytest.param("GONGHUI_LLM_TIMEOUT_S", "0", id="no time at all"),
        pytest.param("GONGHUI_LLM_TIMEOUT_S", "121", id="too long a time"),
        pytest.param("GONGHUI_LLM_BASE_URL", "api.example.cn/v1", id="an address without a scheme"),
        pytest.param("GONGHUI_CHROMA_URL", "chroma:8000", id="a server without a scheme"),
        pytest.param("GONGHUI_PUBLIC_BASE_URL", "ftp://example.cn", id="another scheme"),
        pytest.param("GONGHUI_EMBEDDING", "openai", id="an embedding we do not have"),
        pytest.param("GONGHUI_EMBEDDING", "sentence-transformers: ", id="an embedding without a name"),
        pytest.param("GONGHUI_WECHAT_AES_KEY", "short", id="a key of the wrong length"),
        pytest.param("GONGHUI_WECHAT_AES_KEY_PREVIOUS", "x" * 44, id="an old key of the wrong length"),
        pytest.param("GONGHUI_WECHAT_SLOW_MODE", "fast", id="a mode we do not have"),
        pytest.param("GONGHUI_WECHAT_REPLY_WITHIN_S", "4.9", id="no time left for the way"),
        pytest.param("GONGHUI_WECHAT_REPLY_WITHIN_S", "2.9", id="too little time to answer"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=rf"设置 {name} 的值不对"):
        load_settings()


@pytest.mark.parametrize("name", ["GONGHUI_WECHAT_AES_KEY", "GONGHUI_WECHAT_AES_KEY_PREVIOUS"])
def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "hunter2-hunter2")

    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_secrets_do_not_show_when_the_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LLM_API_KEY", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "SECRET_KEY"):
        monkeypatch.setenv(f"GONGHUI_{name}", "hunter2")

    assert "hunter2" not in repr(load_settings())


def test_the_environment_counts_more_than_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GONGHUI_LLM_MODEL=file\nGONGHUI_LLM_TIMEOUT_S=7\n", encoding="utf-8")
    monkeypatch.setenv("GONGHUI_LLM_MODEL", "environment")

    settings = load_settings()
    assert (settings.llm_model, settings.llm_timeout_s) == ("environment", 7.0)


def test_an_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_LLM_BASE_URL", "http://127.0.0.1:9/v1/")

    assert load_settings().llm_base_url == "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("names", "has"),
    [
        pytest.param({"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m"}, True, id="both"),
        pytest.param({"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, False, id="only the address"),
        pytest.param({"LLM_MODEL": "m"}, False, id="only the model"),
    ],
)
def test_a_language_model_needs_address_and_name(monkeypatch: pytest.MonkeyPatch, names: dict[str, str], has: bool) -> None:
    for name, value in names.items():
        monkeypatch.setenv(f"GONGHUI_{name}", value)

    assert load_settings().has_llm is has


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        load_settings().llm_model = "another"  # type: ignore[misc]
