"""Says which file of an attempt people read."""

from __future__ import annotations

from pathlib import Path

from specrun.store.documents import LARGEST, contents, parse


def log_path(directory: Path, *, raw: bool = False) -> Path:
    """Answer the transcript where a meter reads the attempt's stream, else the log; `raw` always the log.

    The file may not be there yet.
    """
    return directory / ("transcript.log" if not raw and _metered(directory) else "output.log")


def _metered(directory: Path) -> bool:
    try:
        intent = parse(contents(directory / "intent.json", LARGEST))
    except (OSError, ValueError):
        intent = None
    if isinstance(intent, dict):
        return intent.get("meter") is not None
    return (directory / "transcript.log").exists()
