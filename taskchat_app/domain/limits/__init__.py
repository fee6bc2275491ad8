"""Limits: rates, open connections, requests of one user at once. Never what is limited."""
