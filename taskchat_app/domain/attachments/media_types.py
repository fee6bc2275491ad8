"""Tells the type of a file from its content; attachments.py checks its size."""

import re
from pathlib import PurePath

from taskchat_app.domain.storage.errors import UnsupportedType
from taskchat_app.domain.storage.storable_values import storable_text
from taskchat_app.i18n.messages import gettext

NAME_MAX_CHARACTERS = 255
IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
PDF = "application/pdf"
TEXT = "text/plain"
SHOWN_BY_BROWSERS = (*IMAGES, TEXT)
"""Browsers show these when their address is opened, and save the others."""
TEXTS = {".md": "text/markdown", ".markdown": "text/markdown", ".csv": "text/csv"}
"""Types of text that only a name can tell from plain text."""
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", PDF),
)
WRONG_TYPE = gettext("Only PNG, JPEG, WebP and GIF pictures, PDFs and text files can be attached. Choose one of these.")
HEAD = 1_000
"""Characters in which markup is looked for."""
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|script|iframe|svg|\?xml)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Characters that no text file has: control characters without tab, line feed, form feed and carriage return."""
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that change the direction of writing."""


def type_of(content: bytes, name: str) -> str:
    """Return the file's media type; the name only tells kinds of text apart. Raises UnsupportedType."""
    for signature, mime_type in SIGNATURES:
        if content.startswith(signature):
            return mime_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnsupportedType(WRONG_TYPE) from None
    if _CONTROLS.search(text) or _MARKUP.search(text[:HEAD]):
        raise UnsupportedType(WRONG_TYPE)
    return TEXTS.get(PurePath(name).suffix.lower(), TEXT)


def declared_type(mime_type: str) -> str:
    """Return the type that a client names for a file that is not here yet; the content then decides.

    Raises UnsupportedType for a type that no accepted content can have.
    """
    named = mime_type.lower().partition(";")[0].strip()
    main, _, sub = named.partition("/")
    is_other_picture = main == "image" and f"image/{sub}" not in IMAGES
    is_markup = "html" in sub or "xml" in sub
    if main in ("audio", "video", "font") or is_other_picture or is_markup or sub == "zip":
        raise UnsupportedType(WRONG_TYPE)
    return named if _TYPE.fullmatch(named) else "application/octet-stream"


def checked_name(name: str) -> str:
    """Return the file's name without folders and invisible characters, shortened before its ending."""
    last = re.split(r"[/\\]", _UNPRINTABLE.sub("", storable_text(name)))[-1].strip().lstrip(".")
    if len(last) > NAME_MAX_CHARACTERS:
        ending = PurePath(last).suffix[:20]
        last = last[: NAME_MAX_CHARACTERS - len(ending)] + ending
    return last or "file"
