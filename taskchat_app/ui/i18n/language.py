"""The language of the user whom a handler answers."""

from contextvars import ContextVar

from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import ENGLISH, Message, Value

current_language: ContextVar[str] = ContextVar("current_language", default=ENGLISH)


def say(text: str, **values: Value) -> str:
    """Return a message in the language, with these values in its placeholders; any other text as it stands."""
    message = text.with_values(**values) if values and isinstance(text, Message) else text
    return render(message, current_language.get())
