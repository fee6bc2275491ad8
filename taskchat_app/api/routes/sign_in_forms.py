"""Form posts of the sign-in pages, which set and clear the httpOnly cookie.

A browser is redirected to the next page. A page with another origin than the API sends its forms by fetch with
`Accept: application/json` and gets `{"location": "/login?error=…"}`, a path of the page, with the same cookie.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from taskchat_app.api.core.credentials import cookie_token, network_of
from taskchat_app.api.core.login_cookie import clear_cookie, set_cookie
from taskchat_app.api.core.problems import is_outage
from taskchat_app.api.core.request_bodies import check_form_charset
from taskchat_app.domain.accounts import accounts, password_links, sign_in
from taskchat_app.domain.accounts.accounts import SignedInLogin
from taskchat_app.domain.accounts.profile_fields import EMAIL_MAX_CHARACTERS, checked_timezone
from taskchat_app.domain.storage.errors import Invalid, PersonError, TooLarge
from taskchat_app.i18n.messages import gettext

router = APIRouter(include_in_schema=False)

Form = defaultdict[str, str]
"""The fields of a form; one that was not sent is empty."""
TOKEN_MAX_CHARACTERS = 1000
"""Longer than any token of ours."""
FORM_MAX_BYTES = 65_536
"""The longest address of the list in `next`, encoded twice, and the other fields. Decoding 1 MiB of `%` took 0.5 s."""
TOO_LARGE = gettext("The form is too large. Send at most {most:#,##0} bytes.", most=FORM_MAX_BYTES)


@router.post("/auth/login")
async def login(request: Request) -> Response:
    return await _answer(
        request, "/login", lambda form, network: sign_in.login(form["email"], form["password"], network=network)
    )


@router.post("/auth/register")
async def register(request: Request) -> Response:
    def sign_up(form: Form, network: str) -> Awaitable[SignedInLogin]:
        timezone = _known_timezone(form["timezone"])
        language = request.headers.get("accept-language", "")
        return sign_in.register(form["email"], form["password"], timezone, network=network, accept_language=language)

    return await _answer(request, "/register", sign_up)


@router.post("/auth/set-password")
async def set_password(request: Request) -> Response:
    return await _answer(
        request,
        password_links.PAGE,
        lambda form, network: password_links.set_password(form["token"], form["password"], network=network),
    )


@router.post("/auth/logout")
async def logout(request: Request) -> Response:
    person = await accounts.person_of(cookie_token(request))
    if person is not None:
        await sign_in.logout(person)
    response = _redirect(request, "/login")
    clear_cookie(request, response)
    return response


async def _answer(request: Request, page: str, attempt: Callable[[Form, str], Awaitable[SignedInLogin]]) -> Response:
    """Redirect to `next` with the cookie; after a failure back to the page with the error code."""
    form = await _form(request)
    target = _local_path(form["next"])
    try:
        new_login = await attempt(form, network_of(request))
    except PersonError as error:
        return _redirect(request, _error_path(page, form, target, error.code, error.facts.get("field")))
    except Exception as error:
        if not is_outage(error):
            raise
        return _redirect(request, _error_path(page, form, target, "unavailable"))
    response = _redirect(request, target)
    set_cookie(request, response, new_login)
    return response


def _error_path(page: str, form: Form, target: str, code: str, field: str | None = None) -> str:
    query = {"error": code}
    if page == password_links.PAGE:
        query["token"] = form["token"][:TOKEN_MAX_CHARACTERS]
    else:
        query["email"] = form["email"][:EMAIL_MAX_CHARACTERS]
    if field:
        query["field"] = field
    if target != "/":
        query["next"] = target
    return f"{page}?{urlencode(query)}"


def _redirect(request: Request, target: str) -> Response:
    if request.headers.get("accept") == "application/json":
        return JSONResponse({"location": target})
    return RedirectResponse(target, status_code=303)


async def _form(request: Request) -> Form:
    check_form_charset(request.headers)
    if len(await request.body()) > FORM_MAX_BYTES:
        raise TooLarge(TOO_LARGE)
    async with request.form() as fields:
        return defaultdict(str, {name: value for name, value in fields.items() if isinstance(value, str)})


def _known_timezone(name: str) -> str:
    """Return the browser's time zone, or UTC if it is unknown: the user did not type it and could not correct it."""
    try:
        return checked_timezone(name)
    except Invalid:
        return "UTC"


def _local_path(target: str) -> str:
    """Return the target if it is a path of this site, else "/"; browsers read `\\` as `/`, drop control characters."""
    is_local = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_local else "/"
