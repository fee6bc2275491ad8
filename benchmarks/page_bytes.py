"""The page's bytes: of a first visit, of an answer, with many tasks; and a second start of the server."""

from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect

from benchmarks.chat import PATH
from benchmarks.figures import Curve, Row
from benchmarks.page import launched_browser, open_page, page_server, signed_in
from benchmarks.rows import add_own_tasks
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes, seconds_of
from benchmarks.wire import Connection
from tests.chatting import message
from tests.serving import Server
from tests.standin import text

ANSWERS = (1_000, 10_000, 50_000)
"""Lengths of answers in characters."""
PIECE = 100
"""Characters in a piece of an answer."""
SENTENCE = "All of it is done, and the rest is planned. "


def page_bytes(servers: Servers, sizes: Sizes) -> Iterator[Row | Curve]:
    """All measurements of bytes, on one server with the page."""
    with page_server(servers) as server, launched_browser() as browser:
        yield from _first_visit(servers, server, browser)
        yield from _answers(servers, server, browser)
        yield from _openings(servers, server, browser, sizes)
        yield _second_start(server)


def _first_visit(servers: Servers, server: Server, browser: Browser) -> Iterator[Row]:
    token = servers.register("first-visit")
    with Connection(servers.port, token) as connection:
        connection.call("POST", "/api/tasks", {"title": "Buy milk"})
    page = signed_in(server, browser, token).new_page()
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    open_page(page, server.origin)
    yield Row("first visit: bytes", [sum(sizes)], goal="≤ 400 KB", unit="KB")
    yield Row("first visit: requests", [len(sizes)], unit="")
    page.context.close()


def _answers(servers: Servers, server: Server, browser: Browser) -> Iterator[Row | Curve]:
    """The frames of the page's socket while an answer is written, and the ChatKit stream of the same answer."""
    token = servers.register("answer-bytes")
    page = signed_in(server, browser, token).new_page()
    received = _received(page)
    page.goto(server.origin)
    expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
    ours, streams = dict[int, list[float]](), dict[int, list[float]]()
    for length in ANSWERS:
        words = (SENTENCE * (length // len(SENTENCE) + 1))[:length]
        servers.script(text(f"{words} End {length}.", pieces=length // PIECE, delay=0.01))
        before = sum(received)
        page.get_by_role("textbox", name="Message").fill("Tell me all")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"End {length}.").first).to_be_visible()  # screen readers get it a second time
        expect(page.get_by_role("button", name="Send")).to_be_visible()
        ours[length] = [sum(received) - before]
        with Connection(servers.port, token) as connection:
            streams[length] = [connection.size("POST", PATH, message("Tell me all"))]
        yield Row(
            f"bytes of an answer of {length:,} characters: ChatKit", ours[length], streams[length], "ratio ≤ 1", "KB"
        )
    yield Curve("bytes of an answer", "characters", "KB", {"page": ours, "ChatKit stream": streams})
    page.context.close()


def _openings(servers: Servers, server: Server, browser: Browser, sizes: Sizes) -> Iterator[Row]:
    """Open the page of a user with few and of one with many tasks, by turns."""
    few, many = sizes.own_tasks[0], sizes.own_tasks[-1]
    tokens = {count: servers.register(f"opening-{count}") for count in (few, many)}
    seconds, received = ({count: list[float]() for count in tokens} for _ in range(2))
    for count, token in tokens.items():
        with Connection(servers.port, token) as connection:
            add_own_tasks(servers.database, connection.user_id(), count)
    for _ in range(max(2, sizes.rounds // 5)):
        for count, token in tokens.items():
            page = signed_in(server, browser, token).new_page()
            frames = _received(page)
            seconds[count].append(seconds_of(lambda page=page: open_page(page, server.origin)))
            received[count].append(sum(frames))
            page.context.close()
    yield Row(f"open the page, {many:,} own tasks: {few}", seconds[many], seconds[few], "ratio ≤ 2")
    yield Row(
        f"open the page, {many:,} own tasks: bytes of the socket", received[many], received[few], "≤ 300 KB", "KB"
    )


def _second_start(server: Server) -> Row:
    """From the command until it answers, with the page built before."""
    seconds: list[float] = []
    for _ in range(2):
        server.end()
        seconds.append(seconds_of(server.start))
    return Row("second start until it answers", seconds, goal="≤ 4 s", unit="s")


def _received(page: Page) -> list[int]:
    """Return a list that grows by the size of each frame that the page's sockets receive."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(_size(frame))))
    return sizes


def _size(frame: str | bytes) -> int:
    return len(frame.encode() if isinstance(frame, str) else frame)
