"""The page's sentences in every language, and formatting of dates and messages. Never a component."""
