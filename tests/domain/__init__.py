"""Tests of taskchat_app.domain, on a real Postgres."""
