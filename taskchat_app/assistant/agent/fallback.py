"""A model that asks Gemini; where Gemini fails before its first word, the offline rules answer a one-line command."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from agents import Model, ModelResponse
from agents.items import TResponseInputItem, TResponseStreamEvent

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.events import notice_event
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.assistant.offline.model import OfflineModel
from taskchat_app.config import settings
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import gettext, joined

OUTAGES = ("bad_key", "unknown_model", "quota", "unavailable", "unreachable", "timeout", "cut_off", "garbled")
"""Codes of failures of Gemini's service or of our settings, whatever the message says."""
STILL_WORKS = gettext("One-line commands such as “add buy milk”, “done 3” or “find dentist” still work.")
NOTICE_TITLE = gettext("Gemini did not answer")
NOTICE = gettext("Simple commands still work: this one was followed by built-in rules.")
FIRST_WORD_TIMEOUT_SHARE = 1 / 4
"""Share of the turn's time limit that a command of the rules waits for Gemini's first word."""
COMMAND_MAX_CHARACTERS = 200
# "I want to know what is due" begins like "I want to buy milk". Users of Gemini write free sentences, so neither is a
# command.
_STATEMENT = sentence(r"\s?(?:i|we|ich|wir)\b.*")
_SECOND_SENTENCE = phrase(r"[.!?] \w")


def is_command(text: str, clock: UserClock) -> bool:
    """Return whether the rules understand the message (TurnContext.command) as simple commands in one line."""
    if not text or len(text) > COMMAND_MAX_CHARACTERS or "\n" in text or _STATEMENT.fullmatch(text):
        return False
    commands = read_message(text, clock)
    if any(_SECOND_SENTENCE.search(str(command.given.get("title", ""))) for command in commands):
        return False
    return all(command.is_order for command in commands)


class FallbackModel(Model):
    """Asks Gemini; if it fails before its first word to a one-line command, the offline rules answer. Or it raises."""

    def __init__(self, gemini: Model, rules: OfflineModel, turn: TurnContext, explained: str) -> None:
        self._gemini = gemini
        self._rules = rules
        self._turn = turn
        self._explained = explained
        """What Gemini is told of the message's references; the rules bind them themselves."""
        self._gave_up = False

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """The whole reply at once; the turn never asks for it, the interface does."""
        return await self._gemini.get_response(*args, **kwargs)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 -- the interface's name
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        if not self._gave_up:
            told = with_explanation(input, self._explained)
            events = self._gemini.stream_response(system_instructions, told, *args, **kwargs)
            async with aclosing(cast("AsyncGenerator[TResponseStreamEvent, None]", events)) as stream:
                begun = await self._begun(stream)
                for event in begun:
                    yield event
                async for event in stream:
                    yield event
        if self._gave_up:
            async for event in self._rules.stream_response(system_instructions, input, *args, **kwargs):
                yield event

    async def _begun(self, stream: AsyncGenerator[TResponseStreamEvent, None]) -> list[TResponseStreamEvent]:
        """Gemini's events up to its first word or call; none, and a notice, where the rules take over instead."""
        begun: list[TResponseStreamEvent] = []
        loop = asyncio.get_running_loop()
        limit = asyncio.timeout(None)
        waited = loop.call_later(
            settings().turn_timeout_seconds * FIRST_WORD_TIMEOUT_SHARE,
            lambda: limit.reschedule(loop.time()) if self._may_fall_back() else None,
        )
        try:
            async with limit:
                async for event in stream:
                    begun.append(event)
                    if event.type != "response.created":
                        break
            return begun
        except TimeoutError:
            failure = GeminiFailure("timeout", reason="no first word")
        except GeminiFailure as error:
            failure = error
        finally:
            waited.cancel()
        if failure.code not in OUTAGES or not self._may_fall_back():
            raise failure
        self._gave_up = True
        await self._turn.publish(notice_event(joined([failure.detail, NOTICE]), title=NOTICE_TITLE))
        return []

    def _may_fall_back(self) -> bool:
        """Return whether the rules could answer. Parsing takes milliseconds: asked only if Gemini fails or waits."""
        clock = UserClock(self._turn.person.zone, now())
        return self._turn.round == 1 and is_command(self._turn.command, clock)


def with_explanation(items: str | list[TResponseInputItem], explained: str) -> str | list[TResponseInputItem]:
    """The input with one more line at the end of the person's last message."""
    if not explained or isinstance(items, str):
        return items
    told = [*items]
    for place in reversed(range(len(told))):
        item = cast("dict[str, Any]", told[place])
        if item.get("role") == "user":
            content = item["content"]
            more: Any = [*content, {"type": "input_text", "text": explained}] if isinstance(content, list) else None
            told[place] = cast(TResponseInputItem, {**item, "content": more or f"{content}\n\n{explained}"})
            break
    return told
