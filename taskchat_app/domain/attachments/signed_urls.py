"""Signed addresses of attachments: whoever has one may upload or load this one file for a while, without a login."""

from contextvars import ContextVar
from datetime import timedelta
from typing import Literal

from taskchat_app.config import settings
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.storage.database import now

api_origin: ContextVar[str] = ContextVar("api_origin", default="")
"""The origin under which the request's client reaches the API; "" where there is no request."""

UPLOAD_FOR = timedelta(minutes=15)
LOADED_FOR = timedelta(hours=2)
"""Addresses to load change each hour only, so that browsers need not load a picture again."""

Use = Literal["upload", "load"]


def path_of(user_id: str, attachment_id: str, use: Use, *, preview: bool = False) -> str:
    """Return path and query of the address; `preview` asks for the small picture instead of the file."""
    begins = now() if use == "upload" else now().replace(minute=0, second=0, microsecond=0)
    ends = begins + (UPLOAD_FOR if use == "upload" else LOADED_FOR)
    signature = accounts.sign_token(user_id, attachment_id, use, ends, issued_at=begins)
    return f"/api/attachments/{attachment_id}?{'preview=true&' if preview else ''}signature={signature}"


def address_of(user_id: str, attachment_id: str, use: Use, *, preview: bool = False) -> str:
    """Return the absolute address for the present request's client."""
    return f"{api_origin.get() or settings().origin}{path_of(user_id, attachment_id, use, preview=preview)}"


def signed_user(attachment_id: str, signature: str, use: Use) -> str | None:
    """Return the id of the user for whom this attachment's address was signed; None if it is forged or has expired."""
    claims = accounts.read_token(signature, use)
    return claims.user_id if claims is not None and claims.login_id == attachment_id else None
