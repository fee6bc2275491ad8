"""Wraps middleware around Reflex's whole application, and calls the API without Reflex's own middleware.

`api_transformer` of Reflex 0.10 comes below Reflex's CORS middleware, so that it sees no preflight request.
"""

import dataclasses
from collections.abc import Callable, Sequence

import reflex as rx
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclasses.dataclass
class WrappedApp(rx.App):
    """`rx.App` within `outer_middleware`; the last one gets each request first."""

    outer_middleware: Sequence[Callable[[ASGIApp], ASGIApp]] = ()
    api: ASGIApp | None = None
    """The app of `api_transformer` that answers requests under /api/: each layer above it costs time for each event of
    a stream. Reflex adds a CORS middleware to it as well."""

    def __call__(self) -> ASGIApp:
        whole = super().__call__()
        api = self.api or whole

        async def choose_app(scope: Scope, receive: Receive, send: Send) -> None:
            is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
            await (api if is_api else whole)(scope, receive, send)

        app: ASGIApp = choose_app
        for middleware in self.outer_middleware:
            app = middleware(app)
        return app
