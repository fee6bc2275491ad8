"""Servers whose JSON answers and refusals are wrong."""

from collections.abc import Callable
from typing import Any

from chatkit.types import StructuredInputItem, StructuredInputSubmission

from taskchat_app.conformance.http_client import ABSENT
from tests.conformance.alteration import Alter, Call, Json
from tests.conformance.breakage import Breakage
from tests.conformance.broken_requests import OPTIONS, accept, answer_with, on, when
from tests.conformance.reference_server import ReferenceServer

WHOLE_PAGE = 50
LATER = "2031-01-01T00:00:00Z"


class RewritingServer(ReferenceServer):
    """Lets a second answer replace the first."""

    async def _apply_structured_input_submission(
        self, item: StructuredInputItem, submission: StructuredInputSubmission
    ) -> StructuredInputItem:
        return await super()._apply_structured_input_submission(
            item.model_copy(update={"status": "pending"}), submission
        )


def of(kind: str, alter: Alter) -> Alter:
    """Alter accepted answers to the owner's requests of this type."""
    return on(kind, when(lambda call: call.status == 200, alter))


def refused(alter: Alter) -> Alter:
    return when(lambda call: call.status >= 400 and call.method == "POST", alter)


def changed(change: Callable[[Any], Any]) -> Alter:
    """Replace the JSON answer by what is made of it."""
    return lambda call: setattr(call, "json", change(call.json))


def merge(**members: Any) -> Alter:
    """Replace members of the JSON answer."""
    return changed(lambda answer: answer | members)


def rows(change: Callable[[list[Json]], list[Json]], *, limit: int | None = None) -> Alter:
    """Replace the rows of pages, or of those with this limit."""
    of_page = changed(lambda page: page | {"data": change(page["data"])})
    return when(lambda call: limit in (None, call.params.get("limit")), of_page)


def last_page(order: str) -> Alter:
    """Say that a small page in this order is the last one."""
    return when(lambda c: c.params.get("order") == order and c.params.get("limit", 20) == 2, merge(has_more=False))


def newest_first(thread: Json) -> Json:
    return thread | {"items": thread["items"] | {"data": thread["items"]["data"][::-1]}}


def without_title(thread: Json) -> Json:
    return {name: value for name, value in thread.items() if name != "title"}


def reword_answers(call: Call) -> None:
    call.response = call.response.replace(b"One two three.", b"One two three. Four.")


def swapped(data: list[Json]) -> list[Json]:
    return [data[0], data[2], data[1], *data[3:]] if len(data) > 3 else data


def first_cursor(call: Call) -> None:
    """Lead back to the first page."""
    page = call.json
    if page["data"] and page.get("has_more") and call.params.get("order") == "asc":
        call.json = page | {"after": page["data"][0]["id"]}


def accept_and_lose(call: Call) -> None:
    """Answer a message to a busy thread with items that are not stored."""
    base = {"thread_id": call.params["thread_id"], "created_at": LATER}
    content = call.params["input"]["content"]
    said = {"type": "user_message", "id": f"lost {call.text}", "content": content, "inference_options": {}, **base}
    told = {"type": "assistant_message", "id": f"lost answer {call.text}", "content": [], **base}
    call.stream(
        {"type": "thread.item.done", "item": said | {"attachments": []}},
        OPTIONS,
        {"type": "thread.item.done", "item": told},
    )


def forbidden(call: Call) -> None:
    if call.who == "other" and call.status == 404 and call.params.get("thread_id") != ABSENT:
        call.answer(403, {"title": "Forbidden", "status": 403, "detail": "This belongs to someone else."})


def html(call: Call) -> None:
    call.answer(500, {})
    call.response_headers["content-type"] = "text/html"
    call.response = b"<html><body><h1>Internal Server Error</h1></body></html>"


def header(name: str, value: str | None) -> Alter:
    """Set or remove a header of the response."""

    def alter(call: Call) -> None:
        call.response_headers.pop(name, None)
        if value is not None:
            call.response_headers[name] = value

    return alter


def unknown_absent_thread(call: Call) -> bool:
    return call.kind == "threads.get_by_id" and call.params.get("thread_id") == ABSENT and call.who == "owner"


BROKEN_ANSWERS = [
    *(
        Breakage(
            f"ends {kind} early, {order}", f"{kind.partition('.')[0]}.pages_{order}", after=of(kind, last_page(order))
        )
        for kind in ("items.list", "threads.list")
        for order in ("asc", "desc")
    ),
    *(
        Breakage(
            f"answers {kind} with a list",
            f"{kind.partition('.')[0]}.odd_pages",
            after=on(kind, when(lambda call: call.params.get("limit") == -1, answer_with(200, []))),
            also=("json.types",),
        )
        for kind in ("items.list", "threads.list")
    ),
    Breakage(
        "lists new threads late",
        "threads.listed",
        after=of("threads.list", rows(lambda data: data[1:], limit=WHOLE_PAGE)),
        also=("sending.thread_count",),
    ),
    Breakage(
        "forgets the oldest thread",
        "threads.listed",
        after=of("threads.list", rows(lambda data: data[:-1], limit=WHOLE_PAGE)),
    ),
    Breakage(
        "lists threads twice",
        "threads.pages_asc",
        after=of("threads.list", rows(lambda data: [*data, *data[-1:]], limit=100)),
        also=("threads.pages_desc", "threads.order"),
    ),
    Breakage("goes in a circle", "threads.pages_asc", after=of("threads.list", first_cursor)),
    Breakage(
        "stores other times",
        "items.stored",
        after=of("items.list", rows(lambda data: [item | {"created_at": LATER} for item in data])),
    ),
    Breakage("shows a thread newest first", "threads.get", after=of("threads.get_by_id", changed(newest_first))),
    Breakage("forgets titles", "threads.rename", after=of("threads.get_by_id", changed(without_title))),
    Breakage("stores other words", "items.stored", after=of("items.list", reword_answers)),
    Breakage(
        "stores in another order",
        "items.stored",
        after=of("items.list", rows(swapped, limit=WHOLE_PAGE)),
        also=("threads.get",),
    ),
    Breakage(
        "forgets tool output",
        "client_tool.output",
        after=of(
            "items.list", rows(lambda data: [item | ({"output": None} if "output" in item else {}) for item in data])
        ),
    ),
    Breakage(
        "accepts tool output without a call",
        "client_tool.none_pending",
        after=on("threads.add_client_tool_output", refused(accept)),
    ),
    Breakage(
        "accepts structured input that was not asked for",
        "structured_input.not_asked",
        after=on("threads.add_structured_input", refused(when(lambda c: not c.params["input"]["answers"], accept))),
    ),
    Breakage("takes a second structured input", "structured_input.answered", server=RewritingServer),
    Breakage("renames attachments", "attachments.created", after=of("attachments.create", merge(name="file"))),
    Breakage("loses a second message", "sending.two_at_once", after=when(lambda c: c.status == 409, accept_and_lose)),
    Breakage("says 401 only", "auth.required", after=when(lambda c: c.status == 401, header("www-authenticate", None))),
    Breakage("tells absent from foreign", "isolation.same_words", after=forbidden),
    Breakage("sends text", "json.media_type", after=of("threads.update", header("content-type", "text/plain"))),
    Breakage("sends times as numbers", "json.types", after=of("threads.update", merge(created_at=1900000000))),
    Breakage(
        "shows metadata", "json.nothing_hidden", after=of("threads.get_by_id", merge(metadata={"model": "secret"}))
    ),
    Breakage(
        "fails on absent threads",
        "errors.no_server_error",
        after=when(unknown_absent_thread, lambda call: call.answer(500, call.json | {"status": 500})),
        also=("requests.absent_thread",),
    ),
    Breakage(
        "answers absent threads with HTML",
        "errors.no_internals",
        after=when(unknown_absent_thread, html),
        also=("requests.absent_thread", "errors.no_server_error", "errors.problem_json"),
    ),
    Breakage(
        "shows stack traces",
        "errors.no_internals",
        after=refused(merge(detail="Traceback (most recent call last): KeyError")),
    ),
    Breakage("refuses in plain JSON", "errors.problem_json", after=refused(header("content-type", "application/json"))),
    Breakage("refuses with another status", "errors.problem_json", after=refused(merge(status=499))),
]
