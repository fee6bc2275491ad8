"""Limits: rates, connections, requests and answers at once, open tasks, share of the disk. Never what they limit."""
