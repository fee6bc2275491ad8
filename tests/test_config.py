"""Settings: accepted values, and the error line for each rejected one."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskchat_app import config
from taskchat_app.config import Settings, SettingsError, read_settings

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def only_a_home_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No variable is set but the home, and nothing read here is kept."""
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    monkeypatch.setenv("TASKCHAT_HOME", str(tmp_path / "home"))
    config.settings.cache_clear()
    config.jwt_secret.cache_clear()
    yield
    config.settings.cache_clear()
    config.jwt_secret.cache_clear()


def chosen(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_the_defaults_are_those_of_the_readme(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TASKCHAT_HOME")
    found = read_settings()
    assert (found.port, found.host, found.home) == (3000, "127.0.0.1", Path.cwd() / ".taskchat")
    assert (found.gemini_api_key, found.database_url, found.redis_url, found.jwt_secret) == (None,) * 4
    assert found.gemini_base_url == "https://generativelanguage.googleapis.com/v1beta/openai/"
    assert found.gemini_model == "gemini-3.8-flash"
    assert (found.chat_daily_limit, found.chat_burst_limit.count, found.auth_burst_limit.count) == (100, 20, 60)
    assert (found.trusted_proxy_hops, found.turn_timeout_seconds, found.allowed_origins) == (0, 120, ())
    assert (found.origin, found.secure_cookies, found.chatkit_domain_key) == (
        "http://localhost:3000",
        False,
        "local-dev",
    )


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch, empty: str):
    assert chosen(monkeypatch, GEMINI_API_KEY=empty).gemini_api_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("PORT", value) for value in ("abc", "0", "-1", "65536", "80.5")],
        *[("HOST", value) for value in ("a host", "999.1.1.1", "example.org")],
        *[("DATABASE_URL", value) for value in ("mysql://x/y", "nonsense", "postgresql://u:secret@host:port/db")],
        ("JWT_SECRET", "x" * 31),
        *[("GEMINI_API_KEY", value) for value in ("two\nlines", "schlüssel")],
        *[("GEMINI_BASE_URL", value) for value in ("nonsense", "ftp://host/", "http://", "http://host:99999/")],
        ("GEMINI_MODEL", "  "),
        ("REDIS_URL", "nonsense"),
        *[("CHAT_DAILY_LIMIT", value) for value in ("x", "0", "-1", "9" * 12)],
        *[("CHAT_BURST_LIMIT", value) for value in ("20", "20/fortnight", "0/minute", "-1/minute", "9999999999/day")],
        ("AUTH_BURST_LIMIT", "many/minute"),
        *[("TRUSTED_PROXY_HOPS", value) for value in ("x", "-1")],
        *[("TURN_TIMEOUT_SECONDS", value) for value in ("x", "0", "nan", "inf")],
        *[("ALLOWED_ORIGINS", value) for value in ("*", "https://*.example.org", "https://a.org, b.org", "null")],
        *[("PUBLIC_URL", value) for value in ("x", "ftp://x", "https://x/path", "https://x?q", "https://x#f")],
        *[("PUBLIC_URL", value) for value in ("https://me:secret@x", "https://x:99999", "https://[::g]", "https://")],
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    if name != "JWT_SECRET":
        monkeypatch.setenv("JWT_SECRET", SECRET)
    with pytest.raises(SettingsError) as refused:
        chosen(monkeypatch, **{name: value})
    line = str(refused.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert name == "PUBLIC_URL" or "secret" not in line


def test_a_database_of_one_s_own_asks_for_a_secret_that_instances_share(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SettingsError, match=r"^JWT_SECRET: "):
        chosen(monkeypatch, DATABASE_URL="postgresql://localhost/x")
    found = chosen(monkeypatch, DATABASE_URL="postgresql://u:p%40ss@localhost/x?sslmode=require", JWT_SECRET=SECRET)
    assert found.database_url == "postgresql+psycopg://u:p%40ss@localhost/x?sslmode=require"


@pytest.mark.parametrize(
    ("given", "taken"),
    [("localhost", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("[::1]", "::1"), (" 10.0.0.7 ", "10.0.0.7")],
)
def test_the_address_to_listen_on_is_one_that_the_server_takes(monkeypatch: pytest.MonkeyPatch, given: str, taken: str):
    assert chosen(monkeypatch, HOST=given).host == taken


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://Tasks.Example.org/", "https://tasks.example.org"),
        ("https://tasks.example.org:443", "https://tasks.example.org"),
        ("http://tasks.example.org:8080", "http://tasks.example.org:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(monkeypatch: pytest.MonkeyPatch, given: str, taken: str):
    assert chosen(monkeypatch, PUBLIC_URL=given).origin == taken
    assert chosen(monkeypatch, ALLOWED_ORIGINS=f" {given} , ").allowed_origins == (taken,)


def test_https_outside_makes_cookies_secure_and_local_names_one(monkeypatch: pytest.MonkeyPatch):
    assert chosen(monkeypatch, PUBLIC_URL="https://tasks.example.org").secure_cookies
    assert chosen(monkeypatch, PUBLIC_URL="").own_origins == (
        "http://localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
    )


class TestTheGeneratedSecret:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "home" / "jwt_secret"

    def test_it_is_kept_for_its_owner_alone(self, path: Path):
        secret = fresh_secret()
        assert len(secret) >= 32
        assert path.read_text() == secret == fresh_secret()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert os.listdir(path.parent) == ["jwt_secret"]

    def test_many_that_start_at_once_agree(self, path: Path):
        found: list[str] = []
        together = threading.Barrier(16)

        def start() -> None:
            together.wait()
            found.append(config.jwt_secret.__wrapped__())

        threads = [threading.Thread(target=start) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [path.read_text()] * 16
        assert os.listdir(path.parent) == ["jwt_secret"]

    @pytest.mark.parametrize("left", ["", "half"])
    def test_a_broken_one_is_refused_since_anybody_could_sign(self, path: Path, left: str):
        path.parent.mkdir()
        path.write_text(left)
        with pytest.raises(SettingsError, match=r"jwt_secret holds no whole key. Remove it"):
            fresh_secret()

    def test_a_home_that_takes_none_is_named(self, path: Path):
        path.parent.write_text("a file")
        with pytest.raises(SettingsError, match=r"^TASKCHAT_HOME: "):
            fresh_secret()


def fresh_secret() -> str:
    config.jwt_secret.cache_clear()
    return config.jwt_secret()
