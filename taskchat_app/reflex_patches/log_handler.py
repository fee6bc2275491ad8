"""Writes all log records, those of Reflex and of its web server included, with a formatter of ours.

Where records cannot be written, they are lost, and the code that logs goes on: also in Reflex's own format.
"""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO

from reflex_base.utils import log

ADVICE = {"reflex.reflex": "Initialized ", "reflex.utils.js_runtimes": "of Node.js is out of date"}
"""For each logger, words of the message that is dropped."""


def write_log_lines(formatter: logging.Formatter) -> None:
    """Write each record of any logger of this process to stdout as one line of this formatter.

    In its JSON mode Reflex gives its handler to the server too, and prints nothing beside it. A record that cannot be
    written is lost; stderr gets a line about it.
    """

    def emit(self: log.JsonHandler, record: logging.LogRecord) -> None:
        try:
            _write(sys.stdout, formatter.format(record))
        except RecursionError:  # as the handlers of the standard library do
            raise
        except Exception as error:
            with suppress(Exception):  # stderr cannot be written either
                _write(sys.stderr, formatter.format(_loss_of(record, error)))

    def emit_print(message: str, *, level: str, **_: Any) -> None:
        logging.getLogger("reflex.console").log(
            logging.getLevelNamesMapping()[level.upper()], log.strip_markup(message)
        )

    log.JsonHandler.emit = emit
    log.emit_json_print = emit_print
    log.set_json_mode(True)
    root = logging.getLogger()
    if not any(isinstance(handler, log.JsonHandler) for handler in root.handlers):
        root.addHandler(log.JsonHandler())


def ignore_closed_console() -> None:
    """Have a message of Reflex be lost where nobody reads its console; rich would end the process, a worker too."""
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


def _loss_of(record: logging.LogRecord, error: Exception) -> logging.LogRecord:
    """Return a record of the loss, without texts of users; logging's own handleError would print those."""
    message = f"A log record could not be written: {type(error).__name__}"
    return logging.LogRecord(record.name, logging.ERROR, record.pathname, record.lineno, message, None, None)


def _write(stream: TextIO, line: str) -> None:
    stream.write(f"{line}\n")
    stream.flush()
