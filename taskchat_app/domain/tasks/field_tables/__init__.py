"""Tables of what a task can have: plain fields, and the words of priorities."""
