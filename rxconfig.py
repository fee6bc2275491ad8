"""Reflex's configuration: ports, database, Redis, plugins, and the origins that may call the API (CORS).

`reflex run` reads this file twice before it starts anything, and each process that it spawns reads it once.
"""

import gc
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import reflex as rx
from reflex_base.constants import CompileContext, StateManagerMode
from reflex_base.environment import environment

from taskchat_app import tcp_connections
from taskchat_app.config import Settings, SettingsError, settings
from taskchat_app.domain.storage.database import database_url
from taskchat_app.json_logs import use_json_logs
from taskchat_app.reflex_patches.build_cache import skip_unchanged_builds
from taskchat_app.reflex_patches.build_files import PAGE_HOST, BuildFiles
from taskchat_app.reflex_patches.exported_files import leave_out_local_state
from taskchat_app.reflex_patches.lock_files import keep_lock_files
from taskchat_app.reflex_patches.log_handler import ignore_closed_console, leave_out_advice
from taskchat_app.run_options import (
    API_PORT,
    RunOptions,
    RunRefused,
    check_options,
    check_ports,
    check_user,
    options_of_run,
)
from taskchat_app.start import reflex_folder, supervise
from taskchat_app.ui.i18n.browser_messages import MessageAttributes
from taskchat_app.ui.shell.build_plugins import Constants, RadixTheme
from taskchat_app.ui.shell.page_paths import PRERENDERED
from taskchat_app.ui.socket.events import FRAME_MAX

DATABASE_CONNECTIONS = 15
"""All are kept open. By default 10 of them would be closed after each use, and opening one takes 10 ms."""
CONNECTION_WAIT = timedelta(seconds=120)
"""While the database answers, many requests at once wait in a queue; a shorter wait refused some of 300 answers."""
OBJECTS_PER_COLLECTION = 50_000
"""New objects after which Python looks for garbage in cycles. With its 700, that is an eighth of the app's imports."""
PING_SECONDS = 3
"""Between two pings of the server over the page's socket."""
PONG_SECONDS = 4
"""The maximum time for the answer. The sum is the maximum time until either side notices a lost connection."""
IMAGE_API = "http://localhost:3000"
"""What the Dockerfile builds the page for. At https on the default port, a page replaces such a host and port."""
SOURCES = [Path(name) for name in ("rxconfig.py", "taskchat_app", "alembic", "assets")]
"""What reloads the app in development. Reflex watches all that is visible, also a TASKCHAT_HOME or a build in it."""


def _chosen() -> Settings:
    """Return the settings; in `reflex run`, with its options applied for this process and those that it spawns."""
    try:
        settings.cache_clear()
        options = options_of_run(settings())
        if settings().log_format == "json":
            use_json_logs()
        if environment.REFLEX_COMPILE_CONTEXT.get() is CompileContext.EXPORT:
            skip_unchanged_builds()  # a later `reflex run` uses the page that an export built
        if options is None:
            return settings()
        if not environment.REFLEX_DIR.is_set():
            environment.REFLEX_DIR.set(reflex_folder(environment.REFLEX_DIR.get(), settings().home))
        if environment.REFLEX_COMPILE_CONTEXT.get() is CompileContext.RUN:
            supervise(options)
        else:
            _apply_options(options)
        return settings()
    except (SettingsError, RunRefused) as error:
        sys.exit(f"taskchat cannot start. {error}")


def _writes_lock() -> bool:
    """Return whether this process is the `reflex compile` of `make lock`."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name == "compile"


def _apply_options(options: RunOptions) -> None:
    """Set the environment variables that Reflex, its worker processes and the settings read."""
    check_options(options)
    check_ports(options)
    check_user(options, on_platform=settings().platform_variable is not None)
    os.environ["PORT"] = str(options.page_port)
    os.environ[PAGE_HOST] = options.host
    if options.api_port:
        os.environ["REFLEX_BACKEND_PORT"] = str(options.api_port)
    environment.REFLEX_FRONTEND_ONLY.set(options.frontend_only)
    environment.REFLEX_BACKEND_ONLY.set(options.backend_only)
    if not environment.REFLEX_WEB_WORKDIR.is_set():
        environment.REFLEX_WEB_WORKDIR.set(options.web_folder)
    if not environment.REFLEX_STRICT_HOT_RELOAD.is_set():
        # A forked process would keep the modules that this file imports in the state before a change.
        environment.REFLEX_STRICT_HOT_RELOAD.set(True)
    if not environment.REFLEX_HOT_RELOAD_OVERRIDE_PATHS.is_set():
        environment.REFLEX_HOT_RELOAD_OVERRIDE_PATHS.set(SOURCES)
    settings.cache_clear()


def _api_address(chosen: Settings) -> str | None:
    """Return the API's address for the build of the page; None where Reflex makes it of localhost and the port.

    It is the image's wherever that page would find the API, whatever PORT is: any other one means another build.
    """
    if environment.REFLEX_FRONTEND_ONLY.get():
        return f"http://localhost:{API_PORT}"
    has_one_port = environment.REFLEX_BACKEND_PORT.get() in (None, chosen.port)
    if not (chosen.public_url and has_one_port):
        return None
    return IMAGE_API if chosen.has_default_https else chosen.public_url


def _config(chosen: Settings) -> rx.Config:
    frontend_only, backend_only = environment.REFLEX_FRONTEND_ONLY.get(), environment.REFLEX_BACKEND_ONLY.get()
    # The page server alone needs no database.
    url = None if frontend_only else database_url(chosen)
    addresses: dict[str, Any] = {"deploy_url": chosen.origin}
    if api_address := _api_address(chosen):
        addresses["api_url"] = api_address
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
        frontend_compression_formats=["brotli", "gzip"],
        plugins=[
            RadixTheme(),
            Constants(),
            BuildFiles(PRERENDERED),
            MessageAttributes(),
        ],
        disable_plugins=[rx.plugins.SitemapPlugin],
        **addresses,
    )


# Where uvicorn and gunicorn are installed too, Reflex would run them, with several workers.
environment.REFLEX_USE_GRANIAN.set(True)
# Managed Redis servers refuse CONFIG SET; reflex_patches/redis_manager.py does without it.
environment.REFLEX_IGNORE_REDIS_CONFIG_ERROR.set(True)
# reflex.lock is bun's; npm would replace it by one of its own.
environment.REFLEX_USE_NPM.set(False)
environment.REFLEX_CHECK_LATEST_VERSION.set(False)
environment.SQLALCHEMY_POOL_SIZE.set(DATABASE_CONNECTIONS)
environment.SQLALCHEMY_MAX_OVERFLOW.set(0)
environment.SQLALCHEMY_POOL_TIMEOUT.set(CONNECTION_WAIT)
# database.py tests a pooled connection with the BEGIN that each transaction sends anyway.
environment.SQLALCHEMY_POOL_PRE_PING.set(False)
os.environ["REFLEX_SOCKET_INTERVAL"] = str(PING_SECONDS)
os.environ["REFLEX_SOCKET_TIMEOUT"] = str(PONG_SECONDS)
os.environ["REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE"] = str(FRAME_MAX)

ignore_closed_console()
leave_out_advice()
leave_out_local_state()
if not _writes_lock():
    keep_lock_files()
tcp_connections.set_connection_limits()
gc.set_threshold(OBJECTS_PER_COLLECTION)

_settings = _chosen()
# With a Redis URL Reflex would start several workers without being asked.
os.environ["GRANIAN_WORKERS"] = str(_settings.workers)
config = _config(_settings)
