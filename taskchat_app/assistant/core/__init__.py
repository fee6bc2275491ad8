"""Shared by all parts of the assistant: request and turn context, publishing of events, ids. Never a model call."""
