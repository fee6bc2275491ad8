"""Tests of what is true, over a real Postgres."""
