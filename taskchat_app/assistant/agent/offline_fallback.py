"""Decides whether the offline rules may answer for Gemini when it fails: simple commands."""

from taskchat_app.assistant.agent.file_commands import is_about_files
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
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
