"""Tests of server processes: start, shutdown, and what they leave behind."""
