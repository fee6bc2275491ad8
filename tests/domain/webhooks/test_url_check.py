"""Addresses of webhooks lead to public networks only, at each try."""

import socket
from collections.abc import Iterable
from typing import Any

import pytest

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.webhooks import url_check
from taskchat_app.domain.webhooks.delivery import send
from taskchat_app.domain.webhooks.url_check import PrivateAddress, check_url, is_public, parse_target, resolve
from tests.receiver import receiving

SECRET = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"
INSIDE = [
    "http://127.0.0.1/x", "http://localhost:8000/", "http://LOCALHOST./", "http://[::1]/", "http://10.1.2.3/",
    "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/",
    "http://0/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:a00:1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fec0::1]/", "http://[::]/",
    "http://[::127.0.0.1]/", "http://100.64.0.1/", "http://100.100.100.200/", "http://168.63.129.16/",
    "http://224.0.0.1/", "http://[ff02::1]/", "http://255.255.255.255/", "http://db/", "http://printer.local/",
    "http://metadata.google.internal/", "http://example.org:25/", "https://8.8.8.8:22/", "http://192.0.0.8/",
    "http://192.88.99.1/", "http://[2001::1]/", "http://box.lan/", "http://box.home.arpa/", "http://wiki.intranet/",
    "http://app.localhost/",
]  # fmt: skip
MALFORMED = [
    "", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "https://user:pass@example.org/",
    "https://user@example.org/", "https://example.org:0/", "https://example.org:99999/", "https://exa mple.org/",
    "https://example.org\\@127.0.0.1/", "https://example.org/\r\nX: y", "https://" + "a" * 300 + ".org/",
    "https://example.org/" + "x" * 2_000, "https://[::1", "javascript:alert(1)", "https://\0.org/",
    "http://[2606:4700::1%\u00fc]/", "http://[2606:4700::1%25lo]/", "https://example.org*", "https://exa\"mple.org/",
]  # fmt: skip


async def check_refused(urls: Iterable[str], reason: str) -> None:
    for url in urls:
        with pytest.raises(Invalid) as refused:
            await check_url(url)
        assert (refused.value.detail, refused.value.facts["field"]) == (reason, "url"), url


async def test_what_is_no_address_and_an_address_that_leads_inside_are_refused(monkeypatch: pytest.MonkeyPatch):
    def hang(*_: Any, **__: Any) -> Any:
        raise TimeoutError

    await check_refused(MALFORMED, url_check.MALFORMED)
    await check_refused(INSIDE, url_check.PRIVATE)
    hidden = ("\uff4cocalhost", "\uff11\uff12\uff17.0.0.1", "printer\u3002local")  # other letters
    await check_refused((f"http://{name}/" for name in hidden), url_check.PRIVATE)
    monkeypatch.setattr(url_check.socket, "getaddrinfo", hang)
    in_numbers = ("127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]")
    await check_refused((f"http://{host}/" for host in in_numbers), url_check.PRIVATE)


def test_a_name_leads_where_browsers_go_with_it():
    expected = {
        "stra\u00dfe.de": "xn--strae-oqa.de",
        "B\u00fccher.example": "xn--bcher-kva.example",
        "xn--strae-oqa.de": "xn--strae-oqa.de",
        "_X.example": "_x.example",
        "_hook.b\u00fccher.de": "_hook.xn--bcher-kva.de",
        "r3---sn.b\u00fccher.de": "r3---sn.xn--bcher-kva.de",
        "\u2603.net": "xn--n3h.net",
        "i\u2764\ufe0f.ws": "xn--i-7iq.ws",
        "a\u2260b.de": "xn--ab-miv.de",
        "\uff45xample\u3002org": "example.org",
        "[2606:4700::1]": "2606:4700::1",
    }
    assert {name: parse_target(f"https://{name}/hook").host for name in expected} == expected


def test_a_name_that_no_host_can_have_is_refused_and_public_addresses_are_public():
    for name in ("stra\u00dfe..de", "\u00fc" * 64 + ".de", "a\uff05b.de", "\u00fc." * 150, "xn--\u00fc.de"):
        with pytest.raises(Invalid) as refused:
            parse_target(f"https://{name}/")
        assert refused.value.detail == url_check.MALFORMED, name
    for address in ("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "2a00::1"):
        assert is_public(address), address


def answers(*found: str) -> Any:
    """Return a name server that gives these addresses."""
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    return lambda *_, **__: entries


async def test_one_private_address_is_enough_and_is_looked_for_at_each_try(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(url_check.socket, "getaddrinfo", answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Invalid):
        await check_url("https://rebinding.example.org/")
    with pytest.raises(PrivateAddress):
        await resolve(parse_target("https://rebinding.example.org/"))
    async with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        monkeypatch.setattr(url_check.socket, "getaddrinfo", answers("8.8.8.8"))
        url = f"http://rebinding.example.org:{port}/"
        await check_url(url)
        monkeypatch.setattr(url_check.socket, "getaddrinfo", answers("127.0.0.1"))
        outcome = await send(url, SECRET, "msg_1", "{}")
        assert (outcome.status, outcome.error, receiver.requests) == (None, "private_address", [])


async def test_the_checked_address_is_asked_under_the_hosts_name(monkeypatch: pytest.MonkeyPatch, private_hooks: None):
    """A name server that answers otherwise the second time is not asked a second time."""
    asked: list[str] = []

    def once(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return answers("127.0.0.1" if len(asked) == 1 else "127.0.0.9")()

    async with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        monkeypatch.setattr(url_check.socket, "getaddrinfo", once)
        assert (await send(f"http://hooks.example.org:{port}/a?b=c", SECRET, "msg_1", "{}")).status == 204
        assert asked == ["hooks.example.org"]
        usual = {"host": f"hooks.example.org:{port}", "accept-encoding": "identity", "connection": "close"}
        assert usual.items() <= receiver.requests[0][0].items()


async def test_a_name_that_is_not_found_now_can_be_found_later(monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(url_check.socket, "getaddrinfo", fail)
    await check_url("https://new.example.org/hook")
    assert (await send("https://new.example.org/hook", SECRET, "msg_1", "{}")).error == "dns"
