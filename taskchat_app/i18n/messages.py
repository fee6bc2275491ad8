"""Messages: English sentences that keep their id and values, so that they can be rendered in any language.

They are made by `gettext`, `ngettext` and `pgettext`: gettext's tools extract the ids from calls of these names.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from typing import Any, NamedTuple, TypeAlias, cast

from taskchat_app.i18n.date_style import date_style, styled

ENGLISH = "en"
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What decoding and rendering raise for JSON that `encode` has not written."""
INTEGER_MAX = 2**63
PATTERN = frozenset("EMdyHm#0,.: ")
"""Characters of the patterns in our ids."""
PATTERN_MAX_CHARACTERS = 40
DEPTH_MAX = 20
"""How deep messages may be nested: a message can be a value of another one."""
Value: TypeAlias = str | int | date
"""What a placeholder holds: text, a Message, a number, a day, or a local time (a naive datetime)."""
Template: TypeAlias = str
"""A sentence with placeholders for str.format.

A date's placeholder has a Unicode date pattern: {day:EEEE d MMMM y}. A number's may have a pattern too: {most:#,##0}.
"""


class Message(str):
    """The English sentence as a str, with the id and the values by which `catalogue.render` translates it.

    Without values it is the template itself: a constant gets its values later (`with_values`).
    """

    id: Template
    plural: Template
    count: int  # pyright: ignore[reportIncompatibleMethodOverride]  # gettext's name, and nobody counts letters in it
    context: str
    values: Mapping[str, Value]

    def __new__(
        cls,
        id: Template,  # noqa: A002 -- gettext's name
        values: Mapping[str, Value] | None = None,
        *,
        plural: Template = "",
        count: int = 1,
        context: str = "",
    ) -> "Message":
        english = plural if plural and count != 1 else id
        made = super().__new__(cls, fill(english, values or {}, ENGLISH))
        made.id, made.values, made.plural, made.count, made.context = id, values or {}, plural, count, context
        return made

    def with_values(self, /, **values: Value) -> "Message":
        return Message(self.id, {**self.values, **values}, plural=self.plural, count=self.count, context=self.context)

    def __copy__(self) -> "Message":
        return self

    def __deepcopy__(self, memo: object) -> "Message":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return decode, (encode(self),)


def gettext(id: Template, /, **values: Value) -> Message:  # noqa: A002 -- gettext's name
    """Return the message of this id, its English template."""
    return Message(id, values)


def ngettext(singular: Template, plural: Template, count: int, /, **values: Value) -> Message:
    """Return the message in the form for `count`, which is also the value {count}."""
    return Message(singular, {"count": count, **values}, plural=plural, count=count)


def pgettext(context: str, id: Template, /, **values: Value) -> Message:  # noqa: A002 -- gettext's name
    """Return the message of an id that has several meanings, such as "Open": `context` tells which."""
    return Message(id, values, context=context)


def joined(parts: Iterable[str], separator: str = " ", end: str = "") -> Message:
    """Return several messages in a row as one, which ends with `end`."""
    values: dict[str, Value] = {f"part{index}": part for index, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in values) + end, values)


def fill(template: Template, values: Mapping[str, Value], language: str) -> str:
    """Return the template with the values in its placeholders; messages among them must be rendered before."""
    if not values:
        return template
    printable = {
        name: value if isinstance(value, str) else _Localized(value, language) for name, value in values.items()
    }
    return template.format(**printable)


def encode(message: Message) -> dict[str, Any]:
    """Return the message as JSON that `decode` reads."""
    values = {name: _encoded(value) for name, value in message.values.items()}
    parts = {"id": message.id, "values": values, "plural": message.plural, "context": message.context}
    encoded: dict[str, Any] = {name: value for name, value in parts.items() if value}
    return {**encoded, "count": message.count} if message.plural else encoded


def decode(stored: Mapping[str, Any], depth: int = 0) -> Message:
    """Return the message that `encode` wrote as this JSON. Raises one of UNREADABLE for other JSON."""
    singular, plural, context = stored["id"], stored.get("plural", ""), stored.get("context", "")
    count = stored.get("count", 1)
    if not all(isinstance(text, str) for text in (singular, plural, context)):
        raise TypeError("The message's id is no text.")
    if not isinstance(count, int):
        raise TypeError("The message's count is no whole number.")
    if depth > DEPTH_MAX:
        raise ValueError("The message has too many messages in each other.")
    values = {name: _decoded(value, depth) for name, value in stored.get("values", {}).items()}
    if values:
        _check_template(singular, values)
        _check_template(plural, values)
    return Message(singular, values, plural=plural, count=count, context=context)


def _check_template(template: Template, values: Mapping[str, Value]) -> None:
    """Raise ValueError if str.format would do more with the template than put in the values.

    "{name.__init__}" reads an attribute, "{name:99999}" pads (other scripts' digits do too), and nested messages that
    repeat a text make it grow exponentially.
    """
    seen: set[str] = set()
    for _, name, pattern, conversion in Formatter().parse(template):
        if name is None:  # the text after the last placeholder
            continue
        if isinstance(values.get(name), str):
            is_allowed = not pattern and name not in seen
        else:
            is_allowed = len(pattern or "") <= PATTERN_MAX_CHARACTERS and PATTERN.issuperset(pattern or "")
        if not is_allowed or not name.isidentifier() or conversion:
            raise ValueError("The message has a placeholder of another form.")
        seen.add(name)


def messages_in(value: Any, path: str = "") -> dict[str, Any]:
    """Return the messages within a JSON value, encoded, by their paths, such as "/children/0/value"."""
    if isinstance(value, Message):
        return {path: encode(value)}
    found: dict[str, Any] = {}
    for name, part in _parts(value):
        found |= messages_in(part, f"{path}/{name}")
    return found


def with_messages(value: Any, messages: Mapping[str, Any] | None, path: str = "") -> Any:
    """Return the JSON value with the messages that `messages_in` found in it; without any, as it is."""
    if not messages:
        return value
    if path in messages:
        return decode(messages[path])
    parts = {name: with_messages(part, messages, f"{path}/{name}") for name, part in _parts(value)}
    if isinstance(value, dict):
        return parts
    return list(parts.values()) if isinstance(value, list) else value


class _Localized(NamedTuple):
    """A date or number that str.format writes by a Unicode pattern, such as "EEEE d MMMM y" or "#,##0"."""

    value: date | int
    language: str

    def __format__(self, pattern: str) -> str:
        if not pattern:
            return str(self.value)
        if isinstance(self.value, date):
            pattern = styled(pattern, date_style.get())
        return _formatted(self.value, pattern, self.language)


@lru_cache(maxsize=4096)
def _formatted(value: date | int, pattern: str, language: str) -> str:
    from babel import Locale, dates, numbers  # here, since a process that reads a file needs none

    locale = Locale.parse(language)
    if isinstance(value, int):
        return numbers.parse_pattern(pattern).apply(value, locale)
    return dates.parse_pattern(pattern).apply(value, locale)


def _encoded(value: Value) -> Any:
    if isinstance(value, Message):
        return encode(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _decoded(value: Any, depth: int) -> Value:
    match value:
        case {"id": _}:
            return decode(value, depth + 1)
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case str() | float() | None:
            return cast("Value", value)
        case int() if abs(value) < INTEGER_MAX:
            return value
        case _:
            raise ValueError("The message has a value of another form.")


def _parts(value: Any) -> list[tuple[Any, Any]]:
    """Return the fields of an object with their names, the elements of a list with their indexes; else nothing."""
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).items())
    return list(enumerate(cast("list[Any]", value))) if isinstance(value, list) else []
