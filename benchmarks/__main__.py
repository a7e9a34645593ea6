"""Runs all measurements one after the other: `python -m benchmarks [--rounds N]`."""

from __future__ import annotations

import subprocess
import sys

for name in ("overhead", "layers", "plans", "footprint"):
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=True)
