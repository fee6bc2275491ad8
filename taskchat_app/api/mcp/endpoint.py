"""The MCP endpoint: checks method, access token and Origin.

The Host header is not checked, since clients reach a server under addresses that it does not know (a proxy's, another
one than the page's, one in the local network): a page that rebinds its name to this server has no token to send.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from taskchat_app.api.core.credentials import bearer_token
from taskchat_app.api.core.problems import refusal_problem, standard_problem
from taskchat_app.api.mcp.server import handle_request
from taskchat_app.config import LOCAL_HOSTS, settings
from taskchat_app.domain.accounts.access_tokens import user_of_token
from taskchat_app.domain.storage.errors import Forbidden, NotSignedIn
from taskchat_app.i18n.messages import gettext

PATH = "/mcp"


class McpEndpoint:
    """ASGI app: answers POST with an access token; 401 without one, 403 to foreign pages, 405 to other methods."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            # No stream from server to client: draining would wait for it.
            refusal = standard_problem(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
            return await refusal(scope, receive, send)
        headers = Request(scope).headers
        use = await user_of_token(bearer_token(headers) or "")
        if use is None:
            sentence = gettext("Send “Authorization: Bearer” with a token. Make one in Settings, Tokens.")
            return await refusal_problem(NotSignedIn(sentence))(scope, receive, send)
        if _is_foreign(headers.get("origin", "")):
            sentence = gettext(
                "Pages of this origin may not use MCP. The server's owner can add it to ALLOWED_ORIGINS."
            )
            return await refusal_problem(Forbidden(sentence))(scope, receive, send)
        await handle_request(use, scope, receive, send)


def _is_foreign(origin: str) -> bool:
    """Return whether a page asks that is neither ours, nor of this machine, nor of ALLOWED_ORIGINS."""
    known = ("", settings().origin, *settings().allowed_origins)
    return origin not in known and not origin.startswith(tuple(f"http://{name}:" for name in LOCAL_HOSTS))
