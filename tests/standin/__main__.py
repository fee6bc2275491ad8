"""Serve the stand-in from its own process: `python -m tests.standin --port 8099 --script replies.json`.

Prints its base URL (port 0 chooses a free one) and serves until it is terminated. Tests control it over HTTP:
POST /_control/script, POST /_control/release, GET /_control/requests.
"""

import argparse
import gc
import sys
import threading
from pathlib import Path

from tests.standin.server import API_KEY, Standin, read_script


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--script", type=Path, help="a JSON file with the replies")
    parser.add_argument("--api-key", default=API_KEY)
    options = parser.parse_args()
    gc.disable()  # it would visit the recorded requests again and again, and longer ones for longer
    with Standin(port=options.port, api_key=options.api_key) as standin:
        if options.script:
            replies, repeat = read_script(options.script.read_bytes())
            standin.script(replies, repeat=repeat)
        sys.stdout.write(f"{standin.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
