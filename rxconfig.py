"""Reflex's configuration: everything comes from the settings and the options of `reflex run`; Reflex itself talks to
nobody.

`reflex run` reads this file twice before it starts anything, and each process that it spawns once more.
"""

import os
import sys
from typing import Any

import reflex as rx
from reflex_base.constants import CompileContext, StateManagerMode
from reflex_base.environment import environment

from taskchat_app import connections
from taskchat_app.config import Settings, SettingsError, settings
from taskchat_app.domain.storage.database import database_url
from taskchat_app.reflex_patches.build_files import PrerenderedPages, RootTheme, UnwatchedWebFolders
from taskchat_app.run_options import API_PORT, RunOptions, RunRefused, check_options, check_ports, options_of_run
from taskchat_app.start import supervise
from taskchat_app.ui.core.style import theme
from taskchat_app.ui.i18n.browser_messages import MessageAttributes
from taskchat_app.ui.shell.build_plugins import Sentences, Stylesheet
from taskchat_app.ui.shell.page_paths import PRERENDERED
from taskchat_app.ui.socket.frames import FRAME_MAX

SOCKET_PING_SECONDS = "3"
SOCKET_PONG_SECONDS = "4"
"""Together the longest that a silent loss of the connection goes unnoticed, on either side."""


def _chosen() -> Settings:
    """The settings; `reflex run` adds what its options say, for itself and the processes that it spawns."""
    try:
        settings.cache_clear()
        asked = options_of_run(settings())
        if asked is None:
            return settings()
        if environment.REFLEX_COMPILE_CONTEXT.get() is CompileContext.RUN:
            supervise(asked)
        else:
            _take_options(asked)
        return settings()
    except (SettingsError, RunRefused) as error:
        sys.exit(f"taskchat cannot start. {error}")


def _take_options(asked: RunOptions) -> None:
    """Put what follows from the options where Reflex, its worker processes and the settings read it."""
    check_options(asked)
    check_ports(asked)
    os.environ["PORT"] = str(asked.page_port)
    if asked.api_port:
        os.environ["REFLEX_BACKEND_PORT"] = str(asked.api_port)
    environment.REFLEX_FRONTEND_ONLY.set(asked.frontend_only)
    environment.REFLEX_BACKEND_ONLY.set(asked.backend_only)
    if not environment.REFLEX_WEB_WORKDIR.is_set():
        environment.REFLEX_WEB_WORKDIR.set(asked.web_folder)
    if not environment.REFLEX_STRICT_HOT_RELOAD.is_set():
        # A forked process would keep what this file imports as it was before a change.
        environment.REFLEX_STRICT_HOT_RELOAD.set(True)
    settings.cache_clear()


def _config(chosen: Settings) -> rx.Config:
    frontend_only, backend_only = environment.REFLEX_FRONTEND_ONLY.get(), environment.REFLEX_BACKEND_ONLY.get()
    # A page without its API needs no database.
    url = None if frontend_only else database_url(chosen)
    addresses: dict[str, Any] = {"deploy_url": chosen.origin}
    if frontend_only:
        addresses["api_url"] = f"http://localhost:{API_PORT}"
    elif chosen.public_url and environment.REFLEX_BACKEND_PORT.get() in (None, chosen.port):
        addresses["api_url"] = chosen.public_url
    if not backend_only:
        addresses["frontend_port"] = chosen.port
    return rx.Config(
        app_name="taskchat_app",
        backend_host=chosen.host,
        db_url=url,
        async_db_url=url,
        redis_url=chosen.redis_url,
        state_manager_mode=StateManagerMode.REDIS if chosen.redis_url else StateManagerMode.MEMORY,
        trusted_proxy_hops=chosen.trusted_proxy_hops,
        cors_allowed_origins=[*chosen.own_origins, *chosen.allowed_origins],
        telemetry_enabled=False,
        show_built_with_reflex=False,
        plugins=[
            rx.plugins.RadixThemesPlugin(theme=theme()),
            Stylesheet(),
            RootTheme(),
            Sentences(),
            PrerenderedPages(PRERENDERED),
            UnwatchedWebFolders(),
            MessageAttributes(),
        ],
        disable_plugins=[rx.plugins.SitemapPlugin],
        **addresses,
    )


# A turn's live tail lives in one process; with a Redis URL Reflex would start several.
os.environ["GRANIAN_WORKERS"] = "1"
environment.REFLEX_CHECK_LATEST_VERSION.set(False)
os.environ["REFLEX_SOCKET_INTERVAL"] = SOCKET_PING_SECONDS
os.environ["REFLEX_SOCKET_TIMEOUT"] = SOCKET_PONG_SECONDS
os.environ["REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE"] = str(FRAME_MAX)

connections.take_more()

config = _config(_chosen())
