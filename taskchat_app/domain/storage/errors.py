"""Errors that a user may see: a stable code and a sentence that says what to do."""

from typing import Any, ClassVar

from taskchat_app.i18n.messages import Message


class PersonError(Exception):
    """An expected refusal; `detail` is safe to show and `facts` are machine-readable extras (such as `resets_at`)."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: Message, **facts: Any):
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class Invalid(PersonError):
    """The input is not acceptable; the detail says which part and what would be."""

    code = "invalid"


class KeyReused(Invalid):
    """An idempotency key was used again with a different request."""

    code = "key_reused"


class TooManyAtOnce(Invalid):
    """One call names more tasks than allowed."""

    code = "too_many_at_once"


class ListFull(PersonError):
    """The user has as many open tasks, tokens, calendars, webhooks or devices as one may have."""

    code = "list_full"


class AccountFull(PersonError):
    """The account stores as much as one account may; `facts` hold `most`, in bytes."""

    code = "account_full"


class BadRequest(PersonError):
    """The request does not follow the protocol."""

    code = "bad_request"


class MessageTooLong(BadRequest):
    code = "message_too_long"


class EmptyMessage(BadRequest):
    code = "empty_message"


class NotFound(PersonError):
    """The object does not exist or is another user's: deliberately the same error."""

    code = "not_found"


class TooLarge(PersonError):
    code = "too_large"


class UnsupportedType(PersonError):
    code = "unsupported_type"


class DictationFailed(PersonError):
    """Gemini did not write down a recording; nothing was stored."""

    code = "dictation_failed"


class NotSignedIn(PersonError):
    code = "not_signed_in"


class BadCredentials(NotSignedIn):
    code = "bad_credentials"


class Forbidden(PersonError):
    code = "forbidden"


class WrongScope(Forbidden):
    """The access token is valid but may not do this; `facts` hold the missing `scope`, if a token can have it."""

    code = "wrong_scope"


class RegistrationClosed(Forbidden):
    """Only the owner of the server can add accounts."""

    code = "registration_closed"


class LinkExpired(NotFound):
    """A link to set a password was used already, or is too old."""

    code = "link_expired"


class EmailTaken(PersonError):
    code = "email_taken"


class Busy(PersonError):
    """This conversation is already answering."""

    code = "busy"


class PlanApplied(PersonError):
    """A plan whose tasks are added is not edited any more."""

    code = "plan_applied"


class Draining(PersonError):
    """The server is about to end, and begins no turn any more."""

    code = "draining"


class LimitReached(PersonError):
    """A limit is used up; `facts` hold `resets_at` (ISO 8601, UTC)."""


class WriteLimit(LimitReached):
    """The user exceeded the limit of changes per minute."""

    code = "write_limit"


class TooManyWaiting(LimitReached):
    """The maximum number of the user's requests is queued already."""

    code = "too_many_waiting"


class DailyLimit(LimitReached):
    code = "daily_limit"


class TooManyOpen(LimitReached):
    """Too many streams are open; `resets_at` is when to try again."""

    code = "too_many_open"


class Overloaded(LimitReached):
    """The server runs as many turns as it can; `resets_at` is when to try again."""

    code = "overloaded"


class BurstLimit(LimitReached):
    code = "burst_limit"
