"""Commands for the owner of the server: `make user` and `make password`."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from taskchat_app.config import SettingsError
from taskchat_app.domain.accounts import password_links
from taskchat_app.domain.storage.database import close_pool
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.start import prepare

LINK_COMMANDS: dict[str, Callable[[str], Awaitable[str]]] = {
    "user": password_links.add_person,
    "password": password_links.reset_password,
}


def main() -> None:
    """Run one command; exit with one line that says what is wrong if it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m taskchat_app.admin", description=__doc__)
    parser.add_argument("command", choices=LINK_COMMANDS)
    parser.add_argument("email")
    options = parser.parse_args()
    if not options.email:
        sys.exit(f"EMAIL: name the address, for example: make {options.command} EMAIL=anna@example.org")
    try:
        prepare()
        link = asyncio.run(_link(options.command, options.email))
    except (PersonError, SettingsError) as error:
        sys.exit(str(error))
    sys.stdout.write(f"{options.email} sets a password at this link, once, within an hour:\n{link}\n")


async def _link(command: str, email: str) -> str:
    try:
        return await LINK_COMMANDS[command](email)
    finally:
        await close_pool()


if __name__ == "__main__":
    main()
