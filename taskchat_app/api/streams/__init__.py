"""Server-sent event streams: encoding, limits, and what ends them. Never what they tell."""
