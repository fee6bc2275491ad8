"""JavaScript that records times in a page, in seconds since 1970, and functions that read them."""

from playwright.sync_api import Page

SHOWN_SECONDS = 120

AWAIT_TEXT = """([where, text]) => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    window.shownAt = window.pressedAt = null;
    const look = () => [...document.querySelectorAll(where)].some((element) => element.textContent.includes(text));
    addEventListener("keydown", () => { window.pressedAt = now(); }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
        if (!look()) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.shownAt = now(); }));
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Records when a frame with the text in such an element is drawn, and when the next key is pressed."""

FOLLOW_EVENTS = """() => {
    window.received = {};
    const events = new EventSource("/api/events");
    events.addEventListener("change", ({ data }) => {
        window.received[JSON.parse(data).id] = (performance.timeOrigin + performance.now()) / 1000;
    });
    return new Promise((resolve, reject) => {
        events.addEventListener("open", resolve);
        events.addEventListener("error", () => reject(new Error("/api/events cannot be followed")));
    });
}"""

BARE_COMPOSER = """() => {
    document.body.innerHTML = '<textarea aria-label="Message"></textarea>';
    document.querySelector("textarea").addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const message = document.body.appendChild(document.createElement("article"));
        message.textContent = event.target.value;
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
"""Opens so many more tabs from the server's view: sockets, each with a page's first frame and its follower."""

SUM_SHIFTS = """
    window.layoutShift = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.layoutShift += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def shown_at(page: Page) -> float:
    """Return the time at which the text of AWAIT_TEXT was displayed."""
    return page.wait_for_function("window.shownAt", timeout=SHOWN_SECONDS * 1000).json_value()


def pressed_at(page: Page) -> float:
    return page.evaluate("window.pressedAt")


def received_at(page: Page, number: int) -> float:
    """Return the time at which this change arrived at a page that runs FOLLOW_EVENTS."""
    handle = page.wait_for_function("(number) => window.received[number]", arg=number, timeout=SHOWN_SECONDS * 1000)
    return handle.json_value()


def boot_frame(page: Page) -> str:
    """Return the first frame of a page on its socket: Reflex's own, with the hashes of the page's state."""
    frames: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    page.reload()
    page.get_by_role("list", name="Tasks").get_by_role("listitem").first.wait_for()
    return next(str(frame) for frame in frames if str(frame).startswith("40/"))
