"""What every part of the assistant shares: request and turn context, event queue, ids. Never a model call."""
