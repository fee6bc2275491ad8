"""Readers of other programs' files, which run in a process of their own. Never the database."""
