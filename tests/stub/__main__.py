"""Runs the stub for people and for tests in tmux: `python -m tests.stub --url-file F`.

It ends with its parent, or after the time limit.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

from tests.stub import Stub

LOOK = 0.1
"""Seconds between two looks at the parent."""


def main() -> None:
    """Serve until nobody is left to serve."""
    parent = os.getppid()
    parser = argparse.ArgumentParser(prog="python -m tests.stub", description=__doc__)
    parser.add_argument("--url-file", type=Path, help="gets the stub's address, in one step, once it listens")
    parser.add_argument("--rules", type=Path, help='JSON: a list of {"match": REGEX, "steps": [STEP]}')
    parser.add_argument("--seconds", type=float, default=600, help="time limit (default: %(default)g)")
    told = parser.parse_args()
    end = time.monotonic() + told.seconds
    with Stub(json.loads(told.rules.read_text()) if told.rules else ()) as stub:
        print(stub.url, flush=True)
        if told.url_file:
            draft = told.url_file.with_name(f"{told.url_file.name}.{os.getpid()}")
            draft.write_text(stub.url)
            draft.rename(told.url_file)
        while os.getppid() == parent and time.monotonic() < end:
            stub.ending.wait(LOOK)


if __name__ == "__main__":
    main()
