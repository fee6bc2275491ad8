"""Lazily translated strings: resolved in the browser by components, on the server by handlers."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

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

from taskchat_app.i18n.catalogue import LANGUAGES
from taskchat_app.i18n.messages import ENGLISH

current_language: ContextVar[str] = ContextVar("speaking", default="")
"""The language of the person who is being answered; empty where nobody is, as while the page is built."""


class LazyString(str):
    """An English sentence that knows its key; in a component the browser shows the reader's language."""

    name: str

    def __new__(cls, name: str, english: str) -> "LazyString":
        said = super().__new__(cls, english)
        said.name = name
        return said

    def __getnewargs__(self) -> tuple[str, str]:  # pyright: ignore[reportIncompatibleMethodOverride]: a str has one
        """What a copy is made of."""
        return self.name, str(self)


class LazyStringVar(StringVar[str], python_types=LazyString):
    """A sentence chosen in the browser."""


class LiteralLazyStringVar(LiteralVar[str], LazyStringVar):
    """The Var that Reflex creates for a LazyString."""

    @classmethod
    def create(  # pyright: ignore[reportIncompatibleMethodOverride]: Reflex's own literals take their own values too
        cls, value: LazyString, _var_type: Any = None, _var_data: VarData | None = None
    ) -> StringVar[str]:
        hook = VarData(
            imports={"$/public/page/core/language.js": [ImportVar(tag="useWords")]},
            hooks={"const said = useWords()": None},
        )
        return StringVar(
            _js_expr=f"said[{LiteralVar.create(value.name)!s}]",
            _var_type=str,
            _var_data=VarData.merge(hook, _var_data),
        )


class LazyAttributes(Plugin):
    """Reflex plugin: converts LazyStrings in an element's own attributes into Vars."""

    def enter_component(self, comp: BaseComponent, /, **context: Any) -> None:
        if isinstance(comp, Component) and any(isinstance(value, LazyString) for value in comp.custom_attrs.values()):
            comp.custom_attrs = {
                name: LiteralLazyStringVar.create(value) if isinstance(value, LazyString) else value
                for name, value in comp.custom_attrs.items()
            }


class WordsModule(ModuleType):
    """The words module, read in the current language.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """

    def __getattribute__(self, name: str) -> Any:
        if not name.isupper():
            return super().__getattribute__(name)
        english = super().__getattribute__(name)
        if language := current_language.get():
            return _in_language(name, english, sentences(language).get(name))
        return _in_browser(name, english)


def set_language(language: str) -> None:
    """Set the language of this event's answers; English for an unknown one."""
    current_language.set(language if language in LANGUAGES else ENGLISH)


def sentences(language: str) -> dict[str, Any]:
    """The sentences of the language by their names, as its file has them."""
    return _sentences(language)


@lru_cache
def _sentences(language: str) -> dict[str, Any]:
    module = import_module(
        "taskchat_app.ui.i18n.words" if language == ENGLISH else f"taskchat_app.ui.i18n.words_{language}"
    )
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
        return LazyString(name, english)
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
