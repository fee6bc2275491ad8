"""The frame of every page: live updates, connection, layout, palette, build plugins. Never a route."""
