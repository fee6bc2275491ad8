"""Messages for the chat pane, built from ChatKit items and turn events. Never sends anything."""
