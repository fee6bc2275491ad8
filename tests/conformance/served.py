"""Serves an ASGI app over real HTTP, in this event loop, and runs the conformance checks against it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import uvicorn

from taskchat_app.conformance import suite
from taskchat_app.conformance.__main__ import PROMPTS
from taskchat_app.conformance.checks import Result
from taskchat_app.conformance.http_client import Session, Who

TIMEOUT_SECONDS = 60.0


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve the app on a free port; yield its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


async def check_server(
    app: Any, tokens: dict[Who, str], prompts: dict[str, list[str]] = PROMPTS, patience_seconds: float = TIMEOUT_SECONDS
) -> dict[str, Result]:
    """Run the checks against the app; return the results by name."""
    async with served(app) as origin, httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, verify=False) as client:
        return await _check(client, origin, tokens, prompts, patience_seconds)


async def check_in_process(
    app: Any, tokens: dict[Who, str], prompts: dict[str, list[str]] = PROMPTS
) -> dict[str, Result]:
    """Run the checks without a network: much faster, but each response arrives at its end."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), verify=False) as client:
        return await _check(client, "http://server", tokens, prompts, TIMEOUT_SECONDS)


async def _check(
    client: httpx2.AsyncClient, origin: str, tokens: dict[Who, str], prompts: dict[str, list[str]], patience: float
) -> dict[str, Result]:
    session = Session(client, httpx2.URL(f"{origin}/api/chatkit"), tokens, prompts, TIMEOUT_SECONDS, patience)
    return {one.name: one for one in await suite.run(session)}


def failed(results: dict[str, Result]) -> dict[str, str]:
    """Return what the failed checks found."""
    return {one.name: one.found for one in results.values() if one.outcome == "failed"}
