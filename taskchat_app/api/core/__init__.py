"""Shared by all routes: authentication, errors as problem+json, Idempotency-Key. Never a route."""
