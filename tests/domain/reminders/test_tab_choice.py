"""Which tab of a browser shows reminders."""

import asyncio
from datetime import timedelta

from sqlmodel import col, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.reminders.tab_choice import SHOWN_SECONDS, BrowserTab, claim_for_tab
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Ring
from tests.domain.reminders.reminder_calls import add, in_hours, make_overdue, ring


async def claim(person: Person, tab: str, *, browser: str = "", visible: bool = True) -> list[int]:
    async with transaction() as session:
        asks = BrowserTab(browser or f"browser of {tab}", tab, visible)
        return [reminder.number for reminder in (await claim_for_tab(session, person.id, asks)).rung]


async def test_one_tab_shows_a_reminder_until_it_is_dismissed(person: Person, other_person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    both = await asyncio.gather(claim(person, "a"), claim(person, "b"))
    assert sorted(rung or [] for rung in both) == [[], [number]]
    holder = "a" if both[0] else "b"
    assert await claim(person, holder) == [number]
    assert await claim(other_person, "c") == []
    async with transaction() as session:
        waiting = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=True))
        assert waiting.rung == []
        assert waiting.again_seconds is not None
        await reminders.mark_seen(session, person.id, number)
    assert await claim(person, holder) == []


async def test_a_visible_tab_takes_over_from_a_hidden_or_closed_tab(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    assert await claim(person, "hidden", visible=False) == [number]
    assert await claim(person, "also hidden", visible=False) == []
    assert await claim(person, "seen") == [number]
    assert await claim(person, "hidden", visible=False) == []
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_until=now()))
    assert await claim(person, "hidden", visible=False) == []
    assert await claim(person, "new") == [number]


async def ring_beside_a_claim(person: Person) -> tuple[int, int]:
    """Ring two reminders, the second one while tab "a" of browser "here" shows the first."""
    first, second = await add(person, in_hours(5)), await add(person, in_hours(5))
    await make_overdue(person, first, seconds=2)
    await ring(person)
    assert await claim(person, "a", browser="here") == [first]
    await make_overdue(person, second, seconds=1)
    await ring(person)
    return first, second


async def test_one_tab_of_a_browser_shows_all_its_reminders(person: Person):
    first, second = await ring_beside_a_claim(person)
    assert await claim(person, "b", browser="here") == []
    assert await claim(person, "a", browser="here") == [first, second]
    assert await claim(person, "c", browser="there") == []


async def test_an_expired_claim_goes_to_the_tab_of_the_browser_that_shows_reminders(person: Person):
    first, second = await ring_beside_a_claim(person)
    async with transaction() as session:
        ended = update(Ring).where(col(Ring.user_id) == person.id, col(Ring.task_number) == second)
        await session.exec(ended.values(shown_by="gone/tab", shown_until=now() - timedelta(seconds=1)))
    assert await claim(person, "b", browser="here") == []
    assert await claim(person, "a", browser="here") == [first, second]


async def test_the_tab_that_shows_a_reminder_asks_again_before_its_claim_ends_and_another_tab_after(person: Person):
    await make_overdue(person, await add(person, in_hours(5)), seconds=1)
    await ring(person)
    async with transaction() as session:
        holder = await claim_for_tab(session, person.id, BrowserTab("a", "a", visible=True))
        waiting = await claim_for_tab(session, person.id, BrowserTab("b", "b", visible=True))
        hidden = await claim_for_tab(session, person.id, BrowserTab("c", "c", visible=False))
    assert holder.again_seconds == SHOWN_SECONDS / 3
    assert waiting.again_seconds is not None
    assert SHOWN_SECONDS < waiting.again_seconds <= SHOWN_SECONDS + 1  # when the claim has certainly ended
    assert (hidden.rung, hidden.again_seconds) == ([], None)


async def test_a_claim_without_an_end_is_free_for_a_visible_tab(person: Person):
    number = await add(person, in_hours(5))
    await make_overdue(person, number, seconds=1)
    await ring(person)
    async with transaction() as session:
        await session.exec(update(Ring).where(col(Ring.user_id) == person.id).values(shown_by="gone", shown_until=None))
    assert await claim(person, "hidden", visible=False) == []
    assert await claim(person, "new") == [number]


async def test_an_expired_claim_of_the_same_browser_does_not_hold_new_reminders_back(person: Person):
    first, second = await ring_beside_a_claim(person)
    async with transaction() as session:
        expired = update(Ring).where(col(Ring.user_id) == person.id, col(Ring.task_number) == first)
        await session.exec(expired.values(shown_until=now() - timedelta(seconds=1)))
    assert await claim(person, "hidden", browser="here", visible=False) == [second]
    assert await claim(person, "b", browser="here") == [first, second]


async def test_a_reminder_is_new_until_a_tab_has_shown_it(person: Person):
    await make_overdue(person, await add(person, in_hours(5)), seconds=1)
    await ring(person)
    async with transaction() as session:
        tab = BrowserTab("a", "a", visible=False)
        shown = [(await claim_for_tab(session, person.id, tab)).rung[0].is_new for _ in range(2)]
        other = (await claim_for_tab(session, person.id, BrowserTab("b", "b", visible=True))).rung
    assert (shown, [reminder.is_new for reminder in other]) == ([True, False], [False])
