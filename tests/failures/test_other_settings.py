"""A server that is started again with other settings: its secret, the time that conversations are kept."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import psycopg
import pytest

from taskchat_app.domain.accounts.accounts import ALGORITHM, audience_of
from tests.failures.conftest import MODEL
from tests.failures.support.instances import Instance, chat_client, register_account
from tests.standin import Standin, text
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

SILENT = "UPDATE threads SET updated_at = now() - interval '2 days' WHERE id = %s"


@pytest.fixture
def changed(killable: Instance) -> Iterator[Instance]:
    """The instance; after the test it has its own settings again."""
    environment = killable.environment
    yield killable
    killable.end()
    killable._environment = environment


async def test_a_new_secret_keeps_former_logins_and_silent_conversations_go(changed: Instance, standin: Standin):
    standin.script([text("I see."), text("I see.")])
    async with chat_client(changed) as chat:
        silent = await chat.send("Remember the purple elephant")
        await chat.send("Remember the green giraffe")
        assert {request["model"] for request in standin.requests} == {MODEL}
        with psycopg.connect(changed.conninfo) as database:
            database.execute(SILENT, [silent.thread_id])
        changed.end()
        former, new = (Path(changed.home) / "jwt_secret").read_text(), secrets.token_hex(32)
        changed._environment |= {"JWT_SECRET": new, "JWT_SECRET_PREVIOUS": former, "RETENTION_DAYS": "1"}
        changed.start()
        assert (await chat.http.get("/api/auth/me")).status_code == 200
        assert await signs_with(new, chat.http)
        await until_async(lambda: "purple elephant" not in changed.rows(), PATIENCE_SECONDS)
        assert "green giraffe" in changed.rows()


async def signs_with(secret: str, http: httpx.AsyncClient) -> bool:
    """Return whether the server signs new logins with this secret."""
    token = await register_account(http)
    return bool(jwt.decode(token, secret, algorithms=[ALGORITHM], audience=audience_of("app")))
