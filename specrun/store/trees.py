"""Lists the files of a commit."""

from __future__ import annotations

import os
from collections.abc import Mapping

from specrun.store.git import LONG, LOOKING, Git
from specrun.store.plumbing import Plumbing


def files(git: Git | Plumbing, commit: str) -> Mapping[str, str]:
    """Answer all files of a commit, path to `mode blob`; a submodule has mode 160000 and its commit.

    Undecodable names keep their bytes as surrogates. Raises EnvironmentProblem for a commit that is not here.
    """
    listed = git.run("ls-tree", "-r", "-z", "--full-tree", commit, env=LOOKING, seconds=LONG).out
    found: dict[str, str] = {}
    for entry in filter(None, os.fsdecode(listed).split("\0")):
        header, _, path = entry.partition("\t")
        mode, _, blob = header.split(" ")
        found[path] = f"{mode} {blob}"
    return found
