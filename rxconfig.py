"""Reflex's configuration: everything comes from the settings, and Reflex itself talks to nobody."""

import os
import sys
from typing import Any

import reflex as rx
from reflex_base.constants import StateManagerMode
from reflex_base.environment import environment

from taskchat_app.config import Settings, SettingsError, settings
from taskchat_app.domain.database import database_url
from taskchat_app.ui.build import RootTheme, Routes, Sentences, Stylesheet
from taskchat_app.ui.said import Attributes
from taskchat_app.ui.socket_frames import FRAME_MAX
from taskchat_app.ui.style import theme

SOCKET_PING_SECONDS = "3"
SOCKET_PONG_SECONDS = "4"
"""Together the longest that a silent loss of the connection goes unnoticed, on either side."""


def _chosen() -> Settings:
    try:
        return settings()
    except SettingsError as error:
        sys.exit(f"taskchat cannot start. {error}")


def _config(chosen: Settings) -> rx.Config:
    url = database_url(chosen)
    # One port for page and API; `reflex run` in its development mode takes the next free ones for the API.
    reachable: dict[str, Any] = (
        {"api_url": chosen.public_url, "deploy_url": chosen.public_url} if chosen.public_url else {}
    )
    return rx.Config(
        app_name="taskchat_app",
        frontend_port=chosen.port,
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
            Routes(),
            Attributes(),
        ],
        disable_plugins=[rx.plugins.SitemapPlugin],
        **reachable,
    )


# A turn's live tail lives in one process; with a Redis URL Reflex would start several.
os.environ["GRANIAN_WORKERS"] = "1"
environment.REFLEX_CHECK_LATEST_VERSION.set(False)
os.environ["REFLEX_SOCKET_INTERVAL"] = SOCKET_PING_SECONDS
os.environ["REFLEX_SOCKET_TIMEOUT"] = SOCKET_PONG_SECONDS
os.environ["REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE"] = str(FRAME_MAX)

config = _config(_chosen())
