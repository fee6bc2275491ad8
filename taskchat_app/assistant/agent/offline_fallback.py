"""Decides where the offline rules answer for Gemini: orders to copy a task, and simple commands when it fails."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from taskchat_app.assistant.agent.file_commands import is_about_files
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.assistant.tools.choice_offers import planned
from taskchat_app.config import settings
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import gettext

OUTAGES = (
    "bad_key", "unknown_model", "no_tools", "quota", "unavailable", "unreachable", "timeout", "cut_off", "garbled",
)  # fmt: skip
"""Codes of failures of Gemini's service or of our settings, whatever the message says."""
STILL_WORKS = gettext("One-line commands such as “add buy milk”, “done 3” or “find dentist” still work.")
NOTICE_TITLE = gettext("{model} did not answer")
NOTICE = gettext("Simple commands still work: this one was followed by built-in rules.")
COMMAND_MAX_CHARACTERS = 200
FIRST_WORD_TIMEOUT_SHARE = 1 / 4
"""Share of the turn's time limit that a command of the rules waits for Gemini's first word."""
_STATEMENT = sentence(r"\s?(?:i|we|ich|wir)\b.*")
"""Free sentences, no commands: "I want to buy milk" begins like "I want to know what is due"."""
_SECOND_SENTENCE = phrase(r"[.!?] \w")
"""In a title: "buy milk. Then tell me what is due"."""


def is_command(text: str, clock: UserClock, *, beside_files: bool = False) -> bool:
    """Return whether the rules understand the message (TurnContext.command) as simple commands in one line.

    `beside_files`: it came with files; what it says about them is no command, since the rules do not read them.
    """
    if not text or len(text) > COMMAND_MAX_CHARACTERS or "\n" in text or _STATEMENT.fullmatch(text):
        return False
    for command in read_message(text, clock):
        if not command.is_order or _SECOND_SENTENCE.search(str(command.given.get("title", ""))):
            return False
        if beside_files and is_about_files(command):
            return False
    return True


def may_fall_back(turn: TurnContext) -> bool:
    """Return whether the rules could answer: in a turn's first round, if its message is one of their commands.

    Parsing takes up to 50 ms, so this is asked only when Gemini has failed or is slow.
    """
    clock, has_files = UserClock(turn.person.zone, now()), bool(turn.user_message.attachments)
    return turn.round == 1 and is_command(turn.command, clock, beside_files=has_files)


@asynccontextmanager
async def first_word_timeout(turn: TurnContext) -> AsyncGenerator[None]:
    """Raise TimeoutError in the wait for Gemini's first word if it is slow and the rules could answer."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:

        def stop_waiting() -> None:
            if settings().is_gemini and may_fall_back(turn):  # a local model may be slow to begin
                limit.reschedule(loop.time())  # the limit is over now

        timer = loop.call_later(settings().turn_timeout_seconds * FIRST_WORD_TIMEOUT_SHARE, stop_waiting)
        try:
            yield
        finally:
            timer.cancel()


async def copies_a_task(turn: TurnContext) -> bool:
    """Return whether the message orders to copy one task, which the rules find; a model has no tool for it."""
    if len(turn.command) > COMMAND_MAX_CHARACTERS or not is_said("copy", bare(turn.command)):
        return False
    clock = UserClock(turn.person.zone, now())
    commands = await asyncio.to_thread(read_message, turn.command, clock)
    if len(commands) != 1 or commands[0].kind != "copy":
        return False
    calls = await planned(turn, replace(commands[0], otherwise=None), clock)
    return isinstance(calls, list) and all("copy_of" in call.arguments for call in calls)
