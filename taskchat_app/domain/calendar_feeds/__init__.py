"""Calendar feeds: addresses with a secret at which calendar programs read tasks. Never the text of a page."""
