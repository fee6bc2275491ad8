"""What the tests of failures start and watch: instances, Postgres, proxies of faults, a health probe. Never a test."""
