"""A file's type follows from its content, and its name is safe to show."""

import pytest

from taskchat_app.domain.attachments.media_types import NAME_MAX_CHARACTERS, checked_name, declared_type, type_of
from taskchat_app.domain.storage.errors import UnsupportedType
from tests.pictures import pdf, photo


def test_the_type_is_that_of_the_content():
    expected = {
        (photo("PNG"), "wrong.pdf"): "image/png",
        (photo("JPEG"), "wrong.txt"): "image/jpeg",
        (photo("WEBP"), "a"): "image/webp",
        (photo("GIF"), "a.exe"): "image/gif",
        (pdf(), "list.png"): "application/pdf",
        ("Milch für Jürgen\n".encode(), "list.png"): "text/plain",
        (b"\xef\xbb\xbfBuy milk\r\n", "list.txt"): "text/plain",
        (b"# Today\n- milk", "LIST.MD"): "text/markdown",
        (b"title,due\nmilk,today", "list.csv"): "text/csv",
    }
    assert {(content, name): type_of(content, name) for content, name in expected} == expected


def test_other_contents_are_refused_under_any_name():
    for content in (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        *(b"\n  <!DOCTYPE html><p>Hello", b"<?xml version='1.0'?><a/>", b"Hello <script>alert(1)</script>"),
        *(b"PK\x03\x04", b"\x7fELF", b"Milk\x00bread", "Milch für Jürgen".encode("latin-1"), b"BM\x00\x00"),
    ):
        for name in ("a.txt", "a.png", "a.pdf"):
            with pytest.raises(UnsupportedType):
                type_of(content, name)


def test_declared_types_that_are_never_accepted_are_refused_early_and_others_wait_for_the_content():
    for declared in ("image/svg+xml", "text/html", "video/mp4", "image/heic", "application/zip"):
        with pytest.raises(UnsupportedType):
            declared_type(declared)
    assert declared_type("") == declared_type("x" * 200 + "/y") == "application/octet-stream"
    assert [declared_type(one) for one in ("text/plain; charset=utf-8", "IMAGE/PNG")] == ["text/plain", "image/png"]


def test_a_name_has_neither_folders_nor_invisible_characters_and_a_long_one_keeps_its_ending():
    expected = {
        "C:\\Users\\me\\photo.jpg": "photo.jpg",
        "../../etc/passwd": "passwd",
        "\u202egpj.exe\x00\n": "gpj.exe",
        " .. ": "file",
        "": "file",
        "Liste für Jürgen.txt": "Liste für Jürgen.txt",
        "x" * 1_000 + ".pdf": "x" * (NAME_MAX_CHARACTERS - 4) + ".pdf",
    }
    assert {given: checked_name(given) for given in expected} == expected
