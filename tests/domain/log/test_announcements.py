"""Notifications of any program that uses the database."""

import psycopg
import pytest

from taskchat_app.config import settings
from taskchat_app.domain.log import announcements
from taskchat_app.domain.log.announcements import CHANGES, CHANNELS, AnnouncementListener
from taskchat_app.domain.storage.database import connection_string
from taskchat_app.runtime.supervision import failing_parts
from tests.twins import Twins
from tests.waiting import PATIENCE_SECONDS, in_background, until_async

RUBBISH = ["rubbish", "", "null", "[]", "7", '{"subject": 7}', '{"subject": ["x"]}', "{}", "[" * 7_000, "\ufffd\x01"]


async def test_a_notification_of_another_program_is_dropped(postgres: Twins, caplog: pytest.LogCaptureFixture):
    listener = AnnouncementListener()
    connecting = psycopg.AsyncConnection.connect(connection_string(settings()), autocommit=True)
    async with in_background(listener.run()), await connecting as program:
        await listener.listening.wait()
        with listener.listen(CHANGES, "somebody") as subscription:
            subscription.clear()
            for channel in CHANNELS:
                for payload in RUBBISH:
                    await program.execute("SELECT pg_notify(%s, %s)", (channel, payload))
            await program.execute("SELECT pg_notify(%s, %s)", (CHANGES, '{"subject": "somebody", "id": 3}'))
            assert await subscription.wait(PATIENCE_SECONDS)
    # Another test's application may listen, too.
    assert 1 <= caplog.text.count("Dropped notifications on taskchat_") < len(RUBBISH)


async def test_health_names_announcements_that_cannot_be_heard(postgres: Twins, monkeypatch: pytest.MonkeyPatch):
    async def refuse(self: AnnouncementListener) -> psycopg.AsyncConnection[object]:
        raise psycopg.OperationalError("too many connections")

    listener = AnnouncementListener()
    monkeypatch.setattr(announcements, "RECONNECT_MAX_SECONDS", 0.01)
    async with in_background(listener.run()):
        with monkeypatch.context() as refused:
            refused.setattr(AnnouncementListener, "_connect", refuse)
            await until_async(lambda: "announcements" in failing_parts(), PATIENCE_SECONDS)
        await listener.listening.wait()
        assert "announcements" not in failing_parts()


async def test_a_connection_that_cannot_listen_is_closed(postgres: Twins, monkeypatch: pytest.MonkeyPatch):
    connections: list[psycopg.AsyncConnection[object]] = []
    connect = AnnouncementListener._connect

    async def connect_and_note(self: AnnouncementListener) -> psycopg.AsyncConnection[object]:
        connections.append(await connect(self))
        return connections[-1]

    monkeypatch.setattr(announcements, "CHANNELS", ("no name of a channel",))
    monkeypatch.setattr(AnnouncementListener, "_connect", connect_and_note)
    async with in_background(AnnouncementListener().run()):
        await until_async(lambda: len(connections) > 1, PATIENCE_SECONDS)
        assert connections[0].closed
