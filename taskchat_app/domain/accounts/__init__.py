"""Users, logins, tokens, idempotency keys and preferences. Never a task."""
