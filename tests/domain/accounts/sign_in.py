"""Signs in, counts users, and changes settings of one module."""

from types import ModuleType
from typing import Any

import pytest
from sqlmodel import select

from taskchat_app.config import settings
from taskchat_app.domain.accounts import sign_in
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import User
from tests.conftest import PASSWORD


async def log_in(email: str, password: str = PASSWORD, network: str = "here"):
    return await sign_in.login(email, password, network=network)


async def count_users(email: str) -> int:
    async with reading() as session:
        return len((await session.exec(select(User).where(User.email == email))).all())


def change_settings(monkeypatch: pytest.MonkeyPatch, module: ModuleType, **changes: Any) -> None:
    changed = settings().model_copy(update=changes)
    monkeypatch.setattr(module, "settings", lambda: changed)
