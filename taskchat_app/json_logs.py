"""LOG_FORMAT=json: each log record as one JSON object in one line, with ids and without texts of users."""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from taskchat_app.reflex_patches.log_handler import write_log_lines
from taskchat_app.runtime.log_context import current_ids


class JsonLines(logging.Formatter):
    """Formats a record as an object of `time`, `level`, `logger`, `message`, the known ids, and `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # asyncio writes the exception itself below the first line.
            "message": message.partition("\n")[0] if error else message,
            **current_ids(),
        }
        if error is not None:
            line["traceback"] = "\n".join(traceback_lines(error))
        return json.dumps(line)


def traceback_lines(error: BaseException) -> Iterator[str]:
    """Yield frames and types of an exception's cause, its parts, and itself, without messages: they may quote texts."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    grouped: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    for other in (earlier, *grouped):
        if other is not None:
            yield from traceback_lines(other)
    yield from (frame.rstrip() for frame in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__module__}.{type(error).__qualname__}"


def use_json_logs() -> None:
    """Write all log records of this process as JSON lines: ours, the server's, warnings and uncaught exceptions."""
    write_log_lines(JsonLines())
    logging.getLogger("taskchat_app").setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda failure: _log_uncaught(failure.exc_type, failure.exc_value, failure.exc_traceback)


def _log_uncaught(*error: Any) -> None:
    """Log an exception, given by its type, itself and its traceback."""
    logging.critical("An exception was not caught", exc_info=error)
