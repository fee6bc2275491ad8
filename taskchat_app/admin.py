"""Commands for the owner of the server: accounts, backups, an upgrade of Postgres. The Makefile names them."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from taskchat_app.config import SettingsError, settings
from taskchat_app.domain.accounts import password_links
from taskchat_app.domain.storage import backup, postgres_upgrade
from taskchat_app.domain.storage.backup import BackupError
from taskchat_app.domain.storage.database import DATABASE_AWAY, DatabaseUnusable, close_pool, migrate
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.start import prepare

EMAIL, FILE = "EMAIL=anna@example.org", "FILE=taskchat.backup"
EXAMPLES = {"user": EMAIL, "password": EMAIL, "backup": FILE, "restore": FILE}
"""Each command that has an argument, with an example of it."""
UPGRADE = "upgrade-postgres"
Result = TypeVar("Result")


def main() -> None:
    """Run one command; exit with one line that says what is wrong if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m taskchat_app.admin", description=__doc__)
    parser.add_argument("command", choices=[*EXAMPLES, UPGRADE])
    parser.add_argument("argument", metavar="EMAIL or FILE", nargs="?")
    options = parser.parse_args()
    commands: dict[str, Callable[[str], str]] = {
        "user": _add_user,
        "password": _reset_password,
        "backup": _back_up,
        "restore": _restore,
        UPGRADE: lambda _: postgres_upgrade.upgrade(settings()),
    }
    if not options.argument and options.command != UPGRADE:
        example = EXAMPLES[options.command]
        sys.exit(f"{example.partition('=')[0]}: say which, for example: make {options.command} {example}")
    try:
        if options.command != UPGRADE:  # the upgrade starts an older Postgres by itself
            prepare()
        sys.stdout.write(f"{commands[options.command](options.argument)}\n")
    except (PersonError, BackupError, DatabaseUnusable, SettingsError, *DATABASE_AWAY) as error:
        sys.exit(str(error))


def _add_user(email: str) -> str:
    return _with_link(email, _run(password_links.add_person(email)))


def _reset_password(email: str) -> str:
    link, ended = _run(password_links.reset_password(email))
    counts = f"tokens: {ended.tokens}, calendar feeds: {ended.feeds}, webhooks: {ended.webhooks}, "
    counts += f"devices for reminders: {ended.devices}"
    return f"All logins of {email} have ended, and what else had access ({counts}).\n{_with_link(email, link)}"


def _with_link(email: str, link: str) -> str:
    return f"{email} sets a password at this link, once, within an hour:\n{link}"


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run the work, then close the database connections that it opened."""

    async def with_pool() -> Result:
        try:
            return await work
        finally:
            await close_pool()

    return asyncio.run(with_pool())


def _back_up(name: str) -> str:
    backup.back_up(settings(), Path(name))
    return f"All data are in {name}. Keep it where only you can read it."


def _restore(name: str) -> str:
    backup.check_restore(settings(), Path(name))
    accounts = backup.count_accounts(settings())
    if accounts:
        replaced = "1 account with all its data" if accounts == 1 else f"{accounts} accounts with all their data"
        sys.stdout.write(f"This replaces {replaced}. Type yes to go on: ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            raise BackupError("Nothing was restored")
    backup.restore(settings(), Path(name))
    migrate(settings())
    return f"All data are those of {name} again."


if __name__ == "__main__":
    main()
