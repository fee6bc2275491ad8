"""The timer that reads the list again when a task falls due or a day begins."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visitor

pytestmark = pytest.mark.soak

RECORD_TIMERS = """
    window.listTimers = [];
    const set = window.setTimeout;
    window.setTimeout = (run, delay, ...rest) => {
      if (delay % 1) window.listTimers.push(delay); // the page's other timers have whole milliseconds
      return set(run, delay, ...rest);
    };
"""


async def visit_settings(visitor: Visitor) -> None:
    await visitor.page.get_by_role("link", name="Settings").click()
    await visitor.page.get_by_role("link", name="Back to your tasks").click()


async def reload(visitor: Visitor) -> None:
    await visitor.page.reload()


@pytest.mark.parametrize("leave_and_return", [visit_settings, reload])
async def test_a_reopened_list_has_its_timer(visitor: Visitor, leave_and_return: Callable[[Visitor], Awaitable[None]]):
    await visitor.context.add_init_script(RECORD_TIMERS)
    await visitor.page.reload()
    await visitor.page.wait_for_function("() => window.listTimers.length > 0")
    await expect(visitor.connection).to_have_text("Connected")
    before = await visitor.page.evaluate("() => window.listTimers.at(-1)")
    await leave_and_return(visitor)
    await visitor.page.wait_for_function("before => window.listTimers.at(-1) < before", arg=before)
