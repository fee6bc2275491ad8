"""Tests of the page; most use a real server and a real browser."""
