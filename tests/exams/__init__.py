"""Exams: how well dates and sentences are read that the code was not written for."""
