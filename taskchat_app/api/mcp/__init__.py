"""The Model Context Protocol at /mcp: transport, tools and their results. Never a rule."""
