"""taskchat: a to-do list run by talking to an assistant."""

__version__ = "0.1.0"
