"""A form names no codec: whatever charset its Content-Type has, the server reads UTF-8 or refuses it."""

import codecs
from collections.abc import Iterator

import pytest

from tests.api.responses import Api
from tests.conftest import ORIGIN

FORMS = [
    ("undefined", b"a"), ("punycode", b"!!"), ("punycode", b"A" * 60_000), ("idna", b"a" * 2_000 + b".org"),
    ("unicode_escape", rb"\ud800"), ('"utf-7"', b"a"), ("utf-8; Charset = punycode", b"!!"), ("no-codec", b"a"),
]  # fmt: skip
"""Charsets, and values on which their decoders fail or take seconds."""


def form(value: bytes, *, file: bool = False) -> bytes:
    parts = [b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + value]
    if file:
        parts += [b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nmilk']
    return b"\r\n".join([*parts, b"--b--\r\n"])


def headers(charset: str) -> dict[str, str]:
    return {"Content-Type": f"multipart/form-data; boundary=b; charset={charset}", "Origin": ORIGIN}


@pytest.fixture
def looked_up() -> Iterator[list[str]]:
    """The names of codecs without an entry in Python's table that were asked for."""
    names: list[str] = []

    def search(name: str) -> None:
        names.append(name)

    codecs.register(search)
    yield names
    codecs.unregister(search)


@pytest.mark.parametrize(("charset", "value"), FORMS, ids=[charset for charset, _ in FORMS])
async def test_a_form_in_another_charset_is_400(charset: str, value: bytes, anonymous: Api, api: Api):
    signing_in = await anonymous.post("/auth/login", content=form(value), headers=headers(charset))
    uploading = await api.post("/api/attachments", content=form(value, file=True), headers=headers(charset))
    for answer in (signing_in, uploading):
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
        assert "UTF-8" in answer.json()["detail"]
        assert "JSON" not in answer.json()["detail"]


async def test_a_form_of_nearly_this_type_is_400_without_a_codec(looked_up: list[str], anonymous: Api, api: Api):
    named = {"Content-Type": "multipart/form-data-x; boundary=b; charset=punycode"}
    answer = await api.post("/api/attachments", content=form(b"!!", file=True), headers=named)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    await anonymous.post("/auth/login", content=form(b"a"), headers=headers("codec-of-a-client"))
    await api.post("/api/attachments", content=form(b"a", file=True), headers=headers("other-codec-of-a-client"))
    assert looked_up == []


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "us-ascii"])
async def test_a_form_in_utf_8_is_read(charset: str, anonymous: Api, api: Api):
    signing_in = await anonymous.post("/auth/login", content=form(b"a@b.example"), headers=headers(charset))
    assert signing_in.status_code == 303
    assert "email=a%40b.example" in signing_in.headers["location"]
    uploading = await api.post("/api/attachments", content=form(b"", file=True), headers=headers(charset))
    assert (uploading.status_code, uploading.json()["name"]) == (201, "a.txt")


async def test_the_charset_of_an_urlencoded_form_is_ignored(anonymous: Api):
    named = {"Content-Type": "application/x-www-form-urlencoded; charset=ISO-8859-1", "Origin": ORIGIN}
    answer = await anonymous.post("/auth/login", content=b"email=J%C3%BCrgen%40b.example", headers=named)
    assert "email=J%C3%BCrgen%40b.example" in answer.headers["location"]
