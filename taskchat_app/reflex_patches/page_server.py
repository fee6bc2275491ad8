"""Wraps the page server of `reflex run --frontend-only` in our middleware, as the whole app does (ui/shell)."""

from collections.abc import Callable
from typing import Any

from reflex.utils import exec as commands


def wrap_page_server(middleware: Callable[[Any], Any]) -> None:
    """Have `--frontend-only` serve `middleware(app)` in place of Reflex's own ASGI application."""
    original: Callable[[], Any] = getattr(commands, "_frontend_prod_app")  # noqa: B009 -- private in Reflex
    setattr(commands, "_frontend_prod_app", lambda: middleware(original()))  # noqa: B010 -- private in Reflex
