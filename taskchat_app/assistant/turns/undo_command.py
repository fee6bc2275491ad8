"""Undoes turns and imports as asked: in words, by a click, or by id over HTTP; domain/activity/undo.py does it.

An undo is itself a change in the log. A turn that only undid others has changes with `undoes` set; other turns have
changes without it. The log also records which turn was undone, as a change of kind "turn".
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import and_, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.assistant.account_data.import_undo import undo_import
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import text_of_stored
from taskchat_app.assistant.core.tool_call_workflow import task_names
from taskchat_app.assistant.grammar.sentences.sentence_reader import is_said
from taskchat_app.assistant.threads.thread_rows import in_thread
from taskchat_app.assistant.threads.turn_storage import held_transaction
from taskchat_app.assistant.turns.turn_status import access_turn, status_of
from taskchat_app.domain.activity.last_action import LastAction
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes, undo_task_of_turn, undo_turn
from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.log.changes import Cause, Entry, record, task_changes
from taskchat_app.domain.storage.errors import Busy
from taskchat_app.domain.storage.models import Change, ThreadItem, Turn
from taskchat_app.domain.transfer.report import TURN_PREFIX
from taskchat_app.i18n.messages import Message, gettext, joined

UndoCommand = Literal["undo", "redo"]

# Parts of the regular expressions
_LAST = r"(?:the|my|your) last (?:one|change|changes|thing|step|action|turn|answer)"
_CAN_YOU = r"(?:can|could|would|will) you (?:please )?"
_ALL = r"everything|all|all of (?:it|that)|all (?:the |my |your )?changes"
_DO_UNDO = (  # an order in English
    rf"(?:undo|revert)(?: (?:it|that|this|them|{_ALL}|{_LAST}))?"  # "undo that", "revert my last change"
    r"|(?:take|put) (?:it|that|this|them) back"
)
_DO_REDO = r"redo(?: (?:it|that|this|them))?|undo (?:the|that|your|my) undo"
# An object in German: "das letzte", "meine letzte änderung"
_DAS = r"(?:das(?: letzte)?|es|dies|alles|(?:die|deine|meine) letzten? änderung(?:en)?)"
_UNDO = re.compile(
    rf"{_DO_UNDO}"
    rf"|take back (?:it|that|this|{_LAST})"
    rf"|{_CAN_YOU}(?:{_DO_UNDO})\??"  # "could you please put it back?"
    rf"|(?:{_DAS} )?(?:wieder )?rückgängig(?: machen)?"  # "das letzte wieder rückgängig machen"
    rf"|mache? {_DAS} (?:wieder )?rückgängig"
    rf"|nimm {_DAS} (?:wieder )?zurück"
    rf"|(?:{_DAS} )?zurücknehmen"  # "meine letzten änderungen zurücknehmen"
    rf"|kannst du {_DAS} (?:wieder )?rückgängig machen\??"
)
_REDO = re.compile(
    rf"{_DO_REDO}"
    rf"|{_CAN_YOU}(?:{_DO_REDO})\??"
    rf"|(?:{_DAS} )?wiederherstellen"
    rf"|stelle? {_DAS} wieder her"
)
_EVERYTHING = re.compile(r"\b(?:everything|all|alles)\b", re.IGNORECASE)
_POLITE = re.compile(r",|\b(?:please|bitte)\b")
_HESITATION = re.compile(  # "oh no wait " of "oh no wait undo that"
    r"\A(?:(?:actually|oh|oops|whoops|ok|okay|no|wait|sorry|hm+|now|ups|ach|doch|nein|halt|moment|jetzt)\b[ .!]*)+"
    r"(?=\w)"
)
_OF_RUN = and_(
    col(Change.user_id) == Turn.user_id, col(Change.turn_id) == Turn.id, col(Change.id) >= Turn.first_change_id
)
"""Condition on changes: made by the last run of a turn. Those of earlier runs were undone by Retry or an edit."""
_UNDOING = and_(_OF_RUN, col(Change.kind) == "turn", col(Change.action) == "undone")
"""Condition on changes: the record that the last run of a turn undid another turn, the change's `item_id`."""
TURNS_READ = 500
MESSAGES_READ = 50
"""The newest messages, in which a series of undo messages is looked for."""
REASONS_SHOWN = 10
ONLY_LAST = gettext("That was the last change only. Another “undo” goes further back.")
"""Who asks for everything may mean one answer that did much, or all of a conversation of weeks."""
NOTHING = {
    "undo": gettext("There is nothing to undo in this conversation."),
    "redo": gettext("There is nothing to redo in this conversation."),
}


def parse_undo_command(text: str) -> UndoCommand | None:
    """Return the undo or redo that a whole message asks for; None for any other message."""
    command = as_command(text)
    if command is None:
        return None
    plain = unicodedata.normalize("NFC", command).casefold().replace("rueckgaengig", "rückgängig").rstrip(" \n.!")
    plain = " ".join(_POLITE.sub(" ", plain).split())
    plain = _HESITATION.sub("", plain)
    if _UNDO.fullmatch(plain) or is_said("undo", plain):
        return "undo"
    return "redo" if _REDO.fullmatch(plain) else None


async def run_undo_command(turn: TurnContext, command: UndoCommand) -> Message:
    """Undo the thread's last effective turn, or redo the last undone one by undoing its undo; return a summary.

    Each further undo in a row undoes the turn before, even if the previous undo could not restore every task.
    """
    by = turn.person.cause("person", turn.thread_id, turn.turn_id)
    async with held_transaction(turn) as session:
        find = _turns_to_undo if command == "undo" else _turns_that_undid
        outcome: UndoOutcome | None = None
        is_last = True
        candidates = await find(session, turn)
        for candidate in candidates:
            tried = await undo_turn(session, by, candidate.id, candidate.first_change_id)
            if tried.undone or tried.conflicts:  # else the turn has nothing left to undo
                outcome, is_last = tried, candidate is candidates[-1]
                if command == "undo":  # the record that _just_undone and _turns_that_undid read
                    await record(session, by, [Entry("turn", "undone", item_id=candidate.id)])
                break
    if outcome is None:
        return NOTHING[command]
    turn.send_changes(task_changes(session))
    asks_for_more = command == "undo" and not is_last and _EVERYTHING.search(turn.command)
    return joined([sentence_of(outcome), ONLY_LAST]) if asks_for_more else sentence_of(outcome)


async def undo_turn_by_id(session: AsyncSession, by: Cause, turn_id: str, number: int | None = None) -> UndoOutcome:
    """Undo the changes of a turn, with `number` only those of this task, or of an import.

    The turn is one of the cause's conversation, if that names one.
    Raises Busy while the turn runs, NotFound if it does not exist or is another user's or conversation's.
    """
    if by.thread_id is None and turn_id.startswith(TURN_PREFIX):
        return await undo_import(session, by, turn_id)
    turn = await access_turn(session, by.user_id, turn_id, by.thread_id)
    if await status_of(session, turn) == "running":
        raise Busy(gettext("This answer is still being written. Wait for its end or stop it, then undo."))
    by = in_thread(by, turn.thread_id)
    if number is not None:
        return await undo_task_of_turn(session, by, turn.id, number)
    return await undo_turn(session, by, turn.id, turn.first_change_id)


async def undo_action(session: AsyncSession, by: Cause, action: LastAction) -> UndoOutcome:
    """Undo an action of the user, whatever its size; an import with its conversations and settings."""
    if action.turn_id is None:
        return await undo_changes(session, by, action.change_ids)
    if action.turn_id.startswith(TURN_PREFIX):
        return await undo_import(session, by, action.turn_id)
    return await undo_turn(session, by, action.turn_id)


def sentence_of(outcome: UndoOutcome) -> Message:
    """Describe what was undone, and what was left alone and why."""
    if not outcome.undone and not outcome.conflicts and not outcome.left:
        return gettext("There was nothing left to put back.")
    sentences: list[Message] = []
    if outcome.removed:
        sentences.append(gettext("Took back {tasks}.", tasks=task_names(outcome.removed)))
    if restored := [number for number in outcome.undone if number not in outcome.removed]:
        sentences.append(gettext("Put back {tasks}.", tasks=task_names(restored)))
    if not sentences:
        sentences.append(gettext("Nothing was put back."))
    reasons = [*outcome.left, *(conflict.reason for conflict in outcome.conflicts)]
    sentences += reasons[:REASONS_SHOWN]
    if len(reasons) > REASONS_SHOWN:
        sentences.append(gettext("The same goes for {count} more.", count=len(reasons) - REASONS_SHOWN))
    return joined(sentences)


async def _turns_to_undo(session: AsyncSession, turn: TurnContext) -> Sequence[Turn]:
    """Return the turns of this conversation that changed something of their own, the last first."""
    own = and_(_OF_RUN, col(Change.kind) == "task", col(Change.undoes).is_(None))
    query = _turns_shown(turn).join(Change, own).group_by(col(Turn.id)).order_by(func.max(Change.id).desc())
    just_undone = await _just_undone(session, turn)
    return [found for found in (await session.exec(query.limit(TURNS_READ))).all() if found.id not in just_undone]


async def _turns_that_undid(session: AsyncSession, turn: TurnContext) -> Sequence[Turn]:
    """Return the turns of this conversation that undid another one, the last first."""
    query = _turns_shown(turn).join(Change, _UNDOING).order_by(col(Change.id).desc())
    return (await session.exec(query.limit(TURNS_READ))).all()


async def _just_undone(session: AsyncSession, turn: TurnContext) -> set[str | None]:
    """Return the ids of the turns undone by the uninterrupted series of undo messages that ends with this one.

    After "add milk", "add bread", "undo", the next "undo" passes over "add bread", even if its undo failed.
    """
    messages = select(ThreadItem).where(ThreadItem.thread_id == turn.thread_id, ThreadItem.type == "user_message")
    newest = (await session.exec(messages.order_by(col(ThreadItem.seq).desc()).limit(MESSAGES_READ))).all()
    undoing_ids: list[str] = []
    for message in newest:
        if parse_undo_command(text_of_stored(message.body["content"])) != "undo":
            break
        undoing_ids.append(message.id)  # a turn has the id of its message
    undone = select(Change.item_id).join(Turn, _UNDOING)
    undone = undone.where(Turn.user_id == turn.person.id, col(Turn.id).in_(undoing_ids))
    return set((await session.exec(undone)).all())


def _turns_shown(turn: TurnContext) -> SelectOfScalar[Turn]:
    """Return the query of the turns of this conversation whose message is still there."""
    there = select(Turn).join(ThreadItem, col(ThreadItem.id) == Turn.id)  # a turn has the id of its message
    return there.where(Turn.user_id == turn.person.id, Turn.thread_id == turn.thread_id)
