"""Runs a pinned CLI at a stub of its own: `python -m tests.clis.alone NAME [KEY=VALUE...] -- [ARGUMENT...]`.

The prompt, and with it the script, comes on standard input. The values are added to the seat's environment;
an empty one takes its key away. The working folder is the current one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.clis.seats import take_seat
from tests.stub import Stub


def main(argv: list[str]) -> int:
    """Run it and answer its exit code."""
    cut = argv.index("--")
    name, *pairs = argv[:cut]
    with Stub() as stub, tempfile.TemporaryDirectory(prefix="specrun-") as folder:
        seat = take_seat(name, Path(folder) / "home", stub.url)
        env = {**seat.env, **dict(pair.split("=", 1) for pair in pairs)}
        env = {key: value for key, value in env.items() if value}
        return subprocess.run([seat.program, *argv[cut + 1 :]], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
