"""Imports a file, an account file or another program's, in one transaction, which Undo reverts as a whole.

The user is locked once the file is parsed. A dry run does the same and rolls it back.
The import of the account file (docs/export.md) is the inverse of account_export, safe to repeat.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import IO, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.changes_import import import_changes
from taskchat_app.assistant.account_data.conversations_import import ConversationsImport
from taskchat_app.assistant.account_data.record_reader import JsonLists, RecordReader, read_lists
from taskchat_app.assistant.account_data.record_types import FORMAT, VERSION, Settings
from taskchat_app.assistant.account_data.tasks_import import ImportedTasks, TasksImport
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools.deletion_proposals import card_of
from taskchat_app.domain.accounts.accounts import SETTINGS, Person
from taskchat_app.domain.accounts.profile_fields import check_preferences
from taskchat_app.domain.limits.account_bytes import check_counted
from taskchat_app.domain.log.changes import Actor, Cause, Entry
from taskchat_app.domain.preferences import store_preferences
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Proposal, ThreadItem, User
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.domain.storage.user_lock import in_queue, locked_user
from taskchat_app.domain.transfer.file_reader import READERS
from taskchat_app.domain.transfer.foreign_import import import_foreign, read_foreign
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.i18n.messages import gettext
from taskchat_app.i18n.validation_messages import complaint

ACCOUNT = "taskchat"
FORMATS = (ACCOUNT, *READERS)
NO_EXPORT = gettext("This is no export of taskchat. Choose the file's format, or a file that taskchat has exported.")
NEWER = gettext("This file was exported by a newer taskchat (version {version}). Update taskchat, then import it.")
WRITING_MAX = 4
"""Imports that write at once in this process. Each holds one of 15 database connections, for minutes if it is long."""
_writing = asyncio.Semaphore(WRITING_MAX)
BAD_SETTINGS = gettext("The settings of the file cannot be read, so they do not come: {reason}")
UNKNOWN = gettext("“{name}” is no part of the format, so it does not come.")


async def import_file(
    person: Person, actor: Actor, file: IO[bytes], file_format: str, report: ImportReport, *, dry_run: bool = False
) -> None:
    """Import the file, all or nothing, and report. Raises Invalid for one of another format, or AccountFull."""
    if file_format not in FORMATS:
        choices = ", ".join(FORMATS)
        raise Invalid(gettext("The format is one of {choices}.", choices=choices), field="format")
    by = person.cause(actor, turn_id=report.turn_id)
    if file_format == ACCOUNT:
        async with read_lists(person.id, file) as lists, _import_transaction(person, dry_run=dry_run) as session:
            await _import_account(session, by, lists, report)
    else:
        reading = read_foreign(person.id, file, file_format, person.zone)
        async with reading as records, _import_transaction(person, dry_run=dry_run) as session:
            await import_foreign(session, by, records=records, zone=person.zone, report=report)


@asynccontextmanager
async def _import_transaction(person: Person, *, dry_run: bool) -> AsyncGenerator[AsyncSession]:
    """Open a transaction, which a dry run rolls back. Raises AccountFull if the account stores more than its share."""
    async with in_queue(person.id), _writing, transaction(person.id) as session:
        # Before it is written, too: the disk keeps for a while what is rolled back.
        await check_counted(session, person.id)
        yield session
        await check_counted(session, person.id)
        if dry_run:
            await session.rollback()


async def _import_account(session: AsyncSession, by: Cause, lists: JsonLists, report: ImportReport) -> None:
    """Import everything that is not here yet; `by` names the turn. Raises Invalid for a file of another kind."""
    version = lists.values.get("version")
    if lists.values.get("format") != FORMAT or type(version) is not int or version < 1:
        raise Invalid(NO_EXPORT)
    if version > VERSION:
        raise Invalid(NEWER.with_values(version=version))
    report.whole = lists.counts.total() + lists.counts["tasks"]  # each task is recorded at the end
    for name, line in lists.unknown.items():
        report.skip(line, UNKNOWN.with_values(name=storable_text(name)))
    user = await locked_user(session, by.user_id)
    reader = RecordReader(lists, report)
    # In this order: conversations name new numbers of tasks; files, proposals, changes and turns name conversations.
    settings = await _import_settings(session, by, user, lists.values.get("settings"), report)
    tasks = TasksImport(session, by, reader, user, ZoneInfo(user.timezone))
    await tasks.import_tasks(settings)
    conversations = ConversationsImport(session, by, reader, tasks.imported)
    await conversations.import_conversations()
    await conversations.import_files()
    await _renew_open_proposals(session, by, frozenset(conversations.new_ids.values()), tasks.imported)
    changes = await import_changes(session, by, reader, tasks.imported, conversations)
    await conversations.import_turns(changes.id_from)
    await tasks.record_import()
    await conversations.announce()


async def _import_settings(session: AsyncSession, by: Cause, user: User, given: Any, report: ImportReport) -> Settings:
    """Return the settings of the file, else the defaults; an account without tasks gets those of the file."""
    try:
        settings = Settings.model_validate({} if given is None else given)
        after = settings.model_dump(include=set(SETTINGS))
        check_preferences(after)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "settings"
        report.skip(1, BAD_SETTINGS.with_values(reason=complaint(place, first)))
        return Settings()
    except Invalid as error:
        report.skip(1, BAD_SETTINGS.with_values(reason=error.detail))
        return Settings()
    before = {name: getattr(user, name) for name in after}
    if given is None or before == after:
        return settings
    if user.last_task_number:
        report.skip(1, gettext("The settings of this account stay as they are, since it has tasks already."))
        return settings
    await store_preferences(session, by, user, after, Entry("person", "updated", before=before, after=after))
    report.settings = True
    return settings


async def _renew_open_proposals(
    session: AsyncSession, by: Cause, thread_ids: Collection[str], tasks: ImportedTasks
) -> None:
    """Keep only tasks of the file in open proposals of imported conversations; the numbers are those here already.

    One without tasks or without a card ends. Each card is made again from its proposal: the one in the file could show
    other tasks than those that a click would delete.
    """
    of_file = {*tasks.numbers.values(), *tasks.existing.values()}
    own = select(Proposal).where(Proposal.user_id == by.user_id, col(Proposal.decision).is_(None))
    for proposal in (await session.exec(own)).all():
        if proposal.thread_id not in thread_ids:
            continue
        proposal.numbers = sorted(of_file.intersection(proposal.numbers))
        # A widget of its own conversation: deciding replaces the item.
        query = select(ThreadItem.id).where(
            ThreadItem.user_id == proposal.user_id,
            ThreadItem.thread_id == proposal.thread_id,
            ThreadItem.id == proposal.item_id,
            ThreadItem.type == "widget",
        )
        has_card = (await session.exec(query)).first() is not None
        if not (proposal.numbers and has_card):
            proposal.decision, proposal.decided_at = "expired", now()
        if has_card:
            await store.put_item(session, by.user_id, await card_of(session, proposal), turn_id=proposal.turn_id)
