"""The model's tools: definitions, execution, proposals and consent to delete. Never a model call."""
