"""Routes of what follows a user's tasks at an address: webhooks, calendar feeds, devices for reminders."""
