"""Classifies failures of calls of the model: whether client.py retries them, and which message the user sees."""

import email.utils
import json
import re
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, NamedTuple, cast

import anyio
import httpx2

from taskchat_app.config import settings
from taskchat_app.i18n.messages import Message, gettext


class FailureKind(NamedTuple):
    """A kind of failure: the sentence shown (what happened, what to do), and what may be done about it."""

    sentence: Message
    is_transient: bool = False
    """The client retries by itself."""
    allow_retry: bool = True
    """The same message may be sent again: at once, or after the server's settings are corrected."""


FAILURE_KINDS: dict[str, FailureKind] = {
    "bad_key": FailureKind(
        gettext("{model} refused the API key. Set a valid GEMINI_API_KEY on the server and restart it.")
    ),
    "unknown_model": FailureKind(
        gettext("The model {model} is not known there. Set GEMINI_MODEL on the server to one that the key may use.")
    ),
    "no_tools": FailureKind(gettext("{model} cannot use tools. Set GEMINI_MODEL on the server to a model that can.")),
    "quota": FailureKind(gettext("The request limit of {model} is used up. Try again {when}."), is_transient=True),
    "unavailable": FailureKind(
        gettext("{model} is overloaded or down right now. Wait a moment, then try again."), is_transient=True
    ),
    "unreachable": FailureKind(
        gettext(
            "The server cannot reach {model}. Try again; if it happens again, check the server's network and "
            "GEMINI_BASE_URL."
        ),
        is_transient=True,
    ),
    "timeout": FailureKind(gettext("{model} took too long to answer. Try again."), is_transient=True),
    "cut_off": FailureKind(gettext("The answer of {model} broke off before its end. Try again."), is_transient=True),
    "garbled": FailureKind(gettext("{model} sent something that cannot be read. Try again."), is_transient=True),
    "empty": FailureKind(gettext("{model} answered with nothing. Try again, or say it in other words.")),
    "malformed_call": FailureKind(
        gettext("{model} garbled a tool call, so that step was not carried out. Try again, or say it in other words.")
    ),
    "blocked": FailureKind(
        gettext("{model} withheld its answer for safety reasons. Say it in other words."), allow_retry=False
    ),
    "bad_request": FailureKind(
        gettext(
            "{model} refused the request as invalid. Start a new conversation; if it happens again, the server's log "
            "says why."
        ),
        allow_retry=False,
    ),
}
ATTEMPTS = 3
"""Of one call, if each failure is transient."""
# Exceptions of a broken connection, before or during the response. The HTTP client passes on
# anyio.EndOfStream from TLS connections that were cut.
CONNECTION_ERRORS = (httpx2.RequestError, anyio.EndOfStream, OSError)
BODY_MAX = 256 * 1024
"""Bytes that are read of a response that is no stream."""


class GeminiFailure(Exception):
    """A call to Gemini that gave no answer; `detail` is safe to show, `reason` is for the log."""

    def __init__(
        self, code: str, *, reason: str = "", wait_seconds: float | None = None, attempts: int | None = None
    ) -> None:
        kind = FAILURE_KINDS[code]
        self.allow_retry = kind.allow_retry
        self.attempts = attempts or (ATTEMPTS if kind.is_transient else 1)
        """Attempts of a call, of which the last may fail like this."""
        self.code = code
        when = {"when": _when(wait_seconds)} if code == "quota" else {}
        self.detail = kind.sentence.with_values(model=settings().model_name, **when)
        self.reason = reason
        self.wait_seconds = wait_seconds
        super().__init__(self.detail)


def failure_of_exception(error: Exception, *, begun: bool) -> GeminiFailure:
    """Return the failure for an exception of the HTTP client; `begun` is True if part of the answer has arrived."""
    match error:
        # The only timeout of the HTTP client itself is the connect timeout.
        case httpx2.TimeoutException():
            return GeminiFailure("unreachable", reason="connecting took too long")
        case TimeoutError():
            return GeminiFailure("timeout", reason="silence")
        case _:
            reason = type(error.__cause__ or error).__name__
            return GeminiFailure("cut_off" if begun else "unreachable", reason=reason)


async def failure_of_response(response: httpx2.Response) -> GeminiFailure:
    """Return the failure for a response that is no stream, by its status or, if that is a success, by its body."""
    body = b""
    async with aclosing(response.aiter_bytes()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > BODY_MAX:
                break
    try:
        error = error_of(json.loads(body[:BODY_MAX]))
    except (ValueError, RecursionError):
        error = {}
    if not response.is_success:
        return failure_of_status(response.status_code, error, response.headers)
    if "code" in error or "message" in error:
        return failure_of_error(error, response.headers)
    return GeminiFailure("garbled", reason="no stream of events")


def error_of(body: object) -> dict[str, Any]:
    """Return the `error` object of a body; Gemini wraps it in a JSON array, proxies do not."""
    if isinstance(body, list) and body:
        body = cast("list[object]", body)[0]
    if not isinstance(body, Mapping):
        return {}
    fields = dict(cast("Mapping[str, Any]", body))
    inner: object = fields.get("error", fields)
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else {"message": str(inner)}


def failure_of_error(error: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> GeminiFailure:
    """Return the failure for an error object in a response whose status is 200."""
    code = error.get("code")
    return failure_of_status(code if isinstance(code, int) else 500, error, headers)


def failure_of_status(status: int, error: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> GeminiFailure:
    text = f"{error.get('message') or ''} {json.dumps(error.get('details') or '')}".lower()
    # Gemini quotes values of the request, and so texts of users, in double quotes.
    message = re.sub(r'"[^"]*("|$)', '"…"', str(error.get("message") or ""))
    reason = f"{status} {error.get('status') or ''}: {message[:300]}"
    names_key = "api_key" in text or "api key" in text
    if status in (401, 403) or (status == 400 and names_key):
        return GeminiFailure("bad_key", reason=reason)
    if status == 404:
        return GeminiFailure("unknown_model", reason=reason)
    if status == 429:
        return GeminiFailure("quota", reason=reason, wait_seconds=requested_wait(headers or {}, error))
    if status == 408 or status >= 500:
        return GeminiFailure("unavailable", reason=reason)
    if "does not support tools" in text:
        return GeminiFailure("no_tools", reason=reason)
    if re.search(r"prohibited_content|\bsafety\b|block_?reason|\bblocked\b", text):
        return GeminiFailure("blocked", reason=reason)
    return GeminiFailure("bad_request", reason=reason)


def requested_wait(headers: Mapping[str, str], error: Mapping[str, Any]) -> float | None:
    """Return the seconds to wait that a 429 names in Retry-After, RetryInfo or its message; None if it does not."""
    header = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", header):
        return float(header)
    until_date = _seconds_until(header)
    if until_date is not None:
        return until_date
    # "Please retry in 34.07s."
    named = re.search(r"retry (?:in|after) ((?:[\d.]+(?:ms|h|m|s)\s*)+|[\d.]+)", str(error.get("message") or ""), re.I)
    return _seconds(_retry_delay(error)) or _seconds(named[1] if named else "")


def _retry_delay(error: Mapping[str, Any]) -> str:
    """Return the delay of Google's RetryInfo ({"details": [{"retryDelay": "34.07s"}]}); "" without one."""
    given = error.get("details")
    for detail in cast("list[object]", given) if isinstance(given, list) else []:
        if isinstance(detail, Mapping) and "retryDelay" in detail:
            return str(cast("Mapping[str, Any]", detail)["retryDelay"])
    return ""


def _seconds_until(date: str) -> float | None:
    """Return the seconds until a date as in HTTP (RFC 9110, 5.6.7), 0 for a past one; None for other text."""
    parsed = email.utils.parsedate_tz(date)
    try:
        return max(0.0, email.utils.mktime_tz(parsed) - time.time()) if parsed else None
    except (OverflowError, ValueError):  # no year of a calendar
        return None


def _seconds(words: str) -> float | None:
    """Parse a duration in Google's notation ("34.07s", "1h2m3s", "850ms"); a number without a unit is seconds."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "": 1.0}
    parts = re.findall(r"(\d{1,9}(?:\.\d+)?)(ms|h|m|s|)", words)
    return sum(float(number) * units[unit] for number, unit in parts) if parts else None


def _when(seconds: float | None) -> Message:
    if seconds is None:
        return gettext("in a minute")
    if seconds < 90:
        return gettext("in {count} seconds", count=max(2, round(seconds)))
    if seconds < 5400:
        return gettext("in about {count} minutes", count=round(seconds / 60))
    return gettext("in about {count} hours", count=round(seconds / 3600))
