"""A Gemini at a name of its own, which can go away, and so can its name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.standin import API_KEY, Reply, Standin, call, calls, last_user_text, step_after, text, tool_results

NAME = "gemini.test"
"""Known to no resolver of the world (RFC 6761)."""
BETWEEN = "between"
ANSWERED = "Here I am."


class NamedGemini:
    """`with NamedGemini(hosts) as gemini:`; `settings` is the environment of a server that asks it."""

    def __init__(self, hosts: Path) -> None:
        self._hosts = hosts
        self.standin = Standin()

    def __enter__(self) -> Self:
        self.standin.__enter__()
        self._port = self.standin.port
        self.know_name()
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

    def know_name(self) -> None:
        self._hosts.write_text(f"127.0.0.1 {NAME}\n")

    def lose_name(self) -> None:
        self._hosts.write_text("")

    def leave(self) -> None:
        self.standin._server.should_exit = True

    def come_back(self) -> None:
        """At the same port; no connection of before is left."""
        self.standin.__exit__()
        self.standin = Standin(port=self._port)
        self.standin.__enter__()

    def answer_once(self, lose: Callable[[], None]) -> None:
        """The message BETWEEN adds a task, and then Gemini is lost; no connection is used twice."""

        def reply(request: dict[str, Any]) -> Reply:
            if last_user_text(request) != BETWEEN or tool_results(request):
                return closing(text(ANSWERED))
            lose()
            return closing(step_after(calls(call("create_task", {"title": "Buy milk"})), 1, {"delay": 0.3}))

        self.standin.script(reply)


def closing(reply: Reply) -> Reply:
    """The same reply as the last one on its connection."""
    return {**reply, "headers": {"connection": "close"}}
