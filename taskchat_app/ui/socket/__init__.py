"""Limits on what arrives over Reflex's socket: frames, events, rates. Never a feature's event handler."""
