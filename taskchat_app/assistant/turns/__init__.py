"""Turns: admission, run, stop, retry, receipts and the ChatKit server. Never HTTP or page state."""
