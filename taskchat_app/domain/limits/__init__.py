"""Limits: rates, open connections, one user's requests and answers at once, open tasks. Never what they limit."""
