"""Settings of the embedded Postgres server: its socket, connections, memory and log."""

PORT = 5432  # only names the socket file; nothing listens on TCP
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # DETAIL lines would copy users' email addresses into the log
}
