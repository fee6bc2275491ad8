"""Validates passwords and hashes them with Argon2 off the event loop."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from pwdlib import PasswordHash

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.storable_values import check_length
from taskchat_app.i18n.messages import gettext

PASSWORD_MIN_CHARACTERS = 8
PASSWORD_MAX_CHARACTERS = 1024
"""Limits the time that hashing takes."""
HASHES_AT_ONCE = 2
"""A hash takes 64 MiB of memory and some 50 ms."""


def check_new_password(password: str) -> None:
    """Raise Invalid if the password is too short or too long."""
    if len(password) < PASSWORD_MIN_CHARACTERS:
        sentence = gettext("The password is too short. Use at least {least} characters.", least=PASSWORD_MIN_CHARACTERS)
        raise Invalid(sentence, field="password")
    check_length(password, "password", PASSWORD_MAX_CHARACTERS)


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads(), _hasher().hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Return whether the password matches the stored hash; False without a hash (also ""), after the same time."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    # Before the branch: the first call in a process computes the dummy hash whether the account exists or not.
    dummy = _dummy_hash()
    matches = _hasher().verify(password, stored or dummy)
    return matches and bool(stored)


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    """Return threads of their own: a crowd that signs in occupies none that other requests need."""
    return ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="passwords")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))
