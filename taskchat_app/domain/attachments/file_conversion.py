"""Runs picture_and_pdf_conversion.py on an uploaded file, within limits, and returns the parts that it wrote."""

import json
from tempfile import TemporaryFile

from taskchat_app.domain.attachments import picture_and_pdf_conversion
from taskchat_app.domain.attachments.media_types import IMAGES, PDF
from taskchat_app.domain.attachments.picture_and_pdf_conversion import PIXELS_MAX, TEXT_MAX_CHARACTERS, TOO_LARGE, Parts
from taskchat_app.domain.limits.file_reading import FileReader, file_with
from taskchat_app.domain.storage.errors import TooLarge, UnsupportedType
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.limited_process import Limits

MB = 1024 * 1024
LIMITS = Limits(memory_bytes=1024 * MB, cpu_seconds=30, seconds=90, output_bytes=256 * MB)
"""A picture of PIXELS_MAX is 200 MB decoded, and turning it upright needs a copy."""
FILES = FileReader(picture_and_pdf_conversion.__name__, LIMITS, at_once=2)
"""Two at once: one may be busy with a costly file."""

UNREADABLE = gettext("This picture cannot be opened. Save it again, or attach another one.")
TOO_MANY_PIXELS = gettext(
    "This picture has too many pixels. Make it smaller, to {most} megapixels at most.", most=PIXELS_MAX // 1_000_000
)


async def convert_file(user_id: str, content: bytes, mime_type: str) -> Parts:
    """Return the parts of a file of this type (media_types.type_of); a user's pictures and PDFs are read in turn.

    Raises UnsupportedType for a picture that cannot be opened, TooLarge for one with too many pixels. A PDF that cannot
    be read has no text.
    """
    if mime_type not in (*IMAGES, PDF):
        text = content.decode("utf-8-sig")[:TEXT_MAX_CHARACTERS]
        return Parts(content, text=text.encode())
    with file_with(content) as source, TemporaryFile() as output:
        status = await FILES.read(user_id, [mime_type], source, output)
        parts = None
        if status == 0:
            output.seek(0)  # a line of JSON with the sizes of the parts, then the parts
            parts = Parts(*(output.read(size) for size in json.loads(output.readline())))
    if mime_type == PDF:
        text = parts.text.decode() if parts else ""
        return Parts(content, text=storable_text(text).encode())
    if parts is None:
        raise TooLarge(TOO_MANY_PIXELS) if status == TOO_LARGE else UnsupportedType(UNREADABLE)
    return parts
