# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""Sentences in the reader's language: a component gives them to the browser to say, a handler says them itself."""

import json
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from reflex_base.components.component import BaseComponent, Component
from reflex_base.plugins import Plugin
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import LiteralVar, VarData
from reflex_base.vars.sequence import StringVar

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}
"""Each language by its code, as it calls itself. The sentences of all but English are in `words_<code>.py`."""

speaking: ContextVar[str] = ContextVar("speaking", default="")
"""The language of the person who is being answered; empty where nobody is, as while the page is built."""


class Said(str):
    """A sentence in English that knows its name; in a component the browser says it in the reader's language."""

    name: str

    def __new__(cls, name: str, english: str) -> "Said":
        said = super().__new__(cls, english)
        said.name = name
        return said

    def __getnewargs__(self) -> tuple[str, str]:  # pyright: ignore[reportIncompatibleMethodOverride]: a str has one
        """What a copy is made of."""
        return self.name, str(self)


class SaidVar(StringVar[str], python_types=Said):
    """A sentence that is chosen in the browser."""


class LiteralSaidVar(LiteralVar[str], SaidVar):
    """What Reflex makes of a sentence wherever a component is given one."""

    @classmethod
    def create(  # pyright: ignore[reportIncompatibleMethodOverride]: Reflex's own literals take their own values too
        cls, value: Said, _var_type: Any = None, _var_data: VarData | None = None
    ) -> StringVar[str]:
        hook = VarData(
            imports={"$/public/page/language.js": [ImportVar(tag="useWords")]},
            hooks={"const said = useWords()": None},
        )
        return StringVar(
            _js_expr=f"said[{LiteralVar.create(value.name)!s}]",
            _var_type=str,
            _var_data=VarData.merge(hook, _var_data),
        )


class Attributes(Plugin):
    """Makes browser's sentences of those in an element's own attributes, where Reflex looks for nothing but a Var."""

    def enter_component(self, comp: BaseComponent, /, **context: Any) -> None:
        if isinstance(comp, Component) and any(isinstance(value, Said) for value in comp.custom_attrs.values()):
            comp.custom_attrs = {
                name: LiteralSaidVar.create(value) if isinstance(value, Said) else value
                for name, value in comp.custom_attrs.items()
            }


class Words(ModuleType):
    """The module of the English sentences, read in the language that is spoken.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """

    def __getattribute__(self, name: str) -> Any:
        if not name.isupper():
            return super().__getattribute__(name)
        english = super().__getattribute__(name)
        if language := speaking.get():
            return _in_language(name, english, sentences(language).get(name))
        return _in_browser(name, english)


def speak(language: str) -> None:
    """Have everything that this event says said in the language; English where there is no such language."""
    speaking.set(language if language in LANGUAGES else ENGLISH)


def sentences(language: str) -> dict[str, Any]:
    """The sentences of the language by their names, as its file has them."""
    return _sentences(language)


@lru_cache
def _sentences(language: str) -> dict[str, Any]:
    module = import_module("taskchat_app.ui.words" if language == ENGLISH else f"taskchat_app.ui.words_{language}")
    return {name: value for name, value in vars(module).items() if name.isupper()}


def _in_language(name: str, english: Any, theirs: Any) -> Any:
    """The sentences in another language, English where it has none."""
    if theirs is None:
        return english
    if isinstance(english, dict):
        return cast(dict[Any, Any], english) | theirs
    return theirs


def _in_browser(name: str, english: Any) -> Any:
    """The sentences, each with its name."""
    if isinstance(english, str):
        return Said(name, english)
    if isinstance(english, dict):
        items = cast(dict[Any, Any], english).items()
        return {key: _in_browser(f"{name}.{key}", value) for key, value in items}
    if isinstance(english, tuple):
        return tuple(_in_browser(f"{name}.{at}", value) for at, value in enumerate(cast(tuple[Any, ...], english)))
    return english


def catalogue() -> str:
    """All sentences of all languages as a module for the browser, `{language: {name: sentence}}`."""
    english = sentences(ENGLISH)
    said = {
        language: {
            path: sentence
            for name, value in english.items()
            for path, sentence in _flat(name, _in_language(name, value, sentences(language).get(name)))
        }
        for language in LANGUAGES
    }
    return f"export const SENTENCES = {json.dumps(said, ensure_ascii=False, sort_keys=True)};\n"


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A constant's sentences by the names that `_in_browser` gives them."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, held in cast(dict[Any, Any], value).items():
            yield from _flat(f"{name}.{key}", held)
    elif isinstance(value, tuple):
        for at, held in enumerate(cast(tuple[Any, ...], value)):
            yield from _flat(f"{name}.{at}", held)
