"""Alembic's environment for `alembic` and the migrations at startup; `reflex db` uses alembic.ini and the revisions."""

from typing import Literal, cast

import reflex as rx
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine, pool

from taskchat_app.config import settings
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import database_url

_ = models  # imported to register the tables


def import_sqlmodel(type_: str, obj: object, autogen_context: AutogenContext) -> Literal[False]:
    """Add the import for SQLModel's column types to a new revision, as `reflex db makemigrations` does."""
    autogen_context.imports.add("import sqlmodel")
    return False  # render as usual


def migrate(connection: Connection) -> None:
    metadata = rx.ModelRegistry.get_metadata()
    context.configure(connection=connection, target_metadata=metadata, render_item=import_sqlmodel)
    with context.begin_transaction():
        context.run_migrations()


at_start = cast("Connection | None", context.config.attributes.get("connection"))
if at_start is not None:
    migrate(at_start)
else:
    engine = create_engine(database_url(settings()), poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate(connection)
