"""Wraps middleware around Reflex's whole application, its CORS middleware included.

`api_transformer` of Reflex 0.10 comes below that, so that it sees no preflight request.
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import reduce

import reflex as rx
from starlette.types import ASGIApp


@dataclasses.dataclass
class WrappedApp(rx.App):
    """`rx.App` within `outer_middleware`; the last one gets each request first."""

    outer_middleware: Sequence[Callable[[ASGIApp], ASGIApp]] = ()

    def __call__(self) -> ASGIApp:
        return reduce(lambda app, middleware: middleware(app), self.outer_middleware, super().__call__())
