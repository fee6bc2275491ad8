"""Makes the Failure that a turn shows: its sentence, and whether to offer Retry. gemini/failures.py has Gemini's."""

import logging

from agents.exceptions import AgentsException, MaxTurnsExceeded, UserError
from sqlalchemy.exc import SQLAlchemyError

from taskchat_app.assistant.agent.offline_fallback import OUTAGES, STILL_WORKS
from taskchat_app.assistant.core.events import Failure
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.threads.turn_storage import ItemNotStored, TurnOverError
from taskchat_app.config import settings
from taskchat_app.domain.storage.embedded_postgres import EmbeddedPostgresError
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.i18n.messages import gettext, joined

log = logging.getLogger(__name__)

TOO_MANY_ROUNDS = gettext(
    "The assistant went round in circles and was stopped. What it did so far is kept. Say it in smaller steps."
)
CONFUSED = gettext("The assistant's answer could not be understood. What it did so far is kept. Try again.")
TIMED_OUT = gettext(
    "The answer took longer than {seconds} seconds and was ended. What it did so far is kept. Try again."
)
ENDED_EARLY = gettext("The answer was ended before it was complete. What is shown as done is kept. Try again.")
INTERRUPTED = gettext("The answer broke off. Your message and what is shown as done are kept. Try again.")
NOT_READ = gettext("The database did not answer, so this answer cannot be shown now. Try again in a moment.")
TURN_OVER = gettext("This answer was ended: its conversation was deleted, or is answered anew.")
NOT_SAVED = gettext(
    "The database did not answer, so the rest was not done. What is shown as done is kept. Try again in a moment."
)
UNEXPECTED = gettext("Something went wrong on our side. What is shown as done is kept. Try again.")


def raised_by_tool(error: Exception) -> Exception:
    """Return what a tool raised, which the SDK wraps; any other error as it is."""
    return error.__cause__ if isinstance(error, UserError) and isinstance(error.__cause__, Exception) else error


def failure_to_show(error: Exception) -> Failure:
    """Return the sentence for a failed turn, and whether to offer Retry; an unexpected error is logged here, once."""
    error = raised_by_tool(error)
    match error:
        case GeminiFailure():
            is_outage = error.code in OUTAGES
            detail = joined([error.detail, STILL_WORKS]) if is_outage else error.detail
            return Failure(message=detail, allow_retry=error.allow_retry)
        case PersonError():
            return Failure(message=error.detail, allow_retry=False)
        case MaxTurnsExceeded():
            return Failure(message=TOO_MANY_ROUNDS, allow_retry=True)
        case TurnOverError():
            return Failure(message=TURN_OVER, allow_retry=False)
        case ItemNotStored():
            log.warning("An item of a turn could not be stored: %s", str(error.__cause__).partition("\n")[0])
            return Failure(message=NOT_SAVED, allow_retry=True)
        case AgentsException():
            log.error("The run of the agent failed", exc_info=error)
            return Failure(message=CONFUSED, allow_retry=True)
        case SQLAlchemyError() | ConnectionError() | EmbeddedPostgresError():
            log.error("The database failed during a turn", exc_info=error)
            return Failure(message=NOT_SAVED, allow_retry=True)
        case TimeoutError():
            seconds = f"{settings().turn_timeout_seconds:g}"
            return Failure(message=TIMED_OUT.with_values(seconds=seconds), allow_retry=True)
        case _:
            log.error("A turn failed unexpectedly", exc_info=error)
            return Failure(message=UNEXPECTED, allow_retry=True)
