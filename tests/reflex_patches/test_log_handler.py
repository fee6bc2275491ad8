"""A log record that cannot be written is lost, and nothing else: the code that logs goes on."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskchat_app.reflex_patches import log_handler
from tests.serving import PROJECT

RUN_SECONDS = 60
SECRET = "xylophone"
JSON_LINES = f"""
import logging, os
from taskchat_app.json_logs import use_json_logs
use_json_logs()
log = logging.getLogger("taskchat_app.turns")
log.info("The turn is done")
try:
    raise ValueError("{SECRET}")
except ValueError:
    log.exception("The turn failed")
os._exit(0)
"""
PRINTED = """
from reflex_base.utils import console
from taskchat_app.json_logs import use_json_logs
use_json_logs()
console.print_table([["taskchat", "1"]], ["name", "version"])
"""
CONSOLE = """
import asyncio, logging, os
from reflex_base.utils import log
from taskchat_app.reflex_patches.log_handler import ignore_closed_console
ignore_closed_console()
log.enable_managed_logging()

async def main():
    for _ in range(2):
        await asyncio.create_task(write())

async def write():
    logging.getLogger("reflex").info("Compiled")

asyncio.run(main())
os._exit(0)
"""


@pytest.fixture(params=["full disk", "closed pipe"])
def unwritable(request: pytest.FixtureRequest) -> Iterator[int]:
    """A file descriptor that takes no output."""
    if request.param == "full disk":
        if not Path("/dev/full").exists():
            pytest.skip("only Linux has /dev/full")
        output = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, output = os.pipe()
        os.close(reader)
    yield output
    os.close(output)


def run(script: str, stdout: int, stderr: int = subprocess.PIPE) -> tuple[int, str]:
    """Run the script; return its exit code and what it wrote to stderr."""
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, stdout=stdout, stderr=stderr, text=True, timeout=RUN_SECONDS
    )
    return process.returncode, process.stderr


def test_an_unwritable_json_line_is_lost_and_stderr_says_so_without_texts(unwritable: int):
    code, errors = run(JSON_LINES, unwritable)
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [line["logger"] for line in lines] == ["taskchat_app.turns"] * 2
    assert all(line["message"].startswith("A log record could not be written: ") for line in lines)
    assert SECRET not in errors
    assert code == 0


def test_json_lines_are_lost_where_stderr_cannot_be_written_either(unwritable: int):
    assert run(JSON_LINES, unwritable, unwritable)[0] == 0


def test_what_reflex_prints_without_a_level_is_written_as_well():
    assert run(PRINTED, subprocess.DEVNULL) == (0, "")


def test_a_message_of_reflex_to_an_unwritable_console_does_not_end_the_process(unwritable: int):
    assert run(CONSOLE, unwritable, unwritable)[0] == 0


def test_the_advice_of_a_first_start_is_dropped_and_other_messages_are_not(caplog: pytest.LogCaptureFixture) -> None:
    loggers = {name: logging.getLogger(name) for name in log_handler.ADVICE}
    before = {name: [*logger.filters] for name, logger in loggers.items()}
    log_handler.leave_out_advice()
    with caplog.at_level(logging.INFO):
        loggers["reflex.reflex"].info("Initialized taskchat_app. Run `uv run reflex run` to start the app.")
        loggers["reflex.utils.js_runtimes"].warning("Your version (20.1) of Node.js is out of date. Upgrade to 22.")
        loggers["reflex.utils.js_runtimes"].warning("Bun 1.0 is below the minimum supported version")
    for name, logger in loggers.items():
        logger.filters[:] = before[name]
    assert caplog.messages == ["Bun 1.0 is below the minimum supported version"]
