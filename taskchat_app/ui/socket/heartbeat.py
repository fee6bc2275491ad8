"""Sets how often page and server check that the other one is still there; rxconfig.py gives both times to Reflex."""

PING_SECONDS = 3
"""Between two pings of the server over the page's socket."""
PONG_SECONDS = 4
"""The maximum time for the answer. The sum is the maximum time until either side notices a lost connection."""
