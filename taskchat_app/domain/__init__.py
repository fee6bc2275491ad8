"""Business rules and storage: accounts, tasks, log, reminders, files, feeds, webhooks. Never HTTP, page or model."""
