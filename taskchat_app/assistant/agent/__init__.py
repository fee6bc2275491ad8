"""The agent: instructions, a turn's model with its fallback, history, publishing. Never a lease or a limit."""
