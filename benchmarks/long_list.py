"""A long list against a short one in the same browser: the time of a tick and of a change."""

import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from benchmarks.figures import Row
from benchmarks.page import launched_browser, page_server, signed_in
from benchmarks.rows import add_own_tasks
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes
from benchmarks.wire import Connection
from tests.serving import Server

LONG, SHORT = 5000, 50
ROUNDS = 12
WARM_UP = 3
VIEW = "/?view=all"
"""A view in which a completed task stays in its place."""
DRAWN_SECONDS = 150

DRAW_ALL = """async (count) => {
    const box = document.querySelector("[data-scrolls]");
    const rows = () => box.querySelectorAll(".task[data-number]").length;
    for (let before = 0; rows() < count; before = rows()) {
        box.scrollTop = box.scrollHeight;
        while (rows() === before) await new Promise(requestAnimationFrame);
    }
}"""
TICK = """async (fromEnd) => {
    const tick = [...document.querySelectorAll(".task > .tick")].at(-fromEnd);
    const row = tick.closest(".task");
    const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
    row.scrollIntoView({ block: "center" });
    for (let frame = 0; frame < 5; frame++) await drawn();
    const kept = new Promise((done) => {
        const look = () => row.dataset.done === String(tick.checked) && drawn().then(done);
        new MutationObserver(look).observe(row, { attributes: true, attributeFilter: ["data-done"] });
    });
    const began = performance.now();
    tick.click();
    return [await drawn() - began, await kept - began].map((milliseconds) => milliseconds / 1000);
}"""
"""The seconds until the ticked box is drawn, and until the row shows the server's state."""
AWAIT_ROW = """(title) => {
    window.shownAt = null;
    const isIt = (node) => node.textContent?.includes(title);
    const observer = new MutationObserver((records) => {
        if (!records.some(({ addedNodes }) => [...addedNodes].some(isIt))) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => {
            window.shownAt = (performance.timeOrigin + performance.now()) / 1000;
        }));
    });
    observer.observe(document.querySelector("[data-scrolls]"), { childList: true, subtree: true });
}"""


def long_lists(servers: Servers, _: Sizes) -> Iterator[Row]:
    """The baseline is the same page with SHORT rows, as many as one page of the list has."""
    with page_server(servers) as server, launched_browser() as browser:
        tabs = {count: _tab(servers, server, browser, count) for count in (LONG, SHORT)}
        boxes, kept, added = _measure_alternately(servers, tabs)
        name = f"with {LONG:,} rows drawn, baseline: {SHORT}"
        yield Row(f"tick to its box, {name}", boxes[LONG], boxes[SHORT], "< 150 ms")
        yield Row(f"tick to its row, {name}", kept[LONG], kept[SHORT])
        yield Row(f"API to a new row, {name}", added[LONG], added[SHORT])


def _tab(servers: Servers, server: Server, browser: Browser, count: int) -> tuple[Page, str]:
    """Open a page with so many rows drawn; return it and its user's token."""
    token = servers.register(f"list-{count}")
    with Connection(servers.port, token) as connection:
        add_own_tasks(servers.database, connection.user_id(), count)
    page = signed_in(server, browser, token).new_page()
    page.set_default_timeout(DRAWN_SECONDS * 1000)
    page.goto(server.origin + VIEW)
    page.get_by_role("list", name="Tasks").get_by_role("listitem").first.wait_for()
    page.evaluate(DRAW_ALL, count)
    return page, token


def _measure_alternately(servers: Servers, tabs: dict[int, tuple[Page, str]]) -> list[dict[int, list[float]]]:
    """Return the seconds for each tab: the box of a tick, its row, and a new row."""
    boxes, kept, added = ({count: list[float]() for count in tabs} for _ in range(3))
    for number in range(WARM_UP + ROUNDS):
        for count, (page, token) in tabs.items():
            page.bring_to_front()
            box, row = page.evaluate(TICK, number + 3)
            new = _add_task(servers, page, token, f"New for the {number}. time")
            if number >= WARM_UP:
                boxes[count].append(box)
                kept[count].append(row)
                added[count].append(new)
    return [boxes, kept, added]


def _add_task(servers: Servers, page: Page, token: str, title: str) -> float:
    page.evaluate(AWAIT_ROW, title)
    with Connection(servers.port, token) as connection:
        began = time.time()
        connection.call("POST", "/api/tasks", {"title": title})
    return page.wait_for_function("window.shownAt").json_value() - began
