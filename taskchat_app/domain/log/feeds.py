"""Follows a user's change log live; all followers in a process share one reader."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from taskchat_app.domain.log.announcements import CHANGES, announcements
from taskchat_app.domain.log.changes import PAGE, changes_after, last_change_id
from taskchat_app.domain.storage.models import Change

IDLE_SECONDS = 10.0
"""The log is looked at this often even when nothing was announced: announcements are only hints."""
BEHIND_MAX = 1000
"""No more changes than this wait for a follower; it reads the log again when it comes to it."""

Batch = list[Change]


class Feed:
    """Reads new changes of one user once and passes them to every follower."""

    def __init__(self, user_id: str, position: int) -> None:
        self._user_id = user_id
        self.position = position
        self.followers: set[Follower] = set()
        self._reading = asyncio.create_task(self._read(), name="change feed")

    async def _read(self) -> None:
        try:
            with announcements().listen(CHANGES, self._user_id) as bell:
                while True:
                    bell.clear()
                    found = await changes_after(self._user_id, self.position)
                    if found:
                        self.position = found[-1].id
                        self._hand_out(found)
                    elif not await bell.wait(IDLE_SECONDS):
                        self._hand_out([])
        except Exception as error:
            self._close()
            self._hand_out(error)

    def _hand_out(self, news: Batch | Exception) -> None:
        for follower in tuple(self.followers):
            follower.take(news)

    def leave(self, follower: "Follower") -> None:
        """The last follower that leaves ends the reading."""
        self.followers.discard(follower)
        if not self.followers:
            self._close()
            self._reading.cancel()

    def _close(self) -> None:
        """Take no more followers; a feed that was opened after this one stays."""
        if _feeds.get(self._user_id) is self:
            del _feeds[self._user_id]


class Follower:
    """The queue of one follower."""

    def __init__(self) -> None:
        self._line: asyncio.Queue[Batch | Exception] = asyncio.Queue()
        self._waiting = 0
        self.fell_behind = False

    def take(self, news: Batch | Exception) -> None:
        """Queue changes; a full queue is cleared, and the follower reads the log instead."""
        size = _size(news)
        if self._waiting + size > BEHIND_MAX:
            self.fell_behind, self._waiting = True, 0
            with suppress(asyncio.QueueEmpty):
                while True:
                    self._line.get_nowait()
        self._waiting += size
        self._line.put_nowait(news)

    async def next(self) -> Batch:
        """The next batch, empty after a quiet while; raises what ended the reading."""
        news = await self._line.get()
        self._waiting -= _size(news)
        if isinstance(news, Exception):
            raise news
        return news


def _size(news: Batch | Exception) -> int:
    """How much of a line it takes; also what holds no change takes a place."""
    return len(news) or 1 if isinstance(news, list) else 1


_feeds: dict[str, Feed] = {}
"""The feeds of this process by their person."""


async def follow(user_id: str, after: int) -> AsyncGenerator[Batch]:
    """The person's changes above `after`, in order and each once, for as long as it is iterated.

    Yields an empty list when IDLE_SECONDS passed without a change, so that the caller can notice a reader that is gone.
    A database that cannot be reached raises; coming back with the last number seen continues without a loss.
    """
    newest = await last_change_id(user_id)
    feed = _feeds.get(user_id)
    if feed is None:
        feed = _feeds[user_id] = Feed(user_id, newest)
    follower = Follower()
    feed.followers.add(follower)
    try:
        behind = after < feed.position
        while True:
            while behind:
                found = await changes_after(user_id, after)
                if found:
                    after = found[-1].id
                    yield found
                behind = len(found) == PAGE
            batch = await follower.next()
            if follower.fell_behind:
                follower.fell_behind, behind = False, True
                continue
            fresh = [change for change in batch if change.id > after]
            if fresh:
                after = fresh[-1].id
            if fresh or not batch:
                yield fresh
    finally:
        feed.leave(follower)
