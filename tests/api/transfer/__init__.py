"""Tests of exports and imports: CSV, account files, files of other programs. Never of a single task's route."""
