"""Removes from an answer's text the sentences that its rows (outcome_rows.py) show already: messages of tool calls."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.date_style import DateStyle, date_style
from taskchat_app.i18n.messages import Message
from taskchat_app.ui.chat_messages.outcome_rows import rows_of

_STYLES = (DateStyle(), DateStyle(month_first=True), DateStyle(twelve_hours=True), DateStyle(True, True))


def row_sentences_of(call: dict[str, Any]) -> tuple[str, ...]:
    """Return the call's message in each language and date style; nothing if no row shows what it says.

    The language and style of the answer may not be those of the page now.
    """
    if not rows_of(call) or "message" not in call["result"]:
        return ()
    message = call["result"]["message"]
    styles = _STYLES if _has_date(message) else _STYLES[:1]
    sentences = [sentence for style in styles for sentence in _in_each_language(message, style)]
    return tuple(dict.fromkeys(sentences))  # each once


def _has_date(value: Any) -> bool:
    if isinstance(value, Message):
        return any(_has_date(part) for part in value.values.values())
    return isinstance(value, date)


def _in_each_language(message: str, style: DateStyle) -> list[str]:
    """Return the message in each language, with its dates in this style."""
    former_style = date_style.set(style)
    try:
        styled = _restyled(message)
        return [render(styled, language).strip() for language in LANGUAGES]
    finally:
        date_style.reset(former_style)


def _restyled(value: Any) -> Any:
    """Return a copy of a message, because its English text has the style of its creation; any other value as it is."""
    if not isinstance(value, Message):
        return value
    return value.with_values(**{name: _restyled(part) for name, part in value.values.items()})


def rest_of(text: str, sentences: Iterable[str]) -> str:
    """Return the text without the first occurrence of each sentence."""
    for sentence in sentences:
        text = text.replace(sentence, "", 1)
    return text.strip()


def rest_of_growing(text: str, sentences: Sequence[str]) -> str:
    """Return the rest of a text that still grows: empty while that may become one of the sentences.

    So "Added #7 Bu" is not shown, which may become "Added #7 Buy milk.".
    """
    rest = rest_of(text, sentences)
    if any(sentence.startswith(rest) for sentence in sentences):
        return ""
    has_sentence = rest != text.strip()
    return rest if has_sentence else text  # with its blanks
