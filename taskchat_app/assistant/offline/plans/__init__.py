"""The tool calls of each kind of command and the assistant's answer, as generators. Never what the words mean."""
