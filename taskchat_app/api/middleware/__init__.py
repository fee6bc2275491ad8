"""ASGI middleware of every request: body limits, origin, response headers. Never a route; CORS: rxconfig.py."""
