"""The page's forms: redirects, or for a page of another origin, which sends them by fetch, the next path as JSON."""

from urllib.parse import parse_qs, urlsplit

from taskchat_app.domain.accounts import accounts
from tests.api.responses import Api, cookie_of
from tests.conftest import ORIGIN, PASSWORD, SignedInPerson

BY_FETCH = {"Origin": ORIGIN, "Accept": "application/json"}
WITHOUT_SCRIPTS = {"Origin": ORIGIN, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-US"}


OF_OTHER_SITES = (
    *("", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil.example"),
    *("/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", " //evil.example", "/x\\..\\y"),
)


async def test_signing_in_sets_the_cookie_and_redirects_to_a_page_of_ours(anonymous: Api, signed_in: SignedInPerson):
    fields = {"email": signed_in.person.email, "password": PASSWORD, "next": "/c/thr_1?x=1"}
    answer = await anonymous.post("/auth/login", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/thr_1?x=1")
    assert "httponly" in cookie_of(answer)
    assert (await anonymous.get("/api/auth/me")).json()["user"]["email"] == signed_in.person.email
    for target in OF_OTHER_SITES:
        answer = await anonymous.post("/auth/login", data=fields | {"next": target})
        assert answer.headers["location"] == "/", target


async def test_registering_stores_the_browsers_timezone_or_else_utc(anonymous: Api, account: dict):
    for place, timezone in enumerate(("Europe/Berlin", "", "Etc/Nowhere", "\x00")):
        new = account | {"email": f"{place}{account['email']}", "timezone": timezone}
        new |= {"next": "/settings"} if place else {}
        answer = await anonymous.post("/auth/register", data=new, headers=WITHOUT_SCRIPTS)
        assert (answer.status_code, answer.headers["location"]) == (303, new.get("next", "/"))
        user = (await anonymous.get("/api/auth/me")).json()["user"]
        assert (user["email"], user["timezone"]) == (new["email"], "UTC" if place else timezone)
        assert (await anonymous.get("/api/auth/settings")).json()["clock"] == "12", "by its Accept-Language"


async def test_a_failure_leads_to_the_form_with_its_reason(anonymous: Api, signed_in: SignedInPerson, account: dict):
    known = {"email": signed_in.person.email, "password": "not the password", "next": "/c/thr_1"}
    failures: list[tuple[str, dict, dict]] = [
        ("/login", known, {"error": ["bad_credentials"], "next": ["/c/thr_1"]}),
        ("/register", account | {"password": "short"}, {"error": ["invalid"], "field": ["password"]}),
        ("/register", account | {"email": "nobody & co"}, {"error": ["invalid"], "field": ["email"]}),
        ("/register", account | {"email": "a\x00@example.org"}, {"error": ["invalid"], "field": ["email"]}),
        ("/register", account | {"email": signed_in.person.email}, {"error": ["email_taken"]}),
    ]
    for path, fields, told in failures:
        answer = await anonymous.post(f"/auth{path}", data=fields)
        address = urlsplit(answer.headers["location"])
        assert (answer.status_code, address.path) == (303, path)
        assert parse_qs(address.query) == told | {"email": [fields["email"]]}
        assert "set-cookie" not in answer.headers
    for empty in (b"", b"x", b'{"email": "a@example.org"}'):
        answer = await anonymous.post("/auth/login", content=empty)
        assert answer.headers["location"] == "/login?error=bad_credentials&email="


async def test_signing_out_revokes_the_login_and_needs_none(page: Api, signed_in: SignedInPerson):
    answer = await page.post("/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert cookie_of(answer)["max-age"] == "0"
    assert await accounts.person_of(signed_in.token) is None
    page.cookies.clear()
    assert (await page.post("/auth/logout")).headers["location"] == "/login"


async def test_by_fetch_a_form_gets_its_next_path_and_the_longest_one_fits_into_it(anonymous: Api, account: dict):
    refused = await anonymous.post("/auth/login", data=account, headers=BY_FETCH)
    assert refused.status_code == 200
    assert refused.json()["location"].startswith("/login?error=bad_credentials&email=")
    assert "set-cookie" not in refused.headers
    longest = "/?" + "&".join(f"tag={'%F0%9F%98%80' * 50}" for _ in range(20))
    answer = await anonymous.post("/auth/register", data=account | {"next": longest}, headers=BY_FETCH)
    assert (answer.status_code, answer.json()) == (200, {"location": longest})
    assert (await anonymous.get("/api/auth/me")).json()["user"]["email"] == account["email"]
    bearer = {"Authorization": f"Bearer {anonymous.cookies['auth_token']}"}
    answer = await anonymous.post("/auth/logout", headers=BY_FETCH)
    assert (answer.status_code, answer.json()) == (200, {"location": "/login"})
    assert (await anonymous.get("/api/auth/me", headers=bearer)).status_code == 401


async def test_a_form_that_is_too_large_is_not_decoded(anonymous: Api):
    headers = {"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/auth/login", "/auth/register", "/auth/set-password"):
        answer = await anonymous.post(path, content=b"%" * 1_000_000, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), path
