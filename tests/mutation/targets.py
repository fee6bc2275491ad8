"""Which modules are mutated, and the tests beside each: the one table to change when a module moves."""

from dataclasses import dataclass

DOMAIN, ASSISTANT, API = "tests/domain/test_", "tests/assistant/test_", "tests/api/test_"


@dataclass(frozen=True, slots=True)
class Target:
    """A module by its import path, and its test files, the likeliest to notice first."""

    module: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.module.replace('.', '/')}.py"


def _target(module: str, *tests: str) -> Target:
    return Target(f"taskchat_app.{module}", tuple(f"{name}.py" for name in tests))


TARGETS = (
    _target("domain.undo", f"{DOMAIN}undo", f"{DOMAIN}series", f"{DOMAIN}activity", f"{API}activity"),
    _target("domain.history", f"{DOMAIN}undo", f"{DOMAIN}series", f"{DOMAIN}activity"),
    _target("domain.activity", f"{DOMAIN}activity", f"{API}activity", f"{DOMAIN}undo"),
    _target("domain.changes", f"{DOMAIN}changes", f"{DOMAIN}tasks", f"{DOMAIN}activity"),
    _target("domain.tasks", f"{DOMAIN}tasks", f"{DOMAIN}bulk_edits", f"{DOMAIN}positions", f"{DOMAIN}reminders"),
    _target("domain.task_rows", f"{DOMAIN}tasks", f"{DOMAIN}shares", f"{DOMAIN}reminders"),
    _target("domain.task_search", f"{DOMAIN}task_search", f"{DOMAIN}tasks", f"{API}tasks"),
    _target("domain.task_index", f"{DOMAIN}task_index", f"{DOMAIN}task_search"),
    _target("domain.series", f"{DOMAIN}series", f"{DOMAIN}tasks"),
    _target("domain.positions", f"{DOMAIN}positions", f"{API}task_order", f"{DOMAIN}task_index"),
    _target("domain.reminders", f"{DOMAIN}reminders", f"{API}reminders"),
    _target("domain.reminder_times", f"{DOMAIN}reminders", f"{DOMAIN}series"),
    _target("domain.ringing", f"{DOMAIN}reminders", f"{API}reminders"),
    _target("domain.idempotency", f"{DOMAIN}idempotency", f"{API}idempotency"),
    _target("domain.limits", f"{DOMAIN}limits", f"{DOMAIN}accounts"),
    _target("domain.retention", f"{DOMAIN}retention"),
    _target("assistant.leases", f"{ASSISTANT}leases", f"{ASSISTANT}turns", f"{ASSISTANT}turn_status", f"{API}turns"),
    _target("assistant.turn_run", f"{ASSISTANT}leases", f"{ASSISTANT}turns", f"{API}turns", f"{API}chat_idempotency"),
    _target("assistant.turns", f"{ASSISTANT}turns", f"{API}chat_idempotency", f"{API}turns"),
    _target(
        "assistant.admission", f"{ASSISTANT}turns", f"{API}chat_refusals", f"{API}chat_idempotency", f"{API}chat_anew"
    ),
    _target("assistant.anew", f"{API}chat_anew", f"{ASSISTANT}proposals"),
    _target("assistant.proposals", f"{ASSISTANT}proposals", f"{ASSISTANT}misbehaving_model", f"{API}chat_anew"),
    _target("assistant.choices", f"{ASSISTANT}choices", f"{ASSISTANT}proposals"),
    _target("assistant.receipts", f"{API}turns", f"{ASSISTANT}turn_status", f"{ASSISTANT}turns", f"{API}chat_anew"),
    _target("assistant.references", f"{ASSISTANT}references", f"{ASSISTANT}selection"),
    _target("assistant.taking_back", f"{ASSISTANT}taking_back"),
    _target("assistant.gemini", f"{ASSISTANT}gemini_failures", f"{ASSISTANT}gemini_turns", f"{ASSISTANT}gemini"),
    _target(
        "assistant.gemini_stream",
        f"{ASSISTANT}gemini_stream",
        f"{ASSISTANT}gemini_turns",
        f"{ASSISTANT}gemini_failures",
    ),
    _target("assistant.fallback", f"{ASSISTANT}fallback"),
    _target("api.once", f"{API}idempotency", f"{API}chat_idempotency"),
    _target("assistant.tool_calls", f"{ASSISTANT}tools", f"{ASSISTANT}misbehaving_model", f"{ASSISTANT}turns"),
)
