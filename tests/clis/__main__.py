"""Says for each pinned program where it is or why it is not; exits with 1 when one is wrongly missing."""

from __future__ import annotations

import sys

from tests.clis.pins import PROGRAMS, Missing, lacking, program, version


def main() -> int:
    """Print one line per program."""
    code = 0
    for name in PROGRAMS:
        try:
            place = lacking(name) or str(program(name))
        except Missing as missing:
            place, code = str(missing), 1
        print(f"{name} {version(name)}: {place}")
    return code


if __name__ == "__main__":
    sys.exit(main())
