"""The Store on Postgres, by the contract of chatkit.store: order, paging, ids, and one person's from another's."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from chatkit.store import NotFoundError
from chatkit.types import (
    ActiveStatus,
    AssistantMessageContent,
    AssistantMessageItem,
    ThreadItem,
    ThreadMetadata,
)
from sqlalchemy import insert, update
from sqlmodel import col

from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.core.ids import PREFIXES, new_id
from taskchat_app.assistant.threads.store import PostgresStore
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadRequest, NotFound
from tests.chatting import write

Order = Literal["asc", "desc"]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def store() -> PostgresStore:
    return PostgresStore()


@pytest.fixture
def mine(person: Person) -> RequestContext:
    return RequestContext(person)


@pytest.fixture
def theirs(other_person: Person) -> RequestContext:
    return RequestContext(other_person)


async def make_threads(asking: RequestContext, count: int, at: datetime = LONG_AGO) -> list[str]:
    """So many conversations, all last answered at the same moment; oldest id first."""
    ids = sorted(new_id("thread") for _ in range(count))
    common = {"user_id": asking.user_id, "status": {"type": "active"}, "details": {}, "created_at": at}
    await write(insert(models.Thread).values([{**common, "id": one, "updated_at": at} for one in ids]))
    return ids


@pytest.fixture
async def thread(store: PostgresStore, mine: RequestContext) -> ThreadMetadata:
    [thread_id] = await make_threads(mine, 1)
    return await store.load_thread(thread_id, mine)


def item(thread: ThreadMetadata, words: str, item_id: str | None = None) -> AssistantMessageItem:
    return AssistantMessageItem(
        id=item_id or new_id("message"),
        thread_id=thread.id,
        created_at=now(),
        content=[AssistantMessageContent(text=words)],
    )


def words_of(found: list[ThreadItem]) -> list[str]:
    return [one.content[0].text for one in found if isinstance(one, AssistantMessageItem)]


async def all_pages(page: Callable[[str | None], Awaitable[Any]]) -> AsyncIterator[list[Any]]:
    after: str | None = None
    while True:
        found = await page(after)
        yield found.data
        if not found.has_more:
            assert found.after is None
            return
        after = found.after


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 7, 20, 150])
async def test_the_pages_of_a_thousand_items_hold_each_once_in_order(
    order: Order, limit: int, store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    count = 1000 if limit > 1 else 30
    items = [item(thread, str(number)) for number in range(count)]
    # All of the same moment: the order is that of storing, never of the clock.
    common = {"user_id": mine.user_id, "thread_id": thread.id, "type": "assistant_message", "created_at": LONG_AGO}
    rows = [{**common, "id": one.id, "body": one.model_dump(mode="json", exclude_none=True)} for one in items]
    await write(insert(models.ThreadItem).values(rows))
    found = [
        one
        async for page in all_pages(lambda after: store.load_thread_items(thread.id, after, limit, order, mine))
        for one in page
    ]
    expected = items if order == "asc" else items[::-1]
    assert [one.id for one in found] == [one.id for one in expected]


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_the_pages_of_many_threads_hold_each_once_though_all_are_of_one_moment(
    order: Order, store: PostgresStore, mine: RequestContext, theirs: RequestContext
) -> None:
    ids = await make_threads(mine, 100)
    await make_threads(theirs, 5)
    found = [
        one.id async for page in all_pages(lambda after: store.load_threads(7, after, order, mine)) for one in page
    ]
    assert found == (ids if order == "asc" else ids[::-1])


async def test_threads_are_listed_by_their_last_answer(store: PostgresStore, mine: RequestContext) -> None:
    [old], [new] = await make_threads(mine, 1, LONG_AGO), await make_threads(mine, 1, now())
    assert [one.id for one in (await store.load_threads(10, None, "desc", mine)).data] == [new, old]
    await write(update(models.Thread).where(col(models.Thread.id) == old).values(updated_at=now()))
    assert [one.id for one in (await store.load_threads(10, None, "desc", mine)).data] == [old, new]


@pytest.mark.parametrize("limit", [0, -5, 10**9])
async def test_an_odd_page_size_is_put_right(
    limit: int, store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    for number in range(3):
        await store.add_thread_item(thread.id, item(thread, str(number)), mine)
    found = await store.load_thread_items(thread.id, None, limit, "asc", mine)
    assert len(found.data) == (3 if limit > 0 else 1)


async def test_an_item_added_while_one_pages_forward_is_seen_at_the_end(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    for number in range(4):
        await store.add_thread_item(thread.id, item(thread, str(number)), mine)
    first = await store.load_thread_items(thread.id, None, 3, "asc", mine)
    await store.add_thread_item(thread.id, item(thread, "4"), mine)
    rest = await store.load_thread_items(thread.id, first.after, 3, "asc", mine)
    assert words_of(first.data) + words_of(rest.data) == ["0", "1", "2", "3", "4"]


async def test_a_changed_item_keeps_its_place(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    items = [item(thread, str(number)) for number in range(3)]
    for one in items:
        await store.add_thread_item(thread.id, one, mine)
    await store.save_item(thread.id, item(thread, "changed", items[1].id), mine)
    found = await store.load_thread_items(thread.id, None, 20, "asc", mine)
    assert words_of(found.data) == ["0", "changed", "2"]
    assert words_of([await store.load_item(thread.id, items[1].id, mine)]) == ["changed"]


async def test_a_place_that_is_gone_is_not_found_and_does_not_begin_again(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    gone = item(thread, "gone")
    await store.add_thread_item(thread.id, gone, mine)
    await store.add_thread_item(thread.id, item(thread, "stays"), mine)
    await store.delete_thread_item(thread.id, gone.id, mine)
    with pytest.raises(NotFound):
        await store.load_thread_items(thread.id, gone.id, 20, "asc", mine)
    with pytest.raises(NotFound):
        await store.load_item(thread.id, gone.id, mine)
    assert words_of((await store.load_thread_items(thread.id, None, 20, "asc", mine)).data) == ["stays"]


async def test_a_thread_comes_back_as_it_was_saved(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    changed = thread.model_copy(update={"title": "Shopping", "metadata": {"from": "widget"}})
    await store.save_thread(changed, mine)
    loaded = await store.load_thread(thread.id, mine)
    assert loaded == changed
    assert loaded.status == ActiveStatus()
    assert loaded.created_at == LONG_AGO
    assert loaded.created_at.tzinfo is not None


@pytest.mark.parametrize("title", ["", "  ", "x" * 256])
async def test_a_title_that_will_not_do_changes_nothing(
    title: str, store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    with pytest.raises(BadRequest):
        await store.save_thread(thread.model_copy(update={"title": title}), mine)
    assert (await store.load_thread(thread.id, mine)).title is None


async def test_a_deleted_thread_is_gone_with_its_items(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    kept = item(thread, "words")
    await store.add_thread_item(thread.id, kept, mine)
    await store.delete_thread(thread.id, mine)
    for attempt in (
        store.load_thread(thread.id, mine),
        store.load_thread_items(thread.id, None, 20, "asc", mine),
        store.load_item(thread.id, kept.id, mine),
        store.delete_thread(thread.id, mine),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await store.load_threads(20, None, "desc", mine)).data == []


async def test_every_method_treats_another_persons_thread_as_absent_and_changes_nothing(
    store: PostgresStore, mine: RequestContext, theirs: RequestContext, thread: ThreadMetadata
) -> None:
    kept = item(thread, "mine")
    await store.add_thread_item(thread.id, kept, mine)
    absent = thread.model_copy(update={"id": new_id("thread")})

    def attempts(target: ThreadMetadata) -> list[Awaitable[Any]]:
        return [
            store.load_thread(target.id, theirs),
            store.save_thread(target.model_copy(update={"title": "Taken"}), theirs),
            store.load_thread_items(target.id, None, 20, "asc", theirs),
            store.load_threads(20, target.id, "desc", theirs),
            store.add_thread_item(target.id, item(target, "intruder"), theirs),
            store.save_item(target.id, item(target, "intruder", kept.id), theirs),
            store.load_item(target.id, kept.id, theirs),
            store.delete_thread_item(target.id, kept.id, theirs),
            store.delete_thread(target.id, theirs),
        ]

    for foreign, missing in zip(attempts(thread), attempts(absent), strict=True):
        with pytest.raises(NotFound) as refused:
            await foreign
        with pytest.raises(NotFound) as unknown:
            await missing
        assert refused.value.detail == unknown.value.detail
    assert (await store.load_threads(20, None, "desc", theirs)).data == []
    assert (await store.load_thread(thread.id, mine)).title is None
    assert words_of((await store.load_thread_items(thread.id, None, 20, "asc", mine)).data) == ["mine"]


async def test_an_item_of_another_person_is_not_overwritten_by_naming_its_id(
    store: PostgresStore, mine: RequestContext, theirs: RequestContext, thread: ThreadMetadata
) -> None:
    kept = item(thread, "mine")
    await store.add_thread_item(thread.id, kept, mine)
    [own_id] = await make_threads(theirs, 1)
    own = await store.load_thread(own_id, theirs)
    await store.add_thread_item(own.id, item(own, "intruder", kept.id), theirs)
    assert words_of([await store.load_item(thread.id, kept.id, mine)]) == ["mine"]


async def test_an_item_is_found_in_its_own_thread_only(
    store: PostgresStore, mine: RequestContext, thread: ThreadMetadata
) -> None:
    kept = item(thread, "words")
    await store.add_thread_item(thread.id, kept, mine)
    [other_id] = await make_threads(mine, 1)
    with pytest.raises(NotFound):
        await store.load_item(other_id, kept.id, mine)
    with pytest.raises(NotFound):
        await store.load_thread_items(other_id, kept.id, 20, "asc", mine)


def test_ids_carry_a_whole_uuid(store: PostgresStore, mine: RequestContext, thread: ThreadMetadata) -> None:
    kinds: list[Any] = [kind for kind in PREFIXES if kind not in ("thread", "widget", "proposal")]
    ids = [store.generate_item_id(kind, thread, mine) for kind in kinds for _ in range(100)]
    ids += [store.generate_thread_id(mine) for _ in range(100)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+_[0-9a-f]{32}", one) for one in ids)


async def test_there_are_no_attachments(store: PostgresStore, mine: RequestContext) -> None:
    with pytest.raises(NotFoundError):
        await store.load_attachment("atc_1", mine)
    with pytest.raises(NotFoundError):
        await store.delete_attachment("atc_1", mine)
