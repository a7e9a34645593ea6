"""Builds the command line and the surroundings of a shim, the same for every executor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SHIM = Path(__file__).resolve().parent.parent / "shim" / "__main__.py"

_PYTHON = (sys.executable, "-I", "-S")

_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMUX_TMPDIR", "TZ")


def shim_argv(directory: Path) -> list[str]:
    """Answer the arguments that start a shim on an attempt directory; no user-written text among them."""
    return [*_PYTHON, str(_SHIM), str(directory)]


def server_argv(state: Path) -> list[str]:
    """Answer the arguments that start a process which forks shims; `state` is for people to read."""
    return [*_PYTHON, str(_SHIM), "--serve", str(state)]


def plain_environment() -> dict[str, str]:
    """Answer the few variables that a shim and a tmux server need, with a UTF-8 locale in any case.

    Workers get theirs from the attempt directory alone.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": os.defpath} | kept | {"LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"}
