"""Runs the attempt whose directory is the only argument, `python -I -S path/to/shim DIRECTORY`.

With `--serve STATE` it starts a shim for every directory that it reads; STATE only tells people whose it is.
"""

import os
import sys

if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    if sys.argv[1:2] == ["--serve"]:
        from specrun.shim import forkserver

        forkserver.serve()
    from specrun.shim import run

    run.main(sys.argv[1:])
