"""Follows a user's change log live; all followers in a process share one reader."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from taskchat_app.domain.log.announcements import CHANGES, announcements
from taskchat_app.domain.log.changes import changes_after, last_change_id
from taskchat_app.domain.storage.models import Change
from taskchat_app.runtime.broadcaster import Broadcaster, FellBehind, SharedBroadcasters

IDLE_SECONDS = 10.0
"""Interval of reading the log without an announcement, since announcements may be lost."""
BEHIND_MAX = 1000
"""Changes kept in memory for slow followers; a follower further behind reads the log itself."""

_feeds: SharedBroadcasters[Change] = SharedBroadcasters()
"""The feeds of this process by user id."""


async def follow(user_id: str, after: int, *, tick: float | None = None) -> AsyncGenerator[Sequence[Change], None]:
    """Yield batches of the user's changes with ids above `after`, in order and each once, endlessly.

    Yields an empty batch after `tick` seconds without a change, so that the caller can check other conditions. Raises
    if the database is unreachable; a new call with the last id seen continues without a gap.
    """
    newest = 0 if user_id in _feeds else await last_change_id(user_id)  # counts for a new feed only

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
                if changes := await changes_after(user_id, after):
                    after = changes[-1].id
                    yield changes
                else:  # they were deleted
                    after = behind.kept_after


async def _read_log(user_id: str, feed: Broadcaster[Change]) -> None:
    """Publish new changes as they are announced."""
    with announcements().listen(CHANGES, user_id) as announced:
        while True:
            announced.clear()
            if changes := await changes_after(user_id, feed.last):
                feed.publish(*changes, numbers=[change.id for change in changes])
            else:
                await announced.wait(IDLE_SECONDS)
