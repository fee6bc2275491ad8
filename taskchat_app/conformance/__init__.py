"""Checks that a ChatKit server keeps the protocol's rules, over HTTP. Never imports anything else of taskchat."""
