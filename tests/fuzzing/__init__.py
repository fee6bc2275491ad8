"""Generated requests against the API as a server: by its OpenAPI document, and as ChatKit requests."""
