"""Turns: admission, run, stop, retry and the ChatKit server. Never HTTP or page state."""
