"""Writes all log records, those of Reflex and of its web server included, with a formatter of ours."""

import logging
import sys
from typing import Any

from reflex_base.utils import log


def write_log_lines(formatter: logging.Formatter) -> None:
    """Write each record of any logger of this process to stdout as one line of this formatter.

    In its JSON mode Reflex gives its handler to the server too, and prints nothing beside it.
    """

    def emit(self: log.JsonHandler, record: logging.LogRecord) -> None:
        sys.stdout.write(f"{formatter.format(record)}\n")
        sys.stdout.flush()

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
