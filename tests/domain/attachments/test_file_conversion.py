"""Reading files: metadata goes, hostile files stop nothing."""

import asyncio
import io
import os
import threading
from typing import Any

import pytest
from PIL import Image, ImageStat
from pypdf import PdfWriter

from taskchat_app.domain.attachments import picture_and_pdf_conversion
from taskchat_app.domain.attachments.file_conversion import convert_file
from taskchat_app.domain.attachments.picture_and_pdf_conversion import Parts, read_pdf, read_picture
from taskchat_app.domain.limits import file_reading
from taskchat_app.domain.storage.errors import TooLarge, UnsupportedType
from tests.evidence import Step
from tests.pictures import opened, pdf, photo, png_of_size

pytestmark = pytest.mark.usefixtures("postgres")  # which counts the processor time of each account


async def read(content: bytes, mime_type: str) -> Parts:
    return await convert_file("someone", content, mime_type)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_stored_picture_has_no_metadata_and_the_same_pixels(form: str):
    given = photo(form)
    parts = await read(given, f"image/{form.lower()}")
    stored = opened(parts.content)
    assert (stored.format, stored.size) == (form, (60, 40))
    assert dict(stored.getexif()) == {}
    for told in (b"Taken at home", b"Secret comment"):
        assert told not in parts.content + parts.preview + parts.for_model
    assert stored.convert("RGB").getpixel((5, 20)) == opened(given).convert("RGB").getpixel((5, 20))


async def test_a_turned_photo_is_stored_upright():
    parts = await read(photo(turned=True), "image/jpeg")
    for part in (parts.content, parts.preview, parts.for_model):
        upright = opened(part).convert("RGB")
        assert upright.size == (40, 60)
        red, _, blue = upright.getpixel((20, 5))  # pyright: ignore[reportGeneralTypeIssues] # of an RGB picture
        assert red > 200 > 60 > blue


async def test_previews_are_small_and_what_the_model_gets_is_a_jpeg_on_white():
    parts = await read(photo("PNG", (4_000, 2_000)), "image/png")
    assert (opened(parts.preview).format, opened(parts.preview).size) == ("WEBP", (480, 240))
    assert (opened(parts.for_model).format, opened(parts.for_model).size) == ("JPEG", (2_048, 1_024))
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    parts = await read(file.getvalue(), "image/png")
    assert opened(parts.for_model).getpixel((5, 5)) == (255, 255, 255)
    assert opened(parts.content).mode == "RGBA"


@pytest.mark.parametrize("transparent", [None, 128 * 257])
def test_the_previews_of_a_16_bit_grey_picture_have_its_greys(transparent: int | None):
    grey = Image.new("I;16", (256, 10))
    for left in range(256):
        grey.paste(left * 257, (left, 0, left + 1, 10))
    file = io.BytesIO()
    grey.save(file, "PNG", transparency=transparent)
    parts = read_picture(file.getvalue(), "image/png")
    assert opened(parts.content).mode == "I;16"
    for part in (parts.preview, parts.for_model):
        assert ImageStat.Stat(opened(part).convert("L")).mean[0] == pytest.approx(127.5, abs=3)
    assert opened(parts.preview).has_transparency_data is (transparent is not None)


async def test_a_picture_that_is_huge_or_cannot_be_opened_is_refused_and_what_follows_one_is_not_stored(step: Step):
    for name, content, kind, reason in (
        ("one that says it is huge", png_of_size(60_000, 60_000), "png", "megapixels"),
        ("an incomplete PNG", png_of_size(3_000, 3_000), "png", "cannot be opened"),
        ("a cut JPEG", photo()[:300], "jpeg", "cannot be opened"),
        ("noise", b"\xff\xd8\xff" + os.urandom(2_000), "jpeg", "cannot be opened"),
        ("a header only", b"GIF89a", "gif", "cannot be opened"),
        ("another format than its signature", photo("PNG"), "jpeg", ""),
    ):
        step(name)
        with pytest.raises(TooLarge if reason == "megapixels" else UnsupportedType, match=reason or None):
            await read(content, f"image/{kind}")
    parts = await read(photo("JPEG") + b"<script>alert(1)</script>", "image/jpeg")
    assert b"script" not in parts.content


@pytest.mark.parametrize("text", ["Buy milk", ""])
def test_the_text_of_a_pdf_ends_with_what_is_left_out(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(picture_and_pdf_conversion, "PAGES_MAX", 1)
    pages = PdfWriter()
    for _ in range(2):
        pages.append(io.BytesIO(pdf(text)))
    file = io.BytesIO()
    pages.write(file)
    told = "Buy milk\n\n[Only the first 1 of 2 pages were read.]" if text else ""
    assert read_pdf(file.getvalue()).text.decode().strip() == told
    monkeypatch.setattr(picture_and_pdf_conversion, "TEXT_MAX_CHARACTERS", 3)
    assert read_pdf(file.getvalue()).text.decode().strip() == told.replace(text, text[:3])


async def test_a_pdf_has_its_text_and_stays_as_it_is_and_one_that_cannot_be_read_has_none():
    parts = await read(pdf("Buy oat milk"), "application/pdf")
    assert (parts.content, parts.text.strip()) == (pdf("Buy oat milk"), b"Buy oat milk")
    for content in (pdf(pages_loop=True), b"%PDF-1.7\n" + b"[" * 100_000, b"%PDF-1.4"):
        assert (await read(content, "application/pdf")).text == b"", content[:30]


async def test_costly_files_of_one_user_delay_no_other(monkeypatch: pytest.MonkeyPatch):
    run, ended = file_reading.run, threading.Event()

    def run_later(module: str, arguments: list[str], *given: Any, **options: Any) -> tuple[int, float]:
        if "application/pdf" in arguments:
            ended.wait()
        return run(module, arguments, *given, **options)

    monkeypatch.setattr(file_reading, "run", run_later)
    costly = [asyncio.create_task(convert_file("one", pdf(), "application/pdf")) for _ in range(3)]
    await asyncio.sleep(0)  # so that all have begun
    try:
        async with asyncio.timeout(60):
            assert (await convert_file("other", photo(), "image/jpeg")).preview
    finally:
        ended.set()
    assert [parts.text.strip() for parts in await asyncio.gather(*costly)] == [b"Buy milk"] * 3


async def test_text_is_kept_as_it_is_and_read_up_to_a_bound():
    content = b"\xef\xbb\xbf" + b"milk\n" * 30_000
    parts = await read(content, "text/plain")
    assert (parts.content, len(parts.text)) == (content, picture_and_pdf_conversion.TEXT_MAX_CHARACTERS)
    assert parts.text.startswith(b"milk")
