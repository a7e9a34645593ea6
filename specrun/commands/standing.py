"""Opens a project for the verbs that only look, and says where there is no spec any more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from specrun import wiring
from specrun.commands import console
from specrun.errors import NoSpec


def opened(directory: Path | None, specs: Sequence[str]) -> wiring.Project:
    """Open a project to look at it: without any spec, what former ones left is still there to be seen."""
    try:
        return wiring.open_project(directory, specs)
    except NoSpec as error:
        console.complain("; ".join(f"{one.what}; fix: {one.fix}" for one in error.problems))
        return wiring.open_project(directory, specs, broken=True)
