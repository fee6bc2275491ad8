"""Builds the running answer from a turn's events."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.storage.database import now
from taskchat_app.ui.i18n.formatting import translate
from taskchat_app.ui.messages.cards import Item
from taskchat_app.ui.messages.messages import CallView, Message, Part, call_of, part_of, user_message_of


class AnswerBuilder:
    """Builds an answer from one turn's events; read `parts` and `tail` after each `apply`.

    `parts` holds the finished parts; `tail` the text that still grows, apart because it is sent in small steps.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._tail_id: str | None = None
        self.mine: Message | None = None
        self.title: str | None = None
        self.parts: list[Part] = []
        self.tail = ""
        self.error: str | None = None
        self.allow_retry = False
        self.replaced: list[Part] = []
        """Parts of earlier answers that this turn changed, such as a proposal that a typed yes decided."""

    def apply(self, event: dict[str, Any], call: dict[str, Any] | None) -> None:
        """Apply one ChatKit event (chatkit.types.ThreadStreamEvent), with the tool call that it is about."""
        match event["type"]:
            case "thread.created" | "thread.updated":
                self.title = event["thread"].get("title") or self.title
            case "thread.item.added":
                self._added(event["item"], call)
            case "thread.item.updated":
                self._updated(event["item_id"], event["update"], call)
            case "thread.item.done":
                self._done(event["item"])
            case "thread.item.replaced":
                self._replaced(event["item"])
            case "thread.item.removed":
                self.parts = [part for part in self.parts if part.key != event["item_id"]]
            case "notice":
                self._put(Part(f"notice-{len(self.parts)}", "notice", translate(_sentences(event))))
            case "error":
                self.error, self.allow_retry = translate(event.get("message") or ""), bool(event.get("allow_retry"))
            case _:
                pass

    def close(self) -> None:
        """End the turn: keep an unfinished text as a part."""
        if self._tail_id is not None and self.tail.strip():
            self._put(Part(self._tail_id, "text", self.tail))
        self._tail_id, self.tail = None, ""

    def _added(self, item: Item, call: dict[str, Any] | None) -> None:
        match item["type"]:
            case "user_message":
                self.mine = user_message_of(item, self._zone)
            case "assistant_message":
                self._tail_id = item["id"]
                self.tail = "".join(content.get("text", "") for content in item["content"])
            case "workflow":
                self._put(Part(item["id"], "calls"))
                self._put_call(item["id"], call)
            case _:
                self._done(item)

    def _updated(self, item_id: str, update: dict[str, Any], call: dict[str, Any] | None) -> None:
        match update["type"]:
            case "assistant_message.content_part.text_delta" if item_id == self._tail_id:
                self.tail += update["delta"]
            case "workflow.task.added" | "workflow.task.updated":
                self._put_call(item_id, call)
            case "widget.root.updated":
                self._done({"id": item_id, "type": "widget", "widget": update["widget"]})
            case _:
                pass

    def _done(self, item: Item) -> None:
        if item["type"] == "user_message":
            self.mine = user_message_of(item, self._zone)
            return
        if item["id"] == self._tail_id:
            self._tail_id, self.tail = None, ""
        part = part_of(item, self._zone)
        if part is None or part.kind == "calls":
            return  # a workflow's events have added its calls already
        self._put(part)

    def _replaced(self, item: Item) -> None:
        if item["type"] == "user_message":
            self.mine = user_message_of(item, self._zone)
            return
        part = part_of(item, self._zone)
        if part is None:
            return
        if any(old.key == part.key for old in self.parts):
            self._put(part)
        else:
            self.replaced.append(part)

    def _put(self, part: Part) -> None:
        """Replace the part with the same key, or append it."""
        if any(old.key == part.key for old in self.parts):
            self.parts = [part if old.key == part.key else old for old in self.parts]
        else:
            self.parts = [*self.parts, part]

    def _put_call(self, item_id: str, call: dict[str, Any] | None) -> None:
        card = next((part for part in self.parts if part.key == item_id), None)
        if call is None or card is None:
            return
        view = call_of(call, now(), self._zone)
        known = any(old.key == view.key for old in card.calls)
        calls: tuple[CallView, ...] = (
            tuple(view if old.key == view.key else old for old in card.calls) if known else (*card.calls, view)
        )
        self._put(replace(card, calls=calls))


def _sentences(notice: dict[str, Any]) -> str:
    """Return a notice's title and message as one text."""
    return " ".join(f"{text.rstrip('.')}." for text in (notice.get("title"), notice.get("message")) if text)
