"""Revokes an access token, stops the turns that it began, and undoes what was changed with it."""

from dataclasses import replace

from sqlalchemy import text

from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import UndoOutcome, undo_token
from taskchat_app.domain.log.announcements import TURNS, announce
from taskchat_app.domain.storage.database import execute, transaction
from taskchat_app.domain.storage.user_lock import in_queue, lock_user

STOP_TURNS = text("""
    UPDATE threads SET stop_requested = true FROM turns, changes
    WHERE threads.user_id = :user_id AND turns.user_id = :user_id AND turns.id = threads.lease_turn_id
        AND changes.user_id = :user_id AND changes.id = turns.first_change_id AND changes.token_id = :token_id
    RETURNING turns.id
""")
"""Requests a stop of the running turns that the token began, on any instance: a turn's first change names its token."""


async def revoke(person: Person, token_id: str, *, roll_back: bool) -> UndoOutcome:
    """End the token and, with `roll_back`, undo its changes of tasks; also those of a token that has ended already.

    The token ends first and for good, even if the changes then cannot be undone. From then on nothing is recorded with
    it: requests that wait are refused (by changes.RECORD), and its running turns stop. The undo takes nothing
    from the write limit, since it may undo the changes of many minutes. Raises NotFound.
    """
    async with in_queue(person.id):
        async with transaction(person.id) as session:
            await lock_user(session, person.id)
            await access_tokens.revoke_token(session, person.id, token_id)
            ids = {"user_id": person.id, "token_id": token_id}
            for turn_id in (await execute(session, STOP_TURNS, ids)).scalars().all():
                await announce(session, TURNS, turn_id)
        if not roll_back:
            return UndoOutcome()
        async with transaction(person.id) as session:
            return await undo_token(session, replace(person.cause("person"), counted=False), token_id)
