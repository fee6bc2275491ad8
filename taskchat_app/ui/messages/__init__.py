"""Messages as the chat shows them, built from ChatKit items and turn events. Never sends anything."""
