"""The chat pane: sending, following turns, answer actions. Never the list of conversations."""
