"""ASGI middleware of every request: limits of the body, origin, response headers. Never a route or a login."""
