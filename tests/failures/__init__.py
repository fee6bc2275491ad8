"""Failure tests: server processes with real faults of Gemini, Postgres, the network and the processes."""
