"""Follows a user's change log live; all followers in a process share one reader."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from taskchat_app.domain.broadcaster import Broadcaster, FellBehind, SharedBroadcasters
from taskchat_app.domain.log.announcements import CHANGES, announcements
from taskchat_app.domain.log.changes import changes_after, last_change_id
from taskchat_app.domain.storage.models import Change

IDLE_SECONDS = 10.0
"""The log is looked at this often even when nothing was announced: announcements are only hints."""
BEHIND_MAX = 1000
"""No more changes than this are held for slow followers; who is further behind reads the log again."""

_feeds: SharedBroadcasters[Change] = SharedBroadcasters()
"""The feeds of this process by user id."""


async def follow(user_id: str, after: int, *, tick: float | None = None) -> AsyncGenerator[Sequence[Change], None]:
    """Yield the user's changes above `after`, in order and each once, for as long as it is iterated.

    After `tick` seconds without a change it yields an empty batch, so that the caller can look at something else.
    A database that cannot be reached raises; coming back with the last number seen continues without a loss.
    """
    newest = await last_change_id(user_id)

    async def read_log(feed: Broadcaster[Change]) -> None:
        await _read_log(user_id, feed)

    with _feeds.shared(user_id, lambda: Broadcaster(keep=BEHIND_MAX, after=newest), read_log) as feed:
        while True:
            try:
                async with aclosing(feed.follow(after, tick=tick)) as batches:
                    async for batch in batches:
                        after = batch[-1].id if batch else after
                        yield batch
            except FellBehind as behind:
                if found := await changes_after(user_id, after):
                    after = found[-1].id
                    yield found
                else:  # they were deleted for their age
                    after = behind.kept_after


async def _read_log(user_id: str, feed: Broadcaster[Change]) -> None:
    """Publish new changes as they are announced."""
    with announcements().listen(CHANGES, user_id) as announced:
        while True:
            announced.clear()
            if found := await changes_after(user_id, feed.last):
                feed.publish(*found, numbers=[change.id for change in found])
            else:
                await announced.wait(IDLE_SECONDS)
