"""Writes all log records, those of Reflex and of its web server included, with a formatter of ours.

Where records cannot be written, they are lost, and the code that logs goes on: also in Reflex's own format.
"""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO

from reflex_base.utils import log

ADVICE = {"reflex.reflex": "Initialized ", "reflex.utils.js_runtimes": "of Node.js is out of date"}
"""Words of the messages that are dropped, by their logger."""


def write_log_lines(formatter: logging.Formatter) -> None:
    """Write each record of any logger of this process to stdout as one line of this formatter.

    In its JSON mode Reflex uses its JsonHandler, for the server too, and emit_json_print for what it would print: both
    are replaced.
    """
    log.JsonHandler.emit = lambda self, record: _write_record(record, formatter)
    log.emit_json_print = _log_print
    log.set_json_mode(True)
    root = logging.getLogger()
    if not any(isinstance(handler, log.JsonHandler) for handler in root.handlers):
        root.addHandler(log.JsonHandler())


def _write_record(record: logging.LogRecord, formatter: logging.Formatter) -> None:
    """Write the record to stdout. One that cannot be written is lost; stderr gets a line about it."""
    try:
        _write(sys.stdout, formatter.format(record))
    except Exception as error:
        # Without texts of users, which logging's own handleError would print.
        message = f"A log record could not be written: {type(error).__name__}"
        loss = logging.LogRecord(record.name, logging.ERROR, record.pathname, record.lineno, message, None, None)
        with suppress(Exception):  # stderr cannot be written either
            _write(sys.stderr, formatter.format(loss))


def _write(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()


def _log_print(message: str, *, level: str = "info", **_: Any) -> None:
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger("reflex.console").log(number, log.strip_markup(message))


def ignore_closed_console() -> None:
    """Drop a message of Reflex if its console is closed (a broken pipe): rich would end the process, a worker too."""
    original = log.RichConsoleHandler.emit

    def emit(self: log.RichConsoleHandler, record: logging.LogRecord) -> None:
        with suppress(SystemExit):
            original(self, record)

    log.RichConsoleHandler.emit = emit


def leave_out_advice() -> None:
    """Drop Reflex 0.10's advice at a first start: to run uv, and to install another Node, none of which is needed.

    `make run` starts the server, and Bun, a Python package, builds the page.
    """
    for name, words in ADVICE.items():
        logging.getLogger(name).addFilter(lambda record, words=words: words not in record.getMessage())
