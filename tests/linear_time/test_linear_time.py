"""Texts of users, models and clients are read in linear time, up to the largest accepted text."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.agent import offline_fallback
from taskchat_app.assistant.core.model_notes import without_notes
from taskchat_app.assistant.gemini import chunk_repairs
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.grammar import language_detection
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.engine import decide_reply
from taskchat_app.assistant.threads.message_search import snippet_of
from taskchat_app.assistant.threads.thread_rows import title_of
from taskchat_app.assistant.tools.deletion_consent import is_yes, targets_to_delete
from taskchat_app.assistant.turns import undo_command
from taskchat_app.domain.dates import date_mentions, due_dates
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.dates.recurrence import phrases, recurrence
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks import search_words
from taskchat_app.ui.task_list_state.pasted_lines import text_chips
from tests.linear_time import growth, hostile

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CLOCK = UserClock(ZONE, NOW)
COMMAND = 250
MESSAGE = 2_500
ANSWER = 25_000
"""Characters of the shortest text; four times this is about the longest accepted text."""


def accepting_invalid(read: Callable[[str], object]) -> Callable[[str], object]:
    def call(text: str) -> object:
        try:
            return read(text)
        except Invalid as error:
            return error

    return call


def streamed(text: str) -> list[bytes]:
    """Return the events of a stream that arrives in pieces of 10 bytes."""
    written = text.encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(written), 10):
            yield written[start : start + 10]

    async def collected() -> list[bytes]:
        return [data async for data in chunk_repairs.sse_data(pieces())]

    try:
        collected().send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("The coroutine must not wait.")


READERS: dict[str, tuple[int, Callable[[str], object]]] = {
    "commands": (COMMAND, lambda text: read_message(text, CLOCK)),
    "long messages": (MESSAGE, lambda text: read_message(text, CLOCK)),
    "a command to delete": (COMMAND, lambda text: targets_to_delete(as_command(text) or "", CLOCK)),
    "commands for the rules instead of Gemini": (
        COMMAND,
        lambda text: offline_fallback.is_command(text, CLOCK, beside_files=True),
    ),
    "a turn of the offline assistant": (MESSAGE, lambda text: decide_reply([{"role": "user", "content": text}], CLOCK)),
    "notes on the selection": (MESSAGE, without_notes),
    "a yes": (MESSAGE, is_yes),
    "an undo": (MESSAGE, undo_command.parse_undo_command),
    "the language": (MESSAGE, language_detection.detect_language),
    "the title of a conversation": (MESSAGE, title_of),
    "the add line": (COMMAND, lambda text: text_chips(text, zone=ZONE, now=NOW)),
    "dates in a sentence": (COMMAND, lambda text: date_mentions.find_due(text, zone=ZONE, now=NOW)),
    "a date": (MESSAGE, accepting_invalid(lambda text: due_dates.parse_due(text, zone=ZONE, now=NOW))),
    "a bound": (MESSAGE, accepting_invalid(lambda text: due_dates.parse_bound(text, zone=ZONE, now=NOW, end=True))),
    "a rule in words": (COMMAND, phrases.find_rule),
    "an RRULE": (MESSAGE, accepting_invalid(recurrence.check_rule)),
    "search words": (MESSAGE, search_words.search_words_of),
    "the snippet of an answer": (ANSWER, lambda text: snippet_of(text, ["zebra"])),
    "a line of the stream of Gemini": (ANSWER, lambda text: streamed("data: " + text.replace("\n", " "))),
}


@pytest.mark.soak
def test_reading_takes_linear_time():
    texts = list(hostile.text_makers().values())
    grown = {name: growth.first_growth(read, texts, shortest) for name, (shortest, read) in READERS.items()}
    assert {name: problem for name, problem in grown.items() if problem} == {}


def test_a_line_of_a_stream_has_a_maximal_length():
    with pytest.raises(GeminiFailure) as refusal:
        streamed("data: " + "a" * chunk_repairs.LINE_MAX)
    assert refusal.value.code == "garbled"


def test_a_rule_that_matches_no_day_is_rejected_for_every_frequency():
    for freq in ("DAILY", "MONTHLY", "YEARLY"):
        with pytest.raises(Invalid, match="No day fits"):
            recurrence.check_rule(f"FREQ={freq};BYMONTH=2;BYMONTHDAY=30")
