"""Deletions that an MCP client proposes: each in a conversation of its own, where the user decides."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.threads import store
from taskchat_app.assistant.threads.thread_rows import new_thread
from taskchat_app.assistant.tools.deletion_proposals import card_of, new_proposal
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.tasks.search_words import search_words_of

TITLED_MAX = 5
"""Tasks that the conversation's title names."""


async def propose_deletion(session: AsyncSession, by: Cause, numbers: Sequence[int]) -> str:
    """Ask the user whether to delete these tasks, in a new conversation with a card; return its thread's id.

    `by` is a program with an access token, in a call with an id. Only the user's click deletes the tasks.
    """
    assert by.token is not None, "programs have access tokens"
    assert by.turn_id is not None, "a call has an id"
    named = " ".join(f"#{number}" for number in numbers[:TITLED_MAX])
    title = f"{by.token.name}: {named}{' …' if len(numbers) > TITLED_MAX else ''}"
    thread = new_thread(by.user_id, title)
    thread.search = search_words_of(title)
    session.add(thread)
    await session.flush()
    proposal = new_proposal(by.user_id, thread.id, by.turn_id)
    proposal.numbers = sorted(numbers)
    session.add(proposal)
    await store.put_item(session, by.user_id, await card_of(session, proposal), turn_id=by.turn_id)
    entries = [Entry("thread", "created"), Entry("message", "stored", item_id=proposal.item_id)]
    await record(session, replace(by, thread_id=thread.id), entries)
    return thread.id
