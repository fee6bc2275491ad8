"""Which tab of a browser shows reminders."""

import asyncio
from datetime import timedelta

from taskchat_app.domain.reminders.tab_choice import SHOWN_SECONDS, BrowserTab, TabReminders, claim_for_tab
from taskchat_app.domain.storage.database import now, transaction
from tests.domain.reminders.reminder_calls import add_overdue, mark_seen, ring, set_rings
from tests.task_account import Account


async def ask(me: Account, tab: str, *, browser: str = "", visible: bool = True) -> TabReminders:
    async with transaction(me.person.id) as session:
        return await claim_for_tab(session, me.person.id, BrowserTab(browser or f"browser of {tab}", tab, visible))


async def claim(me: Account, tab: str, *, browser: str = "", visible: bool = True) -> list[int]:
    return [reminder.number for reminder in (await ask(me, tab, browser=browser, visible=visible)).rung]


async def add_rung(me: Account) -> None:
    await add_overdue(me)
    await ring(me)


async def test_one_tab_shows_a_reminder_until_it_is_dismissed(me: Account, other: Account):
    await add_rung(me)
    both = await asyncio.gather(claim(me, "a"), claim(me, "b"))
    assert sorted(both) == [[], [1]]
    holder = "a" if both[0] else "b"
    assert await claim(me, holder) == [1]
    assert await claim(other, "c") == []
    waiting = await ask(me, "c")
    assert waiting.rung == []
    assert waiting.again_seconds is not None
    await mark_seen(me, 1)
    assert await claim(me, holder) == []


async def test_a_visible_tab_takes_over_from_a_hidden_or_closed_tab(me: Account):
    await add_rung(me)
    assert await claim(me, "hidden", visible=False) == [1]
    assert await claim(me, "also hidden", visible=False) == []
    assert await claim(me, "seen") == [1]
    assert await claim(me, "hidden", visible=False) == []
    await set_rings(me, shown_until=now())
    assert await claim(me, "hidden", visible=False) == []
    assert await claim(me, "new") == [1]
    await set_rings(me, shown_by="gone", shown_until=None)  # a claim without an end
    assert await claim(me, "hidden", visible=False) == []
    assert await claim(me, "new") == [1]


async def ring_beside_a_claim(me: Account) -> None:
    """Ring two reminders, the second one while tab "a" of browser "here" shows the first."""
    await add_rung(me)
    assert await claim(me, "a", browser="here") == [1]
    await add_rung(me)


async def test_one_tab_of_a_browser_shows_all_its_reminders(me: Account):
    await ring_beside_a_claim(me)
    assert await claim(me, "b", browser="here") == []
    assert await claim(me, "a", browser="here") == [1, 2]
    assert await claim(me, "c", browser="there") == []


async def test_an_expired_claim_goes_to_the_tab_of_the_browser_that_shows_reminders(me: Account):
    await ring_beside_a_claim(me)
    await set_rings(me, 2, shown_by="gone/tab", shown_until=now() - timedelta(seconds=1))
    assert await claim(me, "b", browser="here") == []
    assert await claim(me, "a", browser="here") == [1, 2]


async def test_an_expired_claim_of_the_same_browser_does_not_hold_new_reminders_back(me: Account):
    await ring_beside_a_claim(me)
    await set_rings(me, 1, shown_until=now() - timedelta(seconds=1))
    assert await claim(me, "hidden", browser="here", visible=False) == [2]
    assert await claim(me, "b", browser="here") == [1, 2]


async def test_the_tab_that_shows_a_reminder_asks_again_before_its_claim_ends_and_another_tab_after(me: Account):
    await add_rung(me)
    before = now()
    holder, waiting, hidden = await ask(me, "a"), await ask(me, "b"), await ask(me, "c", visible=False)
    took = (now() - before).total_seconds() + 0.001  # stored in milliseconds
    assert holder.again_seconds == SHOWN_SECONDS / 3
    assert waiting.again_seconds is not None
    after_the_claim = SHOWN_SECONDS + 1
    assert after_the_claim - took <= waiting.again_seconds <= after_the_claim
    assert (hidden.rung, hidden.again_seconds) == ([], None)


async def test_a_reminder_is_new_until_a_tab_has_shown_it(me: Account):
    await add_rung(me)
    shown = [(await ask(me, "a", visible=False)).rung[0].is_new for _ in range(2)]
    assert (shown, [reminder.is_new for reminder in (await ask(me, "b")).rung]) == ([True, False], [False])
