"""Undoes what a check did to the tree that the next one runs in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from specrun.core.glob import matches
from specrun.store.documents import writing
from specrun.store.git import LONG
from specrun.store.plumbing import Plumbing
from specrun.store.removal import erase

_INSTALLED = "node_modules"
"""What a check may have installed for those after it, although it is protected in commits."""


def reset(plumbing: Plumbing, tree: Path, commit: str, globs: Sequence[str]) -> None:
    """Bring the files of `commit` back as they were, and take away protected ones that it does not hold.

    `globs` mean the protected ones. Everything else that was installed or built stays, and so do the times of
    files that nobody has changed.
    """
    with (
        writing(tree, "free some space, run again"),
        tempfile.TemporaryDirectory(prefix="specrun-") as folder,
    ):
        index = Path(folder) / "index"
        plumbing.run("read-tree", commit, index=index, seconds=LONG)
        # What is still the same is known by its time from here on, and not written again.
        plumbing.run("update-index", "-q", "--refresh", tree=tree, index=index, codes=(0, 1), seconds=LONG)
        plumbing.run("checkout-index", "--all", "--force", tree=tree, index=index, seconds=LONG)
        found = plumbing.run("ls-files", "-z", "--others", tree=tree, index=index, seconds=LONG).out
        for path in map(os.fsdecode, filter(None, found.split(b"\0"))):
            if matches(globs, path.rstrip("/"), case=False) and _INSTALLED not in path.split("/"):
                erase(tree / path)
