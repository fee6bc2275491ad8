"""Webhooks: signed messages about task changes to addresses that users give. Never the text of a page."""
