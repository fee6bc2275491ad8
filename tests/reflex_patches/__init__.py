"""Tests of the changes to Reflex, and of the private parts of Reflex that they need."""
