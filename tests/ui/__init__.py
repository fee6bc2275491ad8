"""Browser tests: what a person does, on a real server, in a real browser."""
