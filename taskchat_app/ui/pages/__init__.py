"""One module for each page, and the routes. Never state that another package reads."""
