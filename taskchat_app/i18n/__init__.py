"""Messages with an id and values, and the catalogues that translate them. Never the parsing of phrases."""
