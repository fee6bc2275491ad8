"""Parses English and German commands into values. Never executes one or reads the database."""
