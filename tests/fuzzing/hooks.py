"""Authentication for schemathesis.

https://schemathesis.readthedocs.io/en/stable/guides/extending/
"""

import os
import uuid
from typing import Any

import httpx
import schemathesis

from tests.serving import NO_CERTIFICATES

ORIGIN = os.environ["FUZZED_ORIGIN"]
PASSWORD = "correct horse battery"
ENDS_LOGINS = ["/api/auth/logout", "/api/auth/logout-all", "/api/auth/password"]


def login() -> str:
    """Register a new user and return the token."""
    account = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    answer = httpx.post(f"{ORIGIN}/api/auth/register", json=account, timeout=30, verify=NO_CERTIFICATES)
    return answer.raise_for_status().json()["token"]


class Login:
    """Sends a bearer token; the API then ignores cookies."""

    def get(self, case: Any, context: Any) -> str:
        return login()

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"
        # schemathesis would report generated cookies as invalid credentials that were accepted.
        case.cookies.clear()


shared_login, own_login = schemathesis.auth(refresh_interval=3600), schemathesis.auth(refresh_interval=None)
own_login.apply_to(path=ENDS_LOGINS)(Login)
own_login.apply_to(path="/api/auth/me", method="DELETE")(Login)
shared_login.skip_for(path=ENDS_LOGINS).skip_for(path="/api/auth/me", method="DELETE")(Login)
