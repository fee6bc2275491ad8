"""Decides whether the offline rules answer when Gemini fails: only simple commands, before the first tool call."""

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import gettext

OUTAGES = ("bad_key", "unknown_model", "quota", "unavailable", "unreachable", "timeout", "cut_off", "garbled")
"""Codes of failures of Gemini's service or of our settings, whatever the message says."""
STILL_WORKS = gettext("One-line commands such as “add buy milk”, “done 3” or “find dentist” still work.")
NOTICE_TITLE = gettext("Gemini did not answer")
NOTICE = gettext("Simple commands still work: this one was followed by built-in rules.")
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


def may_fall_back(turn: TurnContext) -> bool:
    """Return whether the rules could answer. Parsing takes milliseconds: asked only if Gemini fails or waits."""
    return turn.round == 1 and is_command(turn.command, UserClock(turn.person.zone, now()))
