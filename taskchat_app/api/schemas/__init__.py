"""Types of request and response bodies with their OpenAPI descriptions. Never a rule about values."""
