"""Tests of taskchat_app/runtime."""
