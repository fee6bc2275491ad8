"""Postgres-backed ChatKit Store; every method filters by user."""

from collections.abc import Sequence
from typing import Any, TypeVar

from chatkit.store import Store, StoreItemType
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata, UserMessageItem, WidgetItem
from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.assistant.core.context import RequestContext, TurnContext
from taskchat_app.assistant.core.items import new_id, restore_messages
from taskchat_app.assistant.threads import thread_rows
from taskchat_app.assistant.threads.attachment_store import as_attachment, with_addresses
from taskchat_app.assistant.threads.turn_storage import PUT_ITEMS, item_values
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.i18n.messages import gettext

NO_SUCH_ITEM = gettext("This message does not exist, or not any more. Reload the conversation.")
PUT = text(f"WITH {PUT_ITEMS} SELECT 1").bindparams(bindparam("items", type_=JSONB))

Found = TypeVar("Found", ThreadItem, ThreadMetadata)
_item: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)


class PostgresStore(Store[RequestContext]):
    """Threads and items of one user; raises the same NotFound for absent threads and those of other users."""

    def generate_thread_id(self, context: RequestContext) -> str:
        return new_id("thread")

    def generate_item_id(self, item_type: StoreItemType, thread: ThreadMetadata, context: RequestContext) -> str:
        return new_id(item_type)

    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        async with context.reading() as session:
            return thread_rows.as_metadata(await thread_rows.access_thread(session, context.user_id, thread_id))

    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        async with context.writing() as session:
            row = await thread_rows.rename_thread(session, context.cause(), thread.id, thread.title)
            thread.title = row.title  # the SDK returns the thread object that it passed
            row.details = thread.metadata
            row.status = thread.status.model_dump(mode="json")
            row.allowed_image_domains = thread.allowed_image_domains
            session.add(row)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        async with context.reading() as session:
            await thread_rows.access_thread(session, context.user_id, thread_id)
            limit = _page_size(limit)
            rows = await items_after(session, thread_id, after=after, limit=limit, order=order)
        return _page([as_item(row) for row in rows], limit)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        async with context.reading() as session:
            limit = _page_size(limit)
            rows = await thread_rows.threads_after(session, context.user_id, after=after, limit=limit, order=order)
        return _page([thread_rows.as_metadata(row) for row, _ in rows], limit)

    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        async with context.writing() as session:
            await thread_rows.access_thread(session, context.user_id, thread_id)
            await store_items(session, thread_rows.in_thread(context.cause(), thread_id), item)

    add_thread_item = save_item

    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        async with context.reading() as session:
            return as_item(await access_item(session, context.user_id, thread_id, item_id))

    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        async with context.writing() as session:
            await thread_rows.delete_thread(session, context.cause(), thread_id)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: RequestContext) -> None:
        async with context.writing() as session:
            row = await access_item(session, context.user_id, thread_id, item_id)
            await session.delete(row)
            by = thread_rows.in_thread(context.cause(), thread_id)
            await record(session, by, [Entry("message", "removed", item_id=item_id)])

    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> None:
        """Do nothing: PostgresAttachmentStore has stored it."""

    async def load_attachment(self, attachment_id: str, context: RequestContext) -> Attachment:
        async with context.reading() as session:
            return as_attachment(await attachments.access(session, context.user_id, attachment_id))

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        """Do nothing: PostgresAttachmentStore has deleted it."""


async def access_item(session: AsyncSession, user_id: str, thread_id: str, item_id: str) -> models.ThreadItem:
    """Return the item of the user's thread; raise NotFound if it is absent or another user's."""
    query = select(models.ThreadItem).join(models.Thread).where(col(models.Thread.deleted_at).is_(None))
    query = query.where(
        models.ThreadItem.user_id == user_id, models.ThreadItem.thread_id == thread_id, models.ThreadItem.id == item_id
    )
    row = (await session.exec(query)).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_ITEM)
    return row


def items_of_type(user_id: str, thread_id: str, item_type: str) -> SelectOfScalar[models.ThreadItem]:
    query = select(models.ThreadItem).where(models.ThreadItem.user_id == user_id)
    return query.where(models.ThreadItem.thread_id == thread_id, models.ThreadItem.type == item_type)


async def items_after(
    session: AsyncSession, thread_id: str, *, after: str | None, limit: int, order: str
) -> list[models.ThreadItem]:
    """Return up to limit + 1 items after the item `after` in this order; raise NotFound if that was deleted."""
    seq = col(models.ThreadItem.seq)
    of_thread = models.ThreadItem.thread_id == thread_id
    query = select(models.ThreadItem).where(of_thread)
    if after is not None:
        mark = (await session.exec(select(seq).where(of_thread, models.ThreadItem.id == after))).one_or_none()
        if mark is None:
            raise NotFound(gettext("That place in the conversation is gone. Load the conversation again."))
        query = query.where(seq > mark if order == "asc" else seq < mark)
    return list((await session.exec(query.order_by(seq if order == "asc" else seq.desc()).limit(limit + 1))).all())


async def put_item(session: AsyncSession, user_id: str, item: ThreadItem, *, turn_id: str | None) -> None:
    """Insert or update the item by its id; an updated item keeps its position."""
    values = {"thread_id": item.thread_id, "user_id": user_id, "turn_id": turn_id, "at": now()}
    connection = await session.connection()
    await connection.execute(PUT, values | item_values([item]))


async def put_card(session: AsyncSession, turn: TurnContext, card: WidgetItem) -> None:
    """Put the card of a running tool call after the call's workflow, which the conversation shows above it."""
    workflow = turn.workflow.open_item
    if workflow is not None:
        await put_item(session, turn.person.id, workflow, turn_id=turn.turn_id)
    await put_item(session, turn.person.id, card, turn_id=turn.turn_id)


async def store_items(session: AsyncSession, by: Cause, *items: ThreadItem) -> Sequence[ThreadItem]:
    """Put the items in the cause's turn, and record them, so that every tab shows them as they are now; return them."""
    for item in items:
        await put_item(session, by.user_id, item, turn_id=by.turn_id)
    await record(session, by, [Entry("message", "stored", item_id=item.id) for item in items])
    return items


async def remove_items_after(session: AsyncSession, thread_id: str, seq: int) -> list[str]:
    """Delete the items after `seq`; return their ids in order."""
    statement = delete(models.ThreadItem).where(
        col(models.ThreadItem.thread_id) == thread_id, col(models.ThreadItem.seq) > seq
    )
    deleted = await session.exec(statement.returning(col(models.ThreadItem.seq), col(models.ThreadItem.id)))
    return [item_id for _, item_id in sorted(deleted.all())]


def as_item(row: models.ThreadItem) -> ThreadItem:
    item = item_of(row.body)
    return with_addresses(row.user_id, item) if isinstance(item, UserMessageItem) and item.attachments else item


def card_in(row: models.ThreadItem) -> WidgetItem:
    item = as_item(row)
    assert isinstance(item, WidgetItem)
    return item


def item_of(body: dict[str, Any]) -> ThreadItem:
    """Convert a stored body to a ChatKit item; our own sentences become messages again."""
    item = _item.validate_python(body)
    return restore_messages(item, body["messages"]) if "messages" in body else item


def _page_size(limit: int) -> int:
    return max(1, min(limit, 200))


def _page(found: Sequence[Found], limit: int) -> Page[Found]:
    """Return the first `limit` of what was found, and whether there is more."""
    has_more = len(found) > limit
    return Page(data=[*found[:limit]], has_more=has_more, after=found[limit - 1].id if has_more else None)
