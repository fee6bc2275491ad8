"""The conversations pane: list, search and addresses. Never a message's content."""
