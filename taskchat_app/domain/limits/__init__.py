"""Limits: rates, open connections, one user's requests at once, open tasks. Never the limited operations themselves."""
