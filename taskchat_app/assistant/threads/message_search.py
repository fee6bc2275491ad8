"""Full-text search over messages and conversation titles of one user, with a snippet of what is found.

The words are domain/tasks/search_words.py; the SQL functions are in the migration words_by_user.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import any_, literal, null, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from taskchat_app.assistant.core.items import MESSAGES, text_of
from taskchat_app.assistant.threads.store import item_of
from taskchat_app.domain.storage.cursors import decode, encode
from taskchat_app.domain.storage.database import execute, reading
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Thread, ThreadItem
from taskchat_app.domain.storage.storable_values import checked_text
from taskchat_app.domain.tasks.fields import checked_search
from taskchat_app.domain.tasks.search_words import WORD_MAX_CHARACTERS, found_messages, search_words_of, title_has_words
from taskchat_app.i18n.messages import gettext

LIMIT_MAX = 100
AUTHORS: dict[str, Literal["person", "assistant"]] = {"user_message": "person", "assistant_message": "assistant"}
SNIPPET_CHARACTERS = 160
CHARACTERS_BEFORE = 40
"""Characters of a snippet before the first match."""
_WORD = re.compile(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]+")
"""A word between spaces; each Chinese or Japanese character is one, as in search_words_of."""
_MARKDOWN = re.compile(r"\*\*|__|`|^#+ ", re.MULTILINE)
"""Markdown characters to remove from the snippet."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet; `match` is True for a word that matches the search."""

    text: str
    match: bool


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


class _Position(NamedTuple):
    """The time and the id of the last match before a page."""

    at: datetime
    id: str


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
        query = query.where(tuple_(both.c.created_at, both.c.id) < tuple_(literal(position.at), literal(position.id)))
    async with reading(user_id) as session:
        rows = (await execute(session, query)).all()
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


def _position_of(cursor: str, wanted: Sequence[str]) -> _Position:
    """Return the position that the cursor holds; raise Invalid for another search's cursor."""
    try:
        at, item_id = decode(cursor, wanted)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo and isinstance(item_id, str):
            return _Position(moment, checked_text(item_id, "cursor"))
    except (ValueError, TypeError, Invalid):
        pass
    raise Invalid(
        gettext("This cursor belongs to another search. Ask for the first page, without a cursor."), field="cursor"
    )


def snippet_of(text: str, prefixes: Sequence[str]) -> list[Piece]:
    """Return one line of the text around the first word that starts with one of `prefixes` (from search_words_of)."""
    line = " ".join(_MARKDOWN.sub("", text).split())
    match_start, _ = next(_matches(line, prefixes), (0, 0))  # without a match, the beginning of the text
    start = max(match_start - CHARACTERS_BEFORE, 0)
    space = line.find(" ", start, match_start)
    if start > 0 and space >= 0:  # begin with a whole word
        start = space + 1
    shown = line[start : start + SNIPPET_CHARACTERS]
    pieces = list(_pieces(shown, prefixes))
    if start > 0:
        pieces.insert(0, Piece("…", match=False))
    if start + SNIPPET_CHARACTERS < len(line):
        pieces.append(Piece("…", match=False))
    return pieces


def _pieces(line: str, prefixes: Sequence[str]) -> Iterator[Piece]:
    end = 0
    for start, stop in _matches(line, prefixes):
        if start > end:
            yield Piece(line[end:start], match=False)
        yield Piece(line[start:stop], match=True)
        end = stop
    if end < len(line):
        yield Piece(line[end:], match=False)


def _matches(line: str, prefixes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the words that start with one of the prefixes."""
    without_punctuation = "".join(character if _folded(character) else " " for character in line)
    for word in _WORD.finditer(without_punctuation):
        if any(folded.startswith(tuple(prefixes)) for folded in _folded(word[0][:WORD_MAX_CHARACTERS])):
            yield word.span()


_folded = lru_cache(maxsize=10_000)(search_words_of)
"""The words of a text, kept since they repeat: without that, an answer of 60,000 characters took 160 ms."""
