"""State and form sections of the settings page. Never the page around them."""
