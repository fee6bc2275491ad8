"""The HTTP API: FastAPI routers, one module for each noun, and their middleware. Never a business rule."""
