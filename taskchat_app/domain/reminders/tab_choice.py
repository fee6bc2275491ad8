"""Chooses the one browser tab that shows a rung reminder."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.reminders.reminders import TAB_MAX_CHARACTERS, RungReminder, rung_of, unseen_rings
from taskchat_app.domain.storage.models import Ring
from taskchat_app.domain.tasks.numbered_rows import now_in_milliseconds

SHOWN_SECONDS = 30
"""A tab's claim on a reminder expires after this time unless the tab renews it."""


@dataclass(frozen=True, slots=True)
class BrowserTab:
    """A browser tab, visible or hidden."""

    login_id: str
    id: str
    visible: bool

    @property
    def browser(self) -> str:
        """The prefix of the names of all tabs of this browser."""
        return f"{self.login_id}/"

    @property
    def name(self) -> str:
        return f"{self.browser}{self.id[:TAB_MAX_CHARACTERS]}"


@dataclass(frozen=True, slots=True)
class TabReminders:
    """The reminders that a tab shows, and after how many seconds it asks again (None: only after a change)."""

    rung: list[RungReminder]
    again_seconds: float | None


async def claim_for_tab(session: AsyncSession, user_id: str, tab: BrowserTab) -> TabReminders:
    """Claim reminders for the tab; return those it shows: none that another tab shows, unless that tab's claim expired.

    A hidden tab's claim expires at once. So each reminder is shown once across all tabs, browsers and instances, and
    all of them in one tab of a browser. A tab with reminders renews its claims in time; a visible tab without reminders
    asks again when another tab's claim expires.
    """
    at = now_in_milliseconds()
    rows = (await session.exec(unseen_rings(user_id).with_for_update(of=Ring))).all()
    others = [
        (ring.shown_by, ring.shown_until)
        for ring, _ in rows
        if ring.shown_by and ring.shown_by != tab.name and ring.shown_until and ring.shown_until > at
    ]
    yields = any(shown_by.startswith(tab.browser) for shown_by, _ in others)
    claimed = [(ring, task) for ring, task in rows if _may_claim(ring, tab, at, yields=yields)]
    rung = [replace(rung_of(ring, task), is_new=ring.shown_by is None) for ring, task in claimed]
    for ring, _ in claimed:
        ring.shown_by, ring.shown_until = tab.name, at + timedelta(seconds=SHOWN_SECONDS if tab.visible else 0)
    await session.flush()
    if not tab.visible:
        return TabReminders(rung, None)
    waits = [(shown_until - at).total_seconds() + 1 for _, shown_until in others]
    return TabReminders(rung, min([SHOWN_SECONDS / 3, *waits] if rung else waits, default=None))


def _may_claim(ring: Ring, tab: BrowserTab, at: datetime, *, yields: bool) -> bool:
    if ring.shown_by == tab.name:
        return True
    if ring.shown_by is None:
        return not yields
    return tab.visible and not yields and (ring.shown_until is None or ring.shown_until <= at)
