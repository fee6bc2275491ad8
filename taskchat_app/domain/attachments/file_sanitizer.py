"""Runs picture_and_pdf_reader.py on an uploaded file, within limits, and returns the parts that it wrote."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from weakref import WeakValueDictionary

from taskchat_app.domain.attachments import picture_and_pdf_reader
from taskchat_app.domain.attachments.media_types import IMAGES, PDF
from taskchat_app.domain.attachments.picture_and_pdf_reader import PIXELS_MAX, TEXT_MAX_CHARACTERS, TOO_LARGE, Parts
from taskchat_app.domain.storage.errors import TooLarge, UnsupportedType
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.i18n.messages import gettext

SECONDS_MAX = 90.0
"""The process ends after 30 s of computing; a machine under load gives it less than a whole processor."""
PROCESSES_MAX = 2
"""At once, each with up to 1 GB of memory: one may be busy with a costly file, of which a user has one at a time."""
_processes = asyncio.Semaphore(PROCESSES_MAX)
_locks_of_users: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

UNREADABLE = gettext("This picture cannot be opened. Save it again, or attach another one.")
TOO_MANY_PIXELS = gettext(
    "This picture has too many pixels. Make it smaller, to {most} megapixels at most.", most=PIXELS_MAX // 1_000_000
)


async def sanitize_file(user_id: str, content: bytes, mime_type: str) -> Parts:
    """Return the parts of a file of this type (media_types.type_of); a user's pictures and PDFs are read in turn.

    Raises UnsupportedType for a picture that cannot be opened, TooLarge for one with too many pixels. A PDF that cannot
    be read has no text.
    """
    if mime_type not in (*IMAGES, PDF):
        text = content.decode("utf-8-sig")[:TEXT_MAX_CHARACTERS]
        return Parts(content, text=text.encode())
    async with _locks_of_users.setdefault(user_id, asyncio.Lock()), _processes:
        status, written = await asyncio.to_thread(_run, content, mime_type)
    if status == 0:
        sizes, _, rest = written.partition(b"\n")
        parts: list[bytes] = []
        for size in json.loads(sizes):
            parts.append(rest[:size])
            rest = rest[size:]
        read = Parts(*parts)
        return read if mime_type != PDF else Parts(content, text=storable_text(read.text.decode()).encode())
    if mime_type == PDF:
        return Parts(content)
    raise TooLarge(TOO_MANY_PIXELS) if status == TOO_LARGE else UnsupportedType(UNREADABLE)


def _run(content: bytes, mime_type: str) -> tuple[int, bytes]:
    """Run the process; return its exit status and what it wrote. It is killed after SECONDS_MAX."""
    # -I: neither the environment, with its secrets, nor the current folder.
    command = [sys.executable, "-I", str(Path(picture_and_pdf_reader.__file__)), mime_type]
    try:
        ran = subprocess.run(command, input=content, capture_output=True, env={}, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return picture_and_pdf_reader.UNREADABLE, b""
    return ran.returncode, ran.stdout
