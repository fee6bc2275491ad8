"""Limits: rates, open connections, concurrent requests of one user. Never the limited operations themselves."""
