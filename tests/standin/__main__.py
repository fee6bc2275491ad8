"""Serve the stand-in from a process of its own: `python -m tests.standin --port 8099 --script replies.json`."""

import argparse
from pathlib import Path

from tests.standin.server import API_KEY, Standin, read_script


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--script", type=Path, help="a JSON file with the replies")
    parser.add_argument("--api-key", default=API_KEY)
    told = parser.parse_args()
    standin = Standin(port=told.port, api_key=told.api_key)
    if told.script:
        replies, repeat = read_script(told.script.read_bytes())
        standin.script(replies, repeat=repeat)
    standin.serve_forever()


if __name__ == "__main__":
    main()
