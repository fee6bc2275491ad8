"""What every layer may use: the event loop, broadcasting, metrics, ids for logs. Nothing of tasks or chats."""
