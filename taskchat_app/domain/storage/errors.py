"""Errors that a user may see: a stable code and a sentence that says what to do."""

from typing import Any, ClassVar


class PersonError(Exception):
    """An expected refusal; `detail` is safe to show and `facts` are machine-readable extras (such as `resets_at`)."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str, **facts: Any):
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class Invalid(PersonError):
    """The input cannot be accepted as it stands; the detail says which part and what would do."""

    code = "invalid"


class KeyReused(Invalid):
    """An idempotency key came back with another request."""

    code = "key_reused"


class TooManyAtOnce(Invalid):
    """One call is about more tasks than one call may be about."""

    code = "too_many_at_once"


class ListFull(PersonError):
    """The person has as many open tasks as one person may have."""

    code = "list_full"


class BadRequest(PersonError):
    """The request is not of the protocol's form at all."""

    code = "bad_request"


class MessageTooLong(BadRequest):
    code = "message_too_long"


class EmptyMessage(BadRequest):
    code = "empty_message"


class NotFound(PersonError):
    """Absent, or somebody else's: deliberately the same error."""

    code = "not_found"


class NotSignedIn(PersonError):
    code = "not_signed_in"


class BadCredentials(NotSignedIn):
    code = "bad_credentials"


class Forbidden(PersonError):
    code = "forbidden"


class EmailTaken(PersonError):
    code = "email_taken"


class Busy(PersonError):
    """This conversation is already answering."""

    code = "busy"


class LimitReached(PersonError):
    """A limit is used up; `facts` hold `resets_at` (ISO 8601, UTC)."""

    code = "burst_limit"


class WriteLimit(LimitReached):
    """More changes in a minute than one user makes."""

    code = "write_limit"


class TooManyWaiting(LimitReached):
    """As many requests of the user wait for each other as may wait."""

    code = "too_many_waiting"


class DailyLimit(LimitReached):
    code = "daily_limit"


class TooManyOpen(LimitReached):
    """Too many streams are open at once; `resets_at` is when to try again."""

    code = "too_many_open"


class BurstLimit(LimitReached):
    code = "burst_limit"
