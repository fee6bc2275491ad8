"""Mutation testing: changes one expression at a time in a copy of the code and counts which changes tests detect."""
