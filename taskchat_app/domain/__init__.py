"""Business rules and storage: accounts, tasks, the log of changes, reminders, files, feeds, webhooks. Never HTTP, page
or model.
"""
