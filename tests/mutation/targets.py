"""The mutated modules and the tests of each: the only table to change when a module moves."""

from dataclasses import dataclass

from tests.mutation.copies import PROJECT

DOMAIN, ASSISTANT, API = "tests/domain", "tests/assistant", "tests/api"

# Subjects with several test files
FIELDS = ("tests/fields/test_round_trips", "tests/fields/test_readings", "tests/fields/test_writings")
TASKS = (f"{DOMAIN}/tasks/test_tasks", f"{DOMAIN}/tasks/test_fields", *FIELDS)
QUERIES = (f"{DOMAIN}/tasks/test_queries", f"{DOMAIN}/tasks/test_sorted_pages", "tests/fields/test_filters")
REMINDERS = (f"{DOMAIN}/reminders/test_reminders", f"{DOMAIN}/reminders/test_scheduler")
ACCOUNTS = (f"{DOMAIN}/accounts/test_accounts", f"{DOMAIN}/accounts/test_logins")
LEASES = (
    f"{ASSISTANT}/threads/test_leases",
    f"{ASSISTANT}/threads/test_lease_renewal",
    f"{ASSISTANT}/threads/test_expired_leases",
)
TURNS = (f"{ASSISTANT}/turns/test_turns", f"{ASSISTANT}/turns/test_stops", f"{ASSISTANT}/turns/test_failed_turns")


@dataclass(frozen=True, slots=True)
class Target:
    """A module by its import path, and its test files, the most likely to fail first."""

    module: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.module.replace('.', '/')}.py"


def _target(module: str, *tests: str) -> Target:
    """Return the target with its own test file, if there is one, and these."""
    folder, _, name = module.replace(".", "/").rpartition("/")
    own = f"tests/{folder}/test_{name}"
    files = [*([own] if (PROJECT / f"{own}.py").exists() else []), *tests]
    return Target(f"taskchat_app.{module}", tuple(f"{file}.py" for file in dict.fromkeys(files)))


TARGETS = (
    _target(
        "domain.activity.undo",
        f"{DOMAIN}/tasks/consequences/test_series",
        f"{DOMAIN}/tasks/consequences/test_families",
        f"{DOMAIN}/activity/test_activity",
        *REMINDERS,
        f"{DOMAIN}/tasks/test_limits_per_account",
        f"{API}/routes/test_activity",
        f"{API}/mcp/test_mcp",
    ),
    _target(
        "domain.log.effective_changes",
        f"{DOMAIN}/activity/test_undo",
        f"{DOMAIN}/tasks/consequences/test_series",
        f"{DOMAIN}/activity/test_activity",
    ),
    _target("domain.activity.activity", f"{API}/routes/test_activity", f"{DOMAIN}/activity/test_undo"),
    _target("domain.log.changes", f"{DOMAIN}/limits/test_rate_limits", *TASKS, f"{DOMAIN}/activity/test_activity"),
    _target(
        "domain.tasks.tasks",
        *TASKS,
        f"{DOMAIN}/tasks/test_bulk_edits",
        f"{DOMAIN}/tasks/test_positions",
        *REMINDERS,
        f"{DOMAIN}/tasks/consequences/test_series",
        f"{DOMAIN}/tasks/consequences/test_copies",
        f"{DOMAIN}/tasks/test_limits_per_account",
        f"{ASSISTANT}/tools/test_plans",
    ),
    _target(
        "domain.tasks.task_rows",
        *TASKS,
        f"{DOMAIN}/tasks/test_positions",
        f"{DOMAIN}/tasks/test_steps",
        f"{DOMAIN}/tasks/test_limits_per_account",
        *REMINDERS,
    ),
    _target("domain.tasks.queries", *QUERIES, *TASKS, f"{API}/routes/test_tasks"),
    _target("domain.tasks.page_queries", f"{DOMAIN}/tasks/test_steps", *QUERIES),
    _target("domain.tasks.consequences.series", *TASKS, f"{DOMAIN}/tasks/test_positions"),
    _target("domain.tasks.positions", f"{API}/routes/test_tasks", f"{DOMAIN}/tasks/test_sorted_pages"),
    _target(
        "domain.reminders.reminders",
        *REMINDERS,
        f"{DOMAIN}/tasks/test_limits_per_account",
        f"{API}/routes/test_reminders",
    ),
    _target("domain.tasks.task_dates", *REMINDERS, f"{DOMAIN}/tasks/consequences/test_series"),
    _target("domain.reminders.scheduler", f"{DOMAIN}/reminders/test_reminders", f"{API}/routes/test_reminders"),
    _target("domain.accounts.idempotency_keys", f"{API}/core/test_idempotency"),
    _target("domain.limits.rate_limits", *ACCOUNTS),
    _target("domain.retention"),
    _target(
        "assistant.threads.leases", *LEASES, *TURNS, f"{ASSISTANT}/turns/test_turn_status", f"{API}/routes/test_turns"
    ),
    _target("assistant.turns.turns", *LEASES, *TURNS, f"{API}/routes/test_turns", f"{API}/chat/test_idempotency"),
    _target(
        "assistant.turns.admission",
        *TURNS,
        f"{ASSISTANT}/turns/test_attached_files",
        f"{ASSISTANT}/agent/test_history",
        f"{API}/chat/test_refusals",
        f"{API}/chat/test_idempotency",
        f"{API}/chat/test_retry",
    ),
    _target("assistant.turns.retry", f"{API}/chat/test_retry", f"{ASSISTANT}/tools/test_deletion_proposals"),
    _target(
        "assistant.tools.deletion_proposals",
        f"{ASSISTANT}/agent/test_misbehaving_model",
        f"{API}/chat/test_retry",
        f"{API}/mcp/test_mcp",
    ),
    _target("assistant.tools.task_choices", f"{ASSISTANT}/tools/test_deletion_proposals"),
    _target("assistant.tools.choice_offers", f"{ASSISTANT}/tools/test_task_choices"),
    _target(
        "assistant.turns.turn_status",
        f"{API}/routes/test_turns",
        *TURNS,
        f"{API}/chat/test_retry",
        f"{API}/transfer/test_import_undo",
    ),
    _target("assistant.turns.remote_turn", f"{API}/routes/test_turns", f"{API}/chat/test_idempotency"),
    _target(
        "assistant.tools.last_shown_tasks",
        f"{ASSISTANT}/tools/test_references",
        f"{ASSISTANT}/core/test_message_tags",
        f"{ASSISTANT}/tools/test_task_choices",
    ),
    _target("assistant.turns.undo_command", f"{API}/transfer/test_import_undo", *TURNS),
    _target(
        "assistant.gemini.client",
        f"{ASSISTANT}/gemini/test_failures",
        f"{ASSISTANT}/gemini/test_signatures_in_turns",
        f"{ASSISTANT}/gemini/test_stream_repairs",
        f"{API}/routes/test_metrics",
    ),
    _target(
        "assistant.gemini.chunk_repairs",
        f"{ASSISTANT}/gemini/test_response_state",
        f"{ASSISTANT}/gemini/test_stream_repairs",
    ),
    _target("assistant.agent.turn_model", f"{ASSISTANT}/agent/test_offline_fallback"),
    _target("api.core.idempotency", f"{API}/chat/test_idempotency"),
    _target(
        "assistant.tools.execution",
        f"{ASSISTANT}/tools/test_task_tools",
        f"{ASSISTANT}/agent/test_misbehaving_model",
        f"{ASSISTANT}/tools/test_deletion_proposals",
        *TURNS,
        f"{API}/chat/test_client_events",
    ),
)
