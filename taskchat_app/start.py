"""The database made ready before anything is served: by the supervisor of `reflex run`, and by each worker."""

import sys

from reflex_base.constants import CompileContext
from reflex_base.environment import environment

from taskchat_app.config import settings
from taskchat_app.domain.database import DatabaseUnusable, migrate


def prepare_database() -> None:
    """Bring the database to the newest revision; where that cannot be, end with one line that says what to do."""
    try:
        migrate(settings())
    except DatabaseUnusable as error:
        sys.exit(f"taskchat cannot start. {error}")


def prepare_for_run() -> None:
    """The same, when it is `reflex run` that imports the application: right after, it compares the database's schema
    with the models, and would warn of an old one and show a stack trace for one that it cannot reach.
    """
    if environment.REFLEX_COMPILE_CONTEXT.get() is CompileContext.RUN:
        prepare_database()
