"""What `alembic` and the migrations at start run in; `reflex db` reads alembic.ini and the revisions, not this file."""

from typing import cast

import reflex as rx
from sqlalchemy import Connection, create_engine, pool

from alembic import context
from taskchat_app.config import settings
from taskchat_app.domain import models
from taskchat_app.domain.database import database_url

_ = models  # imported so that its tables are registered


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=rx.ModelRegistry.get_metadata())
    with context.begin_transaction():
        context.run_migrations()


at_start = cast("Connection | None", context.config.attributes.get("connection"))
if at_start is not None:
    migrate(at_start)
else:
    engine = create_engine(database_url(settings()), poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate(connection)
