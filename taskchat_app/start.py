"""Prepares `reflex run`: the database, the signing key, and Redis if it is used."""

import contextlib
import logging
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from taskchat_app.config import SettingsError, jwt_secret, settings
from taskchat_app.domain.storage.database import DatabaseUnusable, migrate
from taskchat_app.reflex_patches.build_cache import skip_unchanged_builds
from taskchat_app.reflex_patches.page_server import wrap_page_server
from taskchat_app.run_options import RunOptions
from taskchat_app.runtime.limited_process import hide_memory
from taskchat_app.shutdown_limits import limit_supervisor_shutdown
from taskchat_app.ui.shell.page_paths import PagePaths

REDIS_SECONDS = 10
"""How long Redis may take to answer."""
log = logging.getLogger(__name__)


def prepare() -> None:
    """Migrate the database and ensure that a signing key exists; on failure exit with a line that says what to do."""
    try:
        migrate(settings())
        jwt_secret()
    except (DatabaseUnusable, SettingsError) as error:
        sys.exit(f"taskchat cannot start. {error}")


def supervise(options: RunOptions) -> None:
    """Prepare this process, which is `reflex run` itself, as the supervisor of the servers that it starts.

    It is a user of the embedded Postgres for as long as it runs, so that a reload of the API does not stop Postgres. It
    migrates before Reflex compares the schema with the models: Reflex would warn about an old schema, and print a stack
    trace if the database is unreachable.
    """
    limit_supervisor_shutdown()
    hide_memory()
    if not options.frontend_only:
        warn_of_passing_disk()
        check_redis()
        prepare()
    skip_unchanged_builds()
    if options.frontend_only:
        wrap_page_server(PagePaths)


def reflex_folder(usual: Path, home: Path) -> Path:
    """Return a folder for Reflex's own files: the usual one in the user's home, or one in `home` if it is not writable.

    Service users often have no home. Raises SettingsError if neither can be created.
    """
    with contextlib.suppress(OSError):
        usual.mkdir(parents=True, exist_ok=True)
        if os.access(usual, os.W_OK):
            return usual
    folder = home / "reflex"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = f"neither {usual} nor {folder} can be written: {error.strerror}"
        raise SettingsError(f"REFLEX_DIR: set it to a folder for Reflex's own files, since {reason}") from error
    return folder


def check_redis() -> None:
    """Exit with a line that says what to do if REDIS_URL is set and no Redis answers there.

    Reflex would say so without naming the variable, after it has built the page. Raises SettingsError for options
    of the URL that the client does not know or cannot use.
    """
    url = settings().redis_url
    if url is None:
        return
    from redis import Redis, RedisError  # here, since the import takes 0.1 s

    client_class: Any = Redis  # options of its methods have no types
    try:
        with client_class.from_url(url, socket_timeout=REDIS_SECONDS) as client:
            client.ping()
    except RedisError as error:
        reason = str(error).rstrip(".")
        advice = "Check REDIS_URL and that Redis is running."
        sys.exit(f"taskchat cannot start. Redis cannot be reached ({reason}). {advice}")
    except Exception as error:  # the client passes options to its constructors unchecked: any type of error
        reason = str(error).rstrip(".")
        raise SettingsError(f"REDIS_URL: {reason}. Correct what follows the ?, or leave it out") from error


@cache
def warn_of_passing_disk() -> None:
    """Log a warning if the data may be lost with the machine; once, though Reflex reads rxconfig.py repeatedly."""
    if settings().may_lose_data:
        log.warning(
            "All data are in %s, and may be lost with this pod (KUBERNETES_SERVICE_HOST is set)."
            " Set DATABASE_URL, or TASKCHAT_HOME to a folder on a lasting disk",
            settings().home,
        )
