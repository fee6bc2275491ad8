"""The model client: Gemini's endpoint adapted to the Agents SDK. Never taskchat's tools or threads."""
