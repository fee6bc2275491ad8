"""Commands for the owner of the server: accounts, backups, an upgrade of Postgres. The Makefile names them."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from taskchat_app.config import SettingsError, settings
from taskchat_app.domain.accounts import password_links
from taskchat_app.domain.storage import backup, postgres_upgrade
from taskchat_app.domain.storage.backup import BackupError
from taskchat_app.domain.storage.database import DATABASE_AWAY, DatabaseUnusable, close_pool, migrate
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.start import prepare

EXAMPLES = {"user": "EMAIL=anna@example.org", "password": "EMAIL=anna@example.org"} | dict.fromkeys(
    ("backup", "restore"), "FILE=taskchat.backup"
)
"""Each command that has an argument, with an example of it."""
UPGRADE = "upgrade-postgres"


def main() -> None:
    """Run one command; exit with one line that says what is wrong if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m taskchat_app.admin", description=__doc__)
    parser.add_argument("command", choices=[*EXAMPLES, UPGRADE])
    parser.add_argument("argument", metavar="EMAIL or FILE", nargs="?")
    options = parser.parse_args()
    commands: dict[str, Callable[[str], str]] = {
        "user": lambda email: _link(email, _added(email)),
        "password": lambda email: _link(email, _reset(email)),
        "backup": _back_up,
        "restore": _restore,
        UPGRADE: lambda _: postgres_upgrade.upgrade(settings()),
    }
    if not options.argument and options.command != UPGRADE:
        example = EXAMPLES[options.command]
        sys.exit(f"{example.partition('=')[0]}: say which, for example: make {options.command} {example}")
    try:
        if options.command != UPGRADE:  # which starts an older Postgres by itself
            prepare()
        sys.stdout.write(f"{commands[options.command](options.argument)}\n")
    except (PersonError, BackupError, DatabaseUnusable, SettingsError, *DATABASE_AWAY) as error:
        sys.exit(str(error))


async def _added(email: str) -> tuple[str, str]:
    return "", await password_links.add_person(email)


async def _reset(email: str) -> tuple[str, str]:
    link, ended = await password_links.reset_password(email)
    counts = f"tokens: {ended.tokens}, calendar feeds: {ended.feeds}, webhooks: {ended.webhooks}, "
    counts += f"devices for reminders: {ended.devices}"
    return f"All logins of {email} have ended, and what else had access ({counts}).\n", link


def _link(email: str, made: Awaitable[tuple[str, str]]) -> str:
    async def with_pool() -> tuple[str, str]:
        try:
            return await made
        finally:
            await close_pool()

    sentence, link = asyncio.run(with_pool())
    return f"{sentence}{email} sets a password at this link, once, within an hour:\n{link}"


def _back_up(name: str) -> str:
    backup.back_up(settings(), Path(name))
    return f"All data are in {name}. Keep it where only you can read it."


def _restore(name: str) -> str:
    backup.check_restore(settings(), Path(name))
    accounts = backup.count_accounts(settings())
    replaced = "1 account with all its data" if accounts == 1 else f"{accounts} accounts with all their data"
    if accounts and not _confirms(f"This replaces {replaced}. Type yes to go on: "):
        raise BackupError("Nothing was restored")
    backup.restore(settings(), Path(name))
    migrate(settings())
    return f"All data are those of {name} again."


def _confirms(question: str) -> bool:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "yes"


if __name__ == "__main__":
    main()
