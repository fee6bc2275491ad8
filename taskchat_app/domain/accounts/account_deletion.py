"""Deletes an account with all its data, once the password is confirmed."""

from datetime import timedelta

from sqlmodel import col, delete

from taskchat_app.domain.accounts.accounts import LOGIN_LIFETIME, Person, confirm_password
from taskchat_app.domain.accounts.sign_in_limits import lock_checked_user
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import User
from taskchat_app.i18n.messages import gettext

PASSWORD_FRESH_FOR = timedelta(minutes=10)
"""After signing in, the account can be deleted without entering the password again."""


async def delete_account(person: Person, password: str | None) -> None:
    """Delete the user and all their data. See accounts.confirm_password for the password.

    Raises Invalid without a password if the user signed in more than PASSWORD_FRESH_FOR ago.
    """
    checked = None if password is None else await confirm_password(person, password)
    if checked is None and now() - (person.login_expires_at - LOGIN_LIFETIME) > PASSWORD_FRESH_FOR:
        raise Invalid(gettext("Deleting the account needs its password. Send it along."), field="password")
    async with transaction(person.id) as session:
        if checked is not None:
            await lock_checked_user(session, checked)
        await session.exec(delete(User).where(col(User.id) == person.id))
