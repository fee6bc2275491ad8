"""Shared by all parts of the assistant: request and turn context, event queue, ids. Never a model call."""
