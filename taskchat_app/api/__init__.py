"""The HTTP API: FastAPI routers, their bodies, streams and middleware. Never a business rule."""
