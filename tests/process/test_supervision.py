"""Background tasks of a worker that end with an unexpected error."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from taskchat_app import lifespan, tcp_connections
from taskchat_app.assistant.tools import expired_proposals
from taskchat_app.assistant.turns import killed_turns
from taskchat_app.config import settings
from taskchat_app.domain.log.announcements import AnnouncementListener
from taskchat_app.domain.push import delivery
from taskchat_app.domain.reminders import scheduler
from taskchat_app.domain.webhooks import dispatcher
from taskchat_app.runtime import metrics, supervision
from taskchat_app.runtime.supervision import failing_parts, set_failing, supervise
from taskchat_app.ui.socket import unfinished_frames
from tests.twins import MARK
from tests.waiting import PATIENCE_SECONDS, until_async

NO_NUMBER = "not a number"


def fail(*_: object) -> None:
    raise LookupError("unexpected")


BREAKS: dict[str, tuple[object, str, object]] = {
    "announcements": (AnnouncementListener, "_connect", fail),
    "parent watch": (lifespan, "PARENT_CHECK_SECONDS", NO_NUMBER),
    "warm-up": (lifespan, "warm_up", fail),
    "retention": (lifespan, "RETENTION_SECONDS", NO_NUMBER),
    "reminders": (scheduler, "_ring_and_find_next", fail),
    "push": (delivery, "_start_due", fail),
    "webhooks": (dispatcher, "read_webhooks", fail),
    "killed turns": (killed_turns, "expired_leases", fail),
    "expired proposals": (expired_proposals, "expired_proposals", fail),
    "connections": (tcp_connections, "CHECK_SECONDS", NO_NUMBER),
    "unfinished frames": (unfinished_frames, "CHECK_SECONDS", NO_NUMBER),
    "event loop lag": (metrics, "LAG_EVERY_SECONDS", NO_NUMBER),
}
"""How each part is made to end with an error: an attribute and its value meanwhile."""


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0.05)


def test_every_background_task_is_named(monkeypatch: pytest.MonkeyPatch):
    chosen = settings().model_copy(update={"metrics_token": "secret"})
    monkeypatch.setattr(lifespan, "settings", lambda: chosen)
    assert lifespan._parts().keys() == BREAKS.keys()


@getattr(pytest.mark, MARK)
@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("part", BREAKS)
async def test_a_background_task_that_fails_is_named_counted_and_begun_again(
    part: str, anonymous: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    chosen = settings().model_copy(update={"metrics_token": "secret"})
    monkeypatch.setattr(lifespan, "settings", lambda: chosen)
    errors_before = errors_of(part)
    with monkeypatch.context() as broken:
        broken.setattr(*BREAKS[part])
        running = asyncio.create_task(supervise(part, lifespan._parts()[part]))
        await until_async(lambda: errors_of(part) >= errors_before + 2, PATIENCE_SECONDS)

        async def is_named() -> bool:  # not while the part, begun again, has run for longer than STEADY_SECONDS
            health = await anonymous.get("/api/health")
            assert (health.status_code, health.json()["status"]) == (200, "ok")
            return health.json().get("failing") == [part]

        await until_async(is_named, PATIENCE_SECONDS)
    assert f"The background task “{part}” failed" in caplog.text
    await until_async(lambda: not failing_parts(), PATIENCE_SECONDS)
    assert "failing" not in (await anonymous.get("/api/health")).json()
    if part == "warm-up":
        await running  # the only one that ends by itself
    assert part == "warm-up" or not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def errors_of(part: str) -> float:
    return metrics.REGISTRY.get_sample_value("taskchat_background_errors_total", {"part": part}) or 0


async def test_the_pauses_grow_until_the_task_has_run_for_a_while(monkeypatch: pytest.MonkeyPatch):
    pauses: list[float] = []
    runs = [fail, fail, fail, run_for_a_while, fail, end]

    async def run() -> None:
        await runs.pop(0)()

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0)
    monkeypatch.setattr(supervision, "sleep", note)
    await supervise("part", run)
    monkeypatch.undo()
    assert pauses == [1, 2, 4, 1, 2]
    assert failing_parts() == []


async def test_a_part_that_says_itself_that_it_fails_stays_named(monkeypatch: pytest.MonkeyPatch):
    named: list[list[str]] = []

    async def run() -> None:
        set_failing("part", is_failing=True)
        await a_while()
        named.append(failing_parts())
        set_failing("part", is_failing=False)

    monkeypatch.setattr(supervision, "STEADY_SECONDS", 0)
    await supervise("part", run)
    assert (named, failing_parts()) == ([["part"]], [])


async def a_while() -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, over.set)
    await over.wait()


async def run_for_a_while() -> None:
    await a_while()
    fail()


async def end() -> None:
    """Return, as a task does that has nothing more to do."""


async def test_a_cancellation_from_within_is_an_error_too(short_pauses: None):
    async def cancelled() -> None:
        raise asyncio.CancelledError

    runs: list[Callable[[], object]] = [cancelled, end]
    await supervise("part", lambda: runs.pop(0)())  # pyright: ignore[reportArgumentType]  # both are coroutine functions
