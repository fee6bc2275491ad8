"""Identical concurrent reads are coalesced and never older than the request."""

import asyncio
from functools import partial
from typing import Any

import pytest

from taskchat_app.domain.preferences import set_preferences
from taskchat_app.ui.core import shared_reads
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.shell.live_state import LiveState
from tests.chatting import ended_turn
from tests.conftest import SignedInPerson
from tests.ui.conftest import new_tab


class Source:
    """Counts reads; each returns the value at its start, once the test releases it."""

    def __init__(self) -> None:
        self.truth = 0
        self.readings = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def read(self) -> int:
        self.readings += 1
        found = self.truth
        self.begun.set()
        await self.may_end.wait()
        return found

    async def ask(self) -> int:
        return await read_shared("numbers", self.read)


async def test_concurrent_callers_share_one_read():
    source = Source()
    asking = [asyncio.create_task(source.ask()) for _ in range(50)]
    await source.begun.wait()
    source.may_end.set()
    assert await asyncio.gather(*asking) == [0] * 50
    assert source.readings == 1


async def test_a_caller_during_a_read_gets_a_newer_read():
    source = Source()
    early = asyncio.create_task(source.ask())
    await source.begun.wait()
    source.truth = 1
    late = [asyncio.create_task(source.ask()) for _ in range(50)]
    await asyncio.sleep(0)  # each of them has asked
    source.may_end.set()
    assert await asyncio.gather(*late) == [1] * 50
    assert (await early, source.readings) == (0, 2)


async def test_another_key_has_its_own_read():
    first, second = Source(), Source()
    second.truth = 2
    first.may_end.set()
    second.may_end.set()
    assert await asyncio.gather(read_shared("first", first.read), read_shared("second", second.read)) == [0, 2]


async def test_a_cancelled_caller_does_not_stop_the_read_and_all_callers_get_its_error():
    source = Source()
    leaving, staying = asyncio.create_task(source.ask()), asyncio.create_task(source.ask())
    await source.begun.wait()
    leaving.cancel()
    source.may_end.set()
    assert await staying == 0
    assert leaving.cancelled()
    assert source.readings == 1

    async def fail() -> int:
        raise OSError("away")

    outcomes = await asyncio.gather(*(read_shared("fails", fail) for _ in range(2)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["away", "away"]
    with pytest.raises(OSError, match="away"):
        await read_shared("fails", fail)
    assert await source.ask() == 0


def is_in(value: Any, key: tuple[Any, ...]) -> bool:
    return value in key or repr(value) in str(key[-1])


async def test_a_read_is_shared_by_all_that_it_is_of_by_one_user_and_by_two_languages_only_what_has_no_words(
    signed_in: SignedInPerson, other_signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch
):
    begin, keys, lacking = shared_reads._read, list[set[Any]](), set[str]()
    thread = (await ended_turn(signed_in.person, "add milk")).thread_id

    async def noted(key: Any, read: Any, *arguments: Any) -> Any:
        keys[-1].add(key)
        taken = read.args if isinstance(read, partial) else [cell.cell_contents for cell in read.__closure__]
        values = [getattr(value, "id", value) for value in taken]
        lacking.update(f"the key of {key[0]} lacks {value}" for value in values if not is_in(value, key))
        return await begin(key, read, *arguments)

    monkeypatch.setattr(shared_reads, "_read", noted)
    for user, language in ((signed_in, "en"), (other_signed_in, "en"), (signed_in, "de")):
        await set_preferences(user.person, language=language)
        keys.append(set())
        for address in ("/", f"/c/{thread}"):
            await new_tab(user.token, address).get_substate([LiveState.get_name()]).open_page()
    assert lacking == set()
    mine, theirs, german = keys
    assert mine & theirs == set()
    assert {key[0] for key in mine & german} == {"conversations", "items"}
