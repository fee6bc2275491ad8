"""Servers that take what they should refuse, or take it wrongly: the request is altered on its way."""

from collections.abc import Callable

from chatkit.types import ThreadMetadata
from starlette.requests import Request
from starlette.responses import Response

from taskchat_app.conformance.bad_requests import ISOLATED
from taskchat_app.conformance.http_client import ABSENT
from taskchat_app.conformance.optional_features import SILENCE
from tests.conformance.alteration import Alter, Call, Json
from tests.conformance.breakage import Breakage
from tests.conformance.reference_server import Endpoint, MemoryStore, ReferenceServer

CHANGING = ("threads.add_user_message", "threads.retry_after_item", "threads.delete")
"""Requests that change which items there are."""
OPTIONS = {"type": "stream_options", "stream_options": {"allow_cancel": True}}


class KeepingStore(MemoryStore):
    """Deletes no item."""

    async def delete_thread_item(self, thread_id: str, item_id: str, context: str) -> None:
        pass


class KeepingServer(ReferenceServer):
    store_type = KeepingStore


class DoublingStore(MemoryStore):
    """Makes two threads of one."""

    async def save_thread(self, thread: ThreadMetadata, context: str) -> None:
        if thread.id not in self.threads:
            await super().save_thread(thread.model_copy(update={"id": f"{thread.id}_double"}), context)
        await super().save_thread(thread, context)


class DoublingServer(ReferenceServer):
    store_type = DoublingStore


class UnlockedEndpoint(Endpoint):
    """Answers several messages to one thread at once."""

    @property
    def _busy(self) -> set[str]:
        return set()

    @_busy.setter
    def _busy(self, value: set[str]) -> None:
        pass


class OneForAllEndpoint(Endpoint):
    """Answers any user by the key of another."""

    async def answer(self, request: Request) -> Response:
        for kept in [*self.recordings]:
            self.recordings["other" + kept.removeprefix("owner")] = self.recordings[kept]
        return await super().answer(request)


def on(kind: str, alter: Alter, who: str = "owner") -> Alter:
    """Alter only requests of this type by this user about threads that may exist."""

    def before(call: Call) -> None:
        if call.kind == kind and call.who == who and call.params.get("thread_id") != ABSENT:
            alter(call)

    return before


def as_owner(kind: str) -> Alter:
    return on(kind, lambda call: call.become("owner"), "other")


def param(kind: str, name: str, change: Callable[[Call], object]) -> Alter:
    """Replace a parameter of the requests of this type."""
    return on(kind, lambda call: call.params.update({name: change(call)}))


def in_parts(change: Callable[[Json], object]) -> Alter:
    """Alter each part of the content of first messages."""
    return on("threads.create", lambda call: [change(part) for part in call.params.get("input", {}).get("content", [])])


def without_data(part: Json) -> None:
    if "data" in part:
        part["data"] = {}


def without_key(call: Call) -> None:
    call.headers.pop("idempotency-key", None)


def key_by_text(call: Call) -> None:
    if "idempotency-key" in call.headers:
        call.headers["idempotency-key"] += call.text.replace(" ", "-")


def harmless_action(call: Call) -> None:
    call.params["action"]["type"] = "noop"


def unknown_actions_pass(call: Call) -> None:
    is_unknown = call.kind.endswith("custom_action") and "item_id" not in call.params
    if is_unknown and call.who == "owner" and call.params["thread_id"] != ABSENT:
        harmless_action(call)


def senders_pass(call: Call) -> None:
    if call.params["action"]["type"] == "conformance.unknown" and call.params.pop("item_id", None):
        harmless_action(call)


def answer_with(status: int, value: object) -> Alter:
    return lambda call: call.answer(status, value)


def refuse(status: int) -> Alter:
    return answer_with(status, {"title": "Refused", "detail": "Refused.", "status": status})


def accept(call: Call) -> None:
    call.stream(OPTIONS)


def when(condition: Callable[[Call], bool], alter: Alter) -> Alter:
    """Alter only if the condition holds."""

    def altered(call: Call) -> None:
        if condition(call):
            alter(call)

    return altered


BROKEN_REQUESTS = [
    Breakage(
        "changes blanks", "messages.text", in_parts(lambda part: part.update(text=part["text"].replace("\t", " ")))
    ),
    Breakage("drops the data of tags", "messages.parts", in_parts(without_data)),
    Breakage(
        "ignores keys of new threads",
        "sending.same_key",
        on("threads.create", without_key),
        also=("sending.key_reused", "disconnect.resumed"),
    ),
    Breakage("makes two threads", "sending.thread_count", server=DoublingServer),
    Breakage(
        "ignores keys in existing threads",
        "sending.same_key_at_once",
        on("threads.add_user_message", without_key),
        endpoint=UnlockedEndpoint,
    ),
    Breakage("takes a key for another text", "sending.key_reused", key_by_text),
    Breakage("keeps items on retry", "retry.replaces", also=("items.stored",), server=KeepingServer),
    Breakage(
        "accepts a retry of nothing",
        "retry.refused",
        on("threads.retry_after_item", when(lambda call: call.params["item_id"] == ABSENT, accept)),
    ),
    Breakage("lists items oldest first always", "items.order", param("items.list", "order", lambda call: "asc")),
    Breakage(
        "lists threads newest first always",
        "threads.order",
        on("threads.list", when(lambda call: call.params.get("order") == "asc", lambda call: call.params.pop("order"))),
    ),
    *(
        Breakage(f"{what} in {kind}.list", f"{kind}.{rule}", param(f"{kind}.list", name, change))
        for kind in ("items", "threads")
        for what, rule, name, change in (
            ("has the oldest first by default", "default_order", "order", lambda call: call.params.get("order", "asc")),
            ("shows one more", "limit", "limit", lambda call: call.params.get("limit", 20) + 1),
        )
    ),
    Breakage(
        "refuses a page of one thread",
        "threads.limit",
        on("threads.list", when(lambda call: call.params.get("limit") == 1, refuse(400))),
    ),
    Breakage("keeps deleted threads", "threads.delete", on("threads.delete", answer_with(200, {}))),
    Breakage(
        "refuses thumbs down",
        "feedback.taken",
        on("items.feedback", when(lambda call: call.params["kind"] == "negative", refuse(404))),
    ),
    Breakage(
        "takes any feedback", "feedback.kind", on("items.feedback", lambda call: call.params.update(kind="positive"))
    ),
    Breakage("accepts unknown actions", "actions.unknown", unknown_actions_pass),
    Breakage("accepts unknown senders", "actions.sender", on("threads.custom_action", senders_pass)),
    Breakage(
        "refuses clicks",
        "actions.click",
        on("threads.custom_action", when(lambda call: call.params["action"]["type"] == "pick", refuse(404))),
    ),
    Breakage(
        "takes attachments that do not exist",
        "attachments.absent",
        on(
            "threads.add_user_message",
            when(
                lambda call: call.params["input"]["attachments"] == [ABSENT],
                lambda call: call.params["input"].update(attachments=[]),
            ),
        ),
    ),
    Breakage(
        "transcribes nonsense",
        "dictation.answered",
        on("input.transcribe", lambda call: call.params.update(audio_base64=SILENCE)),
    ),
    Breakage(
        "needs no login",
        "auth.required",
        when(lambda call: "authorization" not in call.headers, lambda call: call.become("owner")),
    ),
    Breakage(
        "takes any token",
        "auth.forged",
        when(lambda call: call.who == "conformance", lambda call: call.become("owner")),
    ),
    Breakage("answers GET", "requests.method", when(lambda call: call.method == "GET", answer_with(200, {}))),
    Breakage(
        "answers anything",
        "requests.malformed",
        when(lambda call: not call.kind and call.method == "POST", answer_with(200, {})),
    ),
    Breakage("refuses metadata", "requests.metadata", when(lambda call: "metadata" in call.request, refuse(400))),
    Breakage(
        "deletes absent threads",
        "requests.absent_thread",
        when(
            lambda call: call.kind == "threads.delete" and call.params["thread_id"] == ABSENT and call.who == "owner",
            answer_with(200, {}),
        ),
    ),
    Breakage("lists all threads", "isolation.list", as_owner("threads.list"), also=("isolation.same_words",)),
    *(
        Breakage(
            f"lets another user use {kind}",
            f"isolation.{kind.removeprefix('threads.')}",
            as_owner(kind),
            also=("isolation.same_words", *(("items.stored",) if kind in CHANGING else ())),
        )
        for kind in ISOLATED
    ),
    Breakage("shares keys among users", "isolation.key", endpoint=OneForAllEndpoint, also=("stream.item_ids",)),
    Breakage("lets another user delete attachments", "isolation.attachment", as_owner("attachments.delete")),
    Breakage(
        "lets another user click", "isolation.click", as_owner("threads.custom_action"), also=("isolation.same_words",)
    ),
    Breakage(
        "takes another user's tool output",
        "isolation.client_tool",
        as_owner("threads.add_client_tool_output"),
        also=("isolation.same_words", "client_tool.output", "items.stored"),
    ),
    Breakage(
        "takes another user's structured input",
        "isolation.structured_input",
        as_owner("threads.add_structured_input"),
        also=("isolation.same_words", "structured_input.answered", "items.stored"),
    ),
]
