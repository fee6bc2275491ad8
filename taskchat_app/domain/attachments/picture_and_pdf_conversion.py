"""Removes a picture's metadata, makes previews, and extracts the text of PDFs, in a process of its own with limits.

A file made to harm can stop only this process, which runtime/limited_child.py starts.
"""

import io
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # each file needs one of the two libraries
    from PIL import Image

PIXELS_MAX = 50_000_000
PREVIEW_PIXELS = 480
MODEL_PIXELS = 2_048
"""The longest edge of what the model gets: ten of these are some 7 MB, and Gemini takes 20 MB in one request."""
PAGES_MAX = 100
PAGES_LEFT_OUT = "[Only the first {read} of {pages} pages were read.]"
"""The last line of the text of a longer PDF."""
TEXT_MAX_CHARACTERS = 100_000
TOO_LARGE = 3
UNREADABLE = 4


class Parts(NamedTuple):
    """A picture without metadata, its preview (WebP) and what the model gets of it (JPEG); or the text of a PDF."""

    content: bytes = b""
    preview: bytes = b""
    for_model: bytes = b""
    text: bytes = b""


class TooLargeError(Exception):
    """The picture has more than PIXELS_MAX."""


def read_picture(content: bytes, mime_type: str) -> Parts:
    """Return the picture upright and without metadata; of an animation the first frame."""
    from PIL import Image, ImageOps

    name = mime_type.removeprefix("image/").upper()
    formats = ("JPEG", "MPO") if name == "JPEG" else (name,)  # MPO: a JPEG with further pictures, as phones make them
    Image.MAX_IMAGE_PIXELS = None  # PIXELS_MAX counts
    picture = Image.open(io.BytesIO(content), formats=formats)
    if picture.width * picture.height > PIXELS_MAX:
        raise TooLargeError
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    stored = _without_metadata(picture, upright, name)
    upright = _in_8_bits(upright) if upright.mode.startswith("I") else upright
    small = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    small.thumbnail((MODEL_PIXELS, MODEL_PIXELS))
    flat = Image.new("RGB", small.size, "white")
    flat.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    for_model = _saved(flat, "JPEG", quality=85)
    small.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    small.info = {}
    return Parts(stored, _saved(small, "WEBP", quality=80), for_model)


def _without_metadata(picture: "Image.Image", upright: "Image.Image", name: str) -> bytes:
    """Return the upright picture as a file of its format; an upright JPEG keeps its quality, unless it is CMYK."""
    from PIL.ExifTags import Base

    kept: dict[str | tuple[int, int], Any] = {
        key: picture.info[key] for key in ("icc_profile", "transparency") if key in picture.info
    }
    options: dict[str, Any] = {"quality": 92} if name in ("JPEG", "WEBP") else {}
    saved = upright
    if name == "JPEG" and upright.mode not in ("L", "RGB"):
        saved = upright.convert("RGB")
    elif picture.format == "JPEG" and picture.getexif().get(Base.Orientation, 1) == 1:
        saved, options = picture, {"quality": "keep"}
    saved.info = kept  # savers take comments and profiles from here
    # Without an explicit empty value, savers would take Exif and XMP from the opened file.
    return _saved(saved, name, exif=b"", **options)


def _in_8_bits(picture: "Image.Image") -> "Image.Image":
    """Convert a picture with 16 bits of grey to 8; `convert` alone would make everything above 255 white."""
    grey = picture.point(lambda value: value / 257).convert("L")
    if "transparency" in picture.info:
        grey.info["transparency"] = picture.info["transparency"] // 257
    return grey


def _saved(picture: "Image.Image", name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def read_pdf(content: bytes) -> Parts:
    """Return the text of the first pages, and that there are more; empty for scanned or encrypted ones."""
    from pypdf import PdfReader

    document = PdfReader(io.BytesIO(content))
    if document.is_encrypted and not document.decrypt(""):
        return Parts()
    texts: list[str] = []
    for page in document.pages[:PAGES_MAX]:
        texts.append(page.extract_text())
        if sum(map(len, texts)) > TEXT_MAX_CHARACTERS:
            break
    text = "\n\n".join(texts)[:TEXT_MAX_CHARACTERS]
    if len(texts) < len(document.pages) and text.strip():
        text += "\n\n" + PAGES_LEFT_OUT.format(read=len(texts), pages=len(document.pages))
    return Parts(text=text.encode(errors="ignore"))


def main(arguments: Sequence[str]) -> int:
    """Read stdin, whose type is the argument. Write a line of JSON with the sizes of the parts, then the parts.

    Returns 0, TOO_LARGE or UNREADABLE.
    """
    [mime_type], content = arguments, sys.stdin.buffer.read()
    try:
        parts = read_pdf(content) if mime_type == "application/pdf" else read_picture(content, mime_type)
    except TooLargeError:
        return TOO_LARGE
    except Exception:  # whatever a library raises over a broken file
        return UNREADABLE
    sys.stdout.buffer.write(json.dumps([len(part) for part in parts]).encode() + b"\n" + b"".join(parts))
    return 0
