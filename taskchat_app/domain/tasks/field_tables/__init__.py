"""Tables of what a task can have: plain fields, dates, and the words of priorities."""
