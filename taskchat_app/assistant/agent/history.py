"""Makes the model's input of a turn: reads the items of its conversation, and takes the newest within a budget."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from chatkit.types import UserMessageItem
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.items import selected_numbers, text_of_stored
from taskchat_app.assistant.core.model_notes import (
    clicks_note,
    data_note,
    decision_note,
    files_note,
    passage_note,
    selection_note,
)
from taskchat_app.assistant.gemini.response_state import with_signature
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import execute

_Json = dict[str, Any]


class EarlierItem(NamedTuple):
    """The parts of an item of which the model's input is made."""

    type: str
    content: Any = None
    quoted_text: str | None = None
    attachments: Sequence[_Json] | None = None
    calls: Sequence[_Json] | None = None
    """The tool calls of a workflow: columns of tool_executions."""
    proposal: _Json | None = None
    """Of a card that proposes to delete tasks: `decision`, `numbers`, and `restored`, those that exist again."""
    changes: Sequence[_Json] | None = None
    """Of a card: what clicks in its turn changed, and later undos of these tasks: the fields of ClickChange."""


ITEMS_READ = 120
"""At most so many items are read, however short they are."""
PLANNING = "SET LOCAL enable_bitmapscan = off"
"""For the transaction that reads them, so that the newest items are read backwards by the index. Without fresh
statistics, Postgres takes a conversation for short, and reads and sorts all of it."""
READ_EARLIER = text("""
    WITH newest AS (
        SELECT seq, id, turn_id, type, body FROM thread_items
        WHERE thread_id = :thread_id AND type IN ('user_message', 'assistant_message', 'workflow', 'widget')
            AND turn_id IS DISTINCT FROM :turn_id
        ORDER BY seq DESC LIMIT :most
    )
    SELECT type, body -> 'content', body -> 'quoted_text', body -> 'attachments',
        CASE WHEN type = 'workflow' THEN (
            SELECT json_agg(call ORDER BY call.id) FROM (
                SELECT id, round, call_id, tool, arguments, result, signature FROM tool_executions
                WHERE thread_id = :thread_id AND turn_id = newest.turn_id AND item_id = newest.id
            ) AS call
        ) END AS calls,
        CASE WHEN type = 'widget' THEN (
            SELECT json_build_object('decision', decision, 'numbers', numbers, 'restored', ARRAY(
                SELECT number FROM tasks
                WHERE user_id = :user_id AND number = ANY(proposals.numbers) AND deleted_at IS NULL
            )) FROM proposals
            WHERE thread_id = :thread_id AND item_id = newest.id ORDER BY created_at DESC LIMIT 1
        ) END AS proposal,
        CASE WHEN type = 'widget' THEN (
            WITH clicks AS (
                SELECT changes.id, undoes, action, task_number
                FROM turns JOIN changes ON changes.turn_id = turns.id AND changes.id >= turns.first_change_id
                WHERE turns.id = newest.turn_id AND changes.user_id = :user_id AND kind = 'task'
                    AND actor NOT IN ('assistant', 'repeat')
            )
            SELECT json_agg(change ORDER BY id) FROM (
                SELECT id, undoes, action, task_number, true AS is_click FROM clicks
                UNION ALL -- an undo that is a click is read twice: effective_changes takes it once
                SELECT id, undoes, action, task_number, false FROM changes
                WHERE user_id = :user_id AND undoes IS NOT NULL AND id > (SELECT min(id) FROM clicks)
                    AND task_number IN (SELECT task_number FROM clicks)
            ) AS change
        ) END AS changes
    FROM newest ORDER BY seq
""")
"""Reads the newest items as the columns of EarlierItem: whole ones would cost more than the query."""
_to_json = json.JSONEncoder(ensure_ascii=False).encode
BUDGET_CHARACTERS = 60_000
"""About 15,000 tokens at four characters each: enough for "mark it as done", cheap enough for each round."""
RULES_BUDGET_CHARACTERS = 1_000_000
"""The rules pay no tokens; reading so much takes them some 10 ms. The longest list of 200 tasks fits."""
SHORT_RESULT = frozenset({"status", "message", "task", "tasks", "more", "numbers", "counts", "note"})
_Level = Collection[str] | None
"""The fields of a tool's result that are sent; None: all."""
LEVELS = (None, SHORT_RESULT, SHORT_RESULT - {"task", "tasks", "numbers"})
"""What Gemini is sent of results, while it fits: all, then the main facts of the tasks, then nothing of tasks."""
SHORT_TASK = ("number", "title", "due", "due_in_words", "done")
SHORTENED = "Some of this result is left out here: list the tasks again for it."


class Conversation(NamedTuple):
    """The conversation up to a message as the SDK's input items, oldest first, for each of the models.

    A turn that does not fit is left out with everything before it.
    """

    for_gemini: list[Any]
    """Within BUDGET_CHARACTERS; turns that do not fit as they are have shortened results."""
    for_rules: list[Any]
    """Within RULES_BUDGET_CHARACTERS; all results are whole, since the rules count in the lists that were shown."""


async def read_conversation(session: AsyncSession, by: Cause, message: UserMessageItem) -> Conversation:
    """Return the conversation up to this message, without other items of its turn."""
    values = {"thread_id": by.thread_id, "turn_id": by.turn_id, "user_id": by.user_id, "most": ITEMS_READ}
    rows = await execute(session, READ_EARLIER, values)
    return conversation_of([EarlierItem(*row) for row in rows], message)


def conversation_of(earlier: Sequence[EarlierItem], message: UserMessageItem) -> Conversation:
    """Return the conversation up to this message; `earlier` are the items before it."""
    own = _user_text(**message.model_dump(mode="json", include={"content", "quoted_text", "attachments"}))
    turns = [*_split_into_turns(earlier), [{"role": "user", "content": own}]]
    return Conversation(_newest(turns, BUDGET_CHARACTERS, LEVELS), _newest(turns, RULES_BUDGET_CHARACTERS, (None,)))


@dataclass(slots=True)
class _EarlierTurn:
    """The model's input of a turn: its items, and then a note of what was clicked in its cards, if anything was."""

    items: list[_Json]
    click_note: str = ""


def _split_into_turns(items: Iterable[EarlierItem]) -> list[list[_Json]]:
    """Return the input of each turn, which begins with the person's message; what precedes the first one is cut off.

    The results of tools are not encoded yet: they may have to be shortened.
    """
    turns: list[_EarlierTurn] = []
    for item in items:
        if item.type == "user_message":
            content = _user_text(item.content, item.quoted_text, item.attachments)
            turns.append(_EarlierTurn([{"role": "user", "content": content}]))
        elif turns and item.type == "assistant_message":
            turns[-1].items.append({"role": "assistant", "content": text_of_stored(item.content)})
        elif turns and item.type == "widget":  # of several cards in a turn, the last one that was clicked counts
            note = clicks_note(item.changes or ()) if item.proposal is None else decision_note(item.proposal)
            turns[-1].click_note = note or turns[-1].click_note
        elif turns and item.type == "workflow":
            turns[-1].items.extend(_calls_as_input(item.calls or ()))
    for turn in turns:
        if turn.click_note:
            turn.items.append({"type": "message", "role": "user", "content": turn.click_note})
    return [turn.items for turn in turns]


def _user_text(content: Sequence[_Json], quoted_text: str | None, attachments: Sequence[_Json] | None) -> str:
    """Return the text of a stored message, with a note for each of what came with it."""
    parts = [text_of_stored(content)]
    if quoted_text:
        parts.append(passage_note(quoted_text))
    if tags := [part for part in content if part["type"] == "input_tag"]:
        parts.append(data_note(tags))
        parts.append(selection_note(selected_numbers(tags)))
    if attachments:
        parts.append(files_note(file["name"] for file in attachments))
    return "\n\n".join(filter(None, parts))


def _calls_as_input(executions: Iterable[_Json]) -> list[_Json]:
    """Return the calls and their results: all calls of one reply of the model, then exactly one result for each."""
    rounds: dict[int, list[_Json]] = defaultdict(list)
    for execution in executions:
        rounds[execution["round"]].append(execution)
    items: list[_Json] = []
    for together in rounds.values():
        for execution in together:
            call = {
                "type": "function_call",
                "call_id": execution["call_id"],
                "name": execution["tool"],
                "arguments": _to_json(execution["arguments"]),
            }
            items.append(with_signature(call, execution["signature"]))
        for execution in together:
            call_id, result = execution["call_id"], execution["result"]
            items.append({"type": "function_call_output", "call_id": call_id, "output": result})
    return items


def _newest(turns: list[list[_Json]], budget: int, levels: Sequence[_Level]) -> list[Any]:
    """Return the newest turns within `budget` characters, each at the first level at which it fits.

    The last one, which is the message itself, is kept in any case.
    """
    newest: list[Any] = []
    for turn in reversed(turns):
        for level in levels:
            items = _encoded(turn, level)
            characters = len(_to_json(items))
            if characters <= budget:
                break
        else:  # it fits at no level
            break
        newest = items + newest
        budget -= characters
        if level == levels[-1]:  # it has no list of tasks: "the second one" must not mean that of an older list
            levels = [level]
    return newest or turns[-1]


def _encoded(turn: list[_Json], level: _Level) -> list[_Json]:
    """Return the turn with its tools' results as JSON, shortened to the level."""
    items: list[_Json] = []
    for item in turn:
        if "output" in item:
            item = {**item, "output": _to_json(_short_result(item["output"], level))}
        items.append(item)
    return items


def _short_result(result: _Json, level: _Level) -> _Json:
    """Return a tool's result with only the fields of the level, of tasks only SHORT_TASK, and that it is shortened."""
    if level is None:
        return result
    short = {name: value for name, value in result.items() if name in level}
    # An imported file may have other values.
    tasks, task = short.pop("tasks", None), short.pop("task", None)
    if isinstance(tasks, list):
        short["tasks"] = _short_tasks(cast("list[Any]", tasks))
    if found := _short_tasks([task]):
        short["task"] = found[0]
    return {**short, "shortened": SHORTENED}


def _short_tasks(tasks: Iterable[Any]) -> list[_Json]:
    found = [cast(_Json, task) for task in tasks if isinstance(task, dict)]
    return [{name: task[name] for name in SHORT_TASK if name in task} for task in found]
