"""Threads and items on Postgres: ChatKit store, leases, conversations, search. Never runs a turn."""
