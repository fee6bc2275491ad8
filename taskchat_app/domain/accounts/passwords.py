"""Validates passwords and hashes them with Argon2 off the event loop."""

import asyncio
import secrets
from functools import lru_cache

from pwdlib import PasswordHash

from taskchat_app.domain.storage.errors import Invalid

PASSWORD_MIN_CHARACTERS = 8
PASSWORD_MAX_CHARACTERS = 1024
"""Hashing reads every character, so there is an end to it."""


def checked_password(password: str) -> str:
    """The password, unchanged; raises Invalid when it is too short or too long."""
    if len(password) < PASSWORD_MIN_CHARACTERS:
        raise Invalid(
            f"The password is too short. Use at least {PASSWORD_MIN_CHARACTERS} characters.", field="password"
        )
    check_password_length(password)
    return password


def check_password_length(password: str) -> None:
    """Raise Invalid for what is too long to be anybody's password."""
    if len(password) > PASSWORD_MAX_CHARACTERS:
        raise Invalid(
            f"The password is too long. Use at most {PASSWORD_MAX_CHARACTERS:,} characters.", field="password"
        )


async def hash_password(password: str) -> str:
    """The Argon2 hash to store."""
    return await asyncio.to_thread(_hasher().hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Whether the stored hash is this password's; without a hash False, after the same time."""
    return await asyncio.to_thread(_verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    # The dummy is made before the branch: the first caller of a process waits for it, account or none.
    dummy = _dummy_hash()
    matches = _hasher().verify(password, dummy if stored is None else stored)
    return matches and stored is not None


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))
