"""Removes from an answer's text what its rows say (outcome_rows.py), in any language and date style."""

from collections.abc import Iterable, Sequence
from contextvars import copy_context
from datetime import date
from itertools import chain, product
from typing import Any

from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.i18n.messages import Message
from taskchat_app.ui.chat_messages.outcome_rows import rows_of

_STYLES = [DateStyle(*flags) for flags in product((False, True), repeat=2)]


def sentences_of_rows(call: dict[str, Any]) -> tuple[str, ...]:
    """Return the call's message in each language and date style if its rows say the same.

    The language and style of the answer may not be those of the page now.
    """
    if not rows_of(call) or "message" not in call["result"]:
        return ()
    message = call["result"]["message"]
    styles = _STYLES if _has_date(message) else _STYLES[:1]  # the others make the same sentences
    in_styles = [copy_context().run(_in_each_language, message, style) for style in styles]
    return tuple(dict.fromkeys(chain.from_iterable(in_styles)))


def _has_date(value: Any) -> bool:
    return isinstance(value, date) or (isinstance(value, Message) and any(map(_has_date, value.values.values())))


def _in_each_language(message: str, style: DateStyle) -> list[str]:
    """Return the message in each language and this date style, which stays set: to be run in a context of its own."""
    date_style.set(style)
    styled = _restyled(message)
    return [render(styled, language).strip() for language in LANGUAGES]


def _restyled(value: Any) -> Any:
    """Return a copy of a message, whose English text is made in the present date style; any other value as it is."""
    if not isinstance(value, Message):
        return value
    return value.with_values(**{name: _restyled(part) for name, part in value.values.items()})


def without(text: str, sentences: Iterable[str]) -> str:
    """Return the text without the first occurrence of each sentence."""
    for sentence in sentences:
        text = text.replace(sentence, "", 1)
    return text.strip()


def begun_without(text: str, sentences: Sequence[str]) -> str:
    """Return what `without` does, for a text that still grows: empty while the rest may become one of the sentences.

    So "Added #7 Bu" is not shown, which may become "Added #7 Buy milk.".
    """
    rest = without(text, sentences)
    if any(sentence.startswith(rest) for sentence in sentences):
        return ""
    return text if rest == text.strip() else rest  # a text without such a sentence keeps its blanks
