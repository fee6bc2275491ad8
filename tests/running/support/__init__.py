"""What the tests of this folder start: containers, machines, Redis, an exported page, a host's API. Never a test."""
