"""REGISTRATION=closed, `make user` and `make password`, with a real server and browser."""

import re
import shutil
import subprocess
import uuid

import pytest
from playwright.async_api import expect

from tests.serving import PROJECT, Server
from tests.ui.visitor import PASSWORD, Visit, Visitor, fill_account_form

pytestmark = pytest.mark.soak

MAKE = shutil.which("make") or "make"
LINK = re.compile(r"^http://localhost:\d+/set-password\?token=\S+$", re.MULTILINE)


def owner(server: Server, command: str, email: str) -> subprocess.CompletedProcess[str]:
    making = [MAKE, command, f"EMAIL={email}"]
    return subprocess.run(
        making, cwd=PROJECT, env=server.environment, capture_output=True, text=True, timeout=120, check=False
    )


def link_of(ran: subprocess.CompletedProcess[str]) -> str:
    found = LINK.search(ran.stdout)
    assert found is not None, ran.stdout + ran.stderr
    return found[0]


async def register(visitor: Visitor, email: str) -> None:
    await visitor.page.goto(f"{visitor.server.origin}/register")
    await fill_account_form(visitor.page, email, PASSWORD, "Create account")


async def set_password(visitor: Visitor, link: str, password: str) -> None:
    await visitor.page.goto(link)
    await visitor.page.get_by_label("New password").fill(password)
    await visitor.page.get_by_role("button", name="Set password and sign in").click()


async def test_the_owner_adds_people_to_a_closed_server_and_replaces_passwords(visit: Visit):
    first, second = f"{uuid.uuid4().hex}@example.org", f"{uuid.uuid4().hex}@example.org"
    with Server(REGISTRATION="closed") as server:
        visitor = await visit(server=server, signed_in=False)
        await visitor.page.goto(server.origin)
        greeting = visitor.page.get_by_role("link", name="Create your account")
        await expect(greeting).to_have_attribute("href", "/register")
        await register(visitor, first)
        await expect(visitor.connection).to_have_text("Connected")

        guest = await visit(server=server, signed_in=False)
        await guest.page.goto(server.origin)
        await expect(guest.page.get_by_role("button", name="Sign in")).to_be_visible()
        await register(guest, second)
        await expect(guest.alert).to_contain_text("The owner of this server adds new people")

        link = link_of(owner(server, "user", second))
        await set_password(guest, link, "short enough to be refused"[:3])
        await expect(guest.page).to_have_url(link)  # the browser itself asks for eight characters
        await set_password(guest, link, "the first password")
        await expect(guest.connection).to_have_text("Connected")

        again = link_of(owner(server, "password", second))
        await expect(guest.page.get_by_role("heading", name="Sign in")).to_be_visible()
        await set_password(guest, link, "a stolen old link")
        await expect(guest.alert).to_contain_text("This link was used already, or is too old")
        await set_password(guest, again, "the second password")
        await expect(guest.connection).to_have_text("Connected")

        refused = owner(server, "password", "unknown@example.org")
        assert refused.returncode != 0
        assert "There is no account with the address unknown@example.org." in refused.stderr
        assert "Traceback" not in refused.stderr
        nameless = owner(server, "user", "")
        assert nameless.returncode != 0
        assert "make user EMAIL=anna@example.org" in nameless.stderr
        for open_page in (visitor, guest):
            await open_page.page.goto("about:blank")  # its socket would report the end of the server
