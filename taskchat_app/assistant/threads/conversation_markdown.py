"""Writes a conversation as Markdown."""

import re
from collections.abc import AsyncGenerator
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.items import text_of_stored
from taskchat_app.assistant.threads import store, thread_rows
from taskchat_app.assistant.threads.conversations import calls_of_workflows
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Thread, ThreadItem
from taskchat_app.i18n.catalogue import render, render_json
from taskchat_app.i18n.messages import gettext, with_messages

ITEMS_AT_ONCE = 100
SPEAKERS = {"user_message": gettext("You"), "assistant_message": gettext("Assistant")}


async def markdown_of(user_id: str, thread_id: str, language: str, zone: ZoneInfo) -> AsyncGenerator[bytes]:
    """Yield the conversation in pieces, with times in the zone. Raises NotFound if it is absent or another user's."""
    async with reading(user_id) as session:
        thread = await thread_rows.access_thread(session, user_id, thread_id)
        yield f"# {_one_line(thread.title or thread.id)}\n".encode()
        after: str | None = None
        while True:
            rows = await store.items_after(session, thread_id, after=after, limit=ITEMS_AT_ONCE, order="asc")
            shown = rows[:ITEMS_AT_ONCE]
            yield (await _piece(session, thread, shown, language, zone)).encode()
            if len(rows) == len(shown):  # items_after returns one more row than the limit if there is one
                return
            after = shown[-1].id


async def _piece(session: AsyncSession, thread: Thread, rows: list[ThreadItem], language: str, zone: ZoneInfo) -> str:
    calls = await calls_of_workflows(session, thread, rows)
    parts: list[str] = []
    for row in rows:
        if row.type in SPEAKERS:
            at = row.created_at.astimezone(zone)
            parts.append(f"\n## {render(SPEAKERS[row.type], language)} · {at:%Y-%m-%d %H:%M}\n\n{_text(row)}\n")
        elif row.type == "workflow":
            lines = [f"\n- {_one_line(render_json(call['title'], language))}" for call in calls.get(row.id, [])]
            parts += [*lines, "\n"] if lines else []
        elif row.type == "widget":
            widget = render_json(with_messages(row.body["widget"], row.body.get("messages")), language)
            parts += [*(f"\n> {_one_line(text)}" for text in _texts(widget)), "\n"]
    return "".join(parts)


def _text(row: ThreadItem) -> str:
    """Return the text of a message: an answer is Markdown already, a user's # is no heading, files have their names."""
    text = text_of_stored(row.body["content"])
    if row.type == "assistant_message":
        return text
    files = [f"[{_one_line(file['name'])}]" for file in row.body.get("attachments", ())]
    return "\n\n".join(filter(None, [re.sub("^#", r"\\#", text, flags=re.MULTILINE), *files]))


def _texts(widget: Any) -> list[str]:
    """Return the texts that a card shows, in order."""
    if isinstance(widget, list):
        return [text for part in cast("list[Any]", widget) for text in _texts(part)]
    if not isinstance(widget, dict):
        return []
    fields = cast("dict[str, Any]", widget)
    own = [fields["value"]] if isinstance(fields.get("value"), str) else []
    return own + _texts(fields.get("children", []))


def _one_line(text: str) -> str:
    return " ".join(text.split())
