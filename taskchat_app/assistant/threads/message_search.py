"""Full-text search over messages and conversation titles of one user.

The words are domain/tasks/search_words.py; the SQL functions are in the migration words_by_user.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import any_, literal, null, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from taskchat_app.assistant.core.items import MESSAGES, text_of
from taskchat_app.assistant.threads.snippets import Piece, snippet_of
from taskchat_app.assistant.threads.store import item_of
from taskchat_app.domain.storage.cursors import decode, encode
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import Invalid, checked_text
from taskchat_app.domain.storage.models import Thread, ThreadItem
from taskchat_app.domain.tasks.fields import checked_search
from taskchat_app.domain.tasks.search_words import found_messages, search_words_of, title_has_words
from taskchat_app.i18n.messages import gettext

LIMIT_MAX = 100
AUTHORS: dict[str, Literal["person", "assistant"]] = {"user_message": "person", "assistant_message": "assistant"}


@dataclass(frozen=True, slots=True)
class MessageMatch:
    """A message that contains the words, or a conversation whose title does (`item_id` and `by` are None)."""

    thread_id: str
    title: str
    item_id: str | None
    by: Literal["person", "assistant"] | None
    at: datetime
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class MessageMatches:
    """Newest first; `next` is the cursor of the following page, None on the last one."""

    matches: list[MessageMatch]
    next: str | None


async def search_messages(user_id: str, q: str, *, limit: int = 30, cursor: str | None = None) -> MessageMatches:
    """Return messages and titles with words that begin with each word of `q`, none without words; raise Invalid."""
    if not 1 <= limit <= LIMIT_MAX:
        raise Invalid(gettext("The limit is a number from 1 to {most}.", most=LIMIT_MAX), field="limit")
    wanted = search_words_of(checked_search(q))
    position = None if cursor is None else _position_of(cursor, wanted)
    if not wanted:
        return MessageMatches([], None)
    both = union_all(_messages(user_id, wanted), _titles(user_id, wanted)).subquery()
    query = select(both).order_by(both.c.created_at.desc(), both.c.id.desc()).limit(limit + 1)
    if position is not None:
        query = query.where(tuple_(both.c.created_at, both.c.id) < tuple_(literal(position[0]), literal(position[1])))
    async with reading(user_id) as session:
        rows = (await (await session.connection()).execute(query)).all()
    shown = rows[:limit]
    # A page of the longest answers takes 1 s.
    matches = await asyncio.to_thread(lambda: [_match_of(row, wanted) for row in shown])
    following = encode(wanted, [shown[-1].created_at.isoformat(), shown[-1].id]) if len(rows) > limit else None
    return MessageMatches(matches, following)


def _messages(user_id: str, wanted: Sequence[str]) -> Any:
    found = (col(ThreadItem.created_at), col(ThreadItem.id), col(ThreadItem.body), col(ThreadItem.thread_id))
    query = select(*found, col(Thread.title)).join_from(ThreadItem, Thread)
    is_found = col(ThreadItem.id) == any_(found_messages(wanted))
    return query.where(col(ThreadItem.user_id) == user_id, is_found, col(Thread.deleted_at).is_(None))


def _titles(user_id: str, wanted: Sequence[str]) -> Any:
    """Return the query of conversations, with the columns of `_messages`."""
    no_body: Any = null().cast(JSONB)
    query = select(col(Thread.created_at), col(Thread.id), no_body, col(Thread.id), col(Thread.title))
    return query.where(col(Thread.user_id) == user_id, title_has_words(wanted), col(Thread.deleted_at).is_(None))


def _match_of(row: Any, wanted: Sequence[str]) -> MessageMatch:
    title = row.title or ""
    if row.body is None:
        return MessageMatch(row.thread_id, title, None, None, row.created_at, snippet_of(title, wanted))
    item = item_of(row.body)
    assert isinstance(item, MESSAGES)
    snippet = snippet_of(text_of(item), wanted)
    return MessageMatch(row.thread_id, title, row.id, AUTHORS[item.type], row.created_at, snippet)


def _position_of(cursor: str, wanted: Sequence[str]) -> tuple[datetime, str]:
    """Return the time and the id of the last match before the page; raise Invalid for another search's cursor."""
    try:
        at, item_id = decode(cursor, wanted)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo and isinstance(item_id, str):
            return moment, checked_text(item_id, "cursor")
    except (ValueError, TypeError, Invalid):
        pass
    raise Invalid(
        gettext("This cursor belongs to another search. Ask for the first page, without a cursor."), field="cursor"
    )
