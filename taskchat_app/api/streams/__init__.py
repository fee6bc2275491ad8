"""Server-sent event streams, answers with their progress and large uploads: limits and ends. Never what they tell."""
