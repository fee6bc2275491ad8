"""`python -m tests.ui.gallery` takes all pictures; `--only NAME …` those of some states; `--list` prints the names."""

import argparse
import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from playwright.async_api import async_playwright, expect

from tests import browsers
from tests.failures.support.postgres import Postgres
from tests.serving import Server
from tests.standin import Standin
from tests.ui.gallery import chat_scenes, task_scenes
from tests.ui.gallery.camera import FOLDER, WAIT_MS, Camera
from tests.ui.gallery.cast import WITHOUT_A_KEY, Role, sign_up
from tests.ui.gallery.replies import reply
from tests.ui.gallery.states import STATES, State

SCENES = (chat_scenes, task_scenes)
AT_ONCE = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ui.gallery", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=sorted(STATES), help="these states alone")
    parser.add_argument("--list", action="store_true", help="the names of all states")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(STATES))  # noqa: T201 -- what a command says
        return 0
    begun = time.monotonic()
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=WAIT_MS)
    failed = _photograph([STATES[name] for name in asked.only or STATES])
    print(f"Pictures are in {FOLDER} ({time.monotonic() - begun:.0f} s).", *failed, sep="\n")  # noqa: T201 -- a program that prints
    return 1 if failed else 0


def _photograph(states: list[State]) -> list[str]:
    with Standin() as standin, Postgres() as postgres:
        standin.script(reply)
        with_key = Server(**standin.settings)
        without = Server(DATABASE_URL=postgres.url, JWT_SECRET=32 * "x")
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(Server.start, (with_key, without)))
            return asyncio.run(_take_all(states, with_key, without, postgres))
        finally:
            with_key.end()
            without.end()


async def _take_all(states: Sequence[State], with_key: Server, without: Server, postgres: Postgres) -> list[str]:
    """Run a few users at a time, each through its states in order; users who lose their database come last."""
    servers = {role: without if role in WITHOUT_A_KEY else with_key for role in Role}
    roles = [role for role in Role if any(state.role is role for state in states)]
    tokens = {role: "" if role is Role.STRANGER else await sign_up(servers[role], role) for role in roles}
    turn = asyncio.Semaphore(AT_ONCE)
    async with async_playwright() as playwright:
        browser = await browsers.launch(playwright)

        async def follow(role: Role) -> list[str]:
            camera = Camera(browser, servers[role], tokens[role])
            async with turn:
                failures = [await _take(camera, state) for state in states if state.role is role]
                await camera.close()
            return failures

        failures = await asyncio.gather(*(follow(role) for role in roles if role is not Role.STRANDED))
        if Role.STRANDED in roles:
            postgres.stop()
            failures.append(await follow(Role.STRANDED))
        await browser.close()
    return [failure for some in failures for failure in some if failure]


async def _take(camera: Camera, state: State) -> str:
    """Take the picture; return why it failed, or "". A failure does not stop the others."""
    try:
        await camera.take(state)
    except Exception as error:
        return f"{state.name}: {error}"
    return ""


if __name__ == "__main__":
    raise SystemExit(main())
