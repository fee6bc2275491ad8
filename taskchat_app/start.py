"""Prepares the database and the signing key before anything is served."""

import sys

from taskchat_app.config import SettingsError, jwt_secret, settings
from taskchat_app.domain.storage.database import DatabaseUnusable, migrate
from taskchat_app.reflex_patches.build_cache import skip_unchanged_builds
from taskchat_app.reflex_patches.page_server import wrap_page_server
from taskchat_app.run_options import RunOptions
from taskchat_app.shutdown import limit_supervisor_shutdown
from taskchat_app.ui.shell.page_paths import PagePaths


def prepare() -> None:
    """Bring the database to the newest revision and see to the key that signs tokens; where that cannot be, end with
    one line that says what to do.
    """
    try:
        migrate(settings())
        jwt_secret()
    except (DatabaseUnusable, SettingsError) as error:
        sys.exit(f"taskchat cannot start. {error}")


def supervise(asked: RunOptions) -> None:
    """Make this process, which is `reflex run` itself, ready to start others and to outlive them.

    It holds the embedded Postgres for as long as it runs, so that a reload of the API leaves Postgres alone; and it
    migrates now, for Reflex compares the database's schema with the models, and would warn of an old one and show a
    stack trace for one that it cannot reach.
    """
    limit_supervisor_shutdown()
    if not asked.frontend_only:
        prepare()
    skip_unchanged_builds()
    if asked.frontend_only:
        wrap_page_server(PagePaths)
