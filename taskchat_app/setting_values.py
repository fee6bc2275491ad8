"""Parses values of settings; a ValueError says what is valid."""

import ipaddress
import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import idna
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
HOST_MAX_CHARACTERS = 253
FORBIDDEN_IN_HOSTS = frozenset(" #%/:<>?@[\\]^|")
"""Characters of ASCII that a letter may stand for, such as the full-width %; browsers refuse them."""
DEFAULT_PORTS = {"http": 80, "https": 443}
REDIS_PATH = re.compile(r"(/[0-9]*)?")
"""The number of a database, or nothing; for any other path the Redis client silently uses database 0."""
MB = 1024 * 1024
SIZE = re.compile(r"([1-9][0-9]{0,14})\s*(MB|GB)?", re.IGNORECASE)
UNIT_BYTES = {None: 1, "MB": MB, "GB": 1024 * MB}
LOGIN = re.compile(r"\A[^:/]*(:[^@]*)?@")
"""User and password at the start of a URL, as SQLAlchemy reads them: of "anna:p@ss@db/tasks" it is "anna:p@"."""
POSTGRES_URL = "use a postgresql:// URL, for example postgresql://user:password@localhost:5432/taskchat"
HOSTS_AND_PORTS = "use numbers as ports, and name several hosts as ?host=one,two&port=5432,5433"


class Rate:
    """A rate parsed from `N/second|minute|hour|day`: at most `count` per `period`."""

    def __init__(self, text: str):
        match = re.fullmatch(r"\A\s*([1-9]\d{0,8})\s*/\s*(second|minute|hour|day)\s*\Z", text)
        if not match:
            raise ValueError("use N/second, N/minute, N/hour or N/day, for example 20/minute")
        self.count = int(match[1])
        self.period = timedelta(**{f"{match[2]}s": 1})  # such as minutes=1


def size_of(value: Any) -> Any:
    """Return the bytes of a size such as "500 MB"; a number is one of bytes. Raises ValueError for other texts."""
    if not isinstance(value, str):
        return value
    match = SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError("use a number of bytes, MB or GB, for example 500 MB")
    unit = match[2] and match[2].upper()
    return int(match[1]) * UNIT_BYTES[unit]


def database_url_of(value: str) -> str:
    """Return the URL of Postgres for SQLAlchemy; raise ValueError, whose text has no password, for any other."""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError(POSTGRES_URL)
    without_login = LOGIN.sub("", rest.partition("?")[0])
    if "@" in without_login:  # "ss@db/tasks": the password has another
        raise ValueError("percent-encode user and password: @ is %40, / is %2F, : is %3A, ? is %3F, % is %25")
    try:
        url = make_url(f"postgresql+psycopg://{rest}")
    except (ArgumentError, ValueError):
        hosts = re.split("[/?]", rest)[0].rpartition("@")[2]  # "one,two" of "anna:pass@one,two/tasks"
        raise ValueError(HOSTS_AND_PORTS if "," in hosts else POSTGRES_URL) from None
    _check_options(url)
    return url.render_as_string(hide_password=False)


def _check_options(url: URL) -> None:
    """Raise ValueError for hosts, ports and options that psycopg would refuse, and for one that is given twice."""
    for name, value in url.query.items():
        if name != "host" and not isinstance(value, str):  # a tuple of the values that were given
            raise ValueError(f"give {name} once")
    if not re.fullmatch(r"-?[0-9]+", str(url.query.get("connect_timeout", 0))):
        raise ValueError("connect_timeout is a whole number of seconds")
    try:
        url.get_dialect()().create_connect_args(url)  # called for its errors: it parses the hosts and ports
    except (ArgumentError, ValueError):
        raise ValueError(HOSTS_AND_PORTS) from None
    try:
        make_conninfo("", **dict.fromkeys(url.query, "0"))  # for its errors: it checks names, and no values
    except ProgrammingError as error:
        raise ValueError(f"{str(error).strip()}. Leave it out") from None


def redis_url_of(value: str) -> str:
    """Return the URL of Redis; raise ValueError, whose text has no password, for any other."""
    with suppress(ValueError):  # of a URL that cannot be parsed
        parts = urlsplit(value)
        is_server = parts.scheme in ("redis", "rediss") and bool(REDIS_PATH.fullmatch(parts.path))
        if (is_server or parts.scheme == "unix") and parts.port != 0:
            return value
    raise ValueError(
        "use a redis://, rediss:// or unix:// URL, for example redis://localhost:6379,"
        " or redis://localhost:6379/1 with the number of a database"
    )


def http_url_of(value: str) -> str:
    """Return the http URL; raise ValueError, whose text has no password, for any other or an invalid host."""
    with suppress(ValueError):  # of a URL that cannot be parsed, or an invalid host
        parts = urlsplit(value)
        _host_of(parts.hostname or "")
        is_one_word = value.isprintable() and " " not in value
        if parts.scheme in ("http", "https") and parts.port != 0 and is_one_word:
            return value
    raise ValueError("use an http:// or https:// URL, for example https://example.org/v1/")


def origin_of(value: str) -> str:
    """Return the normalized origin (RFC 6454); raise ValueError if the URL has other parts or is invalid."""
    with suppress(ValueError):  # of a URL that cannot be parsed, or an invalid host
        parts = urlsplit(value)
        host, port = _host_of(parts.hostname or ""), parts.port
        has_other_parts = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme in DEFAULT_PORTS and port != 0 and not has_other_parts:
            is_default = port in (None, DEFAULT_PORTS[parts.scheme])
            return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")
    raise ValueError(f"{value!r} is not an origin: use scheme and host, for example https://example.org")


def _host_of(host: str) -> str:
    """Return the host as browsers write it in an origin; raise ValueError if it is not a host."""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    name = ascii_host(host)
    if not HOST_NAME.fullmatch(name):
        raise ValueError(host)
    return name


def ascii_host(name: str) -> str:
    """Return the name of a host in ASCII, as browsers write it (UTS 46); raise ValueError if no host can have it.

    Joiners and the direction of letters are not checked. No whole conversion of a library does as browsers do: by
    Python's codec (IDNA 2003) straße.de is strasse.de, and idna.encode refuses ☃.net and _x.bücher.de.
    """
    if not name.isascii():
        name = ".".join(map(_ascii_label, idna.uts46_remap(name, std3_rules=False).split(".")))
    if len(name.rstrip(".")) > HOST_MAX_CHARACTERS:
        raise ValueError(name)
    return name.encode("idna").decode()  # of ASCII, the codec only checks the lengths of the labels


def _ascii_label(label: str) -> str:
    is_forbidden = not FORBIDDEN_IN_HOSTS.isdisjoint(label)
    is_half_encoded = label.startswith("xn--") and not label.isascii()
    if is_forbidden or is_half_encoded:
        raise ValueError(label)
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
