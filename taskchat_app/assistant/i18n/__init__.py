"""Detects the user's language and translates the assistant's sentences. Never the page's own words."""
