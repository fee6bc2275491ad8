"""Tests of the repository itself: make, benchmarks, vulnerabilities of what it locks. Never of what a user sees."""
