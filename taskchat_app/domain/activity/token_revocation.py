"""Revokes an access token, and undoes what was changed with it."""

from taskchat_app.domain.accounts import access_tokens
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import UndoOutcome, undo_token
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.user_lock import lock_user


async def revoke(person: Person, token_id: str, *, roll_back: bool) -> UndoOutcome:
    """End the token and, with `roll_back`, undo its changes of tasks; also those of a token that has ended already.

    The token ends first and for good, even if the changes then cannot be undone. Raises NotFound.
    """
    async with in_queue(person.id):
        async with transaction(person.id) as session:
            await lock_user(session, person.id)
            await access_tokens.revoke_token(session, person.id, token_id)
        if not roll_back:
            return UndoOutcome()
        async with transaction(person.id) as session:
            return await undo_token(session, person.cause("person"), token_id)
