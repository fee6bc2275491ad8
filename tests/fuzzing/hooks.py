"""What schemathesis cannot know by itself: who signs in.

https://schemathesis.readthedocs.io/en/stable/guides/extending/
"""

import os
import uuid
from typing import Any

import httpx
import schemathesis

ORIGIN = os.environ["FUZZED_ORIGIN"]
PASSWORD = "correct horse battery"
ENDS_LOGINS = ["/api/auth/logout", "/api/auth/logout-all", "/api/auth/password"]


def login() -> str:
    """The token of somebody new."""
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    return httpx.post(f"{ORIGIN}/api/auth/register", json=account, timeout=30).raise_for_status().json()["token"]


class Login:
    """A bearer token, which alone counts where there is one."""

    def get(self, case: Any, context: Any) -> str:
        return login()

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
        # Cookies that were generated beside it must not look as if they had been accepted.
        case.cookies.clear()


usual, once = schemathesis.auth(refresh_interval=3600), schemathesis.auth(refresh_interval=None)
once.apply_to(path=ENDS_LOGINS)(Login)
once.apply_to(path="/api/auth/me", method="DELETE")(Login)
usual.skip_for(path=ENDS_LOGINS).skip_for(path="/api/auth/me", method="DELETE")(Login)
