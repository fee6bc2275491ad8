"""Reads the text of attached files as a list, where no GEMINI_API_KEY is set: each line is a task to choose from."""

import asyncio
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple, cast

from agents import TResponseInputItem
from chatkit.types import ThreadItemDoneEvent, ThreadItemReplacedEvent
from sqlmodel import col, select

from taskchat_app.assistant.agent.offline_fallback import is_command
from taskchat_app.assistant.agent.turn_model import language_of, say
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, without_bullet
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import attached_line_choices
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.attachments import FileForModel
from taskchat_app.domain.attachments.picture_and_pdf_conversion import PAGES_LEFT_OUT
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.storage.models import ThreadItem
from taskchat_app.domain.tasks.fields import TITLE_MAX_CHARACTERS
from taskchat_app.domain.transfer.readers import csv_list
from taskchat_app.i18n.messages import Message, gettext, joined

# "please add", "nimm"
_ADD = r"(?:please )?(?:add |create |take )?|(?:bitte )?(?:füge? |nimm |erstelle? |notiere? )?"
# "add all of them please", "everything", "alle als aufgaben"
_ALL = sentence(
    rf"(?:{_ADD})(?:all|all of (?:them|these|those)|them all|everything|all (?:the )?lines|these|them"
    r"|alle|alles|alle zeilen|diese)(?: please| as tasks| hinzu| bitte| als aufgaben)?"
)
_AND = phrase(r" (?:and|und) ")
# "lines 1, 3-5", "add 2"; its ranges "1" and "3-5"
_CHOSEN = sentence(rf"(?:{_ADD})(?:(?:numbers?|lines?|nummern?|zeilen?) )?(?P<numbers>\d[\d ,&-]*)(?:hinzu)?")
_RANGE = re.compile(r"(\d{1,3})(?: ?- ?(\d{1,3}))?")
# "[Only the first 100 of 250 pages were read.]"
_PAGES_LEFT_OUT = re.compile(re.escape(PAGES_LEFT_OUT).replace(r"\{read\}", r"\d+").replace(r"\{pages\}", r"\d+"))
TABLES = (".csv", ".tsv")
"""How the name of a file with columns ends."""
NO_PICTURES = gettext("I cannot see pictures: the owner of this server sets GEMINI_API_KEY for that.")


class AgentRequest(NamedTuple):
    message: TResponseInputItem
    card_id: str | None = None
    """The card whose lines the message adds; None for another message."""


async def agent_request(turn: TurnContext) -> AgentRequest | None:
    """Return what the agent is to answer; None if the message is answered here, with a card.

    That is the turn's message, or one that lists new tasks: "1, 3" becomes "Add these tasks:\\n- Milk\\n- Eggs".
    Two kinds of messages are about lists: one with files, and a choice ("all", "1, 3-5") right after the card of lines.
    """
    wants_all = _ALL.fullmatch(turn.command) is not None
    if turn.user_message.attachments:
        return await _read_files(turn, wants_all=wants_all)
    numbers = _chosen_numbers(turn.command)
    card = await _card_before(turn) if wants_all or numbers else None
    if card is None:  # the message is about no list
        return AgentRequest(turn.conversation[-1])
    known = attached_line_choices.lines_of(card)
    named = list(known) if wants_all else [number for number in numbers if number in known]
    if not named:
        return await _offer(turn, list(known.values()))
    return await _choose(turn, card, named)


async def _read_files(turn: TurnContext, *, wants_all: bool) -> AgentRequest | None:
    """Return what the agent is to answer: to add all lines, else commands about other tasks; else offer the lines."""
    files = await attachments.files_for_model(turn.person.id, [file.id for file in turn.user_message.attachments])
    lines: list[str] = []
    remarks: list[Message] = []
    for file in files:
        found, remark = await _list_in(file)
        lines += found
        if remark:
            remarks.append(remark)
        elif not found and not file.picture:
            remarks.append(gettext("I find no text in {name}.", name=file.name))
    if lines and wants_all:
        return AgentRequest(_message_adding(turn, lines[:LINES_MAX]))
    clock = UserClock(turn.person.zone, now())
    is_about_others = is_command(turn.command, clock, beside_files=True)  # "add milk", not "add all in this photo"
    commands = read_message(turn.command, clock) if is_about_others else []
    is_about_files = bool(lines) and all(command.kind == "list" for command in commands)  # "show the list"
    if commands and not is_about_files:
        return AgentRequest(turn.conversation[-1])
    if any(file.picture for file in files):
        remarks.append(NO_PICTURES)
    return await _offer(turn, lines, remarks)


async def _list_in(file: FileForModel) -> tuple[list[str], Message | None]:
    """Return the lines of a file, of a table its titles; and what else to say of it."""
    if not file.name.lower().endswith(TABLES):
        return lines_of(file.text), None
    try:
        table = await asyncio.to_thread(csv_list.read_titles, BytesIO(file.text.encode()))
    except Invalid as error:
        return [], error.detail
    imports = gettext("The import in the settings takes the other columns of {name} too.", name=file.name)
    titles = [" ".join(title.split()) for title in table.titles]
    return lines_of("\n".join(titles)), imports if table.has_other_columns else None


def lines_of(text: str) -> list[str]:
    """Return the lines of a list without bullets, numbers and boxes, and without what says that a PDF has more."""
    lines: list[str] = []
    for written in text.splitlines():
        line = without_bullet(" ".join(written.split()))
        if any(map(str.isalnum, line)) and not _PAGES_LEFT_OUT.fullmatch(written):
            lines.append(line[:TITLE_MAX_CHARACTERS])
    return lines


def _chosen_numbers(command: str) -> list[int]:
    """Return the numbers that a choice such as "1, 3-5" names, without duplicates; empty for other messages."""
    match = _CHOSEN.fullmatch(_AND.sub(", ", command))
    if match is None:
        return []
    named: list[int] = []
    for first, last in _RANGE.findall(match["numbers"]):  # `last` is "" for a single number
        named += range(int(first), min(int(last or first), LINES_MAX) + 1)
    return [number for number in dict.fromkeys(named) if number > 0]


async def _offer(turn: TurnContext, lines: Sequence[str], remarks: Sequence[Message] = ()) -> None:
    """Publish how to choose from the lines, if there are any, and the remarks; then show the card of the lines."""
    sentences: list[Message] = []
    if lines:
        sentences.append(gettext("Choose the lines that are tasks, or write “all”, or numbers such as “1, 3-5”."))
    if len(lines) > LINES_MAX:
        sentences.append(gettext("{count} more lines are left out.", count=len(lines) - LINES_MAX))
    await say(turn, joined([*sentences, *remarks]))
    if lines:
        card = attached_line_choices.card_of(turn.thread_id, lines[:LINES_MAX])
        await turn.publish(ThreadItemDoneEvent(item=card))


async def _choose(turn: TurnContext, card: ThreadItem, named: Sequence[int]) -> AgentRequest | None:
    """Return the request to add these lines of the card; None, and say so, if they are added already.

    They are marked as added at once; show_added corrects the marks after the agent's run.
    """
    async with reading(turn.person.id) as session:
        added = await attached_line_choices.added_in(session, turn.person, card)
    lines = attached_line_choices.lines_of(card)
    chosen = [lines[number] for number in named if number not in added]
    if not chosen:
        await say(turn, gettext("These lines are added already."))
        return None
    await turn.publish(ThreadItemReplacedEvent(item=attached_line_choices.marked(card, added.union(named))))
    return AgentRequest(_message_adding(turn, chosen), card.id)


async def show_added(turn: TurnContext, card_id: str) -> None:
    """Unmark lines that were not added, once the call that runs is over; nothing if the conversation is deleted."""
    async with turn.one_call_at_a_time, reading(turn.person.id) as session:
        try:
            card = await store.access_item(session, turn.person.id, turn.thread_id, card_id)
        except NotFound:
            return
        added = await attached_line_choices.added_in(session, turn.person, card)
    if added != attached_line_choices.marked_lines(card):
        await turn.publish(ThreadItemReplacedEvent(item=attached_line_choices.marked(card, added)))


async def _card_before(turn: TurnContext) -> ThreadItem | None:
    """Return the card of lines that answers the user's previous message."""
    own = (ThreadItem.user_id == turn.person.id, ThreadItem.thread_id == turn.thread_id)
    this = select(ThreadItem.seq).where(*own, ThreadItem.id == turn.turn_id).scalar_subquery()
    messages = select(ThreadItem.id).where(*own, ThreadItem.type == "user_message", ThreadItem.seq < this)
    previous = messages.order_by(col(ThreadItem.seq).desc()).limit(1).scalar_subquery()
    cards = select(ThreadItem).where(*own, ThreadItem.type == "widget", col(ThreadItem.turn_id) == previous)
    async with reading(turn.person.id) as session:
        rows = (await session.exec(cards)).all()
    return next((row for row in rows if attached_line_choices.is_card(row)), None)


def _message_adding(turn: TurnContext, lines: Sequence[str]) -> TResponseInputItem:
    lead = attached_line_choices.LEADS[language_of(turn)]
    content = "\n".join([lead, *(f"- {line}" for line in lines)])
    last = cast("dict[str, Any]", turn.conversation[-1])
    return cast(TResponseInputItem, {**last, "content": content})
