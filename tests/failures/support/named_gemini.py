"""A stand-in for Gemini with its own host name; both the server and the name can become unavailable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.standin import API_KEY, Reply, Standin, call, calls, last_user_text, step_after, text, tool_results

NAME = "gemini.test"
"""Reserved for tests; no public resolver knows it (RFC 6761)."""
BETWEEN = "between"
ANSWER = "Here I am."


class NamedGemini:
    """`with NamedGemini(hosts) as gemini:`; `settings` is the environment of a server that uses it."""

    def __init__(self, hosts: Path) -> None:
        self._hosts = hosts
        self.standin = Standin()

    def __enter__(self) -> Self:
        self.standin.__enter__()
        self._port = self.standin.port
        self.add_name()
        return self

    def __exit__(self, *_: object) -> None:
        self.standin.__exit__()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "GEMINI_API_KEY": API_KEY,
            "GEMINI_BASE_URL": self.standin.base_url.replace("127.0.0.1", NAME),
            "PYTHONPATH": str(Path(__file__).parent / "resolver"),
            "TEST_HOSTS": str(self._hosts),
            "NO_PROXY": NAME,
        }

    def add_name(self) -> None:
        self._hosts.write_text(f"127.0.0.1 {NAME}\n")

    def remove_name(self) -> None:
        self._hosts.write_text("")

    def stop(self) -> None:
        self.standin._server.should_exit = True

    def restart(self) -> None:
        """Start again at the same port, without the previous connections."""
        self.standin.__exit__()
        self.standin = Standin(port=self._port)
        self.standin.__enter__()

    def fail_between_calls(self, fail: Callable[[], None]) -> None:
        """Answer the message BETWEEN with a tool call and then call `fail`; each connection serves one request."""

        def reply(request: dict[str, Any]) -> Reply:
            if last_user_text(request) != BETWEEN or tool_results(request):
                return closing(text(ANSWER))
            fail()
            return closing(step_after(calls(call("create_task", {"title": "Buy milk"})), 1, {"delay": 0.3}))

        self.standin.script(reply)


def closing(reply: Reply) -> Reply:
    """Return the reply as the last one on its connection."""
    return {**reply, "headers": {"connection": "close"}}
