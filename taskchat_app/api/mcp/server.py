"""Answers MCP requests: streamable HTTP without sessions, in the revisions with a handshake and in 2026-07-28.

The low-level Server, since MCPServer's generated schemas accept unknown arguments. Access tokens only, without OAuth:
clients ignore a configured header once any OAuth metadata is advertised.

The Host header is not checked, since clients reach a server under addresses that it does not know (a proxy's, another
one than the page's, one in the local network): a page that rebinds its name to this server has no token to send.
"""

import logging
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ToolDescription
from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from taskchat_app import __version__
from taskchat_app.api.core.credentials import bearer_token
from taskchat_app.api.core.problems import SENTENCES, log_unexpected, refusal_problem, standard_problem
from taskchat_app.api.core.request_bodies import BODY_MAX_BYTES
from taskchat_app.api.mcp.results import AnyResult, BatchFailed
from taskchat_app.api.mcp.tools import TOOLS, Call, Tool, new_call_id
from taskchat_app.assistant.tools.execution import argument_errors, flat_schema
from taskchat_app.assistant.tools.results import DATA_NOTE
from taskchat_app.config import LOCAL_HOSTS, settings
from taskchat_app.domain.accounts.access_tokens import TokenUse, user_of_token
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import Forbidden, NotSignedIn, PersonError
from taskchat_app.domain.storage.user_lock import in_queue, lock_user
from taskchat_app.i18n.messages import gettext

PATH = "/mcp"
USE_KEY = "taskchat.token_use"
"""The key in the request's ASGI scope under which McpEndpoint hands on the TokenUse."""
INSTRUCTIONS = (
    "taskchat is the user's own to-do list. A task is called by its number: #7. Dates are ISO or phrases such as"
    " “next friday 9am”, in the user's time zone. Calls that write do all or nothing, and every change can be undone"
    f" with undo. {DATA_NOTE}"
)
logging.getLogger("mcp.server.streamable_http_manager").setLevel(logging.WARNING)  # "started" for each request


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
        # A page may ask that is ours, of this machine or of ALLOWED_ORIGINS.
        origin = headers.get("origin", "")
        is_known = origin in ("", settings().origin, *settings().allowed_origins)
        is_of_this_machine = origin.startswith(tuple(f"http://{name}:" for name in LOCAL_HOSTS))
        if not is_known and not is_of_this_machine:
            sentence = gettext(
                "Pages of this origin may not use MCP. The server's owner can add it to ALLOWED_ORIGINS."
            )
            return await refusal_problem(Forbidden(sentence))(scope, receive, send)
        # A manager for each request: without sessions it holds nothing, and so needs no place in the lifespan.
        manager = StreamableHTTPSessionManager(
            _server(), json_response=True, stateless=True, max_request_body_size=BODY_MAX_BYTES
        )
        async with manager.run():
            await manager.handle_request({**scope, USE_KEY: use}, receive, send)


def _server() -> Server[Any]:
    return Server(
        "taskchat",
        version=__version__,
        title="taskchat",
        instructions=INSTRUCTIONS,
        website_url=settings().origin,
        get_tool_input_schema=_input_schema,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
    )


def _input_schema(name: str) -> Mapping[str, Any] | None:
    return _description(TOOLS[name]).input_schema if name in TOOLS else None


def _use(context: ServerRequestContext[Any, Any]) -> TokenUse:
    assert context.request is not None, "every request comes over HTTP"
    return context.request.scope[USE_KEY]


async def _list_tools(
    context: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None
) -> ListToolsResult:
    """List the tools that the token may call."""
    scopes = _use(context).scopes
    return ListToolsResult(tools=[_description(tool) for tool in TOOLS.values() if tool.scope in scopes])


@cache
def _description(tool: Tool) -> ToolDescription:
    annotations = ToolAnnotations(
        title=tool.title,
        read_only_hint=tool.scope == "read",
        destructive_hint=tool.destructive,
        idempotent_hint=tool.scope == "read" or tool.idempotent,
        open_world_hint=False,
    )
    return ToolDescription(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=flat_schema(tool.arguments.model_json_schema()),
        output_schema=flat_schema(tool.result.model_json_schema()),
        annotations=annotations,
    )


async def _call_tool(context: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
    """Run the tool; what the user may know of a failure is a result that the agent can act on."""
    use, tool = _use(context), TOOLS.get(params.name)
    if tool is None:
        raise MCPError(INVALID_PARAMS, f"There is no tool {params.name[:60]}.")
    if tool.scope not in use.scopes:
        return _failed(f"This token lacks the scope “{tool.scope}”.")
    try:
        arguments = tool.arguments.model_validate(params.arguments or {})
        return _result(await _run(use, tool, arguments, _client(context)))
    except ValidationError as error:
        return _failed(argument_errors(error))
    except BatchFailed as failure:
        return _result(failure.written, is_error=True)
    except PersonError as error:
        return _failed(error.detail)
    except Exception as error:  # the SDK would send its text, which can hold SQL with values
        return _failed(SENTENCES[log_unexpected(error, f"MCP {tool.name}")][1])


def _client(context: ServerRequestContext[Any, Any]) -> str:
    """Return the client's name and version; its User-Agent where only an earlier request (the handshake) named them."""
    known = context.session.client_params
    if known is not None:
        return f"{known.client_info.name} {known.client_info.version}"
    return context.request.headers.get("user-agent", "") if context.request is not None else ""


async def _run(use: TokenUse, tool: Tool, arguments: Any, client: str) -> AnyResult:
    person = use.person
    if tool.scope == "read":
        async with reading(person.id) as session:
            return await tool.run(Call(session, person, person.cause("mcp")), arguments)
    async with in_queue(person.id), transaction(person.id) as session:
        await lock_user(session, person.id)
        return await tool.run(Call(session, person, person.cause("mcp", turn_id=new_call_id(client))), arguments)


def _result(result: AnyResult, *, is_error: bool = False) -> CallToolResult:
    content: list[Any] = [TextContent(type="text", text=text) for text in result.texts()]
    return CallToolResult(content=content, structured_content=result.structured(), is_error=is_error)


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)
