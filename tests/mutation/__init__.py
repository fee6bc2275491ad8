"""Mutation testing: changes one condition at a time in a copy of the code and counts what the tests notice."""
