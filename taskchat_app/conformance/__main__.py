"""The command: `python -m taskchat_app.conformance URL --token TOKEN`."""

import argparse
import asyncio
import sys
from collections import defaultdict

import httpx2

from taskchat_app.conformance import suite
from taskchat_app.conformance.checks import Result
from taskchat_app.conformance.http_client import Session, Unreachable, Who

PROMPTS = {
    "say": ["Hello", "Add a task: buy oat milk", "What is open?"],
    "widget": ["Add buy bread", "Add buy bread rolls", "Complete bread"],
    "client_tool": [],
    "structured_input": ["Add buy rice", "Add buy rice cakes", "Complete rice"],
}
"""Messages whose answers the checks look at. taskchat asks which task is meant, with a card and a question, and calls
no client tool."""
TIMEOUT_SECONDS = 30.0
FAILED, NOT_RUN = 1, 2
"""Exit codes: a rule is broken; wrong usage or a server that cannot be reached."""


def main(arguments: list[str] | None = None) -> int:
    """Check the server, print what was found and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        results = asyncio.run(_check(options))
    except (Unreachable, httpx2.InvalidURL) as error:
        sys.stderr.write(f"{options.url} cannot be reached: {error}\n")
        return NOT_RUN
    table = suite.as_json(options.url, results) if options.json else suite.as_table(results)
    sys.stdout.write(f"{table}\n")
    return FAILED if any(one.outcome == "failed" for one in results) else 0


async def _check(options: argparse.Namespace) -> list[Result]:
    tokens: dict[Who, str] = {}
    if options.token:
        tokens["owner"] = options.token
    if options.other_token:
        tokens["other"] = options.other_token
    given: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in options.prompt:
        given[name].append(text)
    async with httpx2.AsyncClient(timeout=None) as client:
        # Given prompts replace the standard ones of their name.
        session = Session(client, httpx2.URL(options.url), tokens, PROMPTS | given, options.timeout, options.timeout)
        await session.get()  # raises Unreachable
        return await suite.run(session, frozenset(options.without))


def _prompt(value: str) -> tuple[str, str]:
    name, separator, text = value.partition("=")
    if not separator or not text or name not in PROMPTS:
        raise argparse.ArgumentTypeError(f"write NAME=TEXT, with one of the names {', '.join(PROMPTS)}")
    return name, text


def _name(value: str) -> str:
    names = {one.name for one in suite.CHECKS} | {one.name.partition(".")[0] for one in suite.CHECKS}
    if value not in names:
        raise argparse.ArgumentTypeError(f"there is no check {value!r}")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m taskchat_app.conformance", description=__doc__)
    parser.add_argument("url", metavar="URL", help="the address that takes ChatKit requests")
    parser.add_argument("--token", help="bearer token of a user made for this: the checks write to the account")
    parser.add_argument("--other-token", help="bearer token of a second user, for the checks of isolation")
    prompt_help = f"a message to send for {', '.join(PROMPTS)}; several go to one thread"
    parser.add_argument("--prompt", metavar="NAME=TEXT", type=_prompt, action="append", default=[], help=prompt_help)
    check_help = "leave out a check, or a group such as sending"
    parser.add_argument("--without", metavar="CHECK", type=_name, action="append", default=[], help=check_help)
    parser.add_argument("--timeout", type=float, default=TIMEOUT_SECONDS, help="for each response (%(default)s s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
