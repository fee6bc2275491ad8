"""A decorator that keeps a state's method from being callable over the socket."""

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])

MARK = "__override_base_method__"
"""Reflex turns every public method of a state into an event handler, except those with this attribute."""


def internal(method: Method) -> Method:
    """Keep a public method of a state off the socket, over which any client could call it with any arguments."""
    setattr(method, MARK, True)
    return method
