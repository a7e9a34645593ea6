"""Runs the attempt whose directory is the only argument: `python -I -S path/to/shim DIRECTORY`."""

import os
import sys

if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    from specrun.shim import run

    run.main(sys.argv[1:])
