"""Messages in components: the page has their English text as a key, and the browser translates it."""

import json
from collections.abc import Iterator
from typing import Any, cast

from reflex_base.components.component import BaseComponent, Component
from reflex_base.plugins import Plugin
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import LiteralVar, VarData
from reflex_base.vars.sequence import StringVar

from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.messages import ENGLISH, Message
from taskchat_app.ui.i18n import words


class MessageVar(StringVar[str], python_types=Message):
    """A message that the browser translates."""


class LiteralMessageVar(LiteralVar[str], MessageVar):
    """The Var that Reflex creates for a Message: a call in the browser, such as `gettext("Send")`."""

    @classmethod
    def create(  # pyright: ignore[reportIncompatibleMethodOverride]  # Reflex's own literals take their own values too
        cls, value: Message, _var_type: Any = None, _var_data: VarData | None = None
    ) -> StringVar[str]:
        hook = VarData(
            imports={"$/public/page/core/language.js": [ImportVar(tag="useGettext")]},
            hooks={"const gettext = useGettext()": None},
        )
        key = json.dumps(_key(value), ensure_ascii=False)
        return StringVar(_js_expr=f"gettext({key})", _var_type=str, _var_data=VarData.merge(hook, _var_data))


class MessageAttributes(Plugin):
    """Reflex plugin: converts messages in an element's own attributes into Vars."""

    def enter_component(self, comp: BaseComponent, /, **context: Any) -> None:
        if isinstance(comp, Component) and any(isinstance(value, Message) for value in comp.custom_attrs.values()):
            comp.custom_attrs = {
                name: LiteralMessageVar.create(value) if isinstance(value, Message) else value
                for name, value in comp.custom_attrs.items()
            }


def browser_catalogue() -> str:
    """Return a module for the browser, such as `export const SENTENCES = {"de": {"Send": "Senden"}, "en": {}};`."""
    messages = [message for value in _constants().values() for message in messages_in(value)]
    sentences = {
        language: {_key(message): render(message, language) for message in messages}
        for language in LANGUAGES
        if language != ENGLISH
    }
    return f"export const SENTENCES = {json.dumps({ENGLISH: {}} | sentences, ensure_ascii=False, sort_keys=True)};\n"


def browser_words() -> str:
    """Return a module for the browser with the keys of the messages in `words`, as `export const SEND = "Send";`."""
    named = {name: _keys_in(value) for name, value in _constants().items() if any(messages_in(value))}
    return "".join(f"export const {name} = {json.dumps(keys, ensure_ascii=False)};\n" for name, keys in named.items())


def _constants() -> dict[str, Any]:
    return {name: value for name, value in vars(words).items() if name.isupper()}


def _keys_in(value: Any) -> Any:
    """Return the constant with each message in it replaced by its key."""
    if isinstance(value, dict):
        return {name: _keys_in(part) for name, part in cast(dict[str, Any], value).items()}
    if isinstance(value, tuple):
        return [_keys_in(part) for part in cast(tuple[Any, ...], value)]
    return _key(value) if isinstance(value, Message) else value


def messages_in(value: Any) -> Iterator[Message]:
    """Yield the messages of a constant, which may be a dictionary or a tuple of them."""
    if isinstance(value, Message):
        yield value
    elif isinstance(value, dict):
        yield from messages_in(tuple(cast(dict[str, Any], value).values()))
    elif isinstance(value, tuple):
        for part in cast(tuple[Any, ...], value):
            yield from messages_in(part)


def _key(message: Message) -> str:
    """Return the English sentence with its values, as in gettext after its context and U+0004 if it has one."""
    return f"{message.context}\u0004{message}" if message.context else str(message)
