"""What is made ready before anything is served: by the supervisor of `reflex run`, and by each worker."""

import socket
import sys

from reflex_base.constants import CompileContext
from reflex_base.environment import environment

from taskchat_app.config import Settings, SettingsError, jwt_secret, settings
from taskchat_app.domain.database import DatabaseUnusable, migrate
from taskchat_app.ending import bound_supervisor
from taskchat_app.kept_build import keep_unchanged_build


def prepare() -> None:
    """Bring the database to the newest revision and see to the key that signs tokens; where that cannot be, end with
    one line that says what to do.
    """
    try:
        migrate(settings())
        jwt_secret()
    except (DatabaseUnusable, SettingsError) as error:
        sys.exit(f"taskchat cannot start. {error}")


def prepare_for_run() -> None:
    """The same, when it is `reflex run` that imports the application: right after, it compares the database's schema
    with the models, and would warn of an old one and show a stack trace for one that it cannot reach.
    """
    if environment.REFLEX_COMPILE_CONTEXT.get() is CompileContext.RUN:
        _check_address(settings())
        bound_supervisor()
        prepare()
        keep_unchanged_build()


def _check_address(chosen: Settings) -> None:
    """End with one line where nobody could listen; the server itself ends with a stack trace, after the build."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((chosen.host, chosen.port))
    except OSError as error:
        sys.exit(
            f"taskchat cannot start. HOST {chosen.host} and PORT {chosen.port}: cannot listen there: {error.strerror}"
        )
