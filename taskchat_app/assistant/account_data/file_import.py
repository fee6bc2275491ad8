"""Imports a file, an account file or another program's, in one transaction, which Undo reverts as a whole.

The user is locked once the file, or the first part of a long one, is parsed. A dry run does the same and rolls it back.
"""

from typing import IO

from taskchat_app.assistant.account_data.account_import import import_account
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.log.changes import Actor
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.transfer.foreign_import import READERS, import_foreign
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext

ACCOUNT = "taskchat"
FORMATS = (ACCOUNT, *READERS)


async def import_file(
    person: Person,
    actor: Actor,
    file: IO[bytes],
    file_format: str,
    report: ImportReport,
    *,
    dry_run: bool = False,
) -> None:
    """Import the file, all or nothing, and report. Raises Invalid if it cannot be read as this format."""
    if file_format not in FORMATS:
        choices = ", ".join(FORMATS)
        raise Invalid(gettext("The format is one of {choices}.", choices=choices), field="format")
    by = person.cause(actor, turn_id=report.turn_id)
    async with in_queue(person.id), transaction(person.id) as session:
        if file_format == ACCOUNT:
            await import_account(session, by, file, report)
        else:
            await import_foreign(session, by, file, file_format, report, person.zone)
        if dry_run:
            await session.rollback()
