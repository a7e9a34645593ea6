"""Reads how much memory and processor time a process takes, from /proc or from ps(1)."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Resident and proportional megabytes (10^6 bytes; None off Linux), processor seconds since its start."""

    rss: float
    pss: float | None
    cpu: float


def use(pid: int) -> Use:
    """Look at a living process. Raises OSError or ValueError when it is gone."""
    if not Path("/proc/self/smaps_rollup").exists():
        return _asked(pid)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    sizes = {
        name.rstrip(":"): int(value) * 1024 / 1e6
        for name, value, *_ in map(str.split, Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    }
    return Use(rss=sizes["Rss"], pss=sizes["Pss"], cpu=ticks / os.sysconf("SC_CLK_TCK"))


def _asked(pid: int) -> Use:
    told = subprocess.run(
        ["ps", "-o", "rss=,time=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    rss, spent = told.stdout.split()
    seconds = 0.0
    for part in spent.split(":"):
        seconds = seconds * 60 + float(part)
    return Use(rss=int(rss) * 1024 / 1e6, pss=None, cpu=seconds)
