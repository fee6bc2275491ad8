"""PostgresStore implements the contract of chatkit.store: order, paging, ids, isolation of users."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from chatkit import types
from sqlalchemy import insert

from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.core.items import PREFIXES, new_id
from taskchat_app.assistant.threads.attachment_store import PostgresAttachmentStore
from taskchat_app.assistant.threads.store import PostgresStore
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadRequest, NotFound
from tests.chatting import write
from tests.soak import budget

Order = Literal["asc", "desc"]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def store() -> PostgresStore:
    return PostgresStore()


@pytest.fixture
def own_context(person: Person) -> RequestContext:
    return RequestContext(person)


@pytest.fixture
def other_context(other_person: Person) -> RequestContext:
    return RequestContext(other_person)


async def make_threads(context: RequestContext, count: int) -> list[str]:
    """Insert so many threads with the same time of the last answer; return their sorted ids."""
    ids = sorted(new_id("thread") for _ in range(count))
    common = {"user_id": context.user_id, "status": {"type": "active"}, "details": {}, "created_at": LONG_AGO}
    await write(insert(models.Thread).values([{**common, "id": one, "updated_at": LONG_AGO} for one in ids]))
    return ids


def item(thread: types.ThreadMetadata, words: str, item_id: str | None = None) -> types.AssistantMessageItem:
    return types.AssistantMessageItem(
        id=item_id or new_id("message"),
        thread_id=thread.id,
        created_at=now(),
        content=[types.AssistantMessageContent(text=words)],
    )


def texts_of(found: list[types.ThreadItem]) -> list[str]:
    return [one.content[0].text for one in found if isinstance(one, types.AssistantMessageItem)]


@dataclass
class OwnThread:
    """A thread of the user, as the store gives it."""

    store: PostgresStore
    context: RequestContext
    metadata: types.ThreadMetadata

    @property
    def id(self) -> str:
        return self.metadata.id

    async def add(self, *texts: str) -> list[types.AssistantMessageItem]:
        items = [item(self.metadata, words) for words in texts]
        for one in items:
            await self.store.add_thread_item(self.id, one, self.context)
        return items

    async def page(
        self, after: str | None = None, limit: int = 20, order: Order = "asc"
    ) -> types.Page[types.ThreadItem]:
        return await self.store.load_thread_items(self.id, after, limit, order, self.context)

    async def texts(self) -> list[str]:
        return texts_of((await self.page()).data)


@pytest.fixture
async def thread(store: PostgresStore, own_context: RequestContext) -> OwnThread:
    [thread_id] = await make_threads(own_context, 1)
    return OwnThread(store, own_context, await store.load_thread(thread_id, own_context))


async def all_pages(page: Callable[[str | None], Awaitable[Any]]) -> AsyncIterator[list[Any]]:
    after: str | None = None
    while True:
        found = await page(after)
        yield found.data
        if not found.has_more:
            assert found.after is None
            return
        after = found.after


@pytest.mark.also_soak
async def test_paging_returns_each_of_many_items_once_in_order(thread: OwnThread):
    items = [item(thread.metadata, str(number)) for number in range(budget(160, 1000))]
    # All have the same time: the order is that of storing.
    common = {"user_id": thread.context.user_id, "thread_id": thread.id, "created_at": LONG_AGO}
    common["type"] = "assistant_message"
    rows = [{**common, "id": one.id, "body": one.model_dump(mode="json", exclude_none=True)} for one in items]
    await write(insert(models.ThreadItem).values(rows))

    async def found(limit: int, order: Order) -> list[str]:
        pages = all_pages(lambda after: thread.page(after, limit, order))
        return [one.id async for page in pages for one in page]

    ids = [one.id for one in items]
    for limit in (budget(3, 1), 7, 20, 150):
        assert await found(limit, "asc") == ids, limit
        assert await found(limit, "desc") == ids[::-1], limit


async def test_a_page_of_any_size_is_followed_by_the_next_which_has_what_was_added_since(thread: OwnThread):
    await thread.add("0", "1", "2")
    orders: dict[Order, list[str]] = {"asc": ["0", "1", "2"], "desc": ["2", "1", "0"]}
    for order, expected in orders.items():
        pages = all_pages(lambda after, order=order: thread.page(after, 1, order))
        assert [texts_of(page) async for page in pages] == [[text] for text in expected]
    for limit, count in ((0, 1), (-5, 1), (10**9, 3)):
        assert len((await thread.page(limit=limit)).data) == count, limit
    first = await thread.page(limit=2)
    await thread.add("3")
    assert texts_of(first.data) + texts_of((await thread.page(first.after, 3)).data) == ["0", "1", "2", "3"]


async def test_paging_returns_each_thread_once_even_if_all_have_the_same_time(
    store: PostgresStore, own_context: RequestContext, other_context: RequestContext
):
    ids = await make_threads(own_context, 100)
    await make_threads(other_context, 5)
    orders: tuple[tuple[Order, list[str]], ...] = ("asc", ids), ("desc", ids[::-1])
    for order, expected in orders:
        pages = all_pages(lambda after, order=order: store.load_threads(7, after, order, own_context))
        assert [one.id async for page in pages for one in page] == expected, order


async def test_a_changed_item_keeps_its_position_and_a_deleted_one_is_not_found(thread: OwnThread):
    _, one, gone = await thread.add("0", "1", "gone")
    await thread.store.save_item(thread.id, item(thread.metadata, "changed", one.id), thread.context)
    assert await thread.texts() == ["0", "changed", "gone"]
    assert texts_of([await thread.store.load_item(thread.id, one.id, thread.context)]) == ["changed"]
    await thread.store.delete_thread_item(thread.id, gone.id, thread.context)
    for attempt in (thread.page(gone.id), thread.store.load_item(thread.id, gone.id, thread.context)):
        with pytest.raises(NotFound):
            await attempt
    assert await thread.texts() == ["0", "changed"]


async def test_a_thread_is_loaded_as_it_was_validly_saved_and_goes_with_its_items(thread: OwnThread):
    changes = {"title": "Shopping", "metadata": {"from": "widget"}, "allowed_image_domains": ["images.example.org"]}
    changed = thread.metadata.model_copy(update={**changes, "status": types.LockedStatus(reason="Read only")})
    await thread.store.save_thread(changed, thread.context)
    for title in ("", "  ", "x" * 256):
        with pytest.raises(BadRequest):
            await thread.store.save_thread(thread.metadata.model_copy(update={"title": title}), thread.context)
    loaded = await thread.store.load_thread(thread.id, thread.context)
    assert loaded == changed
    assert loaded.created_at == LONG_AGO
    assert loaded.created_at.tzinfo is not None
    [kept] = await thread.add("words")
    await thread.store.delete_thread(thread.id, thread.context)
    for attempt in (
        thread.store.load_thread(thread.id, thread.context),
        thread.page(),
        thread.store.load_item(thread.id, kept.id, thread.context),
        thread.store.delete_thread(thread.id, thread.context),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await thread.store.load_threads(20, None, "desc", thread.context)).data == []


async def test_methods_treat_anothers_thread_and_items_as_absent(thread: OwnThread, other_context: RequestContext):
    store, [kept] = thread.store, await thread.add("mine")
    absent = thread.metadata.model_copy(update={"id": new_id("thread")})

    def attempts(target: types.ThreadMetadata) -> list[Awaitable[Any]]:
        return [
            store.load_thread(target.id, other_context),
            store.save_thread(target.model_copy(update={"title": "Taken"}), other_context),
            store.load_thread_items(target.id, None, 20, "asc", other_context),
            store.load_threads(20, target.id, "desc", other_context),
            store.add_thread_item(target.id, item(target, "intruder"), other_context),
            store.save_item(target.id, item(target, "intruder", kept.id), other_context),
            store.load_item(target.id, kept.id, other_context),
            store.delete_thread_item(target.id, kept.id, other_context),
            store.delete_thread(target.id, other_context),
        ]

    for foreign, missing in zip(attempts(thread.metadata), attempts(absent), strict=True):
        with pytest.raises(NotFound) as refused:
            await foreign
        with pytest.raises(NotFound) as unknown:
            await missing
        assert refused.value.detail == unknown.value.detail
    assert (await store.load_threads(20, None, "desc", other_context)).data == []
    assert (await store.load_thread(thread.id, thread.context)).title is None
    assert await thread.texts() == ["mine"]
    [theirs], [second] = await make_threads(other_context, 1), await make_threads(thread.context, 1)
    their_thread = await store.load_thread(theirs, other_context)
    await store.add_thread_item(their_thread.id, item(their_thread, "intruder", kept.id), other_context)
    assert texts_of([await store.load_item(thread.id, kept.id, thread.context)]) == ["mine"]
    for attempt in (
        store.load_item(second, kept.id, thread.context),
        store.load_thread_items(second, kept.id, 20, "asc", thread.context),
    ):
        with pytest.raises(NotFound):
            await attempt


def test_ids_contain_a_complete_uuid(thread: OwnThread):
    store, context = thread.store, thread.context
    kinds: list[Any] = [kind for kind in PREFIXES if kind not in ("thread", "widget", "proposal")]
    ids = [store.generate_item_id(kind, thread.metadata, context) for kind in kinds for _ in range(100)]
    ids += [store.generate_thread_id(context) for _ in range(100)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+_[0-9a-f]{32}", one) for one in ids)


async def test_an_attachment_belongs_to_its_user(
    store: PostgresStore, own_context: RequestContext, other_context: RequestContext
):
    files = PostgresAttachmentStore()
    made = await files.create_attachment(types.AttachmentCreateParams(name="a.txt", size=1, mime_type=""), own_context)
    loaded = await store.load_attachment(made.id, own_context)
    signed = {"upload_descriptor"}  # its address is signed again, in another second
    assert loaded.model_dump(exclude=signed) == made.model_dump(exclude=signed)
    for context, attachment_id in ((other_context, made.id), (own_context, "atc_absent")):
        with pytest.raises(NotFound):
            await store.load_attachment(attachment_id, context)
        with pytest.raises(NotFound):
            await files.delete_attachment(attachment_id, context)
