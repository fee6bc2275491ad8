"""Says why an incomplete answer ended: it was stopped, failed, or was interrupted by the end of its server.

A stopped answer says so only if it has no parts but notices: the user who stopped it sees that it ends.
"""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from taskchat_app.assistant.threads.conversations import Ending
from taskchat_app.domain.storage.database import now
from taskchat_app.ui.chat_messages.messages import ChatMessage, answer_of
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_moment
from taskchat_app.ui.i18n.language import say


def with_endings(
    messages: list[ChatMessage], endings: Mapping[str, Ending], zone: ZoneInfo, *, newest: str | None
) -> list[ChatMessage]:
    """Return the messages with the endings of their turns; a turn without an answer gets an empty one.

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
        says_why = not message.mine and not ending.is_stopped
        shown.append(replace(message, ending=sentence) if says_why else message)
        if message.turn_id not in answered:
            at = format_moment(ending.at, zone, now()) if ending.at else ""
            shown.append(replace(answer_of(message.turn_id, (), at), ending=sentence))
    return shown


def sentence_of(ending: Ending, *, can_retry: bool = True) -> str:
    if ending.is_stopped:
        return say(words.STOPPED)
    if ending.failure:
        return say(ending.failure["message"])
    return say(words.INTERRUPTED if can_retry else words.INTERRUPTED_EARLIER)
