"""Inserts rows of an account file in batches."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

ROWS_AT_ONCE = 100
"""Statements for 200 took 16 ms to prepare, in which the event loop stands still."""
TAKEN_ID = gettext(
    "The file names something twice, or with an id that is in use. Import a file as taskchat exported it."
)


class Batch:
    """Rows of one table, inserted ROWS_AT_ONCE at a time in the order in which they were added.

    Those of `after`, to which these refer, are inserted before them.
    """

    def __init__(self, session: AsyncSession, model: type[SQLModel], after: "Batch | None" = None) -> None:
        self._session, self._model, self._after = session, model, after
        self._rows: list[Mapping[str, Any]] = []

    async def add(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= ROWS_AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        """Insert the rows that were added. Raises Invalid if the table refuses one: a second one, for example."""
        rows, self._rows = self._rows, []
        if self._after is not None:
            await self._after.flush()
        if rows:
            connection = await self._session.connection()
            try:
                await connection.execute(insert(self._model), rows)
            except IntegrityError as error:
                raise Invalid(TAKEN_ID) from error
