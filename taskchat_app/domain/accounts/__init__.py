"""Users, logins, tokens, idempotency keys and profile fields. Never a task."""
