"""Settings: names, defaults, `.env`, and one line about what is wrong."""

from pathlib import Path

import pytest

from bot.settings import PROJECT, Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bare environment, and a project and a current directory without a `.env`."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("bot.settings.PROJECT", tmp_path / "project")
    (tmp_path / "project").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_defaults_stand_relative_to_the_project_wherever_it_is_started():
    settings = load_settings()

    assert settings.sources_dir == PROJECT / "data" / "articles"
    assert settings.state_dir == PROJECT / "var"
    assert settings.telegram_bot_token is None
    assert settings.admin_ids == settings.allowed_chat_ids == frozenset()


def test_relative_paths_stand_relative_to_the_current_directory(monkeypatch):
    monkeypatch.setenv("SOURCES_DIR", "../bài viết")
    monkeypatch.setenv("STATE_DIR", "state")

    settings = load_settings()

    assert settings.sources_dir == Path.cwd() / ".." / "bài viết"
    assert settings.state_dir == Path.cwd() / "state"


@pytest.mark.parametrize("written", ["1,-1002 3", " 1, -1002,\t3 ", "1;-1002;3"])
def test_ids_are_separated_by_commas_or_spaces(monkeypatch, written):
    monkeypatch.setenv("ADMIN_IDS", written)

    assert load_settings().admin_ids == {1, -1002, 3}


def test_the_environment_goes_before_dotenv_and_an_empty_value_unsets_it(monkeypatch):
    Path(".env").write_text("LLM_MODEL=từ-tệp\nLLM_BASE_URL=http://127.0.0.1:9/v1\nOTHER=1\n")
    monkeypatch.setenv("LLM_MODEL", "qwen")
    monkeypatch.setenv("LLM_BASE_URL", "")

    settings = load_settings()

    assert settings.llm_model == "qwen"
    assert settings.llm_base_url is None


def test_the_dotenv_of_the_project_is_read_from_anywhere(tmp_path):
    (tmp_path / "project" / ".env").write_text("TELEGRAM_BOT_TOKEN=1:abc\nLLM_MODEL=a\n")
    Path(".env").write_text("LLM_MODEL=b\n")

    settings = load_settings()

    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "1:abc"
    assert settings.llm_model == "b"


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_an_empty_value_means_unset(monkeypatch, name):
    bare = load_settings()
    monkeypatch.setenv(name, "  ")

    assert load_settings() == bare


def test_an_address_loses_the_slash_at_its_end(monkeypatch):
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:8000/v1/")

    assert load_settings().llm_base_url == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_IDS", "1,hai"),
        ("ALLOWED_CHAT_IDS", "@nhom"),
        ("LLM_BASE_URL", "127.0.0.1:8001"),
        ("EMBEDDINGS_BASE_URL", "ftp://example.org"),
        ("CHROMA_URL", "http://127.0.0.1:99999"),
        ("TELEGRAM_BASE_URL", "http:///bot"),
        ("TELEGRAM_BOT_TOKEN", "1:s3cret/../x"),
        ("WEEKLY_SUMMARY_AT", "monday 25:00"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert name in str(raised.value)
    assert "\n" not in str(raised.value)
    assert value not in str(raised.value)


def test_all_wrong_values_are_named_at_once(monkeypatch):
    monkeypatch.setenv("ADMIN_IDS", "x")
    monkeypatch.setenv("CHROMA_URL", "x")

    with pytest.raises(SettingsError, match=r"ADMIN_IDS.*CHROMA_URL"):
        load_settings()


def test_a_dotenv_that_is_not_text_is_an_error_of_ours():
    Path(".env").write_bytes(b"LLM_MODEL=\xff\xfe\n")

    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings()


def test_secrets_do_not_show(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret-token")
    monkeypatch.setenv("LLM_API_KEY", "secret-key")

    assert "secret-" not in repr(load_settings())
