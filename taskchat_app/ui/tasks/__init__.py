"""State of the task list: filters, rows, patches, adding and bulk changes. Never a component."""
