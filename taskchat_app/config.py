"""Settings from the environment, validated once; no other module reads the environment."""

import contextlib
import ipaddress
import os
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from taskchat_app.setting_values import MB, Rate, database_url_of, http_url_of, origin_of, redis_url_of, size_of

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
COUNT_MAX = 999_999_999
"""Counts are stored in 32 bits."""
DAYS_MAX = 36_500
"""A hundred years: dates before that can still be computed."""
JWT_SECRET_MIN_BYTES = 32
PLATFORM_VARIABLES = ("FLY_APP_NAME", "K_SERVICE", "DYNO", "RENDER", "RAILWAY_ENVIRONMENT_ID")
"""Set by hosting platforms whose disks are lost at a restart: Fly.io, Cloud Run, Heroku, Render, Railway."""
RateText = Annotated[Rate, NoDecode, BeforeValidator(lambda value: Rate(value) if isinstance(value, str) else value)]


class SettingsError(Exception):
    """A variable has an invalid value; str() is one line that names it and says what is valid."""


class Settings(BaseSettings):
    """One field for each variable of the table in docs/settings.md; the variable is the field's name in capitals."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", arbitrary_types_allowed=True, frozen=True, str_strip_whitespace=True
    )

    port: int = Field(3000, ge=1, le=65535)
    host: str = "127.0.0.1"
    taskchat_home: Path = Path(".taskchat")
    database_url: Annotated[str, AfterValidator(database_url_of)] | None = None
    gemini_api_key: str | None = Field(None, repr=False)
    gemini_base_url: Annotated[str, AfterValidator(http_url_of)] = (
        "https://generativelanguage.googleapis.com/v1beta/openai/"
    )
    gemini_model: str = Field("gemini-3.8-flash", min_length=1)
    jwt_secret: str | None = Field(None, repr=False)
    jwt_secret_previous: str | None = Field(None, repr=False)
    redis_url: Annotated[str, AfterValidator(redis_url_of)] | None = None
    workers: int = Field(1, ge=1, le=64)
    chat_daily_limit: int = Field(100, ge=1, le=COUNT_MAX)
    chat_burst_limit: RateText = Rate("20/minute")
    chat_daily_limit_total: int = Field(2_000, ge=0, le=COUNT_MAX)
    retention_days: int = Field(0, ge=0, le=DAYS_MAX)
    auth_burst_limit: RateText = Rate("60/minute")
    registration: Literal["open", "closed"] = "open"
    register_limit: RateText = Rate("5/hour")
    registrations_per_day: int = Field(200, ge=1, le=COUNT_MAX)
    account_bytes: Annotated[int, BeforeValidator(size_of), Field(ge=MB)] = 1024 * MB
    trusted_proxy_hops: int = Field(0, ge=0, le=10)
    turn_timeout_seconds: float = Field(120, gt=0, le=3600)
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    public_url: Annotated[str, AfterValidator(lambda value: value and origin_of(value))] = ""
    log_format: Literal["text", "json"] = "text"
    metrics_token: str | None = Field(None, repr=False)
    allow_private_hooks: bool = False
    chatkit_domain_key: str = "local-dev"
    embed_url: Annotated[str, AfterValidator(http_url_of)] | None = None

    @field_validator("host")
    @classmethod
    def _address(cls, value: str) -> str:
        if value == "localhost":
            return "127.0.0.1"
        try:
            return str(ipaddress.ip_address(value.strip("[]")))
        except ValueError:
            raise ValueError("use an IP address of this machine, or 0.0.0.0 for all of them") from None

    @field_validator("taskchat_home")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        try:
            return value.expanduser()
        except RuntimeError:
            raise ValueError(f"{value.parts[0]} is no user's home here. Use the path of a folder") from None

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(origin_of(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("gemini_api_key", "metrics_token")
    @classmethod
    def _header(cls, value: str | None) -> str | None:
        if value and not (value.isascii() and value.isprintable()):
            raise ValueError("use the key as it was given, in one line of ASCII characters")
        return value or None

    @field_validator("gemini_model")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("use the model's name as it was given, in one line")
        return value

    @field_validator("jwt_secret", "jwt_secret_previous")
    @classmethod
    def _long_enough(cls, value: str | None) -> str | None:
        if value is not None and len(value.encode()) < JWT_SECRET_MIN_BYTES:
            raise ValueError(f"use at least {JWT_SECRET_MIN_BYTES} bytes, for example from: openssl rand -hex 32")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        platform = self.platform_variable
        if platform and self._has_default_storage:
            raise ValueError(
                f"DATABASE_URL: set it, since the disk here ({platform} is set) is lost at a restart, and the embedded"
                " Postgres with it. If a lasting disk is mounted, set TASKCHAT_HOME to a folder on it instead"
            )
        if self.database_url is not None and self.jwt_secret is None:
            raise ValueError(
                "JWT_SECRET: set it as soon as DATABASE_URL is set, since all instances of one database share it"
                f" ({JWT_SECRET_MIN_BYTES} bytes or more, for example from: openssl rand -hex 32)"
            )
        if self.workers > 1 and self.redis_url is None:
            raise ValueError("WORKERS: more than one needs REDIS_URL, where they share pages and running answers")
        return self

    @property
    def is_gemini(self) -> bool:
        """Return whether the model is one of Google's; else it may be a local one, which can be slow to begin."""
        return "gemini" in self.gemini_model.casefold()

    @property
    def model_name(self) -> str:
        return "Gemini" if self.is_gemini else self.gemini_model

    @property
    def home(self) -> Path:
        """The absolute path of the folder with all local state."""
        return self.taskchat_home.absolute()

    @property
    def platform_variable(self) -> str | None:
        """The variable that says that this is a hosting platform's machine, which runs nothing else; None without."""
        return next((name for name in PLATFORM_VARIABLES if os.environ.get(name)), None)

    @property
    def may_lose_data(self) -> bool:
        """Return whether the data are in the default folder of a Kubernetes pod, which may be lost with it."""
        return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) and self._has_default_storage

    @property
    def _has_default_storage(self) -> bool:
        """Return whether neither DATABASE_URL nor TASKCHAT_HOME is set: the data are in the default folder."""
        return self.database_url is None and "taskchat_home" not in self.model_fields_set

    @property
    def origin(self) -> str:
        """The app's origin for browsers: scheme, host and port, without a trailing slash."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def has_default_https(self) -> bool:
        """Return whether browsers reach the app by https on its default port.

        There a page that was built for a local address finds its API by itself: it needs no build for each PORT.
        """
        return self.origin.startswith("https://") and urlsplit(self.origin).port is None

    @property
    def own_origins(self) -> tuple[str, ...]:
        """The origins of our own page; localhost, 127.0.0.1 and [::1] are equivalent."""
        parts = urlsplit(self.origin)
        port = f":{parts.port}" if parts.port else ""
        if parts.netloc.removesuffix(port) not in LOCAL_HOSTS:
            return (self.origin,)
        return tuple(f"{parts.scheme}://{name}{port}" for name in LOCAL_HOSTS)

    @property
    def secure_cookies(self) -> bool:
        return self.origin.startswith("https://")


def environment_of(names: Iterable[str]) -> dict[str, str]:
    return {name: value for name in names if (value := os.environ.get(name))}


def environment_with(**added: str) -> dict[str, str]:
    """Return the environment for a child process, with further variables."""
    return {**os.environ, **added}


def read_settings() -> Settings:
    """Read the settings from the environment; raise SettingsError for the first invalid variable."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]  # every field comes from the environment
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        name = str(first["loc"][0]).upper() if first["loc"] else ""
        raise SettingsError(f"{name}: {reason}" if name else reason) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    return read_settings()


@lru_cache(maxsize=1)
def jwt_secret() -> str:
    """Return the key that signs tokens: JWT_SECRET, or a key generated once in TASKCHAT_HOME with mode 0600.

    Raises SettingsError if the key in TASKCHAT_HOME can neither be read nor created.
    """
    chosen = settings()
    if chosen.jwt_secret is not None:
        return chosen.jwt_secret
    path = chosen.home / "jwt_secret"
    try:
        if not path.exists():
            chosen.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(path, secrets.token_hex(JWT_SECRET_MIN_BYTES))
        key = path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"TASKCHAT_HOME: the key in {path} cannot be kept: {error.strerror}") from error
    if len(key) < JWT_SECRET_MIN_BYTES:
        # An incomplete file, for example after a power failure; with an empty key anyone could sign tokens.
        raise SettingsError(f"TASKCHAT_HOME: {path} holds no whole key. Remove it; everybody then signs in again")
    return key


def _write_once(path: Path, text: str) -> None:
    """Create the complete file atomically, with mode 0600; if another process was faster, keep its file."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()
