"""Patches Reflex's hashes of states: the fields of the dataclasses that vars hold are part of them, too.

By these hashes Reflex drops a state that another version of taskchat has stored in Redis, and has a page of another
version reload. Its own hashes have only the name of each var, and whether it is a list: a stored row without a new
field stayed, and each attempt to send it raised an AttributeError, also after a reload.
"""

# pyright: reportPrivateUsage=false
# Reflex offers no other way.

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, cast, get_args, get_type_hints

from reflex import state
from reflex.state import BaseState
from reflex_base.registry import RegistrationContext

_reflex_schema = cast(Any, BaseState._to_schema).__func__.__wrapped__
_reflex_frontend_schema = cast(Any, state._frontend_schema).__wrapped__


def hash_fields_of_dataclasses() -> None:
    BaseState._to_schema = cast(Any, classmethod(_schema))
    state._frontend_schema = cast(Any, _frontend_schema)


@functools.cache  # Reflex empties both caches where a state is added
def _schema(cls: type[BaseState]) -> str:
    return _digest([_reflex_schema(cls), *_fields_of(cls)])


@functools.cache
def _frontend_schema(root: type[BaseState], context: RegistrationContext) -> str:
    return _digest([_reflex_frontend_schema(root, context), *_fields_below(root, context)])


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _fields_below(root: type[BaseState], context: RegistrationContext) -> Iterator[str]:
    yield from _fields_of(root)
    for child in sorted(context.get_substates(root), key=lambda child: child.get_full_name()):
        yield from _fields_below(child, context)


def _fields_of(cls: Any) -> Iterator[str]:
    """Yield the state's vars, each with the fields of the dataclasses in it."""
    for name in sorted(cls.base_vars):
        yield name
        yield from _fields_in(cls.get_fields()[name].annotated_type, set())


def _fields_in(type_: Any, seen: set[type]) -> Iterator[str]:
    """Yield the fields of the dataclasses in this type, as "Row.title: str", and in their fields, each class once."""
    for inner in get_args(type_):
        yield from _fields_in(inner, seen)
    if isinstance(type_, type) and is_dataclass(type_) and type_ not in seen:
        seen.add(type_)
        hints = get_type_hints(type_)
        for each in fields(type_):
            yield f"{type_.__qualname__}.{each.name}: {hints[each.name]}"
            yield from _fields_in(hints[each.name], seen)
