"""What is true, with or without a chat: accounts, tasks, and the log of their changes."""
