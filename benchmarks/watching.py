"""What a page is told to note about itself, in JavaScript, and when that was, in seconds since 1970."""

from playwright.sync_api import Page

SHOWN_SECONDS = 20

AWAIT_TEXT = """([where, text]) => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    window.shownAt = window.pressedAt = null;
    const look = () => [...document.querySelectorAll(where)].some((one) => one.textContent.includes(text));
    addEventListener("keydown", () => { window.pressedAt = now(); }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
        if (!look()) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.shownAt = now(); }));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Note when the text is in such an element and the frame that shows it is drawn, and when the next key was pressed."""

FOLLOW_EVENTS = """() => {
    window.heard = {};
    const events = new EventSource("/api/events");
    events.addEventListener("change", ({ data }) => {
        window.heard[JSON.parse(data).id] = (performance.timeOrigin + performance.now()) / 1000;
    });
    return new Promise((resolve) => events.addEventListener("open", resolve));
}"""

BARE_COMPOSER = """() => {
    document.body.innerHTML = '<textarea aria-label="Message"></textarea>';
    document.querySelector("textarea").addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const said = document.body.appendChild(document.createElement("article"));
        said.textContent = event.target.value;
        event.preventDefault();
    });
}"""

OPEN_TABS = """async ([boot, count]) => {
    const follow = (state, handler) =>
        `42/_event,["event",{"name":"${state}.${handler}","router_data":{"pathname":"/","asPath":"/"}}]`;
    const open = () => new Promise((resolve) => {
        const address = `${location.origin.replace("http", "ws")}/_event/?EIO=4&transport=websocket`;
        const socket = new WebSocket(`${address}&token=${crypto.randomUUID()}`);
        socket.onmessage = ({ data }) => {
            if (data === "2") socket.send("3");
            else if (data.startsWith("0{")) socket.send(boot);
            else if (data.includes('"opened_rx_state_"') && !socket.follows) {
                socket.follows = true;
                const state = data.match(/"([^"]*live_state)":/)[1];
                socket.send(follow(state, "follow"));
                resolve();
            }
        };
    });
    await Promise.all(Array.from({ length: count }, open));
}"""
"""So many more tabs, as the server sees them: their sockets, each with a page's first words and its follower."""

SUM_SHIFTS = """
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.layoutShift += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def shown_at(page: Page) -> float:
    """When what AWAIT_TEXT waits for was shown."""
    return page.wait_for_function("window.shownAt", timeout=SHOWN_SECONDS * 1000).json_value()


def pressed_at(page: Page) -> float:
    return page.evaluate("window.pressedAt")


def heard_at(page: Page, number: int) -> float:
    """When the change of this number reached a page that does FOLLOW_EVENTS."""
    told = page.wait_for_function("(number) => window.heard[number]", arg=number, timeout=SHOWN_SECONDS * 1000)
    return told.json_value()


def boot_frame(page: Page) -> str:
    """The first words of a page on its socket: Reflex's own, with the hashes of the page's state."""
    frames: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    page.reload()
    page.get_by_role("list", name="Tasks").get_by_role("listitem").first.wait_for()
    return next(str(frame) for frame in frames if str(frame).startswith("40/"))
