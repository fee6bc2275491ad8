"""Serve the stand-in from a process of its own: `python -m tests.standin --port 8099 --script replies.json`.

It writes its base URL (port 0 takes a free one) and serves until it is ended. Tests steer it over HTTP:
POST /_control/script, POST /_control/release, GET /_control/requests.
"""

import argparse
import sys
import threading
from pathlib import Path

from tests.standin.server import API_KEY, Standin, read_script


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--script", type=Path, help="a JSON file with the replies")
    parser.add_argument("--api-key", default=API_KEY)
    told = parser.parse_args()
    with Standin(port=told.port, api_key=told.api_key) as standin:
        if told.script:
            replies, repeat = read_script(told.script.read_bytes())
            standin.script(replies, repeat=repeat)
        sys.stdout.write(f"{standin.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
