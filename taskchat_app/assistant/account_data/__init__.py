"""The file with everything of one user: export and import. Never a password, a login or a token."""
