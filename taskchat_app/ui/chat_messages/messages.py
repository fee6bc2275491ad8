"""Converts ChatKit items into messages of the page; says why an incomplete answer ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.items import selected_numbers, text_of_stored
from taskchat_app.assistant.threads.conversations import Ending
from taskchat_app.assistant.tools.plans import PLAN_KEY
from taskchat_app.assistant.tools.task_list_widget import TASK_LIST_KEY
from taskchat_app.domain.storage.database import now
from taskchat_app.ui.chat_messages import cards
from taskchat_app.ui.chat_messages.calls import LOOK_UP, CallView, call_of, rest_of
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_moment
from taskchat_app.ui.i18n.language import say

CARDS = ("proposal", "choice", "plan")
"""The kinds of parts that ask the user something."""
ABOUT_SHOWN = 12
"""How many of the tasks that a message is about are named below it."""


@dataclass(frozen=True)
class ReceiptRow:
    """A turn's receipt: what it changed, in words. `text` is empty if it changed nothing, unless `says_unchanged`."""

    text: str = ""
    changed: bool = False
    can_undo: bool = False
    """Whether any of its changes is in effect."""
    says_unchanged: bool = False
    """Whether it says that nothing changed, since something could have, and nothing else says so."""
    in_effect: tuple[int, ...] = ()
    """The numbers of the tasks whose changes are in effect."""


@dataclass(frozen=True)
class Part:
    """A part of an answer; `key` is the id of its ChatKit item. The field of its kind is set, for a notice `text`."""

    key: str
    kind: Literal["text", "calls", "proposal", "choice", "plan", "notice"]
    text: str = ""
    calls: tuple[CallView, ...] = ()
    proposal: cards.ProposalCard = field(default_factory=cards.ProposalCard)
    choice: cards.ChoiceCard = field(default_factory=cards.ChoiceCard)
    plan: cards.PlanCard = field(default_factory=cards.PlanCard)
    is_shortened: bool = False
    """Whether only `rest` of the text is shown, since rows of changed tasks say the other sentences (calls.py)."""
    rest: str = ""
    is_answered: bool = False
    """Whether it is a text beside cards that the user has answered: what it asks is no longer open."""


@dataclass(frozen=True)
class FileView:
    """A file of a message; `size` in bytes."""

    id: str
    name: str
    image: bool
    size: int


@dataclass(frozen=True)
class ChatMessage:
    """A message of the user (`mine`, in `text`) or a whole answer (in `parts`).

    `turn_id` is the id of the user's item; an answer has that of the message that it answers.
    """

    key: str
    mine: bool
    turn_id: str
    at: str = ""
    text: str = ""
    parts: tuple[Part, ...] = ()
    ending: str = ""
    """Why the answer is not whole, or ""."""
    receipt: ReceiptRow = ReceiptRow()
    feedback: str = ""
    """The user's rating: "positive", "negative" or ""."""
    listed: str = ""
    """The query of the page's address that shows the tasks that the user asked for, or ""."""
    rows: int = 0
    """How many rows of tasks the answer has."""
    looked_up: bool = False
    """Whether the answer has calls that changed nothing, which are hidden at first."""
    about: tuple[int, ...] = ()
    """The first of the tasks that were selected for the user's message."""
    about_more: int = 0
    """The number of the others."""
    files: tuple[FileView, ...] = ()


def answer_of(turn_id: str, parts: Iterable[Part], at: str = "") -> ChatMessage:
    parts = _with_answered_texts(shortened(tuple(parts)))
    calls = calls_in(parts)
    return ChatMessage(
        key=f"answer-{turn_id}",
        mine=False,
        turn_id=turn_id,
        at=at,
        parts=parts,
        listed=_listed(parts),
        rows=sum(len(call.rows) for call in calls),
        looked_up=any(call.changed_nothing for call in calls),
    )


def calls_in(parts: Iterable[Part]) -> list[CallView]:
    return [call for part in parts for call in part.calls]


def row_sentences_in(parts: Iterable[Part]) -> list[str]:
    """Return the sentences that the rows of these parts say (CallView.row_sentences), each once."""
    return list(dict.fromkeys(sentence for call in calls_in(parts) for sentence in call.row_sentences))


def shortened(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts, each text with the rest of it that no row says."""
    sentences = row_sentences_in(parts)
    return tuple(_shortened(part, sentences) for part in parts) if sentences else tuple(parts)


def _shortened(part: Part, sentences: Sequence[str]) -> Part:
    whole_text = part.text.strip()
    rest = rest_of(part.text, sentences) if part.kind == "text" else whole_text
    return replace(part, is_shortened=rest != whole_text, rest=rest)


def _with_answered_texts(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts; texts are answered if the answer has proposals or choices, and no card of it is open."""
    proposals = [part.proposal.is_open for part in parts if part.kind == "proposal"]
    choices = [part.choice.is_open for part in parts if part.kind == "choice"]
    plans = [part.plan.is_open for part in parts if part.kind == "plan"]
    is_answered = bool(proposals or choices) and not any((*proposals, *choices, *plans))
    return tuple(replace(part, is_answered=is_answered) if part.kind == "text" else part for part in parts)


def _listed(parts: tuple[Part, ...]) -> str:
    """Return `listed` of the last list, if the turn only listed tasks: other turns list them to act on them."""
    calls = calls_in(parts)
    has_card = any(part.kind in CARDS for part in parts)
    if has_card or any(call.tool != LOOK_UP for call in calls):
        return ""
    return next((call.listed for call in reversed(calls) if call.listed), "")


def messages_of(items: Iterable[cards.Item], zone: ZoneInfo) -> list[ChatMessage]:
    """Convert items, oldest first, to messages; all items between two messages of the user are one answer."""
    messages: list[ChatMessage] = []
    for item in items:
        if item["type"] == "user_message":
            messages.append(user_message_of(item, zone))
        elif part := part_of(item, zone):
            if not messages or messages[-1].mine:  # it is the first of an answer
                turn_id = item.get("turn_id") or (messages[-1].turn_id if messages else item["id"])
                messages.append(answer_of(turn_id, (), _time(item, zone)))
            begun = messages[-1]
            answer = answer_of(begun.turn_id, (*begun.parts, part), begun.at)
            messages[-1] = replace(answer, feedback=item.get("feedback") or begun.feedback)
    return messages


def joined(older: list[ChatMessage], newer: list[ChatMessage]) -> list[ChatMessage]:
    """Join two pages of a conversation; an answer that is on both becomes one."""
    if not older or not newer:
        return [*older, *newer]
    first, second = older[-1], newer[0]
    if first.mine or second.mine:
        return [*older, *newer]
    answer = answer_of(second.turn_id, (*first.parts, *second.parts), first.at)
    feedback = second.feedback or first.feedback
    answer = ended(replace(answer, receipt=second.receipt, feedback=feedback), second.ending)
    return [*older[:-1], answer, *newer[1:]]


def user_message_of(item: cards.Item, zone: ZoneInfo) -> ChatMessage:
    text, selected = text_of_stored(item["content"]), selected_numbers(item["content"])
    files = tuple(_file(attachment) for attachment in item.get("attachments") or ())
    return user_message(item["id"], _time(item, zone), text, selected, files)


def user_message(
    item_id: str, at: str, text: str, selected: Sequence[int], files: tuple[FileView, ...] = ()
) -> ChatMessage:
    about = tuple(selected[:ABOUT_SHOWN])
    more = len(selected) - len(about)
    return ChatMessage(item_id, mine=True, turn_id=item_id, at=at, text=text, about=about, about_more=more, files=files)


def _file(attachment: cards.Item) -> FileView:
    metadata: cards.Item = attachment.get("metadata") or {}
    return FileView(attachment["id"], attachment["name"], attachment["type"] == "image", metadata.get("size", 0))


def part_of(item: cards.Item, zone: ZoneInfo) -> Part | None:
    """Convert an item to a part of an answer; None if it is not shown."""
    match item["type"]:
        case "assistant_message":
            text = "".join(content.get("text", "") for content in item["content"])
            return Part(item["id"], "text", text) if text.strip() else None
        case "workflow":
            at = datetime.fromisoformat(item["created_at"])
            return Part(item["id"], "calls", calls=tuple(call_of(call, at, zone) for call in item.get("calls") or ()))
        case "widget" if item["widget"].get("key") == TASK_LIST_KEY:
            return None  # the page has a list of its own
        case "widget" if item["widget"].get("key") == PLAN_KEY:
            return Part(item["id"], "plan", plan=cards.plan_card_of(item))
        case "widget" if item["widget"].get("type") == "ListView":
            return Part(item["id"], "choice", choice=cards.choice_of(item))
        case "widget":
            return Part(item["id"], "proposal", proposal=cards.proposal_of(item))
        case _:
            return None


def _time(item: cards.Item, zone: ZoneInfo) -> str:
    return format_moment(datetime.fromisoformat(item["created_at"]), zone, now())


def with_endings(
    messages: list[ChatMessage], endings: Mapping[str, Ending], zone: ZoneInfo, *, newest: str | None
) -> list[ChatMessage]:
    """Return the messages, each incomplete answer with why it ended; a turn without an answer gets an empty one.

    A stopped answer says so only if it has no parts but notices: the user who stopped it sees that it ends.
    Retry is offered for the `newest` turn only: it would remove the messages after another.
    """
    answered = {message.turn_id for message in messages if not message.mine}
    shown: list[ChatMessage] = []
    for message in messages:
        ending = endings.get(message.turn_id)
        if ending is None:
            shown.append(message)
            continue
        sentence = sentence_of(ending, can_retry=message.turn_id == newest)
        shown.append(message if message.mine else ended(message, "" if ending.is_stopped else sentence))
        if message.turn_id not in answered:
            at = format_moment(ending.at, zone, now()) if ending.at else ""
            shown.append(replace(answer_of(message.turn_id, (), at), ending=sentence))
    return shown


def ended(answer: ChatMessage, sentence: str) -> ChatMessage:
    """Return the answer with why it is not whole, or as it is for "".

    An incomplete one offers no list: it looked tasks up for what is missing.
    """
    return replace(answer, ending=sentence, listed="") if sentence else answer


def sentence_of(ending: Ending, *, can_retry: bool = True) -> str:
    if ending.is_stopped:
        return say(words.STOPPED)
    if ending.failure:
        return say(ending.failure["message"])
    return say(words.INTERRUPTED if can_retry else words.INTERRUPTED_EARLIER)
