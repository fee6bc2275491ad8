"""Wires pages, API and lifespan into one Reflex application."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

from taskchat_app.api.app import build_api
from taskchat_app.api.middleware.header_limit import HeaderLimit
from taskchat_app.api.middleware.request_ids import RequestIds
from taskchat_app.api.middleware.security_headers import SecurityHeaders
from taskchat_app.lifespan import lifespan
from taskchat_app.reflex_patches.changed_vars import leave_out_address
from taskchat_app.reflex_patches.connection_notice import remove_connection_notice
from taskchat_app.reflex_patches.outer_middleware import WrappedApp
from taskchat_app.reflex_patches.redis_manager import restart_channel_readers, retry_state_locks
from taskchat_app.reflex_patches.state_schemas import hash_fields_of_dataclasses
from taskchat_app.ui.pages import routes
from taskchat_app.ui.shell.auth_redirect import AuthRedirectMiddleware
from taskchat_app.ui.shell.event_errors import report
from taskchat_app.ui.shell.head import SHEETS, head
from taskchat_app.ui.shell.page_paths import PagePaths
from taskchat_app.ui.socket.socket_limits import SocketGuard

api = build_api()
app = WrappedApp(
    api=api,
    api_transformer=[api, PagePaths, AuthRedirectMiddleware, SocketGuard],
    outer_middleware=[HeaderLimit, SecurityHeaders, RequestIds],
    stylesheets=[f"/{sheet}" for sheet in SHEETS],
    head_components=head(),
    html_lang="en",
    toaster=None,
    backend_exception_handler=report,
)
hash_fields_of_dataclasses()
leave_out_address()
remove_connection_notice(app)
retry_state_locks()
restart_channel_readers()
app.register_lifespan_task(lifespan)
routes.register(app)
