"""The origin check: our own page may use the cookie, allowed origins a bearer token, other pages nothing."""

from itertools import product
from typing import Any

import httpx
import pytest

from taskchat_app.api.app import build_api
from taskchat_app.api.core import credentials
from tests.api.responses import Api, code_of
from tests.chatting import Configure
from tests.conftest import SignedInPerson

OWN = ["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]
FOREIGN = [
    "https://evil.example", "null", "", "http://localhost:3001", "http://localhost:8000", "http://localhost",
    "https://localhost:3000", "http://localhost:3000.evil.example", "http://LOCALHOST:3000/", "\xff",
]  # fmt: skip
ALLOWED = "https://friend.example"


@pytest.fixture(autouse=True)
def one_allowed_origin(configure: Configure) -> None:
    configure(ALLOWED_ORIGINS=ALLOWED)


@pytest.fixture
def browser(anonymous: Api, signed_in: SignedInPerson) -> Api:
    """A browser with the user's cookie."""
    anonymous.cookies.set("auth_token", signed_in.token)
    return anonymous


async def timezone(api: Api) -> str:
    return (await api.get("/api/auth/me")).json()["user"]["timezone"]


def set_timezone(headers: dict[str, Any]) -> dict[str, Any]:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"method": "PATCH", "url": "/api/auth/me", "json": {"timezone": "Asia/Tokyo"}, "headers": sent}


class TestCookie:
    async def test_requests_of_our_own_page_and_of_programs_are_permitted(self, browser: Api, api: Api):
        programs: list[dict[str, str]] = [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
        for headers in [*({"Origin": origin} for origin in OWN), *programs]:
            assert (await browser.request(**set_timezone(headers))).status_code == 200, headers
            assert await timezone(api) == "Asia/Tokyo"
            await api.patch("/api/auth/me", json={"timezone": "UTC"})

    async def test_a_foreign_page_is_refused(self, browser: Api, api: Api):
        sites = ({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site"))
        other_scheme = {"Origin": FOREIGN[0], "Authorization": "Basic eDp5"}
        for headers in [*({"Origin": origin} for origin in (*FOREIGN, ALLOWED)), *sites, other_scheme]:
            assert code_of(await browser.request(**set_timezone(headers))) == (403, "forbidden"), headers
        assert await timezone(api) == "UTC"

    async def test_every_unsafe_method_is_refused_on_every_path(self, browser: Api):
        for method in ("POST", "PUT", "PATCH", "DELETE", "WHATEVER"):
            for path in ("/api/auth/logout", "/api/tasks", "/api/chatkit", "/api/attachments", "/api/nothing"):
                refused = await browser.request(method, path, headers={"Origin": FOREIGN[0]})
                assert code_of(refused) == (403, "forbidden"), (method, path)

    async def test_an_allowed_origin_reads_nothing_by_cookie_our_page_does(self, browser: Api, configure: Configure):
        for allowed in (ALLOWED, f"{ALLOWED},{OWN[0]}"):
            configure(ALLOWED_ORIGINS=allowed)
            refused = await browser.get("/api/auth/me", headers={"Origin": ALLOWED})
            assert code_of(refused) == (401, "not_signed_in")
            assert (await browser.get("/api/auth/me", headers={"Origin": OWN[0]})).status_code == 200
            assert (await browser.request(**set_timezone({"Origin": OWN[0]}))).status_code == 200


class TestBearer:
    async def test_an_allowed_origin_may_use_a_token_no_cookie(self, browser: Api, other_signed_in: SignedInPerson):
        answer = await browser.request(**set_timezone({"Origin": ALLOWED, **other_signed_in.bearer}))
        assert answer.status_code == 200
        assert answer.json()["user"]["id"] == other_signed_in.person.id

    async def test_an_invalid_token_with_a_valid_cookie_or_no_credentials_are_401(self, browser: Api, anonymous: Api):
        for token in ("Bearer x", "Bearer", "bearer "):
            answer = await browser.request(**set_timezone({"Authorization": token, "Origin": FOREIGN[0]}))
            assert answer.status_code == 401
        browser.cookies.clear()
        assert (await browser.request(**set_timezone({"Origin": FOREIGN[0]}))).status_code == 401


class TestForms:
    async def test_login_forms_of_foreign_pages_are_refused(self, anonymous: Api):
        foreign = [(b"Origin", origin.encode("latin-1")) for origin in (*FOREIGN, ALLOWED)]
        foreign.append((b"Sec-Fetch-Site", b"cross-site"))
        for path, header in product(("/auth/login", "/auth/register", "/auth/logout"), foreign):
            form = {"email": "a@example.org", "password": "12345678"}
            answer = await anonymous.post(path, data=form, headers=[header, (b"Accept", b"application/json")])
            assert code_of(answer) == (403, "forbidden"), (path, header)
            assert "set-cookie" not in answer.headers


async def handshake(asgi: httpx.ASGITransport, token: str, origin: str | None) -> list[dict[str, Any]]:
    """Return the messages that answer a socket's handshake, from the API or the app mounted below it."""
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"localhost:3000"), (b"cookie", f"auth_token={token}".encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode("latin-1")))
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "path": "/_event/",
        "raw_path": b"/_event/",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "subprotocols": [],
        "extensions": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await asgi.app(scope, receive, send)
    return sent


class TestSocket:
    @pytest.fixture
    def app(self) -> httpx.ASGITransport:
        built = build_api()

        async def below(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})

        built.mount("", below)
        return httpx.ASGITransport(built)

    async def test_a_foreign_page_opens_no_socket(self, app: httpx.ASGITransport, signed_in: SignedInPerson):
        for origin in (*FOREIGN, ALLOWED, *OWN, None):
            answer = "websocket.close" if origin in (*FOREIGN, ALLOWED) else "websocket.accept"
            assert [message["type"] for message in await handshake(app, signed_in.token, origin)] == [answer], origin


class TestClientAddress:
    @pytest.mark.parametrize(
        ("hops", "forwarded", "address"),
        [
            (0, ["1.1.1.1"], "9.9.9.9"),
            (1, [], "9.9.9.9"),
            (1, ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            (1, ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            (2, ["6.6.6.6, 1.1.1.1, 2.2.2.2"], "1.1.1.1"),
            (2, ["1.1.1.1"], "9.9.9.9"),
            (1, ["1.1.1.1, no address"], "9.9.9.9"),
            (1, ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
            (1, ["[2001:db8:1:2::9]"], "2001:db8:1:2::/64"),
            (1, ["::ffff:1.1.1.1"], "1.1.1.1"),
        ],
    )
    def test_only_our_proxies_name_clients(self, hops: int, forwarded: list[str], address: str, configure: Configure):
        configure(TRUSTED_PROXY_HOPS=str(hops))
        headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
        scope = {"type": "http", "headers": headers, "client": ("9.9.9.9", 1234)}
        assert credentials.network_of(credentials.HTTPConnection(scope)) == address
