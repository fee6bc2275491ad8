"""Settings: accepted values, and the error line for each rejected one."""

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskchat_app import config, start
from taskchat_app.config import Settings, SettingsError, read_settings
from tests.evidence import Step

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def only_a_home_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Set no variable but TASKCHAT_HOME, and clear the cached settings afterwards."""
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    monkeypatch.setenv("TASKCHAT_HOME", str(tmp_path / "home"))
    config.settings.cache_clear()
    config.jwt_secret.cache_clear()
    yield
    config.settings.cache_clear()
    config.jwt_secret.cache_clear()


def settings_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_the_defaults_are_those_of_the_readme(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TASKCHAT_HOME")
    loaded = read_settings()
    assert (loaded.port, loaded.host, loaded.home) == (3000, "127.0.0.1", Path.cwd() / ".taskchat")
    assert (loaded.gemini_api_key, loaded.database_url, loaded.redis_url, loaded.jwt_secret) == (None,) * 4
    assert loaded.gemini_base_url == "https://generativelanguage.googleapis.com/v1beta/openai/"
    assert loaded.gemini_model == "gemini-3.8-flash"
    assert (loaded.chat_daily_limit, loaded.chat_burst_limit.count, loaded.auth_burst_limit.count) == (100, 20, 60)
    assert (loaded.trusted_proxy_hops, loaded.turn_timeout_seconds, loaded.allowed_origins) == (0, 120, ())
    assert loaded.retention_days == 0
    assert (loaded.metrics_token, loaded.log_format) == (None, "text")
    assert loaded.origin == "http://localhost:3000"
    assert (loaded.secure_cookies, loaded.chatkit_domain_key) == (False, "local-dev")


INVALID: dict[str, list[str]] = {
    "PORT": ["abc", "0", "-1", "65536", "80.5"],
    "HOST": ["a host", "999.1.1.1", "example.org"],
    "DATABASE_URL": [
        *("mysql://x/y", "nonsense", "postgresql://u:secret@host:port/db"),
        *(
            f"postgresql://u:secret@host/db?{query}"
            for query in ("schema=public", "port=abc", "connect_timeout=soon", "connect_timeout=1.5")
        ),
        *(f"postgresql://u:{password}@host/db" for password in ("p@secret", "p@s/w:secret", "p@s:secret")),
    ],
    "TASKCHAT_HOME": ["~nosuchuser/taskchat"],
    "JWT_SECRET": ["x" * 31],
    "JWT_SECRET_PREVIOUS": ["x" * 31],
    "GEMINI_API_KEY": ["two\nlines", "schlüssel"],
    "METRICS_TOKEN": ["two\nlines", "schlüssel"],
    "GEMINI_BASE_URL": [
        *("nonsense", "ftp://host/", "http://", "http://host:99999/"),
        *("http://a b/", "http://host/a b", "http://ho\nst/", "http://[::g]/"),
    ],
    "GEMINI_MODEL": ["  ", "two\nlines"],
    "REDIS_URL": ["nonsense", "redis://:secret@host:port", "redis://host:99999", "redis://[", "redis://host/abc"],
    "WORKERS": ["0", "x", "65", "2"],  # 2 without REDIS_URL
    "CHAT_DAILY_LIMIT": ["x", "0", "-1", "9" * 12],
    "CHAT_DAILY_LIMIT_TOTAL": ["-1"],  # 0: no limit
    "CHAT_BURST_LIMIT": ["20", "20/fortnight", "0/minute", "-1/minute", "9999999999/day"],
    "AUTH_BURST_LIMIT": ["many/minute"],
    "REGISTER_LIMIT": ["5"],
    "REGISTRATION": ["maybe"],
    "REGISTRATIONS_PER_DAY": ["0"],
    "LOG_FORMAT": ["xml"],
    "ALLOW_PRIVATE_HOOKS": ["maybe"],
    "ACCOUNT_BYTES": ["1 TB", "1000"],
    "TRUSTED_PROXY_HOPS": ["x", "-1"],
    "TURN_TIMEOUT_SECONDS": ["x", "0", "nan", "inf"],
    "ALLOWED_ORIGINS": ["*", "https://*.example.org", "https://a.org, b.org", "null"],
    "PUBLIC_URL": [
        *("x", "ftp://x", "https://x/path", "https://x?q", "https://x#f"),
        *("https://me:secret@x", "https://x:99999", "https://x:0", "https://[::g]", "https://"),
    ],
}


def test_an_invalid_value_is_one_line_that_names_the_variable(monkeypatch: pytest.MonkeyPatch, step: Step):
    for name, value in ((name, value) for name, values in INVALID.items() for value in values):
        step(f"{name}={value}")
        with monkeypatch.context() as patch, pytest.raises(SettingsError) as refused:
            settings_with(patch, **{"JWT_SECRET": SECRET} | {name: value})
        line = str(refused.value)
        assert line.startswith(f"{name}: ")
        assert "\n" not in line
        assert name == "PUBLIC_URL" or "secret" not in line


KEPT = {
    "GEMINI_BASE_URL": [
        *("https://me:secret@Example.org:8443/v1beta/openai", "http://gemini_proxy/", "http://[::1]:8099/ü?key=1")
    ],
    "REDIS_URL": ["redis://host", "rediss://:secret@host:6380/", "redis://host/15", "unix:///run/redis"],
}
ACCEPTED: list[tuple[str, str, str | None]] = [
    *((name, value, value) for name, values in KEPT.items() for value in values),
    ("GEMINI_API_KEY", "", None),
    ("GEMINI_API_KEY", "  ", None),
    ("HOST", "localhost", "127.0.0.1"),
    ("HOST", "0.0.0.0", "0.0.0.0"),
    ("HOST", "::", "::"),
    ("HOST", "[::1]", "::1"),
    ("HOST", " 10.0.0.7 ", "10.0.0.7"),
]


def test_a_value_is_kept_or_converted(monkeypatch: pytest.MonkeyPatch):
    for name, value, expected in ACCEPTED:
        with monkeypatch.context() as patch:
            assert getattr(settings_with(patch, **{name: value}), name.lower()) == expected, value


ADDRESSES = [
    ("one:5432,two:5433/db", r"\?host=one,two&port=5432,5433"),
    ("/db?host=one,two&port=1,2,3", r"\?host=one,two&port=5432,5433"),
    ("one/db?sslmode=disable&sslmode=prefer", "give sslmode once"),
    ("u:p@ss@one/db", "percent-encode"),
    ("u:p@ss/w:rd@one/db", "percent-encode"),
    ("u:p@ss:w@one/db", "percent-encode"),
]
"""Addresses of databases that cannot be read, and how they are to be written."""


def test_an_external_database_requires_a_jwt_secret_and_an_address_that_can_be_read(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SettingsError, match=r"^JWT_SECRET: "):
        settings_with(monkeypatch, DATABASE_URL="postgresql://localhost/x")
    monkeypatch.setenv("JWT_SECRET", SECRET)
    loaded = settings_with(monkeypatch, DATABASE_URL="postgresql://u:p%40ss@localhost/x?sslmode=require")
    assert loaded.database_url == "postgresql+psycopg://u:p%40ss@localhost/x?sslmode=require"
    for address, advice in ADDRESSES:
        with pytest.raises(SettingsError, match=f"^DATABASE_URL: .*{advice}"):
            settings_with(monkeypatch, DATABASE_URL=f"postgresql://{address}")
    for address in ("u@tenant:p@one/db", "u:p%40s%2Fs@one/a%40b", "u:p/w@one/db", "/db?user=u@tenant"):
        assert settings_with(monkeypatch, DATABASE_URL=f"postgresql://{address}").database_url, address


@pytest.mark.parametrize("platform", ["FLY_APP_NAME", "K_SERVICE"])
def test_a_platform_whose_disk_is_lost_requires_a_database(monkeypatch: pytest.MonkeyPatch, platform: str):
    monkeypatch.delenv("TASKCHAT_HOME", raising=False)
    monkeypatch.setenv(platform, "tasks")
    with pytest.raises(SettingsError, match=rf"^DATABASE_URL: .*\({platform} is set\)"):
        settings_with(monkeypatch)
    assert settings_with(monkeypatch, TASKCHAT_HOME="/mnt/disk").database_url is None
    monkeypatch.delenv("TASKCHAT_HOME")
    assert settings_with(monkeypatch, DATABASE_URL="postgresql://localhost/x", JWT_SECRET=SECRET).database_url


@pytest.mark.parametrize(
    ("variables", "warns"),
    [
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, True),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "TASKCHAT_HOME": "/mnt/disk"}, False),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "TASKCHAT_HOME": ""}, True),
        ({"KUBERNETES_SERVICE_HOST": ""}, False),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "DATABASE_URL": "postgresql:///x", "JWT_SECRET": SECRET}, False),
    ],
)
def test_a_pod_needs_no_setting_and_the_start_warns_of_its_disk(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, variables: dict[str, str], warns: bool
):
    monkeypatch.delenv("TASKCHAT_HOME")
    settings_with(monkeypatch, **variables)
    start.warn_of_passing_disk.cache_clear()
    for _ in range(2):
        start.warn_of_passing_disk()
    advice = "Set DATABASE_URL, or TASKCHAT_HOME to a folder on a lasting disk"
    assert [advice in record.getMessage() for record in caplog.records] == [True] * warns


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://Tasks.Example.org/", "https://tasks.example.org"),
        ("https://tasks.example.org:443", "https://tasks.example.org"),
        ("http://tasks.example.org:8080", "http://tasks.example.org:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://Straße.de", "https://xn--strae-oqa.de"),
        ("https://_x.example", "https://_x.example"),
        ("https://my_app.bücher.example", "https://my_app.xn--bcher-kva.example"),
        ("https://☃.net", "https://xn--n3h.net"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_normalized_as_browsers_do(monkeypatch: pytest.MonkeyPatch, value: str, expected: str):
    assert settings_with(monkeypatch, PUBLIC_URL=value).origin == expected
    assert settings_with(monkeypatch, ALLOWED_ORIGINS=f" {value} , ").allowed_origins == (expected,)


@pytest.mark.parametrize(
    "options", ["db=abc", "socket_timeout=abc", "foo=1", "max_connections=-1", "retry=1", "encoding=none"]
)
def test_an_invalid_option_in_the_redis_url_is_one_line(monkeypatch: pytest.MonkeyPatch, options: str):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://:secret@127.0.0.1:{silent.getsockname()[1]}?{options}"
        settings_with(monkeypatch, REDIS_URL=url)
        with pytest.raises(SettingsError) as refused:
            start.check_redis()
    line = str(refused.value)
    assert line.startswith("REDIS_URL: ")
    assert "\n" not in line
    assert "secret" not in line


def test_a_https_public_url_makes_cookies_secure_and_without_one_origins_are_local(monkeypatch: pytest.MonkeyPatch):
    assert settings_with(monkeypatch, PUBLIC_URL="https://tasks.example.org").secure_cookies
    local = tuple(f"http://{host}:3000" for host in ("localhost", "127.0.0.1", "[::1]"))
    assert settings_with(monkeypatch, PUBLIC_URL="").own_origins == local


class TestTheGeneratedSecret:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "home" / "jwt_secret"

    def test_it_is_stored_once_and_readable_by_its_owner_only(self, path: Path):
        secret = fresh_secret()
        assert len(secret) >= 32
        assert path.read_text() == secret == fresh_secret()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert os.listdir(path.parent) == ["jwt_secret"]

    def test_concurrent_starts_agree_on_one_secret(self, path: Path):
        secrets: list[str] = []
        together = threading.Barrier(16)

        def start() -> None:
            together.wait()
            secrets.append(config.jwt_secret.__wrapped__())

        threads = [threading.Thread(target=start) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert secrets == [path.read_text()] * 16
        assert os.listdir(path.parent) == ["jwt_secret"]

    @pytest.mark.parametrize("content", ["", "half"])
    def test_a_truncated_secret_is_rejected(self, path: Path, content: str):
        path.parent.mkdir()
        path.write_text(content)
        with pytest.raises(SettingsError, match=r"jwt_secret holds no whole key. Remove it"):
            fresh_secret()

    def test_an_unwritable_home_is_named(self, path: Path):
        path.parent.write_text("a file")
        with pytest.raises(SettingsError, match=r"^TASKCHAT_HOME: "):
            fresh_secret()


def fresh_secret() -> str:
    config.jwt_secret.cache_clear()
    return config.jwt_secret()
