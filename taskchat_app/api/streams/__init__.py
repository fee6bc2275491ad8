"""Streams over HTTP (server-sent events, progress, large uploads): their limits, and when they are closed."""
