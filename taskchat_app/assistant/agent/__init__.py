"""The agent: instructions, model with fallback, history and event publishing. Never a lease or a limit."""
