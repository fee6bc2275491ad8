"""Wraps the page server of `reflex run --frontend-only` in a middleware of ours (ui/shell/page_paths.py)."""

from collections.abc import Callable
from typing import Any

from reflex.utils import exec as commands


def wrap_page_server(middleware: Callable[[Any], Any]) -> None:
    """Have `--frontend-only` serve `middleware(app)` in place of Reflex's own ASGI application."""
    original: Callable[[], Any] = getattr(commands, "_frontend_prod_app")  # noqa: B009 -- private in Reflex
    setattr(commands, "_frontend_prod_app", lambda: middleware(original()))  # noqa: B010 -- private in Reflex
