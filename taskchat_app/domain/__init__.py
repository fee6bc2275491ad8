"""Business rules and storage: accounts, tasks, and the log of their changes. Never HTTP, page or model."""
