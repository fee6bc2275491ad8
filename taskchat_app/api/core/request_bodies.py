"""Reads request bodies as they arrive; limits their size, duration and charset, and what is discarded of large ones."""

import asyncio
from collections.abc import Callable

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from taskchat_app.domain.storage.errors import BadRequest, PersonError
from taskchat_app.i18n.messages import gettext

BODY_MAX_BYTES = 1024 * 1024
SILENCE_SECONDS = 30.0
"""Maximum time without data: limits how long a silent client occupies memory or a place for its body."""
BODY_SECONDS = 300.0
"""Maximum time for a whole body in memory; a phone with 50 kbit/s needs 170 s for 1 MiB."""
DISCARDED_MAX_BYTES = 16 * 1024 * 1024
"""Bytes read and discarded of a body that is too large, so that a client that is still sending sees the 413."""

READ_AS_UTF_8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


class IncomingBody:
    """A body of which at most `most_bytes` are given to `keep`, part by part; `size` is what has arrived of it.

    If `keep` raises a PersonError, this is the `refusal`, and the rest is discarded.
    """

    def __init__(self, most_bytes: int, keep: Callable[[bytes], object]) -> None:
        self.size = 0
        self.refusal: PersonError | None = None
        self._most_bytes = most_bytes
        self._keep = keep

    @property
    def is_too_large(self) -> bool:
        return self.size > self._most_bytes

    async def read(self, receive: Receive, seconds: float) -> Message | None:
        """Read to the end, or as far as is discarded; return the last message, a disconnect if the client left.

        None if the body takes longer than `seconds`, or stops for SILENCE_SECONDS.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._read(receive)
        except TimeoutError:
            return None

    async def _read(self, receive: Receive) -> Message:
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await receive()
            self._take(message.get("body", b""))
            if not message.get("more_body", False) or self.size > self._most_bytes + DISCARDED_MAX_BYTES:
                return message
            del message  # else its part stays in memory until the next one arrives

    def _take(self, part: bytes) -> None:
        self.size += len(part)
        if self.is_too_large or self.refusal is not None:
            return
        try:
            self._keep(part)
        except PersonError as refusal:
            self.refusal = refusal


def check_form_charset(headers: Headers) -> None:
    """Raise BadRequest for a multipart form whose Content-Type names another charset than UTF-8 or ASCII.

    Starlette decodes its fields with any codec of Python that the client names: "punycode" takes quadratic time, and
    others raise errors that Starlette does not expect. Browsers name none, and the parser of other forms ignores it.
    """
    kind, options = parse_options_header(headers.get("content-type"))
    if kind.startswith(b"multipart/") and options.get(b"charset", b"utf-8").lower() not in READ_AS_UTF_8:
        raise BadRequest(gettext("The form is in another charset than UTF-8. Send it in UTF-8, or without a charset."))
