"""The frame of every page: live updates, connection, layout, command palette, build plugins. Never a route."""
