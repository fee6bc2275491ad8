"""Files as people attach them, and files made to harm."""

import io
import random
import struct
import zlib

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112
TURNED_RIGHT = 6
"""The value of ORIENTATION of a photo whose left edge is its top."""


def photo(form: str = "JPEG", size: tuple[int, int] = (60, 40), *, turned: bool = False) -> bytes:
    """Return a picture, red on the left and blue on the right, with the place where it was taken and a comment."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    exif = picture.getexif()
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    exif[0x010E] = "Taken at home"
    if turned:
        exif[ORIENTATION] = TURNED_RIGHT
    file = io.BytesIO()
    options = {"comment": b"Secret comment"} if form in ("JPEG", "GIF") else {"exif": exif}
    picture.save(file, form, **({"exif": exif, **options} if form == "JPEG" else options))
    return file.getvalue()


def webp_that_grows() -> bytes:
    """Return a WebP of some 60 KB without loss: one tile of noise, repeated; with loss it is larger."""
    noise, side = random.Random(1), 128
    tile = Image.frombytes("RGB", (side, side), noise.randbytes(side * side * 3))
    picture = Image.new("RGB", (5 * side, 5 * side))
    for place in range(25):
        picture.paste(tile, (place % 5 * side, place // 5 * side))
    file = io.BytesIO()
    picture.save(file, "WEBP", lossless=True)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def png_of_size(width: int, height: int) -> bytes:
    """Return a PNG of a few kilobytes that says it has this size (a decompression bomb)."""
    rows = zlib.compress(b"\0" * 1_000_000)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (header, rows, b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pdf(text: str = "Buy milk", *, pages_loop: bool = False) -> bytes:
    """Return a PDF of one page; with `pages_loop` its tree of pages contains itself."""
    stream = b"BT /F1 24 Tf 72 700 Td (%s) Tj ET" % text.encode("latin-1")
    kids = b"2 0 R" if pages_loop else b"3 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count 1 /Parent 2 0 R >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )
