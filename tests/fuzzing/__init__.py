"""Generated requests to the API: from its OpenAPI document, and mutated ChatKit requests."""
