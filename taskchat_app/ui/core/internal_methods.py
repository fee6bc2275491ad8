"""A decorator that keeps a state's method from being callable over the socket."""

from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


def internal(method: Method) -> Method:
    """Keep a public method of a state off the socket.

    Reflex takes every one for an event, which anybody signed in or not may send with arguments of their own making:
    a `Person` of somebody else among them. This mark is the one by which Reflex leaves its own methods out.
    """
    method.__override_base_method__ = True  # pyright: ignore[reportFunctionMemberAccess]: a mark, as Reflex sets it
    return method
