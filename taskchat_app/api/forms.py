"""The page's form posts: the httpOnly cookie can only be set by a response, never by the page itself."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from taskchat_app.api.credentials import COOKIE, clear_cookie, client_address, set_cookie
from taskchat_app.api.problems import is_outage
from taskchat_app.domain import accounts
from taskchat_app.domain.accounts import SignedInLogin
from taskchat_app.domain.errors import Invalid, PersonError
from taskchat_app.domain.person_fields import EMAIL_MAX_CHARACTERS, checked_timezone

router = APIRouter(include_in_schema=False)

Fields = Mapping[str, str]


@router.post("/auth/login")
async def login(request: Request) -> Response:
    async def sign_in(fields: Fields) -> SignedInLogin:
        email, password = fields.get("email", ""), fields.get("password", "")
        return await accounts.login(email, password, origin_address=client_address(request))

    return await _answer("/login", await _fields(request), sign_in)


@router.post("/auth/register")
async def register(request: Request) -> Response:
    async def sign_up(fields: Fields) -> SignedInLogin:
        email, password = fields.get("email", ""), fields.get("password", "")
        timezone = _known_timezone(fields.get("timezone", ""))
        return await accounts.register(email, password, timezone, origin_address=client_address(request))

    return await _answer("/register", await _fields(request), sign_up)


@router.post("/auth/logout")
async def logout(request: Request) -> Response:
    person = await accounts.person_of(request.cookies.get(COOKIE))
    if person is not None:
        await accounts.logout(person)
    response = _see("/login")
    clear_cookie(response)
    return response


async def _answer(page: str, fields: Fields, attempt: Callable[[Fields], Awaitable[SignedInLogin]]) -> Response:
    """On success to `next` with the cookie, else back to the page with the reason."""
    target = _same_site(fields.get("next", ""))
    try:
        made = await attempt(fields)
    except PersonError as error:
        return _back(page, fields, target, error.code, error.facts.get("field"))
    except Exception as error:
        if not is_outage(error):
            raise
        return _back(page, fields, target, "unavailable")
    response = _see(target)
    set_cookie(response, made)
    return response


def _back(page: str, fields: Fields, target: str, code: str, field: str | None = None) -> Response:
    query = {"error": code, "email": fields.get("email", "")[:EMAIL_MAX_CHARACTERS]}
    if field:
        query["field"] = field
    if target != "/":
        query["next"] = target
    return _see(f"{page}?{urlencode(query)}")


def _see(target: str) -> RedirectResponse:
    return RedirectResponse(target, status_code=303)


async def _fields(request: Request) -> Fields:
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _known_timezone(name: str) -> str:
    """What the browser says of itself, or UTC: the person filled in nothing that they could mend."""
    try:
        return checked_timezone(name)
    except Invalid:
        return "UTC"


def _same_site(target: str) -> str:
    """A path of ours, else "/". Browsers read `\\` as `/`, and drop control characters."""
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if ours else "/"
