"""`python -m tests.fuzzing.server PORT`: serves the API without the page, on the database of TASKCHAT_HOME."""

import asyncio
import sys

import uvicorn

from taskchat_app.api.app import build_api
from taskchat_app.config import settings
from taskchat_app.domain.log.announcements import announcements
from taskchat_app.domain.storage import database, embedded_postgres
from tests.waiting import in_background


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(build_api(), host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    async with in_background(announcements().run()):
        await uvicorn.Server(config).serve()
    await database.close_pool()


if __name__ == "__main__":
    database.migrate(settings())
    try:
        asyncio.run(serve(int(sys.argv[1])))
    finally:
        embedded_postgres.release(settings().home)
