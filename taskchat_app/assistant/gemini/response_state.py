"""The contents of one response of Gemini so far, which all repairs of its stream share."""

from dataclasses import dataclass, field
from typing import Literal

from taskchat_app.domain.storage.storable_values import is_json_object


@dataclass
class StreamedCall:
    """A tool call that may have arrived only in part."""

    index: int
    received_id: str
    received_index: int | None
    id: str = ""  # The id that the SDK receives.
    name: str = ""
    arguments: str = ""
    signed: bool = False

    def is_complete(self) -> bool:
        return is_json_object(self.arguments or "{}")


@dataclass
class ResponseState:
    """The contents of one response so far; shared by all repairs."""

    used_ids: set[str] = field(default_factory=set[str])
    calls: list[StreamedCall] = field(default_factory=list[StreamedCall])
    attempt: int = 1  # Which attempt of its call it answers.
    has_output: bool = False  # Visible text or a call was passed on: no retry any more.
    has_text: bool = False  # Some text is not white space.
    finish_reason: str = ""
    done_received: bool = False  # [DONE] was received.
    pending_signature: str = ""
    thinking: Literal["", "marked", "tagged"] = ""
    held_text: str = ""  # Text that may be the beginning of a tag.
    accepts_unreadable_calls: bool = False  # Their tools tell the model what is wrong.
