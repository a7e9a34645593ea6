"""Starts specrun; answers `--version` before anything else is imported, because scripts ask for it often."""

from __future__ import annotations

import os
import sys

from specrun import __version__


def main() -> int:
    """Run the command line and answer its exit code."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        try:
            # Past the buffer: what it held back would fail once more when the interpreter ends.
            os.write(sys.stdout.fileno(), f"specrun {__version__}\n".encode())
        except OSError:
            # The command line knows what to say about a full disk, a closed pipe, ...
            pass
        else:
            return 0
    from specrun.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
