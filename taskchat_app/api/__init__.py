"""HTTP: FastAPI routers, one module for each noun."""
