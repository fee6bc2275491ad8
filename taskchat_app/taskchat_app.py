# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The wiring: pages, API and lifespan put together into one application."""

import reflex as rx

from taskchat_app.api.app import build_api
from taskchat_app.lifespan import lifespan
from taskchat_app.ui import pages, style
from taskchat_app.ui.chat_state import report
from taskchat_app.ui.doors import Doors
from taskchat_app.ui.head import head
from taskchat_app.ui.page_paths import PagePaths
from taskchat_app.ui.socket_guard import SocketGuard

app = rx.App(
    api_transformer=[build_api(), PagePaths, Doors, SocketGuard],
    stylesheets=[f"/{sheet}" for sheet in style.SHEETS],
    head_components=head(),
    html_lang="en",
    toaster=None,
    backend_exception_handler=report,
)
# Reflex's own notices about the connection: the page has its own.
app.app_wraps.pop((5, "Overlay"))
app.register_lifespan_task(lifespan)
pages.register(app)
