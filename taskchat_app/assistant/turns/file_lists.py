"""Reads attached lists by rules, where no key is set: each line is a task to choose from.

A line becomes at most the title of a new task: whatever it says, it completes, deletes and confirms nothing.
"""

import re
from collections.abc import Sequence
from typing import Any, cast

from agents import TResponseInputItem
from sqlmodel import col, select

from taskchat_app.assistant.agent.fallback import is_command
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, without_bullet
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.models import Attachment, ThreadItem
from taskchat_app.domain.tasks.fields import TITLE_MAX_CHARACTERS
from taskchat_app.i18n.messages import Message, gettext, joined

_ADD = r"(?:please )?(?:add |create |take )?|(?:bitte )?(?:füge? |nimm |erstelle? |notiere? )?"
_ALL = sentence(
    rf"(?:{_ADD})(?:all|all of (?:them|these|those)|them all|everything|all (?:the )?lines|these|them"
    r"|alle|alles|alle zeilen|diese)(?: please| as tasks| hinzu| bitte| als aufgaben)?"
)
_AND = phrase(r" (?:and|und) ")
_CHOSEN = sentence(rf"(?:{_ADD})(?:(?:numbers?|lines?|nummern?|zeilen?) )?(?P<numbers>\d[\d ,&-]*)(?:hinzu)?")
_RANGE = re.compile(r"(\d{1,3})(?: ?- ?(\d{1,3}))?")
NO_PICTURES = gettext("I cannot see pictures: the owner of this server sets GEMINI_API_KEY for that.")


async def input_of_lists(turn: TurnContext, language: str) -> list[TResponseInputItem] | Message:
    """Return the conversation with the chosen lines as the message, or what to say instead of running the agent.

    A command beside the files is followed as without them.
    """
    own = [file.id for file in turn.user_message.attachments]
    wants_all, numbers = _ALL.fullmatch(turn.command) is not None, numbers_in(turn.command)
    if not own and not wants_all and not numbers:
        return turn.conversation
    ids = own or await _files_before(turn)
    if not ids:
        return turn.conversation
    files = await attachments.files_for_model(turn.person.id, ids)
    lines = [line for file in files for line in lines_of(file.text)]
    if lines and wants_all:
        return _asking_for(turn, lines[:LINES_MAX], language)
    if lines and not own:
        chosen = [lines[number - 1] for number in numbers if number <= min(len(lines), LINES_MAX)]
        return _asking_for(turn, chosen, language) if chosen else _offer(lines, language)
    if _is_command(turn, has_list=bool(lines)):
        return turn.conversation
    said = [gettext("I find no text in {name}.", name=file.name) for file in files if not (file.picture or lines)]
    said += [NO_PICTURES] if any(file.picture for file in files) else []
    return joined([*([_offer(lines, language)] if lines else []), *said])


def _is_command(turn: TurnContext, *, has_list: bool) -> bool:
    """Return whether the rules follow the message; a question about a list means the attached one, if there is one."""
    clock = UserClock(turn.person.zone, now())
    commands = read_message(turn.command, clock) if is_command(turn.command, clock) else []
    return any(command.kind != "list" or not has_list for command in commands)


def lines_of(text: str) -> list[str]:
    """Return the lines of a list without bullets, numbers and boxes."""
    bare = (without_bullet(" ".join(line.split())) for line in text.splitlines())
    return [line[:TITLE_MAX_CHARACTERS] for line in bare if any(map(str.isalnum, line))]


def numbers_in(command: str) -> list[int]:
    """Return the numbers that a choice such as "1, 3-5" names, without duplicates; empty for other messages."""
    if (match := _CHOSEN.fullmatch(_AND.sub(", ", command))) is None:
        return []
    ranges = ((int(first), int(last or first)) for first, last in _RANGE.findall(match["numbers"]))
    named = (number for first, last in ranges for number in range(first, min(last, LINES_MAX) + 1))
    return list(dict.fromkeys(number for number in named if number))


def _offer(lines: Sequence[str], language: str) -> Message:
    """Return the numbered lines, and how to choose."""
    listed = "\n".join(f"{number}. {_plain(line)}" for number, line in enumerate(lines[:LINES_MAX], 1))
    more = len(lines) - LINES_MAX
    asked = gettext("Which of these lines are tasks? Write “all”, or numbers such as “1, 3-5”.")
    rest = [gettext("{count} more lines are left out.", count=more)] if more > 0 else []
    return joined([asked, f"\n\n{listed}\n\n", *rest])


def _plain(line: str) -> str:
    """Return the line so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", line)


def _asking_for(turn: TurnContext, lines: Sequence[str], language: str) -> list[TResponseInputItem]:
    """Return the conversation with a message that lists these lines as new tasks."""
    lead = "Neue Aufgaben:" if language == "de" else "Add these tasks:"
    content = "\n".join([lead, *(f"- {line}" for line in lines)])
    last = cast("dict[str, Any]", turn.conversation[-1])
    return [*turn.conversation[:-1], cast(TResponseInputItem, {**last, "content": content})]


async def _files_before(turn: TurnContext) -> list[str]:
    """Return the ids of the files of the user's previous message."""
    seq = select(ThreadItem.seq).where(ThreadItem.user_id == turn.person.id, ThreadItem.id == turn.turn_id)
    before = select(ThreadItem.id).where(
        ThreadItem.user_id == turn.person.id,
        ThreadItem.thread_id == turn.thread_id,
        ThreadItem.type == "user_message",
        ThreadItem.seq < seq.scalar_subquery(),
    )
    last = before.order_by(col(ThreadItem.seq).desc()).limit(1)
    files = select(Attachment.id).where(
        Attachment.user_id == turn.person.id, col(Attachment.item_id).in_(last.scalar_subquery())
    )
    async with reading(turn.person.id) as session:
        return list((await session.exec(files.order_by(col(Attachment.created_at)))).all())
