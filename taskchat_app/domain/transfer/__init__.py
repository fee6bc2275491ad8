"""Tasks as files of other programs: reading and writing them. Never a route, never the page."""
