"""Says which file of an attempt people read."""

from __future__ import annotations

from pathlib import Path

from specrun.store.documents import parse


def log_path(directory: Path, *, raw: bool = False) -> Path:
    """Answer the transcript where a meter reads the attempt's stream, else the log; `raw` always the log.

    The file may not be there yet.
    """
    return directory / ("transcript.log" if not raw and _metered(directory) else "output.log")


def _metered(directory: Path) -> bool:
    if (directory / "transcript.log").exists():
        return True
    try:
        intent = parse((directory / "intent.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(intent, dict) and intent.get("meter") is not None
